"""Progression against the semantics of temporal logic on lassos; expressions against numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.kernel.arithmetic import POINT, WORK, Interval, Ratio, Rejected, spend
from specl.kernel.objectives import EXPRESSIONS, SATISFIED, evaluate, progress, read_goal, read_tree
from specl.kernel.reading import Malformed, Node

ATOMS = {"a": {("s", "a", "s"), ("s", "both", "s")}, "b": {("s", "b", "s"), ("s", "both", "s")}}
letters = st.sampled_from(["a", "b", "both", "none"])
literals = st.sampled_from([["true"], ["false"], ["atom", "a"], ["not", ["atom", "b"]], ["atom", "b"]])


def formulas(unary: list[str], binary: list[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        literals,
        lambda inner: st.tuples(st.sampled_from(unary), inner).map(list)
        | st.tuples(st.sampled_from(binary), inner, inner).map(list),
        max_leaves=6,
    )


cosafe = formulas(["X", "F"], ["and", "or", "U"])
safe = formulas(["X", "G"], ["and", "or", "R"])


def holds(formula: Any, word: list[str], loop: int) -> list[bool]:
    """Whether the formula holds at each place of word[:loop]·word[loop:]^ω, by fixpoints."""
    size = len(word)
    following = [*range(1, size), loop]
    head, *parts = formula
    if head in ("true", "false"):
        return [head == "true"] * size
    if head == "atom":
        return [("s", letter, "s") in ATOMS[parts[0]] for letter in word]
    values = [holds(part, word, loop) for part in parts]
    if head == "not":
        return [not v for v in values[0]]
    if head in ("and", "or"):
        return [(all if head == "and" else any)(pair) for pair in zip(*values, strict=True)]
    if head == "X":
        return [values[0][following[i]] for i in range(size)]
    if head == "F":
        values = [[True] * size, values[0]]
    if head == "G":
        values = [[False] * size, values[0]]
    until = head in ("F", "U")
    found = [not until] * size
    for _ in range(size + 1):
        for i in reversed(range(size)):
            later = found[following[i]]
            if until:
                found[i] = values[1][i] or (values[0][i] and later)
            else:
                found[i] = values[1][i] and (values[0][i] or later)
    return found


negated = cosafe.map(lambda formula: ["not", formula])


@given(cosafe | safe | negated, st.lists(letters, max_size=4), st.lists(letters, min_size=1, max_size=4))
@settings(deadline=None)
def test_progression_decides(formula: Any, prefix: list[str], loop: list[str]) -> None:
    spend(0, refill=WORK)
    goal, wanted = read_goal(Node(formula, ""), ATOMS)
    memory = frozenset({frozenset({goal})})
    for letter in prefix:
        memory = progress(memory, ("s", letter, "s"), ATOMS)
    seen = set()
    while memory not in seen:  # the memories at the loop's start repeat
        seen.add(memory)
        for letter in loop:
            memory = progress(memory, ("s", letter, "s"), ATOMS)
    assert ((memory == SATISFIED) == wanted) == holds(formula, prefix + loop, len(prefix))[0]


def test_satisfied_stays() -> None:
    assert progress(SATISFIED, ("s", "a", "s"), ATOMS) == SATISFIED
    assert progress(frozenset(), ("s", "a", "s"), ATOMS) == frozenset()


def test_what_is_neither_safe_nor_cosafe() -> None:
    for formula in (["G", ["F", ["atom", "a"]]], ["U", ["G", ["atom", "a"]], ["atom", "b"]]):
        with pytest.raises(Rejected):
            read_goal(Node(formula, ""), ATOMS)


expressions = st.recursive(
    st.sampled_from(["0", "1", "-1/2", "3"]) | st.just(["var", "x"]),
    lambda inner: st.tuples(st.sampled_from(["+", "-", "*", "min", "max", "/"]), inner, inner).map(list)
    | st.tuples(st.just("abs"), inner).map(list)
    | st.tuples(st.just("^"), inner, st.sampled_from(["0", "1", "3"])).map(list)
    | st.tuples(st.sampled_from(["<", "<=", "="]), inner, inner, inner, inner).map(list),
    max_leaves=8,
)


def number(tree: Any, x: Fraction) -> Fraction:
    if isinstance(tree, str):
        return Fraction(tree)
    if tree[0] == "var":
        return x
    if tree[0] in ("<", "<=", "="):
        a, b = number(tree[1], x), number(tree[2], x)
        return number(tree[3] if {"<": a < b, "<=": a <= b, "=": a == b}[tree[0]] else tree[4], x)
    a, *rest = [number(part, x) for part in tree[1:]]
    b = rest[0] if rest else a
    if tree[0] in ("/", "^"):
        return a / b if tree[0] == "/" else a ** int(b)
    return {"+": a + b, "-": a - b, "*": a * b, "min": min(a, b), "max": max(a, b), "abs": abs(a)}[tree[0]]


@given(expressions, st.fractions(0, 1, max_denominator=8), st.fractions(0, 1, max_denominator=8))
def test_expressions_on_intervals(tree: Any, one: Fraction, two: Fraction) -> None:
    """Where the kernel gives a function, it is the expression's value at every point; at a point it gives one."""
    spend(0, refill=WORK)
    read = read_tree(Node(tree, ""), EXPRESSIONS, {("x",)})
    x = Ratio((Fraction(0), Fraction(1)), (Fraction(1),))
    for on in (Interval(min(one, two), max(one, two)), Interval(one, one)):
        try:
            found = evaluate(read, {("x",): x}, on, Node(None, ""))
        except Rejected as error:
            if on.low < on.high or "division" not in error.args[0]:
                assert on.low < on.high
            else:
                with pytest.raises(ZeroDivisionError):
                    number(tree, one)
            continue
        for i in range(5):
            at = on.low + (on.high - on.low) * i / 4
            assert found.at(at) == Ratio.of(number(tree, at))


HALF, TWO = "1/2", ["var", "x"]


@pytest.mark.parametrize(("tree", "value"), [
    (["+", HALF, TWO], "5/2"), (["-", HALF, TWO], "-3/2"), (["*", HALF, TWO], "1"), (["/", HALF, TWO], "1/4"),
    (["^", TWO, "0"], "1"), (["^", HALF, "3"], "1/8"), (["abs", ["-", HALF, TWO]], "3/2"), (["abs", TWO], "2"),
    (["min", HALF, TWO], "1/2"), (["max", HALF, TWO], "2"), (["min", TWO, HALF], "1/2"), (["max", TWO, HALF], "2"),
    (["<", HALF, TWO, "1", "0"], "1"), (["<", TWO, TWO, "1", "0"], "0"), (["<=", TWO, TWO, "1", "0"], "1"),
    (["<=", TWO, HALF, "1", "0"], "0"), (["=", TWO, "2", "1", "0"], "1"), (["=", TWO, "1", "1", "0"], "0"),
])
def test_each_operation(tree: Any, value: str) -> None:
    read = read_tree(Node(tree, ""), EXPRESSIONS, {("x",)})
    assert evaluate(read, {("x",): Ratio.of(2)}, POINT, Node(None, "")) == Ratio.of(Fraction(value))


@pytest.mark.parametrize(
    "tree", [["^", "1", "17"], ["^", "1", "-1"], ["F", "1"], ["var", "y"], ["var"], ["abs", "1", "1"], [[]]]
)
def test_what_is_no_expression(tree: Any) -> None:
    with pytest.raises(Malformed):
        read_tree(Node(tree, ""), EXPRESSIONS, {("x",)})
