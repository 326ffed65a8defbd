"""The discount 0: whatever an objective does with its rewards, its value is linear in the masses of the first step."""

from fractions import Fraction

from specl.formalisms.mr import MR
from specl.model.real import Real
from specl.reductions import translate
from specl.wishes.answer import Answer, No, Yes
from specl.wishes.asking import Asking
from specl.wishes.certificates import at_discount, by_masses
from specl.wishes.linear.outcome import Conflict
from specl.wishes.lotteries.trials import order_by
from specl.wishes.words import conflict_words


def at_zero(asking: Asking, code: str) -> Answer:
    """A Markov reward for the first step, as an objective of the formalism, or why no such objective grants the wish.

    Args:
        code: of RM, INMR, IMORL, whose values at discount 0 are E[f(first step)], as those of MR are.
    """
    wish = asking.wish
    environment = wish.environment
    columns = {
        (s, a): [start * policy.rows[s][a] for policy in wish.policies.values()]
        for s, start in environment.start
        for a in range(len(environment.actions))
    }
    found = order_by(wish, columns)
    if isinstance(found, Conflict):
        words = conflict_words(found.strict, found.ties, f"at discount 0 any {code} objective")
        return No(code, words, *by_masses(wish, code, (at_discount(Fraction(0), found),)))
    reward = {step: Real.of(found[step[:2]]) for step in environment.steps if step[:2] in found}
    _, record = translate("MR", MR(reward, Fraction(0)), environment, code)
    return Yes(record, "a Markov reward for the first step")
