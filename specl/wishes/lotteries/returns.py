"""Polynomials of one or two returns that grant a wish: of the least degree, and short among those."""

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.model.expression import Expression, add, constant, multiply, variable
from specl.model.quantities import RewardReturn
from specl.wishes.asking import Asking
from specl.wishes.lotteries.alphabet import Alphabet, alphabet
from specl.wishes.lotteries.length import length, scaled
from specl.wishes.lotteries.polynomials import Paid, Polynomials, Powers, as_reward, rewards

MOST_DEGREE = 32
MOST = 12
"""Polynomials of the least degree that are compared for how they read."""


def of_one_return(asking: Asking, end: float) -> INMR | None:
    """f(G) for a polynomial f; None if none is found in time."""
    letters = alphabet(asking.wish.environment)
    tried = [(paid,) for paid in rewards(letters)]
    found = [
        INMR({"reward": as_reward(letters, paid[0])}, _polynomial(("reward",), terms), discount)
        for paid, discount, terms in _least(asking, letters, tried, end)
    ]
    return min(found, key=lambda record: length("INMR", record, asking.wish.environment), default=None)


def of_two_returns(asking: Asking, end: float) -> IMORL | None:
    """f(G_1, G_2) for a polynomial f; None if none is found in time."""
    letters = alphabet(asking.wish.environment)
    tried = list(itertools.combinations(rewards(letters), 2))
    names = ("first", "second")
    found = [
        IMORL(
            {name: as_reward(letters, each) for name, each in zip(names, paid, strict=True)},
            _polynomial(names, terms),
            discount,
        )
        for paid, discount, terms in _least(asking, letters, tried, end)
    ]
    return min(found, key=lambda record: length("IMORL", record, asking.wish.environment), default=None)


Found = tuple[Sequence[Paid], Fraction, Mapping[Powers, Fraction]]


def _least(asking: Asking, letters: Alphabet, tried: Iterable[Sequence[Paid]], end: float) -> Iterator[Found]:
    """Polynomials of the least degree with which there are some: rewards, discount, coefficients."""
    fixed = asking.wish.discount
    digits = Fraction(1, len(set(letters.choices)) + 1)  # an injective return: s, a are read off its digits
    discounts = dict.fromkeys((Fraction(1, 2), digits)) if fixed is None else {fixed: None}
    searches = [Polynomials(asking.wish, discount) for discount in discounts]
    for degree in range(1, MOST_DEGREE + 1):
        count, now = 0, time.monotonic()
        until = now + (end - now) / 4  # the rest is for higher degrees
        for paid, search in itertools.product(tried, searches):
            if time.monotonic() > until or count == MOST:
                break
            if search.coefficients(paid, degree, readable=False) is not None:
                terms = search.coefficients(paid, degree)
                assert terms is not None
                count += 1
                yield paid, search.discount, terms
        if count or time.monotonic() > end:
            return


def _polynomial(names: Sequence[str], terms: Mapping[Powers, Fraction]) -> Expression:
    """Σ c·∏ name^k, high powers first."""
    parts: list[Expression] = []
    for powers, c in sorted(terms.items(), key=lambda item: (-sum(item[0]), [-k for k in item[0]])):
        factors = [_power(name, k) for name, k in zip(names, powers, strict=True) if k]
        parts.append(scaled(c, multiply(factors), is_first=not parts))
    return add(parts)


def _power(name: str, exponent: int) -> Expression:
    base = variable(RewardReturn(name))
    return base if exponent == 1 else Expression("^", (base, constant(Fraction(exponent))))
