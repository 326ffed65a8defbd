"""Confidence intervals against what defines them, and the counts that they are made of."""

from itertools import pairwise
from math import sqrt

import pytest
from scipy import stats

from specl.sampling.tally import Tally, wilson


@pytest.mark.parametrize("trials", [1, 5, 50, 400])
def test_wilson_is_the_score_interval(trials: int) -> None:
    for successes in range(0, trials + 1, max(1, trials // 10)):
        ours = wilson(successes, trials)
        theirs = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_its_ends_are_where_the_score_test_begins_to_reject() -> None:
    z = stats.norm.ppf(0.975)
    for p in wilson(7, 40):
        assert abs(7 / 40 - p) == pytest.approx(z * sqrt(p * (1 - p) / 40))


def test_it_covers_the_truth_about_as_often_as_it_says() -> None:
    """Exactly, for 50 trials: the probability of an outcome whose interval holds p, averaged over p."""
    shares = []
    for k in range(1, 20):
        p = k / 20
        held = [i for i in range(51) if wilson(i, 50)[0] <= p <= wilson(i, 50)[1]]
        shares.append(sum(stats.binom.pmf(held, 50, p)))
    assert min(shares) > 0.92
    assert 0.94 < sum(shares) / len(shares) < 0.965


def test_nothing_is_known_of_no_trials() -> None:
    assert wilson(0, 0) == (0, 1)
    assert Tally().fraction is None
    assert Tally().interval == (0, 1)


def test_intervals_narrow_and_stay_in_range() -> None:
    for wide, narrow in pairwise(wilson(n // 2, n) for n in (2, 10, 50, 250)):
        assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert (wilson(0, 9)[0], wilson(9, 9)[1]) == (0.0, 1.0)


def test_unknown_answers_widen_the_interval_to_what_they_could_be() -> None:
    tally = Tally().plus("yes").plus("no").plus("unknown").plus("unknown")
    assert (tally.yes, tally.no, tally.unknown, tally.asked) == (1, 1, 2, 4)
    assert tally.fraction == 0.25
    assert tally.interval == (wilson(1, 4)[0], wilson(3, 4)[1])
    assert tally.json() == {
        "yes": 1, "no": 1, "unknown": 2, "fraction": 0.25, "low": tally.interval[0], "high": tally.interval[1]
    }  # fmt: skip
