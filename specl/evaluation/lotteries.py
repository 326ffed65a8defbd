"""Functions of a trajectory lottery: arithmetic on expectations and variances."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from specl.evaluation.context import Rank, Value
from specl.evaluation.functionals import Lottery, expectation
from specl.evaluation.refinement import refined
from specl.model.enclosure import Enclosure
from specl.model.expression import Expression, multiply
from specl.model.quantities import Variance
from specl.model.real import ZERO

ValueOf = Callable[[Any], Value]
"""A quantity of `specl.model.quantities` -> its value."""


def on_lottery(lottery: Lottery, rank: Callable[[ValueOf], Rank], precision: Fraction) -> Rank:
    """A rank computed from expectations and variances, which are refined until the rank is narrow enough.

    Args:
        rank: (Expectation or Variance -> value) -> the rank.

    Raises:
        Undefined, Unsupported: as `specl.evaluation.functionals.expectation`.
    """
    settled: dict[Expression, Value] = {}  # exact, or as narrow as it gets

    def at(inner: Fraction) -> Rank:
        found = dict(settled)

        def mean(of: Expression) -> Value:
            if of not in found:
                found[of] = value = expectation(lottery, of, inner)
                if not isinstance(value, Enclosure) or value.width > inner:
                    settled[of] = value
            return found[of]

        def value_of(key: Any) -> Value:
            if not isinstance(key, Variance):
                return mean(key.of)
            centre = mean(key.of)
            variance = mean(multiply((key.of, key.of))) - centre * centre  # Var(x) = E(x²) − E(x)²
            return variance.maximum(ZERO) if isinstance(variance, Enclosure) else variance

        return rank(value_of)

    return refined(at, precision)
