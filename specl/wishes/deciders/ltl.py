"""Linear Temporal Logic: formulas are searched for; no by lotteries that cancel, or by a policy with two values.

On a policy with a single trajectory the probability of a formula is 0 or 1, so it does not lie strictly between
others. Where all policies are of this kind and the lotteries do not forbid the wish, nothing else stands in the way.
"""

from specl.formalisms.ltl import LTL
from specl.model.formula import TRUE
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.certificates import two_values
from specl.wishes.formulas.levels import Stuck, certain, stuck
from specl.wishes.formulas.search import Found, build, search
from specl.wishes.lotteries.verdict import of_lotteries
from specl.wishes.wish import Wish

SHARE = 0.15
"""The time for finding a short formula where a longer one can be built."""


def decide(asking: Asking) -> Answer:
    """Whether the probabilities of some formula are ordered as wished."""
    wish = asking.wish
    if not wish.strict:
        return Yes(LTL(TRUE), "everything ties")
    lotteries = of_lotteries(asking)
    if isinstance(lotteries, No):
        return lotteries
    single = certain(wish)
    between = stuck(wish, single)
    if between is not None:
        return _refused(wish, between)
    if len(single) == len(wish.policies):
        return Yes(LTL(build(wish, SHARE * asking.seconds)), "true on the better trajectories, false on the worse")
    found = search(wish, asking.seconds, asking.tell)
    if isinstance(found, Found):
        return Yes(LTL(found.formula), found.how)
    if found.is_exhausted:
        return Unknown(f"no formula, it seems, but there is no proof: {found.tried}")
    return Unknown(f"no formula found in {asking.seconds:g} seconds, among {found.tried}")


def _refused(wish: Wish, between: Stuck) -> Answer:
    wanted = f"{between.above} > {between.middle} > {between.below}"
    reason = f"{between.middle} has a single trajectory, on which a formula is worth 0 or 1, but you want {wanted}"
    if not between.has_certificate:
        return Unknown(f"no formula can, but there is no certificate that says so: {reason}")
    return No("LTL", reason, *two_values(wish, (between.above, between.middle, between.below)))
