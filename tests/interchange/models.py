"""Random sparse models, and when two are the same."""

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from specl.solvers.sparse import SparseModel

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
WORDS = st.text("abcxyz_019", min_size=1, max_size=6).map("n".__add__)


@st.composite
def models(draw: st.DrawFn, names: st.SearchStrategy[str] = TEXTS, is_plain: bool = False) -> SparseModel:
    """Models of up to 6 states. ``is_plain``: with labels of states alone, no names of states, one start."""
    n = draw(st.integers(1, 6))
    counts = draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    rows = [draw(_row(n)) for _ in range(sum(counts))]
    m, nnz = len(rows), sum(map(len, rows))
    doubles = st.floats(-1e6, 1e6, allow_subnormal=False)
    actions = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    is_named = draw(st.booleans())
    sizes = [n] if is_plain else [n, m, nnz]
    labels = draw(st.dictionaries(names.filter(lambda name: name != "init"), st.sampled_from(sizes), max_size=3))
    start = draw(_row(n)) if not is_plain and draw(st.booleans()) else [(draw(st.integers(0, n - 1)), 1.0)]
    weights = np.zeros(n)
    weights[[t for t, _ in start]] = [p for _, p in start]
    return SparseModel.from_arrays(
        np.concatenate(([0], np.cumsum(counts))),
        np.concatenate(([0], np.cumsum([len(row) for row in rows]))),
        [t for row in rows for t, _ in row],
        [p for row in rows for _, p in row],
        start=weights,
        rewards={
            name: draw(st.lists(doubles, min_size=m, max_size=m))
            for name in draw(st.lists(names, max_size=2, unique=True))
        },
        labels={name: draw(st.lists(st.booleans(), min_size=size, max_size=size)) for name, size in labels.items()},
        states=None if is_plain or draw(st.booleans()) else draw(st.lists(names, min_size=n, max_size=n)),
        actions=actions if is_named else (),
        action=draw(st.lists(st.integers(0, len(actions) - 1), min_size=m, max_size=m)) if is_named else None,
    )


@st.composite
def _row(draw: st.DrawFn, n: int) -> list[tuple[int, float]]:
    targets = draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=3, unique=True))
    parts = np.array(draw(st.lists(st.floats(0.01, 1), min_size=len(targets), max_size=len(targets))))
    return list(zip(targets, (parts / parts.sum()).tolist(), strict=True))


def grid(side: int = 5) -> SparseModel:
    """A walk on a square with slips, a goal that is never left, and a reward in every cell."""
    n = side * side
    moves = ((0, 1), (1, 0), (0, -1), (-1, 0))

    def at(s: int, move: int) -> int:
        x, y = (np.clip(c + d, 0, side - 1) for c, d in zip(divmod(s, side), moves[move % 4], strict=True))
        return int(x) * side + int(y)

    rows = [
        {n - 1: 1.0} if s == n - 1 else _sum([(at(s, a), 0.8), (at(s, a + 1), 0.1), (at(s, a - 1), 0.1)])
        for s in range(n)
        for a in range(4)
    ]
    return SparseModel.from_arrays(
        np.arange(n + 1) * 4,
        np.concatenate(([0], np.cumsum([len(row) for row in rows]))),
        [t for row in rows for t in row],
        [p for row in rows for p in row.values()],
        rewards={"reward": np.repeat(np.arange(n) % 10 / 10, 4)},
        labels={"goal": np.arange(n) == n - 1, "trap": np.arange(n) % 7 == 3},
        actions=("east", "south", "west", "north"),
        action=np.tile(np.arange(4), n),
    )


def _sum(pairs: list[tuple[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for t, p in pairs:
        found[t] = found.get(t, 0.0) + p
    return dict(sorted(found.items()))


def assert_same(one: SparseModel, other: SparseModel) -> None:
    """Bit for bit, but for the start, whose weights may be scaled."""
    for name in ("choices", "entries", "targets", "probabilities"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert np.array_equal(one.start[0], other.start[0])
    assert np.allclose(one.start[1], other.start[1], rtol=1e-15)
    assert set(one.rewards) == set(other.rewards)
    assert all(np.array_equal(one.rewards[name], other.rewards[name]) for name in one.rewards)
    assert set(one.labels) == set(other.labels)
    assert all(np.array_equal(one.labels[name], other.labels[name]) for name in one.labels)
    assert [one.act(k) for k in range(len(one.entries) - 1)] == [other.act(k) for k in range(len(other.entries) - 1)]
    assert [one.state(s) for s in range(one.size)] == [other.state(s) for s in range(other.size)]


def written(folder: Path, **texts: str) -> Path:
    """Files m.tra, m.lab, … with these texts; the path that they have in common."""
    for ending, text in texts.items():
        (folder / f"m.{ending}").write_text(text, encoding="utf-8")
    return folder / "m"
