"""Linear functionals and conflicts: verified exactly, irreducible, and agreed upon with an SMT solver."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

import cvc5
import pytest
from cvc5 import Kind
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.wishes.linear import guess, nearest
from specl.wishes.linear.differences import differences
from specl.wishes.linear.order import guessed, order
from specl.wishes.linear.outcome import Conflict, Functional
from specl.wishes.linear.shortened import shortened
from specl.wishes.wish import Pair

Vectors = Mapping[str, Sequence[Fraction]]
Instance = tuple[list[Pair], list[Pair], Vectors]


def check(strict: Sequence[Pair], ties: Sequence[Pair], vectors: Vectors, found: Functional | Conflict) -> None:
    """The functional orders so, or the weights cancel."""
    if isinstance(found, Functional):
        value = {
            name: sum(x * y for x, y in zip(found.coefficients, vector, strict=True))
            for name, vector in vectors.items()
        }
        assert all(value[a] > value[b] for a, b in strict)
        assert all(value[a] == value[b] for a, b in ties)
        return
    assert found.strict
    assert all(weight > 0 and (a, b) in strict for a, b, weight in found.strict)
    assert all(weight and (a, b) in ties for a, b, weight in found.ties)
    assert cancel(found, vectors)


def cancel(found: Conflict, vectors: Vectors) -> bool:
    weighted = [(vectors[a], vectors[b], x) for a, b, x in (*found.strict, *found.ties)]
    width = len(next(iter(vectors.values())))
    return all(sum(x * (p[k] - q[k]) for p, q, x in weighted) == 0 for k in range(width))


def is_irreducible(found: Conflict, vectors: Vectors) -> bool:
    strict, ties = [(a, b) for a, b, _ in found.strict], [(a, b) for a, b, _ in found.ties]
    smaller = [(strict[:i] + strict[i + 1 :], ties) for i in range(len(strict))]
    smaller += [(strict, ties[:j] + ties[j + 1 :]) for j in range(len(ties))]
    return all(isinstance(order(*fewer, vectors, readable=False), Functional) for fewer in smaller)


def is_possible(strict: Sequence[Pair], ties: Sequence[Pair], vectors: Vectors) -> bool:
    """Whether there is a functional, by cvc5."""
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    solver.setLogic("QF_LRA")
    zero = terms.mkReal(0)
    unknowns = [terms.mkConst(terms.getRealSort(), f"w{k}") for k in range(len(next(iter(vectors.values()))))]

    def worth(a: str, b: str) -> cvc5.Term:
        parts = [zero, zero]
        for unknown, x, y in zip(unknowns, vectors[a], vectors[b], strict=True):
            parts.append(terms.mkTerm(Kind.MULT, terms.mkReal(str(x - y)), unknown))
        return terms.mkTerm(Kind.ADD, *parts)

    for a, b in strict:
        solver.assertFormula(terms.mkTerm(Kind.GT, worth(a, b), zero))
    for a, b in ties:
        solver.assertFormula(terms.mkTerm(Kind.EQUAL, worth(a, b), zero))
    return bool(solver.checkSat().isSat())


def instance(seed: int) -> Instance:
    """A few comparisons of a few vectors: small integers, rationals, or huge ones."""
    rng = random.Random(seed)
    size = rng.choice([2, 3, 3, 10, 10**30])
    bottom = rng.choice([1, 1, 4, size])
    names = [f"p{i}" for i in range(rng.randint(2, 9))]
    width = rng.randint(1, 6)
    vectors = {
        name: [Fraction(rng.randint(-size, size), rng.randint(1, bottom)) for _ in range(width)] for name in names
    }
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    rng.shuffle(pairs)
    count = rng.randint(1, min(10, len(pairs)))
    return pairs[:count], pairs[count : count + rng.randint(0, 3)], vectors


def test_random_instances_are_decided_exactly() -> None:
    outcomes = set()
    for seed in range(3000):
        strict, ties, vectors = instance(seed)
        found = order(strict, ties, vectors, readable=False)
        check(strict, ties, vectors, found)
        if isinstance(found, Conflict):
            assert is_irreducible(found, vectors), seed
        outcomes.add(type(found))
    assert outcomes == {Functional, Conflict}


def test_an_smt_solver_agrees() -> None:
    for seed in range(10_000, 10_300):
        strict, ties, vectors = instance(seed)
        found = order(strict, ties, vectors, readable=False)
        assert isinstance(found, Functional) == is_possible(strict, ties, vectors), seed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_readable_answers_are_as_true_and_have_no_entry_too_many(seed: int) -> None:
    strict, ties, vectors = instance(seed)
    found = order(strict, ties, vectors)
    check(strict, ties, vectors, found)
    assert type(found) is type(order(strict, ties, vectors, readable=False))
    if isinstance(found, Conflict):
        assert is_irreducible(found, vectors)
    elif all(abs(x) < 100 for row in vectors.values() for x in row):
        used = [k for k, x in enumerate(found.coefficients) if x]
        for left_out in used:
            fewer = {name: [row[k] for k in used if k != left_out] for name, row in vectors.items()}
            assert isinstance(order(strict, ties, fewer, readable=False), Conflict)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_floating_point_is_believed_only_where_exact_arithmetic_agrees(seed: int) -> None:
    strict, ties, vectors = instance(seed)
    rows = differences(strict, ties, vectors)
    if all(any(row) for row in rows.above):
        by_guess, alone = guessed(rows), nearest.order(rows)
        check(strict, ties, vectors, alone)
        assert by_guess is None or type(by_guess) is type(alone)


@pytest.mark.parametrize("wrong", ["functional", "conflict"])
def test_wrong_guesses_do_no_harm(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    def functional(above: guess.Array, level: guess.Array, sparse: bool = True) -> guess.Array | None:
        return above[0] if wrong == "functional" and above[0].any() else None

    def conflict(above: guess.Array, level: guess.Array) -> tuple[list[int], list[int]]:
        return list(range(len(above))), list(range(len(level)))

    expected = {seed: order(*instance(seed), readable=False) for seed in range(150)}
    monkeypatch.setattr(guess, "functional", functional)
    monkeypatch.setattr(guess, "conflict", conflict)
    for seed, right in expected.items():
        found = order(*instance(seed))
        check(*instance(seed), found)
        assert type(found) is type(right)


def of(*rows: Sequence[int | Fraction]) -> Vectors:
    return {name: [Fraction(x) for x in row] for name, row in zip("abcdefgh", rows, strict=False)}


def test_nothing_strict_is_granted_by_nothing() -> None:
    assert order([], [("a", "b")], of([1, 2], [3, 4])) == Functional((Fraction(0), Fraction(0)))
    assert order([], [], {}) == Functional(())


def test_equal_vectors_cannot_be_told_apart() -> None:
    found = order([("a", "b"), ("b", "c")], [("a", "c")], of([1, 2], [5, 6], [5, 6]))
    assert found == Conflict((("b", "c", Fraction(1)),), ())
    assert isinstance(order([("a", "b")], [], of([], [])), Conflict)


def test_one_dimension() -> None:
    assert order([("a", "b"), ("b", "c")], [], of([7], [5], [1])) == Functional((Fraction(1),))
    assert order([("c", "b"), ("b", "a")], [], of([7], [5], [1])) == Functional((Fraction(-1),))
    found = order([("a", "b"), ("c", "b")], [], of([7], [5], [1]))
    assert found == Conflict((("a", "b", Fraction(2)), ("c", "b", Fraction(1))), ())


def test_a_comparison_said_twice_counts_once() -> None:
    found = order([("a", "b"), ("a", "b"), ("b", "a")], [("a", "c"), ("a", "c")], of([1, 0], [0, 1], [1, 1]))
    assert isinstance(found, Conflict)
    assert len(found.strict) == 2
    assert not found.ties


def test_ties_alone_can_forbid() -> None:
    vectors = of([1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0])
    found = order([("a", "c")], [("a", "b"), ("c", "d")], vectors)
    assert isinstance(found, Conflict)
    assert found == Conflict((("a", "c", Fraction(2)),), (("a", "b", Fraction(-1)), ("c", "d", Fraction(1))))


def test_few_small_numbers_are_preferred() -> None:
    vectors = of([9, 3, 1, 5], [8, 2, 4, 5], [7, 1, 0, 5])
    found = order([("a", "b"), ("b", "c")], [], vectors)
    assert isinstance(found, Functional)
    assert sorted(map(abs, found.coefficients)) == [0, 0, 0, 1]


def test_thin_cones_and_tiny_margins() -> None:
    """Differences of 10⁻⁴⁰ decide, which floating point does not see."""
    tiny = Fraction(1, 10**40)
    above = of([1, 1], [0, 0], [0, 1 + tiny], [1, 0])
    possible = order([("a", "b"), ("c", "d")], [], above)
    check([("a", "b"), ("c", "d")], [], above, possible)
    opposed = of([1, 1], [0, 0], [0, 0], [1, 1])
    assert isinstance(order([("a", "b"), ("c", "d")], [], opposed), Conflict)
    nearly = of([1, 1], [0, 0], [0, tiny], [1, 1])
    check([("a", "b"), ("c", "d")], [], nearly, order([("a", "b"), ("c", "d")], [], nearly))
    assert isinstance(order([("a", "b"), ("c", "d")], [], nearly), Functional)


def test_many_comparisons_are_added_as_they_are_violated() -> None:
    rng = random.Random(5)
    vectors = {f"p{i}": [Fraction(rng.randint(0, 30)) for _ in range(5)] for i in range(60)}
    hidden = [3, -1, 2, 5, -4]
    value = {name: sum(x * y for x, y in zip(hidden, row, strict=True)) for name, row in vectors.items()}
    strict = [(a, b) for a in vectors for b in vectors if value[a] > value[b]]
    assert len(strict) > guess.FEW
    found = order(strict, [], vectors)
    assert isinstance(found, Functional)
    check(strict, [], vectors, found)
    broken = [*strict, (strict[7][1], strict[7][0])]
    conflict = order(broken, [], vectors)
    check(broken, [], vectors, conflict)
    assert isinstance(conflict, Conflict)
    assert is_irreducible(conflict, vectors)


def test_shortened_conflicts_cancel_and_stay_irreducible() -> None:
    shorter = 0
    for seed in range(400):
        strict, ties, vectors = instance(seed)
        found = order(strict, ties, vectors, readable=False)
        if isinstance(found, Conflict):
            short = shortened(found)
            assert cancel(short, vectors)
            assert all(weight > 0 for *_, weight in short.strict)
            assert is_irreducible(short, vectors)
            shorter += len(short.strict) + len(short.ties) < len(found.strict) + len(found.ties)
    assert shorter


def test_chains_are_told_by_their_ends() -> None:
    half = Fraction(1, 2)
    chain = Conflict((("a", "b", half), ("b", "c", half)), (("d", "c", -half), ("a", "e", Fraction(-2))))
    assert shortened(chain) == Conflict((("a", "d", half),), (("e", "a", Fraction(2)),))
