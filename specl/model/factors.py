"""Multiplicative structure of positive rationals: prime factors where these come quickly, coprime bases otherwise."""

import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import gcd

SMALL = 4000
"""Trial division goes up to here."""

COMPLETE_BITS = 96
"""Cofactors of at most so many bits are factored completely; larger ones are left whole."""


@lru_cache(maxsize=4096)
def factor(n: int) -> Mapping[int, int]:
    """n ≥ 1 as a product of powers: base -> exponent.

    The bases are pairwise coprime and no base is a perfect power. They are primes, but for at most one
    cofactor of more than `COMPLETE_BITS` bits without small factors.
    """
    found: dict[int, int] = {}
    for p in itertools.chain((2, 3), range(5, SMALL, 2)):
        if p * p > n:
            break
        while n % p == 0:
            found[p] = found.get(p, 0) + 1
            n //= p
    if n == 1:
        return found
    if n < SMALL * SMALL:
        found[n] = 1
        return found
    from flint import fmpz

    rest = fmpz(n).factor() if n.bit_length() <= COMPLETE_BITS else ((n, 1),)
    for base, exponent in rest:
        root, power = _root(int(base))
        found[root] = found.get(root, 0) + int(exponent) * power
    return found


def factor_rational(q: Fraction) -> Mapping[int, int]:
    """q > 0 as a product of powers of pairwise coprime integers (see `factor`)."""
    found = dict(factor(q.numerator))
    for base, exponent in factor(q.denominator).items():
        found[base] = found.get(base, 0) - exponent
    return found


def coprime_base(numbers: Iterable[int]) -> list[int]:
    """Pairwise coprime integers > 1, none a perfect power, of which every given number ≥ 1 is a product
    (Bernstein, Factoring into coprimes, 2005; here the plain quadratic method)."""
    base: list[int] = []
    waiting = [n for n in numbers if n > 1]
    while waiting:
        n = _root(waiting.pop())[0]
        for index, b in enumerate(base):
            g = gcd(n, b)
            if g > 1:
                if b != n:
                    del base[index]
                    waiting += [part for part in (g, n // g, b // g) if part > 1]
                break
        else:
            base.append(n)
    return sorted(base)


def exponents(n: int, base: Iterable[int]) -> dict[int, int]:
    """The exponents of n over a coprime base of which it is a product."""
    found: dict[int, int] = {}
    for b in base:
        while n % b == 0:
            found[b] = found.get(b, 0) + 1
            n //= b
    return found


def _root(n: int) -> tuple[int, int]:
    """(r, k) with n = r^k and k as large as possible."""
    from flint import fmpz

    exponent, k = 1, 2
    while fmpz(n).is_perfect_power():
        root = int(fmpz(n).root(k))
        if root**k == n:
            n, exponent = root, exponent * k
        else:
            k += 1
    return n, exponent
