"""A smaller environment in which the same two objectives still part.

Changes that make a trial smaller or plainer are tried one after another, those that take most away first, until none of
them leaves two policies that are ranked differently. Each is checked by exact evaluation.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from time import monotonic

from specl.everywhere.difference import Difference, Side, difference
from specl.everywhere.trials import CERTAIN, Row, Trial
from specl.model.alphabet import Alphabet


def parts(alphabet: Alphabet, left: Side, right: Side, trial: Trial) -> Difference | None:
    """The difference that a trial is; None unless its two policies are surely ranked differently."""
    return difference(trial.world(alphabet), left, right, *trial.pair(alphabet))


def shrink(
    alphabet: Alphabet,
    left: Side,
    right: Side,
    trial: Trial,
    deadline: float,
    tell: Callable[[str], None] = lambda _: None,
    fewest: int = 1,
) -> Difference | None:
    """The smallest difference that was reached from this trial until the deadline (`time.monotonic`), or Ctrl-C; None
    if the trial itself is none. It keeps so many states at least.
    """
    best = parts(alphabet, left, right, trial)
    if best is None:
        return None
    try:
        changed = True
        while changed:
            changed = False
            for smaller in _smaller(trial):
                if monotonic() > deadline:
                    return best
                found = parts(alphabet, left, right, smaller) if len(smaller.of) >= fewest else None
                if found is not None:
                    trial, best, changed = smaller, found, True
                    tell(f"a difference in an environment of {len(trial.of)} states, made smaller")
                    break
    except KeyboardInterrupt:
        pass
    return best


def _smaller(trial: Trial) -> Iterator[Trial]:
    visited = _visited(trial)
    if len(visited) < len(trial.of):
        yield _restricted(trial, visited)
    yield from _fewer_starts(trial)
    yield from _merged(trial)
    yield from _certain(trial)
    yield from _plain_policies(trial)
    yield from _unlabelled(trial)
    yield from _untaken(trial)
    yield from _rounded(trial)


def _visited(trial: Trial) -> list[int]:
    seen = [s for s, _ in trial.start]
    for s in seen:  # grows as it is walked
        for a in _taken(trial, s):
            seen.extend(t for t, _ in trial.rows[s][a] if t not in seen)
    return sorted(set(seen))


def _taken(trial: Trial, s: int) -> list[int]:
    """The actions that one of the policies takes in a state."""
    return sorted({a for rows in trial.policies for a, _ in rows[s]})


def _restricted(trial: Trial, kept: list[int]) -> Trial:
    """Without the other states; rows that lead to them, which neither policy takes, stay where they are."""
    index = {s: i for i, s in enumerate(kept)}
    rows = []
    for s in kept:
        row = [tuple((index[t], w) for t, w in each if t in index) for each in trial.rows[s]]
        rows.append(tuple(
            new if len(new) == len(old) else ((index[s], CERTAIN),) for new, old in zip(row, trial.rows[s], strict=True)
        ))  # fmt: skip
    return Trial(
        tuple(trial.of[s] for s in kept),
        tuple((index[s], w) for s, w in trial.start),
        tuple(rows),
        {
            label: frozenset((index[s], a, index[t]) for s, a, t in steps if s in index and t in index)
            for label, steps in trial.free.items()
        },
        (tuple(trial.policies[0][s] for s in kept), tuple(trial.policies[1][s] for s in kept)),
    )


def _fewer_starts(trial: Trial) -> Iterator[Trial]:
    for s, _ in trial.start:
        if len(trial.start) > 1:
            yield replace(trial, start=((s, CERTAIN),))
    for s, _ in trial.start:
        if len(trial.start) > 2:
            yield replace(trial, start=_even(t for t, _ in trial.start if t != s))


def _merged(trial: Trial) -> Iterator[Trial]:
    """What leads to one copy leads to another one of the same state instead."""
    size = len(trial.of)
    for gone in reversed(range(size)):
        for kept in range(size):
            if kept != gone and trial.of[kept] == trial.of[gone]:
                yield _restricted(_redirected(trial, gone, kept), [s for s in range(size) if s != gone])


def _redirected(trial: Trial, gone: int, kept: int) -> Trial:
    def turn(row: Row) -> Row:
        weights: dict[int, Fraction] = {}
        for t, w in row:
            aim = kept if t == gone else t
            weights[aim] = weights.get(aim, Fraction(0)) + w
        return tuple(sorted(weights.items()))

    def aim(s: int) -> int:
        return kept if s == gone else s

    return replace(
        trial,
        start=turn(trial.start),
        rows=tuple(tuple(turn(row) for row in rows) for rows in trial.rows),
        free={
            label: frozenset((s, a, aim(t)) for s, a, t in steps) for label, steps in trial.free.items()
        },
    )  # fmt: skip


def _certain(trial: Trial) -> Iterator[Trial]:
    for s, rows in enumerate(trial.rows):
        for a in _taken(trial, s):
            for t, _ in rows[a]:
                if len(rows[a]) > 1:
                    yield _with_row(trial, s, a, ((t, CERTAIN),))


def _plain_policies(trial: Trial) -> Iterator[Trial]:
    for who, rows in enumerate(trial.policies):
        other = trial.policies[1 - who]
        for s, row in enumerate(rows):
            if len(row) > 1:
                for a, _ in row:
                    yield _with_choice(trial, who, s, ((a, CERTAIN),))
            if row != other[s] and len(other[s]) <= len(row):
                yield _with_choice(trial, who, s, other[s])


def _unlabelled(trial: Trial) -> Iterator[Trial]:
    for label, steps in trial.free.items():
        for step in sorted(steps):
            yield replace(trial, free={**trial.free, label: steps - {step}})


def _untaken(trial: Trial) -> Iterator[Trial]:
    """All actions of a state lead where one of those that are taken leads."""
    for s, rows in enumerate(trial.rows):
        for a in _taken(trial, s):
            if any(row != rows[a] for row in rows) and not _labelled(trial, s):
                alike = tuple(rows[a] for _ in rows)
                yield replace(trial, rows=(*trial.rows[:s], alike, *trial.rows[s + 1 :]))
                break


def _labelled(trial: Trial, state: int) -> bool:
    return any(s == state for steps in trial.free.values() for s, _, _ in steps)


def _rounded(trial: Trial) -> Iterator[Trial]:
    """Even probabilities in place of others, then nearby ones of smaller denominators."""
    for row in _plainer(trial.start):
        yield replace(trial, start=row)
    for s, rows in enumerate(trial.rows):
        for a in _taken(trial, s):
            for row in _plainer(rows[a]):
                yield _with_row(trial, s, a, row)
    for who, rows in enumerate(trial.policies):
        for s, old in enumerate(rows):
            for row in _plainer(old):
                yield _with_choice(trial, who, s, row)


def _plainer(row: Row) -> Iterator[Row]:
    if len(row) < 2:
        return
    height = max(weight.denominator for _, weight in row)
    even = _even(index for index, _ in row)
    if height > len(row):
        yield even
    for denominator in range(len(row) + 1, min(height, 9)):
        parts = [max(round(weight * denominator), 1) for _, weight in row]
        parts[parts.index(max(parts))] += denominator - sum(parts)
        if min(parts) > 0:
            yield tuple((index, Fraction(part, denominator)) for (index, _), part in zip(row, parts, strict=True))


def _even(indices: Iterator[int]) -> Row:
    found = tuple(indices)
    return tuple((index, Fraction(1, len(found))) for index in found)


def _with_row(trial: Trial, s: int, a: int, row: Row) -> Trial:
    rows = (*trial.rows[s][:a], row, *trial.rows[s][a + 1 :])
    return replace(trial, rows=(*trial.rows[:s], rows, *trial.rows[s + 1 :]))


def _with_choice(trial: Trial, who: int, s: int, row: Row) -> Trial:
    changed = (*trial.policies[who][:s], row, *trial.policies[who][s + 1 :])
    pair = (changed, trial.policies[1]) if who == 0 else (trial.policies[0], changed)
    return replace(trial, policies=pair)
