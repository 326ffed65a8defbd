"""Questions about a model that is no .spec environment, put to the solvers; each is loaded when it is asked."""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from specl.api.asked import Asked, reward_name
from specl.api.model_solution import Answer, Watched
from specl.api.references import refuse
from specl.language.diagnostics import nearest_or_all
from specl.model.errors import Undefined, Unsupported
from specl.solvers.solved import Bounds
from specl.solvers.sparse import Bools, Floats, SparseModel
from specl.solvers.task import Task

if TYPE_CHECKING:
    from specl.solvers.reachability import Reached

UNPROVED = "double precision does not suffice to prove bounds"
OVER_RATIONALS = "; where doubles did not suffice, policy iteration over the rationals"


def answer(asked: Asked, model: SparseModel, task: Task) -> Answer:
    """The best value and policy of a model.

    Raises:
        SpecErrors: what is asked does not fit the model.
    """
    match asked.kind:
        case "discounted":
            return _discounted(asked, model, task)
        case "reach":
            return _reach(asked, model, task)
        case "total":
            return _total(asked, model, task)
        case "formula":
            return _formula(asked, model, task)
        case "average":
            return _average(asked, model, task)


def states_of(label: str, model: SparseModel) -> Bools:
    """Where a label of states holds.

    Raises:
        SpecErrors: there is no such label, or it is one of choices or of transitions.
    """
    if label not in model.labels:
        of_states = [name for name, holds in model.labels.items() if len(holds) == model.size]
        raise refuse("E029", f"there is no label `{label}`", nearest_or_all(label, of_states, "the model has no label"))
    holds = model.labels[label]
    if len(holds) != model.size:
        raise refuse("E029", f"the label `{label}` is about steps, not about states", "use it in --formula")
    return holds


def _reach(asked: Asked, model: SparseModel, task: Task) -> Answer:
    from specl.solvers.reachability import reach

    assert asked.reach is not None
    goal = states_of(asked.reach, model)
    return _reached(model, reach(model, goal, None, not asked.is_min, float(task.precision), gaining(task)), task)


def _discounted(asked: Asked, model: SparseModel, task: Task) -> Answer:
    from specl.solvers.discounted import solve_discounted

    sign = -1.0 if asked.is_min else 1.0
    reward = sign * model.rewards[reward_name(asked, model)]
    assert asked.discount is not None
    found = solve_discounted(
        model,
        reward,
        asked.discount,
        float(task.precision) * 0.4999999,
        told(task),
        task.seconds,
    )
    radius = Fraction(found.radius)
    low, high = from_start(model, found.values) - radius, from_start(model, found.values) + radius
    method = "value iteration with MacQueen's bounds, policies evaluated inexactly in between"
    note = "" if found.is_precise else "double precision gives no narrower bounds"
    return Answer(Bounds(-high, -low) if asked.is_min else Bounds(low, high), found.best, method, found.sweeps, note)


def _average(asked: Asked, model: SparseModel, task: Task) -> Answer:
    from specl.solvers.average import solve_average

    sign = -1.0 if asked.is_min else 1.0
    reward = sign * model.rewards[reward_name(asked, model)]
    found = solve_average(model, reward, float(task.precision), told(task), task.seconds)
    low, high = from_start(model, found.low), from_start(model, found.high)
    bounds = Bounds(-high, -low) if asked.is_min else Bounds(low, high)
    method = "relative value iteration in each maximal end component, then reachability"
    note = "" if high - low <= task.precision else "no narrower bounds were found in time"
    return Answer(bounds, found.best, method, found.sweeps, note)


def _total(asked: Asked, model: SparseModel, task: Task) -> Answer:
    from specl.solvers.total import total

    assert asked.until is not None
    goal, paid = states_of(asked.until, model), model.rewards[reward_name(asked, model)]
    found = total(model, goal, paid, not asked.is_min, float(task.precision), gaining(task))
    states = model.start[0]
    if np.isinf(found.low[states]).any():
        who = "no policy" if asked.is_min else "not every policy"
        raise Undefined(f"{who} reaches `{asked.until}` almost surely, so that the total is infinite")
    if np.isinf(found.high[states]).any():
        raise Unsupported(f"no bound on the total until `{asked.until}` was found")
    return _reached(model, found, task)


def _formula(asked: Asked, model: SparseModel, task: Task) -> Answer:
    from specl.automata.translate import automaton
    from specl.language.parse import parse_formula
    from specl.model.formula import Formula, atoms_of
    from specl.solvers.product import letters
    from specl.solvers.temporal import satisfy

    assert asked.formula is not None
    formula = parse_formula(asked.formula)
    unknown = sorted(atoms_of(formula) - set(model.labels))
    if unknown:
        hint = nearest_or_all(unknown[0], model.labels, "the model has no label")
        raise refuse("E022", f"there is no label `{unknown[0]}`", hint)
    wanted = Formula("!", (formula,)) if asked.is_min else formula
    found = satisfy(model, wanted, float(task.precision), gaining(task))
    beside = found.product
    low, high = (from_start(beside.model, ends) for ends in (found.reached.low, found.reached.high))
    bounds = Bounds(1 - high, 1 - low) if asked.is_min else Bounds(low, high)
    method = "product with an automaton, accepting end components, reachability with bounds proved by induction"
    if found.reached.is_rational:
        method += OVER_RATIONALS
    watched = Watched(
        automaton(wanted, letters(model, sorted(atoms_of(wanted)))[1]),
        beside.state[:-2],
        beside.memory[:-2],
        beside.model.choices,
        found.won.states,
        found.won.choices,
    )
    choice = found.reached.choice[: len(watched.state)]
    return Answer(
        bounds, choice, method, found.reached.rounds, _note(found.reached, bounds, task), watched, found.seconds
    )


def _reached(model: SparseModel, found: "Reached", task: Task) -> Answer:
    bounds = Bounds(from_start(model, found.low), from_start(model, found.high))
    method = "sweeps and policy iteration on the graph's undecided part, bounds proved by induction"
    if not found.rounds:
        method = "the graph decides it"
    if found.is_rational:
        method += OVER_RATIONALS
    return Answer(bounds, found.choice, method, found.rounds, _note(found, bounds, task))


def _note(found: "Reached", bounds: Bounds, task: Task) -> str:
    if not found.is_proved:
        return UNPROVED
    return "" if bounds.width <= task.precision else "double precision gives no narrower bounds"


def told(task: Task) -> Callable[[float], None]:
    """Tells a radius as a line of text."""
    return lambda radius: task.tell(f"bounds ±{radius:.1e}")


def gaining(task: Task) -> Callable[[float], None]:
    """Tells by how much some choice is better than a policy, in one step, as a line of text."""
    return lambda gain: task.tell(f"policies improve by {max(gain, 0.0):.1e} a step")


def from_start(model: SparseModel, values: Floats) -> Fraction:
    """The mean of values over the start, in exact arithmetic."""
    states, weights = model.start
    parts = [Fraction(float(weight)) for weight in weights]
    mean = sum((p * Fraction(float(values[s])) for s, p in zip(states, parts, strict=True)), start=Fraction(0))
    return mean / sum(parts)
