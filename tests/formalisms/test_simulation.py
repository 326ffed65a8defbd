"""Every formalism's value lies within confidence bounds that simulated trajectories give.

The samples are computed with NumPy from the trajectories alone; what an objective makes of expectations is then
worked out in interval arithmetic over their bounds.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from specl.formalisms import rank
from specl.model.enclosure import Enclosure
from specl.model.environment import Step
from specl.model.machine import Reward
from specl.model.policy import Policy
from specl.model.real import Real
from tests.formalisms.test_ring import CALM, FAST, OBJECTIVES, WORK
from tests.formalisms.worlds import GO, RING, STAY, A, B, C, pays
from tests.oracles import simulate

POLICY = Policy(
    (
        (Fraction(2, 3), Fraction(1, 3)),
        (Fraction(1, 4), Fraction(3, 4)),
        (Fraction(1, 2), Fraction(1, 2)),
    )
)
RUNS, HORIZON, CUT = 20000, 200, 1e-6
SHORT_OF_THE_LIMIT = 0.03
"""More than an average over HORIZON steps differs in expectation from the limit on this ring, which mixes fast."""

Samples = NDArray[np.float64]


@cache
def drawn() -> simulate.Paths:
    return simulate.trajectories(RING, POLICY, RUNS, HORIZON, seed=17)


def rewards(reward: Reward) -> Samples:
    return simulate.paid(RING, {step: float(amount.rational or 0) for step, amount in reward.items()}, drawn())


def returned(reward: Reward, discount: float = 0.9) -> Samples:
    return simulate.discounted(rewards(reward), discount)


def made(holds: Callable[[Step], bool]) -> NDArray[np.bool_]:
    """Whether each step of each trajectory is such."""
    return np.array([holds(step) for step in RING.steps])[drawn()]


def mean(samples: Samples, bias: float = CUT) -> Enclosure:
    low, high = simulate.normal(samples, bias)
    return Enclosure(Fraction(low), Fraction(high))


def machine_return() -> Samples:
    """u --b--> v: 1, v --home--> u: 2."""
    from_b, home = made(lambda step: step[0] == B), made(lambda step: step[0] == A)
    loaded = np.zeros(RUNS, dtype=bool)
    total = np.zeros(RUNS)
    for time in range(HORIZON):
        first, second = ~loaded & from_b[:, time], loaded & home[:, time]
        total += 0.9**time * (first + 2.0 * second)
        loaded = (loaded | first) & ~second
    return total


def eventually(holds: Callable[[Step], bool]) -> Samples:
    return made(holds).any(axis=1).astype(float)


def again_and_again(holds: Callable[[Step], bool]) -> Samples:
    """Seen in the second half of the trajectory: where it can happen for ever it is missed with probability < 1e-9."""
    return made(holds)[:, HORIZON // 2 :].any(axis=1).astype(float)


def occupancy(holds: Callable[[Step], bool]) -> Enclosure:
    return mean(simulate.discounted(made(holds).astype(float), 0.9))


def at_b(step: Step) -> bool:
    return step[0] == B


def at_a(step: Step) -> bool:
    return step[0] == A


def regularised() -> Enclosure:
    rows = np.array(POLICY.rows, dtype=float)
    cost = (rows * np.log(rows)).sum(axis=1)[[step[0] for step in RING.steps]][drawn()]
    return mean(returned(WORK) - simulate.discounted(cost, 0.9) / 5)


def bounds(code: str) -> Any:
    work_half = returned(WORK, 0.5)
    average = rewards(WORK).mean(axis=1)
    match code:
        case "MR":
            return mean(returned(WORK))
        case "LAR":
            return mean(rewards(pays(RING, 1, source=C, target=A)).mean(axis=1), SHORT_OF_THE_LIMIT)
        case "LTL":
            return mean(again_and_again(at_a) * eventually(at_b))
        case "RM":
            return mean(machine_return())
        case "INMR":
            return mean(returned(FAST) ** 2)
        case "IMORL":
            return mean(returned(FAST) * returned(WORK))
        case "FTR":
            return mean(2 * eventually(at_b) + average - work_half, SHORT_OF_THE_LIMIT)
        case "RRL":
            return regularised()
        case "ONMR":
            difference = mean(returned(WORK)) - 5
            return -(difference * difference)
        case "OMORL":
            return mean(returned(FAST)).minimum(mean(returned(CALM)))
        case "FOMR":
            left_b = occupancy(lambda step: step[:2] == (A, GO)) * occupancy(at_b)
            return left_b - occupancy(lambda step: step == (C, GO, A))
        case "FTLR":
            reached = mean(eventually(at_b))
            variance = mean(work_half**2) - mean(work_half) * mean(work_half)
            return reached * reached - variance + mean(average, SHORT_OF_THE_LIMIT)
        case "GOMORL":
            return mean(returned(FAST)).minimum(Real.of(2)), mean(returned(CALM))
        case "OMO":
            return occupancy(at_a), occupancy(lambda step: step[:2] == (B, GO))
        case "TLO":
            return mean(again_and_again(at_a)), mean(average, SHORT_OF_THE_LIMIT)
        case "FPR" | "PO":
            chosen = [np.mean(made(lambda step, s=s: step[:2] == (s, GO)).sum()) for s in (A, B)]  # type: ignore[misc]
            stayed = [np.mean(made(lambda step, s=s: step[:2] == (s, STAY)).sum()) for s in (A, B)]  # type: ignore[misc]
            shares = [float(go / (go + stay)) for go, stay in zip(chosen, stayed, strict=True)]
            a, b = (Enclosure(Fraction(share - 0.01), Fraction(share + 0.01)) for share in shares)
            return a * (1 - b) if code == "FPR" else (a, b)
    raise KeyError(code)


@pytest.mark.parametrize("code", sorted(OBJECTIVES))
def test_value_lies_within_the_bounds_of_simulation(code: str) -> None:
    found, expected = rank(code, OBJECTIVES[code], RING, POLICY), bounds(code)
    pairs = zip(found, expected, strict=True) if isinstance(found, tuple) else [(found, expected)]
    for value, bound in pairs:
        assert bound.contains(value), f"{value} is not in {bound}"
        assert bound.width < 1
