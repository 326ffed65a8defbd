"""Inner Multi-Objective RL: what lotteries allow is the expectation of a polynomial of one return, or of two."""

import time

from specl.reductions import translate
from specl.reductions.recovery import recovered_value
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.lotteries.first_step import at_zero
from specl.wishes.lotteries.length import length
from specl.wishes.lotteries.returns import of_two_returns

LONG = 200
"""From this length of its text on, a polynomial of one return is compared with one of two."""


def decide(asking: Asking) -> Answer:
    """INMR's answer with a single reward; where that was not found or is long, a polynomial of two returns."""
    wish = asking.wish
    single = asking.answer("INMR")
    if isinstance(single, No):
        return at_zero(asking, "IMORL") if wish.discount == 0 else single
    one: Yes | None = None
    if isinstance(single, Yes):
        record = translate("INMR", single.objective, wish.environment, "IMORL")[1]
        one = Yes(record, f"one reward; {single.note}")
        if recovered_value(record.value) is None and length("IMORL", record, wish.environment) <= LONG:
            return one
    patience = asking.seconds if one is None else asking.seconds / 4
    found = of_two_returns(asking, time.monotonic() + patience)
    if found is not None:
        two = Yes(found, "a polynomial of two returns")
        return two if one is None else min(one, two, key=lambda yes: length("IMORL", yes.objective, wish.environment))
    return one or Unknown(f"no polynomial of two returns was found within {asking.seconds:g} s either")
