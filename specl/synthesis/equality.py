"""Z3 on the question whether two objectives order all policies alike, over the entries of two policies.

left and right order alike iff there are no policies π, π' with left(π) > left(π') and right(π) ≤ right(π'), or the
other way round. On a pair of faces (see `specl.model.rational_function`) both sides are functions of the entries, so
this is a question of real arithmetic: polynomials, case distinctions for |f| and the indicators, and, for what Z3 does
not know, unknowns with what is true of them in any case (logarithms and powers are increasing; an irrational constant
lies in its enclosure). Outside its domain a function has any value: a factor 0 or a case distinction may make a
policy's rank independent of it. "No solution" is therefore a proof, on Z3's word; a solution is only a proposal.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from time import monotonic
from typing import Any, Literal

import z3

from specl.evaluation.context import Rank
from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined
from specl.model.flint_rational import to_fraction
from specl.model.policy import Policy
from specl.model.quantities import Choice
from specl.model.rational_function import RationalFunction
from specl.model.real import Real
from specl.model.symbols import Applied, LogChoice, Symbol
from specl.synthesis.face import Face


@dataclass(frozen=True)
class Answer:
    """Whether no two policies are ranked differently: "proved", "refuted" by `proposal` (to be verified), or "open".

    `queries` counts the questions put to Z3, `reason` says why it is open.
    """

    verdict: Literal["proved", "refuted", "open"]
    queries: int
    proposal: tuple[Policy, Policy] | None = None
    reason: str = ""


MOST_TERMS = 400
"""Larger expressions (terms of both objectives on one face) are not put to Z3."""


def order_alike(faces: Sequence[Face], seconds: float) -> Answer:
    """Ask Z3 about every pair of faces, within `seconds` in all."""
    if max(map(_size, faces), default=0) > MOST_TERMS:
        return Answer("open", 0, reason=f"expressions of more than {MOST_TERMS} terms are too large for Z3")
    deadline, queries = monotonic() + seconds, 0
    signs: dict[tuple[int, str], int | None] = {}
    for i, face in enumerate(faces):
        for j, other in enumerate(faces):
            if i == j and face.is_point:
                continue
            for swapped in (False, True):
                remaining = deadline - monotonic()
                if remaining <= 0:
                    return Answer("open", queries, reason=f"out of time after {queries} queries to Z3")
                queries += 1
                query = _Query(1000 * remaining, signs)
                copies = (query.copy(face, "p"), query.copy(other, "q"))
                outcome = query.ask(*copies, swapped)
                if outcome == z3.sat:
                    return Answer("refuted", queries, (copies[0].policy(query), copies[1].policy(query)))
                if outcome != z3.unsat:
                    where = "" if len(faces) == 1 else f" about supports {i + 1} and {j + 1} of {len(faces)}"
                    return Answer("open", queries, reason=f"Z3 gave up{where}: {query.why}")
    return Answer("proved", queries)


def _size(face: Face) -> int:
    ranks = (rank if isinstance(rank, tuple) else (rank,) for rank in (face.left, face.right))
    functions = (value for rank in ranks for value in rank if isinstance(value, RationalFunction))
    return sum(len(function.numerator) + len(function.denominator) for function in functions)


@dataclass
class _Query:
    """A solver, the model it found, and why it found none."""

    milliseconds: float
    signs: dict[tuple[int, str], int | None] = field(default_factory=dict)
    solver: Any = field(default_factory=lambda: z3.SolverFor("QF_NRA"))
    constants: dict[Real | int, Any] = field(default_factory=dict)
    model: Any = None
    why: str = ""

    def copy(self, face: Face, name: str) -> "_Copy":
        return _Copy(face, name, self)

    def ask(self, first: "_Copy", second: "_Copy", swapped: bool) -> Any:
        """Are there policies that one objective ranks first > second, and the other not?"""
        left = _ahead(first.terms(first.face.left), second.terms(second.face.left))
        right = _ahead(first.terms(first.face.right), second.terms(second.face.right))
        first.same_functions(second)
        self.solver.add(z3.And(right, z3.Not(left)) if swapped else z3.And(left, z3.Not(right)))
        self.solver.set("timeout", max(1, int(self.milliseconds)))
        outcome = self.solver.check()
        if outcome == z3.sat:
            self.model = self.solver.model()
        elif outcome == z3.unknown:
            self.why = str(self.solver.reason_unknown())
        return outcome

    def sign(self, value: RationalFunction, face: Face) -> int | None:
        """The sign of a denominator on a face; asked once."""
        key = (id(face), str(value.denominator))
        if key not in self.signs:
            self.signs[key] = _sign_of_denominator(value, face)
        return self.signs[key]

    def constant(self, value: Real | Enclosure) -> Any:
        """A number: itself if rational, otherwise an unknown within its enclosure; equal enclosures may hold different
        numbers."""
        if value.rational is not None:
            return _rational(value.rational)
        key = value if isinstance(value, Real) else len(self.constants)
        if key not in self.constants:
            unknown = z3.Real(f"constant_{len(self.constants)}")
            with suppress(Undefined):  # a number too large or too small for an enclosure
                box = value.enclose(64) if isinstance(value, Real) else value
                self.solver.add(unknown >= _rational(box.low), unknown <= _rational(box.high))
            self.constants[key] = unknown
        return self.constants[key]


@dataclass
class _Copy:
    """One of the two policies: Z3's variables for its entries and for the functions applied to them."""

    face: Face
    name: str
    query: _Query
    known: dict[Symbol, Any] = field(default_factory=dict)
    applied: dict[Symbol, tuple[Any, Any]] = field(default_factory=dict)  # increasing functions: argument, value

    def __post_init__(self) -> None:
        for row in self.face.policy.rows:
            for entry in row:
                if isinstance(entry, RationalFunction):
                    weight = self.polynomial(entry, entry.numerator)
                    self.query.solver.add(weight >= 0 if self.face.closed else weight > 0)

    def terms(self, rank: Rank) -> list[tuple[Any, Any]]:
        """The components of a rank as (numerator, positive denominator)."""
        return [self.fraction(value) for value in (rank if isinstance(rank, tuple) else (rank,))]

    def fraction(self, value: Any) -> tuple[Any, Any]:
        """(numerator, denominator) with a denominator that is made positive."""
        if not isinstance(value, RationalFunction):
            return self.query.constant(value), _rational(Fraction(1))
        top = self.polynomial(value, value.numerator)
        if value.denominator.is_constant():
            return top, _rational(Fraction(1))
        bottom = self.polynomial(value, value.denominator)
        self.query.solver.add(bottom != 0)  # where it is 0 the function is undefined
        sign = self.query.sign(value, self.face)
        if sign is None:
            return top * bottom, bottom * bottom
        return (top, bottom) if sign > 0 else (-top, -bottom)

    def polynomial(self, function: RationalFunction, polynomial: Any) -> Any:
        terms = []
        for exponents, coefficient in polynomial.terms():
            factors = [_rational(to_fraction(coefficient))]
            for position, exponent in enumerate(exponents):
                if exponent:
                    factors += [self.symbol(function.symbols.meanings[position])] * int(exponent)
            terms.append(_product(factors))
        if len(terms) < 2:
            return terms[0] if terms else _rational(Fraction(0))
        return z3.Sum(terms)

    def symbol(self, symbol: Symbol) -> Any:
        if symbol not in self.known:
            self.known[symbol] = self._declare(symbol)
        return self.known[symbol]

    def _declare(self, symbol: Symbol) -> Any:
        match symbol:
            case Real():
                return self.query.constant(symbol)
            case Choice(state, action):
                return z3.Real(f"{self.name}_{state}_{action}")
            case LogChoice(Choice(state, action)):
                entry = self.face.policy.rows[state][action]
                return self._increasing(symbol, self.polynomial(entry, entry.numerator))
        top, bottom = self.fraction(symbol.argument)
        match symbol.function:
            case "positive":
                return z3.If(top > 0, _rational(Fraction(1)), _rational(Fraction(0)))
            case "nonnegative":
                return z3.If(top >= 0, _rational(Fraction(1)), _rational(Fraction(0)))
        argument = self._quotient(symbol, top, bottom)
        if symbol.function == "abs":
            return z3.If(argument >= 0, argument, -argument)
        return self._power(symbol, argument) if symbol.function == "power" else self._increasing(symbol, argument)

    def _power(self, symbol: Applied, argument: Any) -> Any:
        """x^(a/b) is the v >= 0 with v^b = x^a where a and b are small; otherwise an unknown."""
        exponent = symbol.exponent.rational
        rising = symbol.exponent.sign() == 1
        if exponent is None or exponent.denominator > 4 or abs(exponent.numerator) > 4:
            unknown = self._increasing(symbol, argument)
            return unknown if rising else -unknown
        value = z3.Real(f"{self.name}_power_{len(self.known)}")
        left = _product([value] * exponent.denominator)
        right = _product([argument] * abs(exponent.numerator))
        if exponent.denominator == 1:  # a reciprocal
            self.query.solver.add(z3.Implies(argument != 0, left * right == 1))
        elif rising:
            self.query.solver.add(z3.Implies(argument >= 0, z3.And(value >= 0, left == right)))
        else:
            self.query.solver.add(z3.Implies(argument > 0, z3.And(value >= 0, left * right == 1)))
        return value

    def _quotient(self, symbol: Symbol, top: Any, bottom: Any) -> Any:
        if z3.is_rational_value(bottom):
            return top / bottom
        quotient = z3.Real(f"{self.name}_argument_{len(self.known)}")
        self.query.solver.add(quotient * bottom == top)
        return quotient

    def _increasing(self, symbol: Symbol, argument: Any) -> Any:
        """An unknown for the value of an increasing function, with its value at one point as an anchor. On finitely
        many arguments outside its domain an increasing function can be continued, so they need no exception."""
        value = z3.Real(f"{self.name}_value_{len(self.applied)}")
        self.applied[symbol] = (argument, value)
        at, then = 1, 0  # log 1 = 0
        if isinstance(symbol, Applied) and symbol.function == "exp":
            at, then = 0, 1
        if isinstance(symbol, Applied) and symbol.function == "power":
            then = 1 if symbol.exponent.sign() == 1 else -1  # negated, see `_power`
        self.query.solver.add((argument < at) == (value < then), (argument == at) == (value == then))
        return value

    def same_functions(self, other: "_Copy") -> None:
        """Both copies mean the same functions: a larger argument gives a larger value, an equal one an equal value."""
        mine = [(_kind(s), x, value) for s, (x, value) in self.applied.items()]
        theirs = [(_kind(s), x, value) for s, (x, value) in other.applied.items()]
        all_of_them = mine + theirs
        for i, (kind, x, value) in enumerate(all_of_them):
            for kind2, x2, value2 in all_of_them[i + 1 :]:
                if kind == kind2:
                    self.query.solver.add((x < x2) == (value < value2), (x == x2) == (value == value2))

    def policy(self, query: _Query) -> Policy:
        """The policy that the model proposes, its entries made rational and its rows made to sum to 1."""
        rows = []
        for s, symbolic in enumerate(self.face.policy.rows):
            row = [entry if isinstance(entry, Fraction) else Fraction(0) for entry in symbolic]
            open_entries = [a for a, entry in enumerate(symbolic) if isinstance(entry, RationalFunction)]
            for a in open_entries[:-1]:
                row[a] = _fraction_of(query.model.eval(self.symbol(Choice(s, a)), model_completion=True))
            if open_entries:
                row[open_entries[-1]] = Fraction(0)
                row[open_entries[-1]] = max(Fraction(0), 1 - sum(row, Fraction(0)))
                total = sum(row)
                row = [entry / total for entry in row]
            rows.append(tuple(row))
        return Policy(tuple(rows))


