"""Pareto fronts: inner ⊆ exact ⊆ outer, against the enumeration of vertices, exact programs and Storm."""

from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import pytest
import z3

import specl
from specl.api.front import ParetoFront
from specl.formalisms import rank
from specl.formalisms.mr import MR
from specl.model.environment import Environment
from specl.model.real import Real
from specl.solvers.outer.pareto import Front, pareto
from specl.solvers.task import Task
from tests.solvers.occupancy_program import Measures, measures, rational, table, vertices
from tests.solvers.written import paid, world

Point = tuple[Fraction, ...]


def document(seed: int, names: str, states: int = 3, discount: str = "1/2") -> Any:
    rewards = paid(seed, names, states)
    return specl.load(world(seed, states) + f"objective o : OMORL {{ discount {discount} {rewards} value {names[0]} }}")


def drawn(seed: int, names: str, **options: Any) -> tuple[Environment, Any, Front]:
    written = document(seed, names, **options)
    environment, objective = written.environments["world"], written.objectives["o"].objective
    return environment, objective, pareto(objective.rewards, objective.discount, environment, Task(is_exact=True))


def undominated(points: list[Point]) -> set[Point]:
    """The vertices of the front: those that some positive weights like better than all others, by Z3."""
    found = set()
    for point in points:
        solver = z3.Solver()
        weights = z3.Reals(" ".join(f"w{k}" for k in range(len(point))))
        solver.add(*(w > 0 for w in weights))
        for other in points:
            if other != point:
                ahead = [rational(x - y) * w for x, y, w in zip(point, other, weights, strict=True)]
                solver.add(z3.Sum(ahead) > 0)
        if solver.check() == z3.sat:
            found.add(point)
    return found


def of_all(environment: Environment, objective: Any) -> tuple[list[Point], Measures, list[Any]]:
    tables = [table(environment, reward) for reward in objective.rewards.values()]
    of = measures(environment, objective.discount)
    return vertices(environment, objective.discount, tables), of, [of.total(each) for each in tables]


def attains(of: Measures, totals: list[Any], point: Point) -> bool:
    """Whether some policy has at least these returns."""
    return of.largest(z3.RealVal(0), *(x >= rational(y) for x, y in zip(totals, point, strict=True))) is not None


@pytest.mark.parametrize("names", ["xy", "xyz"])
@pytest.mark.parametrize("seed", range(5))
def test_the_corners_are_the_undominated_vertices(seed: int, names: str) -> None:
    environment, objective, front = drawn(seed, names)
    points, _, _ = of_all(environment, objective)
    assert front.is_exact
    assert {corner.returns for corner in front.corners} == undominated(points)


@pytest.mark.parametrize("names", ["xy", "xyz"])
@pytest.mark.parametrize("seed", range(5))
def test_between_what_is_attained_and_what_is_not(seed: int, names: str) -> None:
    """Corners are what their policies are worth; half-spaces hold everywhere and touch; mixtures on faces are best."""
    environment, objective, front = drawn(seed, names, discount="3/4")
    points, of, totals = of_all(environment, objective)
    for corner in front.corners:
        for reward, x in zip(objective.rewards.values(), corner.returns, strict=True):
            assert rank("MR", MR(reward, objective.discount), environment, corner.policy) == Real.of(x)
    for half in front.half_spaces:
        assert all(w >= 0 for w in half.weights)
        assert max(dot(half.weights, point) for point in points) == half.bound
        assert max(dot(half.weights, corner.returns) for corner in front.corners) == half.bound
    for face in front.faces:
        middle = [sum((front.corners[i].returns[k] for i in face), Fraction(0)) / len(face) for k in range(len(names))]
        assert attains(of, totals, tuple(middle))
        more = of.largest(
            z3.Sum([x - rational(y) for x, y in zip(totals, middle, strict=True)]),
            *(x >= rational(y) for x, y in zip(totals, middle, strict=True)),
        )
        assert more == 0


@pytest.mark.parametrize("seed", range(4))
def test_edges_of_the_front_are_all_there(seed: int) -> None:
    """Two neighbours on the front of two rewards are listed as a face."""
    _, _, front = drawn(seed, "xy")
    order = sorted(range(len(front.corners)), key=lambda i: front.corners[i].returns)
    pairs = {tuple(sorted(pair)) for pair in pairwise(order)}
    assert {face for face in front.faces if len(face) == 2} == pairs


def test_returns_that_depend_on_each_other() -> None:
    """x + y is always the same: everything is on the front. With y = 2x one corner is best."""
    text = "environment one { states s  actions a, b  start s  s --_--> s }\nobjective o : OMORL { discount 1/2 "
    front = specl.solve("o", text + "reward x { s --a--> s: 1 } reward y { s --b--> s: 1 } value x }", pareto=True)
    assert isinstance(front, ParetoFront)
    assert corners(front) == ["0 2", "2 0"]
    assert front.front.faces == ((0, 1),)
    front = specl.solve("o", text + "reward x { s --a--> s: 1 } reward y { s --a--> s: 2 } value x }", pareto=True)
    assert isinstance(front, ParetoFront)
    assert corners(front) == ["2 4"]
    front = specl.solve("o", text + "reward x { s --_--> s: 1 } reward y { } value x }", pareto=True)
    assert isinstance(front, ParetoFront)
    assert corners(front) == ["2 0"]
    assert front.front.is_exact


def corners(front: ParetoFront) -> list[str]:
    return [" ".join(map(str, corner.returns)) for corner in front.front.corners]


