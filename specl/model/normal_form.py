"""Normal forms of exact real numbers: ℚ-linear combinations of monomials in atoms, and their ring operations.

A monomial is a product of powers of distinct atoms. The atoms, all positive but for the last kind:

- "root" n — n^e with e in (0,1), for integers n > 1 that are pairwise coprime and no perfect powers (primes,
  but for cofactors too large to be split). Products of them are linearly independent over ℚ: a product of
  n_i^(e_i) is rational only if every e_i is an integer, and radicals with irrational quotients are independent
  (Besicovitch 1940);
- "log" n — the logarithm of such an integer n; linearly independent, together with 1, over the algebraic
  numbers (Baker 1966), because the n are multiplicatively independent;
- "exp" M — e^M for a monomial M, any rational exponent; e^q for distinct rationals q are linearly independent over
  the algebraic numbers (Lindemann–Weierstrass 1885);
- "form" X — a positive number that is a sum; exponents that are positive integers are multiplied out;
- "logform" X — log of a number that is no rational multiple of the atoms above; integer exponents.

Two equal forms are equal numbers. The converse holds where the theorems above apply; for the other cases
`specl.model.sign` clears denominators and refines enclosures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import comb, floor
from typing import Any

from specl.model.errors import Undefined
from specl.model.factors import COMPLETE_BITS, coprime_base, exponents

KINDS = ("root", "log", "exp", "form", "logform")
LARGEST_EXPANSION = 2000
"""Powers of sums with more terms than this stay unexpanded."""
LARGEST_BITS = 1 << 20
"""Integers with more bits than this are refused."""


@dataclass(frozen=True)
class Atom:
    """See the module's docstring; ``number`` is the integer of a root or log, ``of`` the form of the other kinds."""

    kind: str
    number: int = 0
    of: "Form" = ()

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """A total order on atoms."""
        return (KINDS.index(self.kind), self.number, form_key(self.of))

    @cached_property
    def _hash(self) -> int:
        return hash((self.kind, self.number, self.of))

    def __hash__(self) -> int:
        return self._hash


Monomial = tuple[tuple[Atom, Fraction], ...]
"""(atom, exponent ≠ 0), in the order of the atoms' keys."""

Form = tuple[tuple[Monomial, Fraction], ...]
"""(monomial, coefficient ≠ 0), in the order of the monomials' keys; the zero form is empty."""

UNIT: Monomial = ()


def form_key(form: Form) -> tuple[Any, ...]:
    """A total order on forms."""
    return tuple((monomial_key(monomial), coefficient) for monomial, coefficient in form)


def monomial_key(monomial: Monomial) -> tuple[Any, ...]:
    """A total order on monomials; the unit comes first."""
    return tuple((atom.key, exponent) for atom, exponent in monomial)


def of_rational(q: Fraction) -> Form:
    """A rational number."""
    return ((UNIT, q),) if q else ()


def of_atom(atom: Atom) -> Form:
    """An atom to the first power; a form atom is what it stands for."""
    return atom.of if atom.kind == "form" else ((((atom, Fraction(1)),), Fraction(1)),)


def collect(terms: Iterable[tuple[Monomial, Fraction]]) -> Form:
    """The sum of terms whose monomials are in normal form."""
    total: dict[Monomial, Fraction] = {}
    for monomial, coefficient in terms:
        total[monomial] = total.get(monomial, Fraction(0)) + coefficient
    found = tuple(sorted(((m, c) for m, c in total.items() if c), key=lambda term: monomial_key(term[0])))
    return _coprime(found)


def add(left: Form, right: Form) -> Form:
    """left + right."""
    return collect(left + right)


def scale(form: Form, q: Fraction) -> Form:
    """q · form."""
    return tuple((monomial, q * coefficient) for monomial, coefficient in form) if q else ()


def multiply(left: Form, right: Form) -> Form:
    """left · right.

    Raises:
        Undefined: the product has too many terms to be written down.
    """
    if len(left) * len(right) > LARGEST_EXPANSION * 20:
        raise Undefined("a product of sums with too many terms")
    terms: list[tuple[Monomial, Fraction]] = []
    for m, c in left:
        for n, d in right:
            terms.extend(scale(product(((m, 1), (n, 1))), c * d))
    return collect(terms)


def product(factors: Iterable[tuple[Monomial, Fraction | int]]) -> Form:
    """The product of powers of monomials; a power that is not an integer is of positive atoms."""
    powers: dict[Atom, Fraction] = {}
    for monomial, power in factors:
        for atom, exponent in monomial:
            powers[atom] = powers.get(atom, Fraction(0)) + exponent * power
    return of_powers(powers)


def of_powers(powers: Mapping[Atom, Fraction]) -> Form:
    """The product of powers of atoms, with any rational exponents (integers, for logform atoms)."""
    coefficient = Fraction(1)
    kept: list[tuple[Atom, Fraction]] = []
    sums: list[Form] = []
    for atom, exponent in powers.items():
        if exponent == 0:
            continue
        whole = floor(exponent)
        if atom.kind == "root":
            coefficient *= integer_power(Fraction(atom.number), whole)
            exponent -= whole
        elif atom.kind == "form":
            base = atom.of
            if whole < 0:
                inverse = algebraic_inverse(base)
                if inverse is not None:
                    sums += [inverse] * -whole
                    exponent -= whole
            elif whole > 0 and expands(base, whole):
                sums += [base] * whole
                exponent -= whole
        if exponent:
            kept.append((atom, exponent))
    kept.sort(key=lambda power: power[0].key)
    result: Form = ((tuple(kept), coefficient),)
    for factor in sums:
        result = multiply(result, factor)
    return result if sums else _coprime(result)


