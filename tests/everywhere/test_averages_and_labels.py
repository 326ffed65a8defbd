"""Limit averages, and machines that watch a free label, against brute force over short words."""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

import pytest

from specl.everywhere import rewards
from specl.everywhere.decide import decided
from specl.everywhere.difference import Side
from specl.everywhere.rewards import decide
from specl.formalisms.lar import LAR
from specl.formalisms.rm import RM
from specl.model.alphabet import Alphabet
from specl.model.environment import Step
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine
from specl.model.real import Real
from tests.everywhere import drawing
from tests.everywhere.drawing import HALF, NINE

Values = Sequence[tuple[Fraction, Fraction]]


def lie_on_a_line(values: Values) -> bool:
    """Whether left is c · right + a constant with one c > 0 on all words, which all begin alike or need not."""
    gaps = [(f - values[0][0], g - values[0][1]) for f, g in values]
    pivot = next((gap for gap in gaps if any(gap)), None)
    if pivot is None:
        return True
    return pivot[0] * pivot[1] > 0 and all(f * pivot[1] == g * pivot[0] for f, g in gaps)


# --- limit averages ---


def lar(name: str, paid: dict[Step, Fraction]) -> Side:
    return Side(name, "LAR", LAR({step: Real.of(value) for step, value in paid.items()}))


def check_averages(random: Random) -> str:
    """One reward is the other scaled, shaped and shifted, and then often changed on one step."""
    over = drawing.alphabet(random.randint(1, 2), 2)
    right = drawing.rewards(over, random, 0.3)
    factor, shift = Fraction(random.randint(1, 3), random.randint(1, 2)), random.randint(-2, 2)
    potential = [random.randint(-3, 3) for _ in over.states]
    left = {(s, a, t): factor * r + potential[t] - potential[s] + shift for (s, a, t), r in right.items()}
    if random.random() < 0.6:
        left[random.choice(list(left))] += random.choice((-1, 1))
    cycles = [[step for step, _ in word.cycle] for word in drawing.words(over, 3)]
    found = decide(over, lar("left", left), lar("right", right))
    assert found is not None
    means = [(_mean(left, cycle), _mean(right, cycle)) for cycle in cycles]
    assert (found.verdict == "same") == lie_on_a_line(means)
    return found.verdict


def _mean(paid: dict[Step, Fraction], cycle: Sequence[Step]) -> Fraction:
    return sum((paid[step] for step in cycle), Fraction(0)) / len(cycle)


def test_averages_agree_with_short_cycles() -> None:
    random = Random(1)
    assert {check_averages(random) for _ in range(30)} == {"same", "different"}


def test_averages_are_parted_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewards, "smallest", lambda *_, **__: None)
    random = Random(5)
    assert {check_averages(random) for _ in range(40)} == {"same", "different"}


def test_an_average_and_a_return_that_are_constant() -> None:
    over = drawing.alphabet(2, 2)
    two = dict.fromkeys(over.environment.steps, Fraction(2))
    found = decided(over, lar("average", two), drawing.mr("return", two))
    assert found is not None
    assert (found.verdict, "neither depends on the policy" in found.reason) == ("same", True)
    found = decided(over, lar("average", {(0, 0, 0): Fraction(1)}), drawing.mr("return", two))
    assert found is not None
    assert found.verdict == "different"


@pytest.mark.long
def test_thousands_of_averages() -> None:
    random = Random(2)
    for _ in range(3000):
        check_averages(random)


# --- a free label ---

Seen = tuple[int, bool]
"""The action, and whether the label holds, over one state."""

Table = dict[tuple[int, Seen], tuple[int, Fraction]]
"""(u, what is seen) -> (next u, reward)."""

LETTERS: tuple[Seen, ...] = tuple(itertools.product((0, 1), (False, True)))


def table(random: Random, size: int) -> Table:
    return {
        (u, seen): (random.randrange(size), Fraction(random.choice((0, 0, 0, 1, -1, 2))))
        for u in range(size)
        for seen in LETTERS
    }


def machine(name: str, over: Alphabet, moves: Table, discount: Fraction) -> Side:
    edges = []
    for (u, (action, holds)), (v, paid) in moves.items():
        label = atom("lit") if holds else Formula("!", (atom("lit"),))
        guard = Formula("&", (atom(over.actions[action]), label))
        edges.append(Edge(u, guard, v, {(0, action, 0): Real.of(paid)}))
    names = tuple(f"u{u}" for u in range(1 + max(u for u, _ in moves)))
    return Side(name, "RM", RM(Machine(names, 0, tuple(edges)), discount))


def returns(moves: Table, discount: Fraction, letters: int) -> Iterator[Fraction]:
    """The return of each sequence of so many letters with the first letter for ever after."""
    for word in itertools.product(LETTERS, repeat=letters):
        total, factor, u = Fraction(0), Fraction(1), 0
        for seen in itertools.chain(word, itertools.repeat(LETTERS[0], 2)):
            v, paid = moves[u, seen]
            total, factor, u = total + factor * paid, factor * discount, v
        # machines of two states are on a cycle by now; what it pays for ever follows from going round once
        before, weight, start = total, factor, u
        cycle = Fraction(0)
        while True:
            v, paid = moves[u, LETTERS[0]]
            cycle, factor, u = cycle + factor * paid, factor * discount, v
            if u == start:
                break
        yield before + (cycle / (1 - factor / weight) if weight else 0)


def check_labels(random: Random) -> str:
    over = drawing.alphabet(1, 2, ("lit",))
    discounts = random.choice(((HALF, HALF), (NINE, NINE), (HALF, NINE)))
    right = table(random, random.randint(1, 2))
    left = dict(right) if random.random() < 0.6 else table(random, random.randint(1, 2))
    if random.random() < 0.5:
        left = {key: (v, 3 * paid) for key, (v, paid) in left.items()}
    found = decide(over, machine("left", over, left, discounts[0]), machine("right", over, right, discounts[1]))
    assert found is not None
    values = list(zip(returns(left, discounts[0], 4), returns(right, discounts[1], 4), strict=True))
    assert (found.verdict == "same") == lie_on_a_line(values)
    return found.verdict


def test_machines_that_watch_a_label_agree_with_short_words() -> None:
    random = Random(3)
    assert {check_labels(random) for _ in range(20)} == {"same", "different"}


@pytest.mark.long
def test_hundreds_of_machines_that_watch_a_label() -> None:
    random = Random(4)
    for _ in range(400):
        check_labels(random)
