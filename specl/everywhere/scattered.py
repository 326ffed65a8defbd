"""Random environments over an alphabet, each searched for two policies that two objectives rank differently."""

import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from time import monotonic

from specl.everywhere.pullback import pullback
from specl.everywhere.trials import Row, Trial
from specl.expressivity.comparison import Comparison, Limits, Side, Task
from specl.expressivity.differences import glance, search
from specl.expressivity.exact import decide_linear
from specl.expressivity.faces import domain
from specl.expressivity.witness import Search
from specl.formalisms import rank
from specl.model.alphabet import Alphabet, World, world
from specl.model.environment import Step
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy

EACH = Limits(policies=160, search_seconds=1.0)
"""How long to look for two policies in one environment."""


def scattered(
    alphabet: Alphabet,
    left: Side,
    right: Side,
    among: Sequence[int],
    states: tuple[int, int],
    copies: bool,
    generator: random.Random,
    count: int,
    deadline: float,
    tell: Callable[[str], None],
) -> Iterator[Trial]:
    """Trials that look as if the objectives part there, from `count` random environments at most.

    Args:
        among: the states of the alphabet of which there may be copies.
        states: the fewest and the most states of an environment; without copies no more than the alphabet has.
    """
    if not copies and states[0] > len(among):
        return
    seen = set[object]()
    for number in range(count):
        if monotonic() > deadline:
            return
        tell(f"{number} random environments{' with several copies of a state' * copies} seen so far")
        place = drawn(alphabet, _images(among, states, copies, number, generator), generator)
        written = (place.of, place.environment.start, place.environment.transitions, *place.environment.labels.values())
        if written in seen:
            continue
        seen.add(written)
        found = _compared(place, left, right)
        if found is not None and found.witness is not None:
            witness = found.witness
            yield trial_of(place, witness.first.policy, witness.second.policy)


def _images(
    among: Sequence[int], states: tuple[int, int], copies: bool, number: int, generator: random.Random
) -> tuple[int, ...]:
    """Of which states of the alphabet there are copies: without several, all of them first, then some."""
    fewest, most = states
    if not copies:
        most = min(len(among), most)
        count = most if number % 2 == 0 else generator.randint(min(fewest, most), most)
        return tuple(sorted(generator.sample(among, count)))
    count = generator.randint(max(fewest, min(2, most)), most)
    return tuple(sorted(generator.choice(among) for _ in range(count)))


def drawn(alphabet: Alphabet, of: tuple[int, ...], generator: random.Random) -> World:
    """A random environment with these copies: most transitions are certain, others have two targets or three."""
    size = len(of)
    rows = tuple(tuple(_row(size, generator) for _ in alphabet.actions) for _ in of)
    start = _row(size, generator)
    free = {label: _steps(rows, generator) for label in alphabet.free}
    return world(alphabet, of, start, rows, free)


def _row(size: int, generator: random.Random) -> Row:
    targets = generator.sample(range(size), min(size, generator.choice((1, 1, 2, 3))))
    parts = [generator.randint(1, 3) for _ in targets]
    return tuple(sorted((t, Fraction(part, sum(parts))) for t, part in zip(targets, parts, strict=True)))


def _steps(rows: tuple[tuple[Row, ...], ...], generator: random.Random) -> frozenset[Step]:
    possible = [(s, a, t) for s, row in enumerate(rows) for a, targets in enumerate(row) for t, _ in targets]
    return frozenset(step for step in possible if generator.random() < 0.5)


def _compared(place: World, left: Side, right: Side) -> Comparison | None:
    environment = place.environment
    try:
        here, there = (Side(side.name, side.code, pullback(side.objective, place)) for side in (left, right))
    except Unsupported:
        return None
    trials = Search(
        lambda policy: rank(here.code, here.objective, environment, policy),
        lambda policy: rank(there.code, there.objective, environment, policy),
        EACH.policies,
        monotonic() + EACH.search_seconds,
    )
    counting = domain(here.code, here.objective, environment) | domain(there.code, there.objective, environment)
    task = Task(environment, here, there, {}, {}, EACH, trials, counting)
    try:
        return decide_linear(task) or glance(task) or search(task, [])
    except (Undefined, Unsupported):
        return None


def trial_of(place: World, first: Policy, second: Policy) -> Trial:
    """Two policies of a world as a trial."""
    environment = place.environment
    free = {label: environment.labels[label] for label in place.alphabet.free if environment.labels[label]}
    return Trial(place.of, environment.start, environment.transitions, free, (_rows(first), _rows(second)))


def _rows(policy: Policy) -> tuple[Row, ...]:
    return tuple(tuple((a, Fraction(w)) for a, w in enumerate(row) if w) for row in policy.rows)
