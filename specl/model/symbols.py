"""The variables of the rational functions of a policy's entries, and polynomials in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx

from specl.model.flint_rational import to_fraction
from specl.model.policy import Policy
from specl.model.quantities import Choice
from specl.model.real import Real


@dataclass(frozen=True)
class LogChoice:
    """log π(a|s)."""

    choice: Choice


_MOST_TERMS_FOR_SIGNS = 300

Function = Literal["abs", "log", "exp", "power", "positive", "nonnegative"]
"""Functions that may be applied; the last two are the indicators of f > 0 and f ≥ 0."""


@dataclass(frozen=True)
class Applied:
    """A function of a rational function of the variables before it; ``exponent`` is that of "power"."""

    function: Function
    argument: Any
    exponent: Real

    def of(self, argument: Any) -> Any:
        """The function's value in any number type whose comparisons are decided."""
        match self.function:
            case "abs":
                return argument.absolute()
            case "log":
                return argument.log()
            case "exp":
                return argument.exp()
            case "power":
                return argument.power(self.exponent)
        one, zero = Real.of(1), Real.of(0)
        return one.choose(argument.compare(">" if self.function == "positive" else ">=", zero), zero)


Symbol = Choice | LogChoice | Real | Applied
"""What a variable stands for; a Real is an irrational monomial."""

Monomial = tuple[tuple[Symbol, int], ...]
"""A product of powers of variables that are not constants, in order of their creation."""


@dataclass(eq=False)
class Symbols:
    """The variables of one face. New ones are appended when they are met, so that polynomials made before stay
    valid: they are carried over into the larger ring when they meet newer ones."""

    meanings: list[Symbol] = field(default_factory=list)
    positions: dict[Symbol, int] = field(default_factory=dict)
    entries: dict[Choice, fmpq_mpoly] = field(default_factory=dict)
    ring: fmpq_mpoly_ctx = field(default_factory=lambda: fmpq_mpoly_ctx.get((), Ordering.degrevlex))

    def declare(self, meanings: Sequence[Symbol]) -> None:
        """Append variables, those that exist already left out."""
        for meaning in meanings:
            if meaning not in self.positions:
                self.positions[meaning] = len(self.meanings)
                self.meanings.append(meaning)
        names = tuple(_name(i, meaning) for i, meaning in enumerate(self.meanings))
        if len(names) != self.ring.nvars():
            self.ring = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)

    @property
    def has_constants(self) -> bool:
        """Whether irrational constants are among the variables."""
        return any(isinstance(meaning, Real) for meaning in self.meanings)

    def polynomial(self, symbol: Symbol) -> fmpq_mpoly:
        """The variable of this meaning, declared if it is new."""
        self.declare((symbol,))
        return self.ring.gen(self.positions[symbol])

    def lift(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """A polynomial of a smaller ring, in the ring as it is now."""
        return polynomial if polynomial.context() is self.ring else polynomial.project_to_context(self.ring)

    def sign(self, polynomial: fmpq_mpoly) -> int | None:
        """−1 or 1 where a polynomial ≠ 0 in the entries alone has this sign on the whole face, by its coefficients.

        With x = t/(1 + Σ t) in each row, t > 0, and denominators cleared, it is a polynomial in the t; if none of
        its coefficients is negative, it is positive. Occupancies and the determinants that they are divided by,
        linear in each row and positive at its corners, are always seen in this way.
        """
        if len(polynomial) > _MOST_TERMS_FOR_SIGNS:
            return None
        polynomial = self.lift(polynomial)
        rows: dict[int, list[int]] = {}
        for position, degree in enumerate(polynomial.degrees()):
            meaning = self.meanings[position]
            if isinstance(meaning, Choice):
                rows.setdefault(meaning.state, []).append(position)
            elif degree:
                return None
        one = self.ring.constant(1)
        sums = {s: sum((self.ring.gen(i) for i in positions), one) for s, positions in rows.items()}
        terms = list(polynomial.terms())
        degrees = {s: max(sum(int(e[i]) for i in positions) for e, _ in terms) for s, positions in rows.items()}
        total = self.ring.constant(0)
        for exponents, coefficient in terms:
            term = self.ring.term(coefficient, exponents)
            for s, positions in rows.items():
                term *= sums[s] ** (degrees[s] - sum(int(exponents[i]) for i in positions))
            total += term
        signs = {coefficient > 0 for coefficient in total.coeffs()}
        return None if len(signs) != 1 else 1 if signs.pop() else -1

    def split(self, polynomial: fmpq_mpoly) -> dict[Monomial, Real]:
        """The polynomial as one in the entries and their logarithms, with exact reals as coefficients, none of
        which is known to be 0."""
        found: dict[Monomial, Real] = {}
        for exponents, coefficient in polynomial.terms():
            value = Real.of(to_fraction(coefficient))
            monomial = []
            for symbol, exponent in zip(self.meanings, exponents, strict=False):
                if exponent and isinstance(symbol, Real):
                    value = value * symbol.power(int(exponent))
                elif exponent:
                    monomial.append((symbol, int(exponent)))
            key = tuple(monomial)
            found[key] = found[key] + value if key in found else value
        return {key: value for key, value in found.items() if not value.is_zero()}


def value_at(symbol: Symbol, policy: Policy) -> Any:
    """What a variable is worth at a policy of the face: a Real (an Enclosure where a sign could not be decided)."""
    match symbol:
        case Choice(state, action):
            return Real.of(policy.rows[state][action])
        case LogChoice(Choice(state, action)):
            return Real.of(policy.rows[state][action]).log()
        case Applied():
            return symbol.of(symbol.argument.at(policy))
    return symbol


def _name(position: int, meaning: Symbol) -> str:
    match meaning:
        case Choice(state, action):
            return f"pi_{state}_{action}"
        case LogChoice(Choice(state, action)):
            return f"log_pi_{state}_{action}"
    return f"c{position}"
