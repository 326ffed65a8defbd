"""Whether one reward is another up to scaling and shaping, in every environment: specl against linear algebra.

`python -m tests.benchmarks.vs_shaping` prints how time grows with the number of steps |S|·|A|·|S|. The competitors
solve R₁ = c·R₂ + γΦ(s') − Φ(s) for c and Φ: numpy's least squares in floating point, and elimination over ℚ by FLINT.
Neither shows where the two part if there is no solution. Runs alternate, so that other load hits all alike.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from random import Random

import numpy as np
from flint import fmpq_mat

from specl.everywhere.difference import Side
from specl.everywhere.rewards import decide
from specl.formalisms.mr import MR
from specl.model.alphabet import Alphabet
from specl.model.environment import Step
from specl.model.flint_rational import to_fmpq
from specl.model.real import Real

ACTIONS = 4
DISCOUNT = Fraction(9, 10)
SIZES = (5, 10, 20, 40)
EXACT = 40
"""The most states for which elimination over ℚ is run."""

Reward = Mapping[Step, Fraction]


@dataclass(frozen=True)
class Question:
    """Two rewards over an alphabet."""

    alphabet: Alphabet
    left: Reward
    right: Reward


def question(states: int, same: bool, seed: int = 0) -> Question:
    """A random reward, and it scaled and shaped; if they are not to be the same, with 1 added on one step."""
    random = Random(seed)
    names = tuple(f"s{s}" for s in range(states)), tuple(f"a{a}" for a in range(ACTIONS))
    alphabet = Alphabet("letters", *names, {})
    right = {step: Fraction(random.randint(-9, 9), random.choice((1, 2, 10))) for step in alphabet.environment.steps}
    potential = [Fraction(random.randint(-9, 9), 3) for _ in range(states)]
    left = {(s, a, t): 2 * paid + DISCOUNT * potential[t] - potential[s] for (s, a, t), paid in right.items()}
    if not same:
        left[random.choice(list(left))] += 1
    return Question(alphabet, left, right)


def specl(asked: Question) -> bool:
    """With the potential checked step by step, or with an environment and two policies evaluated in it."""
    left, right = (
        Side(name, "MR", MR({step: Real.of(paid) for step, paid in reward.items()}, DISCOUNT))
        for name, reward in (("left", asked.left), ("right", asked.right))
    )
    found = decide(asked.alphabet, left, right)
    assert found is not None
    return found.verdict == "same"


def least_squares(asked: Question) -> bool:
    """In floating point, dense; the residual is compared with a tolerance."""
    size = len(asked.alphabet.states)
    matrix = np.zeros((len(asked.left), size + 1))
    for row, (s, _, t) in enumerate(asked.left):
        matrix[row, t] += float(DISCOUNT)
        matrix[row, s] -= 1
        matrix[row, size] = float(asked.right[(s, _, t)])
    wanted = np.array([float(paid) for paid in asked.left.values()])
    found = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
    return bool(np.abs(matrix @ found - wanted).max() < 1e-8 and found[size] > 0)


def elimination(asked: Question) -> bool:
    """Over ℚ, dense."""
    size = len(asked.alphabet.states)
    matrix = fmpq_mat(len(asked.left), size + 2)
    for row, (s, a, t) in enumerate(asked.left):
        matrix[row, t] += to_fmpq(DISCOUNT)
        matrix[row, s] -= 1
        matrix[row, size] = to_fmpq(asked.right[s, a, t])
        matrix[row, size + 1] = to_fmpq(asked.left[s, a, t])
    reduced, rank = matrix.rref()
    return bool(rank == size + 1 and reduced[size, size] == 1 and reduced[size, size + 1] > 0)


def medians(
    competitors: Mapping[str, Callable[[], bool]], repeats: int
) -> tuple[dict[str, float], dict[str, bool]]:  # fmt: skip
    """Seconds, and answers."""
    taken: dict[str, list[float]] = {name: [] for name in competitors}
    answers = {}
    for _ in range(repeats):
        for name, run in competitors.items():
            begun = time.perf_counter()
            answers[name] = run()
            taken[name].append(time.perf_counter() - begun)
    return {name: statistics.median(times) for name, times in taken.items()}, answers


def rows(sizes: Sequence[int], repeats: int) -> Iterator[str]:
    """The lines of a Markdown table."""
    yield "| states | steps | same | specl | per step | least squares (float) | elimination over ℚ | specl / float |"
    yield "|---:|---:|---|---:|---:|---:|---:|---:|"
    for same in (True, False):
        for size in sizes:
            asked = question(size, same)
            competitors = {"specl": partial(specl, asked), "float": partial(least_squares, asked)}
            if size <= EXACT:
                competitors["exact"] = partial(elimination, asked)
            taken, answers = medians(competitors, repeats)
            assert set(answers.values()) == {same}
            steps = len(asked.left)
            exact = f"{taken['exact']:.2g} s" if "exact" in taken else ""
            yield (
                f"| {size} | {steps} | {'yes' if same else 'no'} | {taken['specl']:.2g} s | "
                f"{1e6 * taken['specl'] / steps:.0f} µs | {taken['float']:.2g} s | {exact} | "
                f"{taken['specl'] / taken['float']:.1f} |"
            )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    for line in rows(options.sizes, options.repeats):
        print(line, flush=True)


if __name__ == "__main__":
    main()
