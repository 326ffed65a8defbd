"""Inner Nonlinear Markov Rewards: what lotteries allow is the expectation of a polynomial of one return."""

from specl.reductions import translate
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.lotteries.first_step import at_zero
from specl.wishes.lotteries.returns import of_one_return
from specl.wishes.lotteries.verdict import of_lotteries


def decide(asking: Asking) -> Answer:
    """A polynomial of low degree, or a relation of the lotteries that the wish contradicts."""
    wish = asking.wish
    markov = asking.answer("MR")
    if isinstance(markov, Yes):
        record = translate("MR", markov.objective, wish.environment, "INMR")[1]
        return Yes(record, "a Markov reward: f is the identity")
    if wish.discount == 0:  # only the first step counts, and then f∘R is a reward
        return at_zero(asking, "INMR")
    allowed = of_lotteries(asking)
    if isinstance(allowed, No):
        return allowed
    found = of_one_return(asking, asking.deadline())
    if found is not None:
        return Yes(found, "a polynomial of the return")
    if wish.discount is not None:
        return Unknown(f"no polynomial of a return with discount {wish.discount} was found within {asking.seconds:g} s")
    general = asking.answer("FTR")
    if isinstance(general, Yes):
        record = translate("FTR", general.objective, wish.environment, "INMR")[1]
        return Yes(record, "the trajectory is read off the digits of the return: no polynomial was found in time")
    return Unknown(f"no polynomial of a return was found within {asking.seconds:g} s")
