"""What a solver says of its policy, held against the policy's exact value; nothing of it is taken on trust."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from specl import formalisms
from specl.evaluation.beside import rank_beside
from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.ranks import compare_values
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.real import Real
from specl.solvers.policies import as_policy
from specl.solvers.solved import Bounds, Solved

LARGEST: Mapping[str, int] = dict.fromkeys(("FTLR", "FTR", "IMORL", "INMR", "TLO"), 40)
"""So many states, the memory's counted in, may a policy have to be evaluated again; where values need more than linear
algebra, fewer."""

USUAL = 400

INTERRUPTED = "it was interrupted"


@dataclass(frozen=True)
class Confirmed:
    """A solution after it was looked into.

    Attributes:
        solved: the same, with what is known better now: the policy's own value, and with it the best one's lower end.
        worth: what the policy is worth by the formalism's definition; None where it was not evaluated again.
        why_not: why it was not.
        faults: what was claimed and is not so.
    """

    solved: Solved
    worth: Rank | None
    why_not: str
    faults: tuple[str, ...]


def confirm(code: str, objective: Any, environment: Environment, solved: Solved, precision: Fraction) -> Confirmed:
    """Evaluate the policy by the formalism's definition, and compare all bounds with that and with each other. Ctrl-C
    ends the evaluation, and what the solver says remains."""
    faults = [*_malformed(solved, environment), *_inconsistent(solved)]
    if solved.policy is None or faults:
        return Confirmed(solved, None, "the policy has too many states", tuple(faults))
    try:
        worth = evaluate(code, objective, environment, solved, precision)
    except (TooLarge, Unsupported) as error:
        return Confirmed(solved, None, str(error), ())
    except KeyboardInterrupt:
        return Confirmed(solved, None, INTERRUPTED, ())
    except Undefined as error:
        return Confirmed(solved, None, "", (f"the policy has no value: {error}",))
    own = worth if isinstance(worth, tuple) else (worth,)
    if len(own) != len(solved.achieved):
        message = f"{len(solved.achieved)} values are claimed of the policy, which has {len(own)}"
        return Confirmed(solved, worth, "", (message,))
    for number, bounds in zip(own, solved.achieved, strict=True):
        if not _may_lie_in(number, bounds):
            message = f"the policy is worth {number}, not a number from {bounds.low} to {bounds.high}"
            return Confirmed(solved, worth, "", (message,))
    achieved = tuple(map(_narrowed, solved.achieved, own))
    better = replace(solved, achieved=achieved)
    if is_among(solved):
        value = list(solved.value)
        for i, (best, reached) in enumerate(zip(solved.value, achieved, strict=True)):
            if reached.low > best.high:
                message = f"the policy is worth {own[i]}, more than the upper bound {best.high}"
                return Confirmed(solved, worth, "", (message,))
            value[i] = Bounds(max(best.low, reached.low), best.high)
            if value[i].width or reached.low != best.high:
                break  # what comes after is about policies that are as good in this
        better = replace(better, value=tuple(value))
    return Confirmed(better, worth, "", ())


class TooLarge(Exception):
    """The policy has more states than are evaluated exactly."""


def evaluate(code: str, objective: Any, environment: Environment, solved: Solved, precision: Fraction) -> Rank:
    """What the policy is worth, by the formalism's definition.

    Raises:
        TooLarge: it is not tried.
        Undefined, Unsupported: as `formalisms.rank`.
    """
    most = LARGEST.get(code, USUAL)
    weights: Any = solved.policy
    evaluation = Evaluation(formalisms.rank, precision)
    if len(weights) > most:
        raise TooLarge(f"it has more than {most} states")
    if solved.memory is None:
        return formalisms.rank(code, objective, environment, as_policy(environment, weights), evaluation)
    return rank_beside(code, objective, environment, solved.memory, weights, evaluation)


def is_among(solved: Solved) -> bool:
    """Whether the policy is one of those among which the value is the best."""
    if solved.over == "all policies":
        return True
    if solved.memory is not None or solved.policy is None:
        return False
    return solved.over == "stationary policies" or is_deterministic(solved.policy)


def is_deterministic(weights: Mapping[Any, Mapping[int, Fraction]]) -> bool:
    """Whether every choice is certain."""
    return all(weight in (0, 1) for row in weights.values() for weight in row.values())


def _malformed(solved: Solved, environment: Environment) -> list[str]:
    if solved.policy is None:
        return []
    states, actions = len(environment.states), len(environment.actions)
    found = []
    for place, row in solved.policy.items():
        s, u = place if solved.memory is not None else (place, 0)
        if not 0 <= s < states or (solved.memory is not None and not 0 <= u < len(solved.memory.states)):
            found.append(f"the policy speaks of a state {place} that there is not")
        if any(not 0 <= a < actions or weight < 0 for a, weight in row.items()) or sum(row.values()) != 1:
            found.append(f"the weights of the policy in state {place} are no distribution: {dict(row)}")
    memory = solved.memory
    if memory is not None:
        size = len(memory.states)
        rows_fit = len(memory.next) == size and all(len(row) == len(environment.steps) for row in memory.next)
        if not rows_fit or not all(0 <= u < size for row in memory.next for u in row) or not 0 <= memory.start < size:
            found.append("the memory does not fit the environment")
    return found[:3]


def _inconsistent(solved: Solved) -> list[str]:
    found = []
    named: Sequence[tuple[str, tuple[Bounds, ...] | None]] = (
        ("best", solved.value), ("policy's", solved.achieved), ("best stationary", solved.stationary),
    )  # fmt: skip
    for name, several in named:
        found += [f"the bounds of the {name} value are {b.low} and {b.high}" for b in several or () if b.low > b.high]
    if len(solved.value) != len(solved.achieved):
        return [*found, f"{len(solved.value)} best values, and {len(solved.achieved)} of the policy"]
    if is_among(solved) and solved.achieved[0].low > solved.value[0].high:
        found.append(f"the policy is said to be worth {solved.achieved[0].low} at least, the best one less")
    if solved.stationary and solved.over == "all policies" and solved.stationary[0].low > solved.value[0].high:
        found.append("the best stationary policy is said to be better than the best policy")
    return found


def _may_lie_in(number: Any, bounds: Bounds) -> bool:
    return compare_values(number, Real.of(bounds.low)) != -1 and compare_values(number, Real.of(bounds.high)) != 1


def _narrowed(bounds: Bounds, number: Any) -> Bounds:
    """What both say together."""
    if number.rational is not None:
        return Bounds(number.rational, number.rational)
    around: Enclosure = number.enclose()
    return Bounds(max(bounds.low, around.low), min(bounds.high, around.high))
