"""Two objectives in every environment over an alphabet: what decides is asked first, then a search."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from specl.everywhere import formulas, rewards
from specl.everywhere.difference import Outcome, Side, difference
from specl.everywhere.plain import plain
from specl.everywhere.search import Limits, part
from specl.formalisms import formalism
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.language.printer import show_field
from specl.model.alphabet import Alphabet
from specl.model.formula import TRUE


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
    begun = monotonic()
    found = part(alphabet, left, right, limits, tell)
    if found is not None:
        return Outcome("different", found.reason, found)
    seconds = monotonic() - begun
    tried = f"no difference was found in environments of {limits.states} states at most, searched for {seconds:.2f} s"
    return Outcome("unknown", tried, None, (tried,))


def decided(alphabet: Alphabet, left: Side, right: Side) -> Outcome | None:
    """The same without a search; None where it is not decided."""
    if len(alphabet.actions) == 1:
        return Outcome("same", "there is one action, so every environment has one policy")
    if left.code == right.code and left.objective == right.objective:
        return Outcome("same", "the two are written alike")
    one, other = plain(left, alphabet), plain(right, alphabet)
    if one.code != other.code and rewards.constant(alphabet, one) and rewards.constant(alphabet, other):
        return Outcome("same", "neither depends on the policy: each is worth the same on all trajectories from a state")
    one, other = _of_one_kind(one, other, alphabet), _of_one_kind(other, one, alphabet)
    decision = formulas.decide if one.code == other.code == "LTL" else rewards.decide
    outcome = decision(alphabet, one, other)
    if outcome is None or (one, other) == (left, right):
        return outcome
    changed = [now for now, before in ((one, left), (other, right)) if now != before]
    reason = "\n".join([outcome.reason, *(_in_other_words(side, alphabet) for side in changed)])
    found = outcome.difference
    if found is None:
        return replace(outcome, reason=reason)
    again = difference(found.world, left, right, found.first.policy, found.second.policy)
    return None if again is None else Outcome("different", reason, again)


def _in_other_words(side: Side, alphabet: Alphabet) -> str:
    if side.code == "RM":
        return f"{side.name} orders policies by its machine's expected return"
    fields = formalism(side.code).write(side.objective, alphabet.environment)
    return f"{side.name} orders policies as {side.code} {{ {'  '.join(map(show_field, fields))} }} does"


def _of_one_kind(side: Side, other: Side, alphabet: Alphabet) -> Side:
    """A reward that no choice changes as an objective of the other's formalism, where there is a decision for that."""
    if side.code in ("MR", "RM") and other.code in ("LTL", "LAR") and rewards.constant(alphabet, side):
        return Side(side.name, other.code, LTL(TRUE) if other.code == "LTL" else LAR({}))
    return side