def expands(form: Form, n: int) -> bool:
    """Whether form^n is small enough to be multiplied out."""
    size = len(form)
    return size <= 1 or (n <= LARGEST_EXPANSION and comb(n + size - 1, size - 1) <= LARGEST_EXPANSION)


def integer_power(q: Fraction, n: int) -> Fraction:
    """q^n, refused where it is too large.

    Raises:
        Undefined: the power has more than `LARGEST_BITS` bits.
    """
    if abs(n) * max(q.numerator.bit_length(), q.denominator.bit_length()) > LARGEST_BITS and abs(q) != 1:
        raise Undefined("a power too large to be written down")
    return q**n


def split_radicals(monomial: Monomial) -> tuple[Monomial, Monomial]:
    """(its roots, the rest)."""
    roots = tuple(power for power in monomial if power[0].kind == "root")
    return roots, monomial[len(roots):]


@lru_cache(maxsize=512)
def algebraic_inverse(form: Form, largest_degree: int = 64) -> Form | None:
    """1/form where form = N·Y with a monomial N and Y a sum of radicals, by linear algebra in the field that the
    radicals generate; None for other forms, and where that field is too large.

    The group of the radicals in Y modulo rationals is a basis of the field ℚ(radicals) over ℚ (Besicovitch), so
    1/Y is the solution of Y·Z = 1 in it.
    """
    rests = {split_radicals(monomial)[1] for monomial, _ in form}
    if len(rests) != 1:
        return None
    radicals = collect((split_radicals(monomial)[0], coefficient) for monomial, coefficient in form)
    group = [UNIT]
    index: dict[Monomial, int] = {UNIT: 0}
    for element in group:
        for monomial, _ in radicals:
            ((new, _),) = product(((element, 1), (monomial, 1)))
            if new not in index:
                if len(group) == largest_degree:
                    return None
                index[new] = len(group)
                group.append(new)
    from flint import fmpq, fmpq_mat

    from specl.model.flint_rational import to_fmpq, to_fraction

    size = len(group)
    matrix = [[fmpq(0)] * size for _ in range(size)]
    for column, element in enumerate(group):
        for monomial, coefficient in multiply(((element, Fraction(1)),), radicals):
            matrix[index[monomial]][column] = to_fmpq(coefficient)
    right = fmpq_mat(size, 1, [fmpq(int(row == 0)) for row in range(size)])
    solution = fmpq_mat(matrix).solve(right)
    entries = (to_fraction(solution[row, 0]) for row in range(size))
    inverse = collect((element, entry) for element, entry in zip(group, entries, strict=True))
    return multiply(product(((rests.pop(), -1),)), inverse)


def cleared(form: Form) -> Form:
    """The form times powers of its atoms, so that no negative exponent remains: zero iff the form is."""
    for _ in range(8):
        lowest: dict[Atom, Fraction] = {}
        for monomial, _ in form:
            for atom, exponent in monomial:
                if exponent < 0 and atom.kind != "exp":
                    lowest[atom] = min(lowest.get(atom, exponent), exponent)
        if not lowest:
            break
        factor = tuple(sorted(((atom, -exponent) for atom, exponent in lowest.items()), key=lambda p: p[0].key))
        # the factor is joined monomial by monomial: exponents cancel before sums are multiplied out
        form = collect(
            term for m, c in form for term in scale(product(((m, 1), (factor, 1))), c)
        )
    return form


def _coprime(form: Form) -> Form:
    """The form over a coprime base of its integers; only numbers too large to be factored make that necessary."""
    numbers = {atom.number for monomial, _ in form for atom, _ in monomial if atom.number}
    if all(n.bit_length() <= COMPLETE_BITS for n in numbers):
        return form
    base = coprime_base(numbers)
    if numbers <= set(base):
        return form
    terms: list[tuple[Monomial, Fraction]] = []
    for monomial, coefficient in form:
        expanded: Form = of_rational(coefficient)
        for atom, exponent in monomial:
            if not atom.number or atom.number in base:
                expanded = multiply(expanded, of_powers({atom: exponent}))
                continue
            split = exponents(atom.number, base)
            if atom.kind == "root":
                expanded = multiply(expanded, of_powers({Atom("root", b): e * exponent for b, e in split.items()}))
            elif exponent.denominator == 1 and exponent > 0:
                logs = collect(((((Atom("log", b), Fraction(1)),), Fraction(e)) for b, e in split.items()))
                for _ in range(int(exponent)):
                    expanded = multiply(expanded, logs)
            else:
                expanded = multiply(expanded, of_powers({atom: exponent}))
        terms.extend(expanded)
    return collect(terms) if terms != list(form) else form
