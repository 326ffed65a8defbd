"""A conflict in words: what every objective of a formalism must give certain policies, and what is wanted instead."""

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from flint import fmpq_poly

from specl.model.flint_rational import to_fmpq, to_fraction
from specl.obstructions.exact.interval import DISCOUNTS, signs
from specl.obstructions.exact.ratio import ZERO, Ratio
from specl.wishes.wish import Pair

Weight = Fraction | Ratio
"""A number, or a function of the discount γ."""

MOST_TERMS = 6
"""Policies that are written out on a side of an equation, and chains that are written out of a wish."""

LONGEST = 16
"""Characters that a coefficient may have to be written out."""


def conflict_words(
    strict: Sequence[tuple[str, str, Weight]], ties: Sequence[tuple[str, str, Weight]], what: str
) -> str:
    """The contradiction between Σ weight·(value(better) − value(worse)) = 0, which holds for every objective of a
    formalism, and the comparisons that are wanted: "any Markov reward gives ll + rr = lr + rl, but you want
    ll ~ rr > lr ~ rl".

    Args:
        strict: (better, worse, weight ≥ 0 wherever it counts).
        ties: (one, other, weight of any sign).
        what: the objectives in question, in the singular: "any Markov reward".
    """
    chains = comparison_chains([pair[:2] for pair in strict], [pair[:2] for pair in ties])
    order = {name: i for i, name in enumerate(name for chain in chains for group in chain for name in group)}
    wanted = f"you want {_listed([show_chain(chain) for chain in chains])}"
    coefficients = _coefficients([*strict, *ties])
    if not coefficients:
        return f"{wanted}, which goes in a circle"
    names = sorted(coefficients, key=order.__getitem__)
    if len(names) == 2:  # their coefficients are 1 and −1: they are coprime and sum to 0
        return f"{names[0]} and {names[1]} have the same value under {what}, but {wanted}"
    left = [name for name in names if _side(coefficients[name]) > 0]
    right = [name for name in names if name not in left]
    factors = {name: _factor(coefficients[name] if name in left else -coefficients[name]) for name in names}
    if max(map(len, factors.values())) > LONGEST:
        sides = [side[0] if len(side) == 1 else f"a mixture of {_listed(side)}" for side in (left, right)]
        return f"{what} gives {sides[0]} the value of {sides[1]}, but {wanted}"
    sums = [_cut([factors[name] + name for name in side], " + ") for side in (left, right)]
    return f"{what} gives {sums[0]} = {sums[1]}, but {wanted}"


Chain = list[list[str]]
"""Groups of policies, best first; those of a group tie."""


def comparison_chains(strict: Sequence[Pair], ties: Sequence[Pair]) -> list[Chain]:
    """The comparisons as few chains, as a walk along them finds them; of policies that tie, one speaks for all after
    their first mention."""
    names = sorted({name for pair in (*strict, *ties) for name in pair}, key=_natural)
    group = {name: [name] for name in names}
    for one, other in ties:
        if group[one] is not group[other]:
            merged = sorted(group[one] + group[other], key=_natural)
            group |= dict.fromkeys(merged, merged)
    below: dict[str, list[str]] = {name: [] for name in names}  # by the first member of each group
    for better, worse in sorted(strict, key=lambda pair: (_natural(pair[0]), _natural(pair[1]))):
        if group[worse][0] not in below[group[better][0]]:
            below[group[better][0]].append(group[worse][0])
    entered = {name for targets in below.values() for name in targets}
    chains = []
    for head in sorted(names, key=lambda name: (name in entered, _natural(name))):
        while below[head]:
            chain = [head]
            while below[chain[-1]]:
                chain.append(below[chain[-1]].pop(0))
            chains.append(chain)
    compared = {name for chain in chains for name in chain}
    chains += [[name] for name in names if group[name][0] == name and name not in compared]
    told: set[str] = set()
    found = []
    for chain in chains:
        found.append([[name] if name in told else group[name] for name in chain])
        told.update(chain)
    return found


