"""Counts of answers, and what they say of the fraction that they were drawn from."""

from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist

from specl.sampling.case import Verdict

_Z = NormalDist().inv_cdf(0.975)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % confidence interval of a probability (Wilson 1927: those that a score test does not reject)."""
    if trials == 0:
        return 0.0, 1.0
    share, z = successes / trials, _Z * _Z / trials
    middle = (share + z / 2) / (1 + z)
    reach = sqrt(share * (1 - share) * z + z * z / 4) / (1 + z)
    low = 0.0 if successes == 0 else max(0.0, middle - reach)
    return low, 1.0 if successes == trials else min(1.0, middle + reach)


@dataclass(frozen=True)
class Tally:
    """How often the answer was what."""

    yes: int = 0
    no: int = 0
    unknown: int = 0

    def plus(self, verdict: Verdict) -> "Tally":
        """One more answer."""
        return replace(self, **{verdict: getattr(self, verdict) + 1})

    @property
    def asked(self) -> int:
        return self.yes + self.no + self.unknown

    @property
    def fraction(self) -> float | None:
        """The share of yes; None where nothing was asked."""
        return self.yes / self.asked if self.asked else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence bounds on the fraction, whatever the unknown ones would be: the lower bound as if they were
        all no, the upper bound as if they were all yes."""
        return wilson(self.yes, self.asked)[0], wilson(self.yes + self.unknown, self.asked)[1]

    def json(self) -> dict[str, int | float | None]:
        """``{"yes", "no", "unknown", "fraction", "low", "high"}``."""
        low, high = self.interval
        counts = {"yes": self.yes, "no": self.no, "unknown": self.unknown}
        return {**counts, "fraction": self.fraction, "low": low, "high": high}