def dot(u: Point, v: Point) -> Fraction:
    return sum((x * y for x, y in zip(u, v, strict=True)), Fraction(0))


@pytest.mark.slow
def test_large_fronts_in_floating_point_hold_what_is_attained() -> None:
    written = document(3, "xy", 70, "9/10")
    environment, objective = written.environments["world"], written.objectives["o"].objective
    front = pareto(objective.rewards, objective.discount, environment, Task(Fraction(1, 100), seconds=10))
    exactly = pareto(objective.rewards, objective.discount, environment, Task(is_exact=True, seconds=30))
    assert front.gap + front.error <= Fraction(1, 100)
    assert exactly.is_exact
    for corner in exactly.corners:
        assert all(dot(half.weights, corner.returns) <= half.bound for half in front.half_spaces)
    for corner in front.corners:
        for half in exactly.half_spaces:
            assert dot(half.weights, corner.returns) <= half.bound + front.error * sum(half.weights)


@pytest.mark.parametrize("names", ["xy", "xyz"])
def test_a_front_that_is_cut_short_is_told_and_holds(names: str) -> None:
    written = document(4, names, 70, "9/10")
    environment, objective = written.environments["world"], written.objectives["o"].objective
    short = pareto(objective.rewards, objective.discount, environment, Task(Fraction(1, 10**6), seconds=0.0))
    assert short.gap > 0
    for corner in short.corners:
        assert all(dot(h.weights, corner.returns) <= h.bound + short.error * sum(h.weights) for h in short.half_spaces)


# --- Storm ---


def storm_model(environment: Environment, objective: Any) -> Any:
    """Discounted returns as totals until the process stops, each step with probability 1 − γ; exact."""
    stormpy = pytest.importorskip("stormpy")
    datastructures, models, exact = stormpy.datastructures, stormpy.models, stormpy.Rational
    count, width = len(environment.states), len(environment.actions)
    first, end = count, count + 1
    builder = datastructures.SparseMatrixBuilder[exact](has_custom_row_grouping=True)
    row = 0
    for s in range(count):
        builder.new_row_group(row)
        for a in range(width):
            for t, p in environment.transitions[s][a]:
                builder.add_next_value(row, t, exact(objective.discount * p))
            builder.add_next_value(row, end, exact(1 - objective.discount))
            row += 1
    for outcomes in (environment.start, ((end, Fraction(1)),)):
        builder.new_row_group(row)
        for t, p in outcomes:
            builder.add_next_value(row, t, exact(p))
        row += 1
    labels = models.StateLabeling(count + 2)
    labels.add_label("init")
    labels.add_label_to_state("init", first)
    tables = {name: table(environment, reward) for name, reward in objective.rewards.items()}
    paying = {
        name: models.SparseRewardModel[exact](
            optional_state_action_reward_vector=[
                *(exact(each[s][a]) for s in range(count) for a in range(width)), exact(0), exact(0),
            ]
        )
        for name, each in tables.items()
    }  # fmt: skip
    return models.SparseMdp[exact](
        models.SparseModelComponents[exact](
            transition_matrix=builder.build(), state_labeling=labels, reward_models=paying
        )
    )


def storm_attains(model: Any, point: dict[str, Fraction]) -> bool:
    """Whether some policy has at least these returns, up to 1e-9; an achievability query, which is exact."""
    import stormpy

    unit = 10**9  # Storm's parser takes integers of 64 bits: the point is rounded down
    goals = ", ".join(f'R{{"{name}"}}>={int(x * unit)}/{unit} [C]' for name, x in point.items())
    found = stormpy.model_checking(
        model, stormpy.parse_properties(f"multi({goals})")[0], environment=stormpy.environments.exact()
    )
    return "true" in str(found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_storm_attains_what_is_on_the_front_and_nothing_beyond(seed: int) -> None:
    """Rewards that are not negative, as Storm wants them."""
    size = 20
    rewards = paid(seed, "xy", size, least=0)
    written = specl.load(world(seed, size) + f"objective o : OMORL {{ discount 9/10 {rewards} value x }}")
    environment, objective = written.environments["world"], written.objectives["o"].objective
    model = storm_model(environment, objective)
    front = pareto(objective.rewards, objective.discount, environment, Task(is_exact=True))
    tiny = Fraction(1, 10**6)
    for corner in front.corners:
        x, y = corner.returns
        assert storm_attains(model, {"x": x, "y": y})
        assert not storm_attains(model, {"x": x + tiny, "y": y})
        assert not storm_attains(model, {"x": x, "y": y + tiny})
    for left, right in combinations(front.corners, 2):
        middle = [(u + v) / 2 for u, v in zip(left.returns, right.returns, strict=True)]
        assert storm_attains(model, dict(zip("xy", middle, strict=True)))


@pytest.mark.parametrize(("seed", "names"), [(0, "xy"), (0, "xyz"), (1, "xyz"), (2, "xyz")])
def test_fronts_are_drawn(seed: int, names: str) -> None:
    pytest.importorskip("matplotlib")
    front = specl.solve("o", document(seed, names), pareto=True)
    assert isinstance(front, ParetoFront)
    assert front.svg() == front.svg()
    assert front.svg().count("<text") > 0 or "<use" in front.svg()


def test_long_fronts_are_cut_in_print() -> None:
    front = specl.solve("o", document(1, "xyz", 12, "9/10"), pareto=True)
    assert isinstance(front, ParetoFront)
    assert len(front.front.half_spaces) > 20
    assert "more, which --json lists" in front.text()
    assert "e26" not in front.text()
    assert len(front.json()["half_spaces"]) == len(front.front.half_spaces)