def show_chain(chain: Chain) -> str:
    """``a ~ b > c ~ d``; of long chains the beginning and the end."""
    levels = [
        " ~ ".join(group[: MOST_TERMS - 1]) + f" ~ ({len(group) - MOST_TERMS + 1} more)"
        if len(group) > MOST_TERMS
        else " ~ ".join(group)
        for group in chain
    ]
    if len(levels) > MOST_TERMS:
        levels = [*levels[: MOST_TERMS - 2], f"({len(levels) - MOST_TERMS + 1} more)", levels[-1]]
    return " > ".join(levels)


def _coefficients(pairs: Sequence[tuple[str, str, Weight]]) -> dict[str, fmpq_poly]:
    """Σ weight·(better − worse) by policy, times what makes it coprime polynomials in γ with integer coefficients."""
    found: dict[str, Ratio] = {}
    for better, worse, weight in pairs:
        found[better] = found.get(better, ZERO) + weight
        found[worse] = found.get(worse, ZERO) - weight
    found = {name: value for name, value in found.items() if not value.is_zero()}
    if not found:
        return {}
    common = reduce(lambda p, q: p * (q // p.gcd(q)), (value.den for value in found.values()))
    tops = {name: value.num * (common // value.den) for name, value in found.items()}
    shared = reduce(lambda p, q: p.gcd(q), tops.values())
    tops = {name: top // shared for name, top in tops.items()}
    numbers = [to_fraction(c) for top in tops.values() for c in top.coeffs() if c != 0]
    scale = Fraction(lcm(*(number.denominator for number in numbers)))
    scale /= gcd(*(int(number * scale) for number in numbers))
    if _side(common * shared) < 0:  # keep the better ones on the left
        scale = -scale
    return {name: top * to_fmpq(scale) for name, top in tops.items()}


def _side(coefficient: fmpq_poly) -> int:
    """1 or −1: the sign on [0,1); where it changes there, that near 0."""
    taken = signs(coefficient, DISCOUNTS) - {0}
    if len(taken) == 1:
        return taken.pop()
    return 1 if next(c for c in coefficient.coeffs() if c != 0) > 0 else -1


def _factor(coefficient: fmpq_poly) -> str:
    """The coefficient as it stands before a policy: "", "2·", "(1 - γ)·", "2·γ·"."""
    if coefficient.degree() <= 0:
        number = to_fraction(coefficient[0])
        return "" if number == 1 else f"{number}·"
    content, factors = coefficient.factor()
    number = to_fraction(content)
    parts = []
    for factor, power in factors:
        scale = lcm(*(to_fraction(c).denominator for c in factor.coeffs()))
        if _side(factor) < 0:
            scale = -scale
        number /= Fraction(scale) ** power
        text = _polynomial(factor * scale)
        parts.append((text if text == "γ" else f"({text})") + (f"^{power}" if power > 1 else ""))
    product = "·".join([*([str(number)] if number != 1 else []), *parts])
    expanded = f"({_polynomial(coefficient)})"
    return f"{min(product, expanded, key=len)}·"


def _polynomial(polynomial: fmpq_poly) -> str:
    """``2 - γ + 3γ^2``."""
    text = ""
    for power, coefficient in enumerate(polynomial.coeffs()):
        number = to_fraction(coefficient)
        if number:
            variable = ("", "γ")[power] if power < 2 else f"γ^{power}"
            size = "" if abs(number) == 1 and variable else str(abs(number))
            sign = ("-" if number < 0 else "") if not text else (" - " if number < 0 else " + ")
            text += sign + size + variable
    return text


def _listed(parts: Sequence[str]) -> str:
    """``a, b and c``; what is beyond MOST_TERMS is counted."""
    if len(parts) > MOST_TERMS:
        return f"{', '.join(parts[: MOST_TERMS - 1])} and {len(parts) - MOST_TERMS + 1} more"
    return " and ".join([*([", ".join(parts[:-1])] if len(parts) > 1 else []), parts[-1]])


def _cut(terms: Sequence[str], sign: str) -> str:
    if len(terms) > MOST_TERMS:
        terms = [*terms[: MOST_TERMS - 1], f"({len(terms) - MOST_TERMS + 1} more)"]
    return sign.join(terms)


def _natural(name: str) -> tuple[tuple[str, int], ...]:
    """Sorts p2 before p10."""
    return tuple((text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", name))
