"""What policies are worth under the objective of a claim, with the measures that show it."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.model.environment import Environment, Step
from specl.obstructions.claims.expressions import value
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.claims.objective import Carried
from specl.obstructions.exact.chain import Measure, Rows, explore, frequencies, visits
from specl.obstructions.exact.interval import POINT, Interval
from specl.obstructions.exact.ratio import ZERO, Json, Ratio, constant

Keys = tuple[Ratio, ...]


@dataclass(frozen=True)
class Ranked:
    """The keys of a policy, and the measures of the objective's features as JSON."""

    keys: Keys
    json: Json


def rank(environment: Environment, objective: Carried, rows: Rows, on: Interval = POINT) -> Ranked:
    """What a policy is worth, at every point of the interval on which its entries live.

    Raises:
        NoCertificate: a value is not one rational function there.
    """
    found: dict[tuple[str, ...], Ratio] = {
        (s, a): rows[i][j] for i, s in enumerate(environment.states) for j, a in enumerate(environment.actions)
    }
    evidence = {}
    for name, feature in objective.features.items():
        chain = explore(environment, rows, feature.initial, feature.advance)
        discount = None if feature.discount is None else constant(feature.discount)
        measure = frequencies(chain, on) if discount is None else visits(chain, discount, on)
        total = ZERO
        for mass, (s, _), moves in zip(measure.mass, chain.nodes, chain.moves, strict=True):
            worth = sum((move.probability * move.payoff for move in moves), ZERO)
            if feature.strength:
                choices = zip(environment.actions, rows[s], strict=True)
                here: dict[tuple[str, ...], Ratio] = {(action,): weight for action, weight in choices}
                worth = worth - feature.strength * value(feature.regulariser, here, on)
            total = total + mass * worth
        found[name,] = total
        evidence[name] = measure.json
    return Ranked(tuple(value(key, found, on) for key in objective.keys), evidence)


def order(left: Keys, right: Keys, on: Interval = POINT) -> int:
    """1, 0, −1 as left is above, level with, below right at all points of the interval.

    Raises:
        NoCertificate: it differs from point to point.
    """
    for a, b in zip(left, right, strict=True):
        taken = (a - b).signs(on)
        if len(taken) > 1:
            raise NoCertificate(f"how the values compare changes within {on}")
        if taken != {0}:
            return taken.pop()
    return 0


def step_masses(environment: Environment, rows: Rows, discount: Ratio | None, on: Interval) -> "Masses":
    """The mass of every step, and of every action distribution, that a policy puts there.

    Args:
        discount: γ, a number or the variable; None for limit frequencies.
    """
    chain = explore(environment, rows)
    measure = frequencies(chain, on) if discount is None else visits(chain, discount, on)
    steps: dict[Step, Ratio] = {}
    choices: dict[tuple[Ratio, ...], Ratio] = {}
    for mass, (s, _), moves in zip(measure.mass, chain.nodes, chain.moves, strict=True):
        choices[rows[s]] = choices.get(rows[s], ZERO) + mass
        for move in moves:
            steps[move.step] = steps.get(move.step, ZERO) + mass * move.probability
    return Masses(steps, choices, measure)


@dataclass(frozen=True)
class Masses:
    """Mass per step, mass per action distribution, and the measure they come from."""

    steps: Mapping[Step, Ratio]
    choices: Mapping[tuple[Ratio, ...], Ratio]
    measure: Measure
