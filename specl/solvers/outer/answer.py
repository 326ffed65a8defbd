"""Objectives of expected returns and occupancy measures, from record to solution."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from specl import formalisms
from specl.evaluation.context import Evaluation
from specl.model.enclosure import Enclosure, enclosure
from specl.model.environment import Environment
from specl.model.errors import Unsupported
from specl.model.expression import Expression, constant, evaluate, negate
from specl.model.order import Constrained, Lexicographic
from specl.model.quantities import Recovered
from specl.solvers import formalisms as solvers
from specl.solvers.hurry import stoppable
from specl.solvers.outer.attainable import Attainable, Point
from specl.solvers.outer.best import best, mapped
from specl.solvers.outer.exact_attainable import ExactAttainable
from specl.solvers.outer.float_attainable import FloatAttainable
from specl.solvers.outer.forms import LARGEST, Amounts, Coordinates, coordinates
from specl.solvers.outer.monotone import unwrapped
from specl.solvers.outer.optimum import Optimum, Search, search_of
from specl.solvers.policies import Weights, as_policy
from specl.solvers.solved import Bounds, Solved
from specl.solvers.task import Task

_LATER = 1.0
"""Seconds for a key of which there are only bounds, since those before it are not known exactly."""

_OPEN = (
    "an optimum that later keys depend on is not known exactly, or not attained: what is said of them holds for all "
    "policies that reach the lower bounds of earlier ones"
)

_EXACT_STATES = 60
"""Models of up to so many states are solved over the rationals even if bounds would do."""


@dataclass(eq=False)
class Question:
    """An objective of an environment; ``ranks`` is what policies are compared by, over coordinates."""

    code: str
    objective: Any
    environment: Environment
    task: Task
    seconds: dict[str, float] = field(default_factory=dict)
    ranks: tuple[Expression, ...] = ()

    def search(
        self, expressions: Sequence[Expression], amounts: Amounts, needs_exact: bool = False
    ) -> tuple[Sequence[Expression], Search]:
        """The expressions over coordinates, and what is attainable in them."""
        began = time.monotonic()
        found = coordinates(self.environment, self.objective.discount, expressions, amounts)
        attainable = attainable_of(self.environment, self.objective.discount, found, self.task, needs_exact)
        made = search_of(attainable, self.task.precision, self.task.is_exact, self.task.deadline(), self.task.tell)
        self.seconds["attainable"] = time.monotonic() - began
        return found.expressions, made


def attainable_of(
    environment: Environment, discount: Fraction, found: Coordinates, task: Task, needs_exact: bool = False
) -> Attainable:
    """The polytope of these forms: exact for small models and where that is asked for or needed."""
    if len(found.reached) <= (LARGEST if task.is_exact or needs_exact else _EXACT_STATES):
        return ExactAttainable(environment, discount, found.forms, found.reached)
    return FloatAttainable(environment, discount, found.forms, float(task.precision) / 1024)  # f may stretch it


@stoppable
def solve_value(code: str, objective: Any, environment: Environment, task: Task, amounts: Amounts) -> Solved:
    """The best policy for a value that is a function of expected returns or of an occupancy measure."""
    question = Question(code, objective, environment, task)
    (function,), search = question.search([objective.value], amounts)
    question.ranks = (function,)
    began = time.monotonic()
    found = best(search, function)
    question.seconds["optimum"] = time.monotonic() - began
    return _solved(question, search, [found], found)


@stoppable
def solve_order(code: str, objective: Any, environment: Environment, task: Task, amounts: Amounts) -> Solved:
    """The best policy for an order by such values.

    Raises:
        Unsupported: the order is of another kind.
    """
    question, order = Question(code, objective, environment, task), objective.order
    if isinstance(order, Lexicographic):
        return _lexicographic(question, order, amounts)
    if isinstance(order, Constrained):
        return _constrained(question, order, amounts)
    raise Unsupported("solving for an order by anything but the values of expressions")


def solve_recovered(what: Recovered, code: str, objective: Any, environment: Environment, task: Task) -> Solved:
    """The best policy for ``recover(o)``: the best stationary one for o.

    Raises:
        Unsupported: no stationary policy for o is known, or o cannot be recovered.
    """
    found = solvers.solve(what.code, what.objective, environment, task)
    if found.memory is not None:
        raise Unsupported(f"solving for `{what.name}`, whose best policies have memory, which is not recovered")
    if found.policy is not None:
        rank_of(code, objective, environment, found.policy, task)  # says why where o cannot be recovered
    return replace(found, over="stationary policies") if found.over == "all policies" else found


def rank_of(code: str, objective: Any, environment: Environment, policy: Weights, task: Task) -> tuple[Bounds, ...]:
    """What a stationary policy is worth, evaluated exactly."""
    evaluation = Evaluation(formalisms.rank, task.precision)
    rank = formalisms.rank(code, objective, environment, as_policy(environment, policy), evaluation)
    parts = [enclosure(part) for part in (rank if isinstance(rank, tuple) else (rank,))]
    return tuple(Bounds(part.low, part.high) for part in parts)


def _near(function: Expression, point: Point) -> Bounds:
    """A function at a point that is known up to its error."""
    at = [enclosure(x) + Enclosure(-point.error, point.error) for x in point.values]
    value = evaluate(function, lambda i: at[i], enclosure)
    return Bounds(value.low, value.high)


def _lexicographic(question: Question, order: Lexicographic, amounts: Amounts) -> Solved:
    keys, search = question.search(order.keys, amounts, needs_exact=len(order.keys) > 1)
    question.ranks = tuple(keys)
    began = time.monotonic()
    condition: Expression | None = None
    optima: list[Optimum] = []
    last: Optimum | None = None
    is_certain = True
    for key in keys:
        inner, outer = unwrapped(key)
        if not is_certain:
            search = replace(search, deadline=min(search.deadline, time.monotonic() + _LATER), projections={})
        found = best(search, inner, condition)
        whole = mapped(found, outer)
        if whole is None:
            inner, found = key, best(search, key, condition)
            whole = found
        if is_certain:
            last = whole if whole.shares is not None or last is None else last
            optima.append(whole)
        else:
            optima.append(_between(search, key, condition, whole))
        is_certain = is_certain and found.low == found.high and found.is_attained and found.shares is not None
        level = Expression(">=", (inner, constant(found.low)))
        condition = level if condition is None else Expression("and", (condition, level))
    question.seconds["optimum"] = time.monotonic() - began
    assert last is not None
    note = "" if is_certain or _is_only_last_open(optima) else _OPEN
    return _solved(question, search, optima, last, note)


def _is_only_last_open(optima: Sequence[Optimum]) -> bool:
    return all(one.low == one.high and one.is_attained for one in optima[:-1])


def _between(search: Search, key: Expression, condition: Expression | None, found: Optimum) -> Optimum:
    """Bounds on a key where the set of policies among which it matters is known from outside only."""
    least = best(search, negate(key), condition)
    low = found.low if least.high is None else min(-least.high, found.low)
    return Optimum(low, found.high, found.points, found.shares, found.is_attained, found.method, found.rounds)


def _constrained(question: Question, order: Constrained, amounts: Amounts) -> Solved:
    (value, *constraints), search = question.search([order.value, *order.constraints], amounts)
    began = time.monotonic()
    condition = None if not constraints else Expression("and", tuple(constraints))
    one, zero = constant(Fraction(1)), constant(Fraction(0))
    question.ranks = (one if condition is None else Expression("if", (condition, one, zero)), value)
    found = best(search, value, condition)
    met, note = Fraction(1), ""
    low = Fraction(int(found.shares is not None))
    if found.high is None:
        met, note = Fraction(0), "no policy meets the constraints"
        found = best(search, value)
        low = Fraction(0)
    first = Optimum(low, met, found.points, found.shares, True, found.method, found.rounds)
    chosen = found if found.shares is not None else best(search, value)
    if found.shares is None:
        found = _between(search, value, None, chosen)
    question.seconds["optimum"] = time.monotonic() - began
    return _solved(question, search, [first, found], chosen, note)


def _solved(question: Question, search: Search, optima: Sequence[Optimum], last: Optimum, note: str = "") -> Solved:
    """The policy of the last optimum, evaluated, and the bounds of all."""
    if last.shares is None or last.high is None:
        raise Unsupported(last.note or "an objective that is defined for no policy")
    began = time.monotonic()
    policy, point = search.attainable.mixture(last.points, last.shares)
    if len(question.environment.states) <= LARGEST:
        achieved = rank_of(question.code, question.objective, question.environment, policy, question.task)
    else:
        achieved = tuple(_near(function, point) for function in question.ranks)
    question.seconds["policy"] = time.monotonic() - began
    value = []
    is_lower = True  # what the policy achieves is a lower bound as long as earlier keys are known to be optimal
    for one, own in zip(optima, achieved, strict=True):
        low, high = one.low, one.high if one.high is not None else one.low
        if is_lower:
            low = max(low, own.low)
        high = max(high, low)
        value.append(Bounds(low, high))
        is_lower = is_lower and own.low == high
    task = question.task
    is_attained = all(one.is_attained for one in optima)
    is_close = all(b.width <= task.precision and own.low >= b.low - task.precision for b, own in
                   zip(value, achieved, strict=True))  # fmt: skip
    notes = [note, *(one.note for one in optima)]
    if not is_attained:
        notes.append("the supremum is not attained: the policy is worth less, within the precision")
    if task.is_exact and any(b.width for b in value):
        notes.append("the optimum is not rational, or was not found exactly: its bounds are proved")
    if not is_close and not any(notes):
        notes.append("the search ended before the bounds met, when its time was up or rounding stood in the way")
    return Solved(
        tuple(value),
        achieved,
        "all policies",
        policy,
        "; ".join(dict.fromkeys(one.method for one in optima)),
        sum(one.rounds for one in optima),
        seconds=question.seconds,
        is_precise=is_close,
        note="; ".join(dict.fromkeys(filter(None, notes))),
    )
