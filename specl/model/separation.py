"""How near to 0 an algebraic number can be without being 0."""

from fractions import Fraction
from math import ceil, lcm

from specl.model.normal_form import Atom, Form

_Logs = tuple[int, int]
"""Upper bounds on (log2 u, log2 l), in 2^(−20) units."""

_UNIT = 1 << 20


def separation_bits(form: Form) -> int | None:
    """b such that the number is 0 or at least 2^(−b) in absolute value; None where it is not built from rationals
    by field operations and rational powers.

    The bound of Burnikel, Fleischer, Mehlhorn and Schirra (Algorithmica 27, 2000) for expressions with division:
    |E| ≥ 1/(l·u^(D²−1)), where u and l are u(N) = |N|, l(N) = 1 for integers, u(a±b) = u_a·l_b + l_a·u_b and
    l = l_a·l_b for sums, products for products, crossed for quotients, k-th roots for roots, and D is the product of
    the indices of the distinct roots.
    """
    roots: dict[Atom, int] = {}
    if not form or not _find_roots(form, roots):
        return None
    degree = 1
    for index in roots.values():
        degree *= index
        if degree > 256:
            return None
    u, low = _size(form)
    return ceil(Fraction(low + max(u, 0) * (degree * degree - 1), _UNIT)) + 1


def _find_roots(form: Form, roots: dict[Atom, int]) -> bool:
    for monomial, _ in form:
        for atom, exponent in monomial:
            if atom.kind not in ("root", "form") or (atom.kind == "form" and not _find_roots(atom.of, roots)):
                return False
            roots[atom] = lcm(roots.get(atom, 1), exponent.denominator)
    return True


def _size(form: Form) -> _Logs:
    terms = []
    for monomial, coefficient in form:
        u, low = _rational_size(coefficient)
        for atom, exponent in monomial:
            a, b = _size(atom.of) if atom.kind == "form" else (_log2(atom.number), 0)
            if exponent < 0:
                a, b = b, a
            whole = abs(exponent)
            u, low = u + ceil(a * whole), low + ceil(b * whole)
        terms.append((u, low))
    u, low = terms[0]
    for a, b in terms[1:]:
        u, low = max(u + b, low + a) + _UNIT, low + b
    return u, low


def _rational_size(q: Fraction) -> _Logs:
    return _log2(abs(q.numerator)), _log2(q.denominator)


def _log2(n: int) -> int:
    """An upper bound on 2^20·log2(n), for n ≥ 1: log2(n) = log2(n^16)/16 is at most 1/16 below the bound."""
    return 0 if n == 1 else ((n**16).bit_length() * _UNIT) // 16
