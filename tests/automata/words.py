"""Letters, lassos over them, and environments whose steps show every letter over a few atoms."""

import itertools
from collections.abc import Sequence

from hypothesis import strategies as st

from specl.automata.automaton import Letter
from specl.model.environment import Step
from specl.model.formula import Formula, atom

NAMES = ("p", "q", "r")

LETTERS: tuple[Letter, ...] = tuple(
    frozenset(chosen) for size in range(len(NAMES) + 1) for chosen in itertools.combinations(NAMES, size)
)

STEPS: dict[Letter, Step] = {letter: (0, 0, i) for i, letter in enumerate(LETTERS)}
"""A step that shows each letter; `ATOMS` says so."""

ATOMS = {name: frozenset(step for letter, step in STEPS.items() if name in letter) for name in NAMES}

LASSOS = st.tuples(
    st.lists(st.sampled_from(LETTERS), max_size=4), st.lists(st.sampled_from(LETTERS), min_size=1, max_size=4)
)


def steps(word: Sequence[Letter]) -> list[Step]:
    """Steps that show the letters of a word."""
    return [STEPS[letter] for letter in word]


def formulas(max_leaves: int = 6) -> st.SearchStrategy[Formula]:
    """LTL over the three atoms."""
    leaves = st.sampled_from(NAMES).map(atom) | st.sampled_from([Formula("true"), Formula("false")])

    def larger(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        unary = st.builds(lambda op, x: Formula(op, (x,)), st.sampled_from(["!", "X", "F", "G"]), inner)
        binary = st.builds(
            lambda op, x, y: Formula(op, (x, y)), st.sampled_from(["->", "<->", "U", "R", "W", "M"]), inner, inner
        )
        several = st.builds(
            lambda op, xs: Formula(op, tuple(xs)), st.sampled_from("&|"), st.lists(inner, min_size=2, max_size=3)
        )
        return unary | binary | several

    return st.recursive(leaves, larger, max_leaves=max_leaves)
