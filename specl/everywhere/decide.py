"""Two objectives in every environment over an alphabet: what decides is asked first, then a search."""

from collections.abc import Callable

from specl.everywhere import formulas, rewards
from specl.everywhere.difference import Outcome, Side
from specl.everywhere.search import Limits, part
from specl.model.alphabet import Alphabet


def decide(
    alphabet: Alphabet,
    left: Side,
    right: Side,
    limits: Limits | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Whether two objectives over the alphabet order all policies alike in every environment over it.

    Two LTL objectives are decided exactly, and so are two rewards; of other pairs a difference may be found.
    """
    outcome = decided(alphabet, left, right)
    if outcome is not None:
        return outcome
    limits = limits or Limits()
    found = part(alphabet, left, right, limits, tell)
    if found is not None:
        return Outcome("different", found.reason, found)
    tried = f"no difference in environments of {limits.states} states at most was found within {limits.seconds:g} s"
    return Outcome("unknown", tried, None, (tried,))


def decided(alphabet: Alphabet, left: Side, right: Side) -> Outcome | None:
    """The same without a search; None where it is not decided."""
    if len(alphabet.actions) == 1:
        return Outcome("same", "there is one action, so every environment has one policy")
    if left.code == right.code and left.objective == right.objective:
        return Outcome("same", "the two are written alike")
    if left.code == right.code == "LTL":
        return formulas.decide(alphabet, left, right)
    return rewards.decide(alphabet, left, right)