def _kind(symbol: Symbol) -> tuple[str, Any]:
    return (symbol.function, symbol.exponent) if isinstance(symbol, Applied) else ("log", None)


def _ahead(first: list[tuple[Any, Any]], second: list[tuple[Any, Any]]) -> Any:
    """Lexicographically greater; the denominators are positive."""
    result: Any = z3.BoolVal(False)
    for (a, b), (c, d) in reversed(list(zip(first, second, strict=True))):
        result = z3.Or(a * d > c * b, z3.And(a * d == c * b, result))
    return result


def _sign_of_denominator(value: RationalFunction, face: Face) -> int | None:
    """The sign that a denominator has at every policy of the face, None if it has both or this is not seen in time."""
    denominator = RationalFunction(value.symbols, value.denominator, value.symbols.ring.constant(1))
    sign = denominator.sign()
    if sign:
        return sign
    guess = denominator.at(_centre(face.policy)).sign()
    query = _Query(1000)
    copy = _Copy(face, "p", query)
    at = copy.polynomial(value, value.denominator)
    query.solver.add(at <= 0 if guess == 1 else at >= 0)
    query.solver.set("timeout", 1000)
    return guess if guess and query.solver.check() == z3.unsat else None


def _centre(policy: Policy) -> Policy:
    """The policy that is uniform on the support of a symbolic policy."""
    rows = []
    for row in policy.rows:
        size = sum(isinstance(entry, RationalFunction) for entry in row)
        rows.append(tuple(entry if isinstance(entry, Fraction) else Fraction(1, size) for entry in row))
    return Policy(tuple(rows))


def _product(factors: list[Any]) -> Any:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


def _rational(value: Fraction) -> Any:
    return z3.Q(value.numerator, value.denominator)


def _fraction_of(value: Any) -> Fraction:
    if z3.is_algebraic_value(value):
        value = value.approx(20)
    return min(Fraction(1), max(Fraction(0), Fraction(value.numerator_as_long(), value.denominator_as_long())))
