"""Policies on which two objectives may differ, the readable ones first."""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from specl.expressivity.faces import Domain, Support, supports
from specl.expressivity.linear import separating_direction
from specl.model.environment import Environment
from specl.model.policy import Family, Policy

Candidates = Iterator[tuple[str | None, Policy]]

_GRID = tuple(Fraction(n, d) for n, d in ((0, 1), (1, 1), (1, 2), (1, 3), (2, 3), (1, 4), (3, 4)))


def named(policies: Mapping[str, Policy], families: Mapping[str, Family]) -> Candidates:
    """The policies of the file, then members of its families on a small grid, named as the language writes them."""
    yield from policies.items()
    for name, family in families.items():
        for arguments in itertools.islice(itertools.product(_GRID, repeat=len(family.parameters)), 64):
            try:
                member = family.member(arguments)
            except ValueError:
                continue
            yield f"{name}({', '.join(map(str, arguments))})", member


def uniform(environment: Environment, support: Support) -> Policy:
    """The policy that is uniform on its support."""
    width = len(environment.actions)
    return Policy(tuple(tuple(Fraction(int(a in chosen), len(chosen)) for a in range(width)) for chosen in support))


def simple(environment: Environment, domain: Domain) -> Candidates:
    """Deterministic policies (at most 200), then those that are uniform on their supports, larger supports later."""
    for support in itertools.islice(supports(environment, domain, deterministic=True), 200):
        yield None, uniform(environment, support)
    found = itertools.islice(supports(environment, domain), 2000)
    for support in sorted(found, key=lambda chosen: sum(map(len, chosen)))[:200]:
        yield None, uniform(environment, support)


def scattered(environment: Environment, domain: Domain, seed: int = 0) -> Candidates:
    """Policies with random supports and random entries of small denominators, for ever."""
    generator = random.Random(seed)  # guides a search, secures nothing
    choices = list(itertools.islice(supports(environment, domain), 2000))
    for height in itertools.count(3):
        for _ in range(20):
            support = generator.choice(choices) if generator.random() < 0.5 else choices[0]
            yield None, _random_member(environment, support, min(height, 12), generator)


def _random_member(environment: Environment, support: Support, height: int, generator: random.Random) -> Policy:
    rows = []
    for chosen in support:
        parts = [generator.randint(1, height) for _ in chosen]
        row = [Fraction(0)] * len(environment.actions)
        for a, part in zip(chosen, parts, strict=True):
            row[a] = Fraction(part, sum(parts))
        rows.append(tuple(row))
    return Policy(tuple(rows))


Approximate = Callable[[Policy], tuple[float, float]]
"""Both objectives at a policy, in floating point."""


def along_gradients(environment: Environment, domain: Domain, values: Approximate, starts: int = 6) -> Candidates:
    """Where the gradients of the two objectives at an inner policy are not positive multiples of each other, pairs of
    policies on a line along which one objective grows and the other does not; coarse ones first."""
    support = next(supports(environment, domain))
    generator = random.Random(1)
    centres = [uniform(environment, support)]
    centres += [_random_member(environment, support, 5, generator) for _ in range(starts - 1)]
    free = [(s, a) for s, chosen in enumerate(support) for a in chosen[:-1]]
    for centre in centres:
        gradients = _gradients(centre, support, free, values)
        if _parallel(*gradients):
            continue
        for first, second in (gradients, gradients[::-1]):
            direction = separating_direction(first, second)
            if direction is None:
                continue
            for denominator in (2, 4, 8, 16, 64, 256, 1024, 4096):
                yield None, centre
                for sign in (1, -1):
                    moved = shift(centre, support, dict(zip(free, direction, strict=True)), Fraction(sign, denominator))
                    if moved is not None:
                        yield None, moved


def _gradients(
    centre: Policy, support: Support, free: Sequence[tuple[int, int]], values: Approximate
) -> tuple[list[Fraction], list[Fraction]]:
    step = Fraction(1, 4096)
    slopes: tuple[list[Fraction], list[Fraction]] = ([], [])
    for coordinate in free:
        ends = [shift(centre, support, {coordinate: Fraction(1)}, sign * step) for sign in (1, -1)]
        reached = [(end, weight) for end, weight in zip(ends, (1, -1), strict=True) if end is not None]
        at = [values(end) for end, _ in reached]
        for i, slope in enumerate(slopes):
            rise = at[0][i] - at[-1][i] if len(at) == 2 else 0.0
            slope.append(Fraction(rise / (2 * float(step))).limit_denominator(10**6))
    return slopes


def _parallel(first: Sequence[Fraction], second: Sequence[Fraction]) -> bool:
    """Whether two approximate gradients point in the same direction, as far as finite differences tell."""
    lengths = [float(sum(x * x for x in vector)) for vector in (first, second)]
    if min(lengths) < 1e-10:
        return max(lengths) < 1e-10
    product = float(sum(x * y for x, y in zip(first, second, strict=True)))
    return product > 0 and product**2 > (1 - 1e-9) * lengths[0] * lengths[1]


def shift(
    policy: Policy, support: Support, direction: Mapping[tuple[int, int], Fraction], by: Fraction
) -> Policy | None:
    """Move weight between the last action of each support and the others; None where an entry would be negative."""
    rows = [list(row) for row in policy.rows]
    for (s, a), change in direction.items():
        rows[s][a] += by * change
        rows[s][support[s][-1]] -= by * change
    if any(entry < 0 for row in rows for entry in row):
        return None
    return Policy(tuple(tuple(row) for row in rows))


def mixture(first: Policy, second: Policy, weight: Fraction) -> Policy:
    """(1 − weight) · first + weight · second, row by row."""
    rows = (
        tuple((1 - weight) * x + weight * y for x, y in zip(one, other, strict=True))
        for one, other in zip(first.rows, second.rows, strict=True)
    )
    return Policy(tuple(rows))


def towards_ties(anchors: Sequence[Policy], values: Approximate, rounds: int = 10) -> Candidates:
    """Bisect mixtures of two policies until they tie with a third under one objective: where the other objective
    separates them, an early approximation already shows it."""
    for side in (0, 1):
        worth = [(values(policy)[side], policy) for policy in anchors]
        worth.sort(key=lambda pair: pair[0])
        for (low_value, low), (value, target), (high_value, high) in itertools.combinations(worth, 3):
            if not low_value < value < high_value:
                continue
            start, end = Fraction(0), Fraction(1)
            for _ in range(rounds):
                weight = (start + end) / 2
                mixed = mixture(low, high, weight)
                yield None, mixed
                yield None, target
                start, end = (weight, end) if values(mixed)[side] < value else (start, weight)
