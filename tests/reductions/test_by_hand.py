"""Each arrow on one example whose values are worked out by hand, as functions of the policy.

Inside, "leave" opens the door with probability 3/4; outside is for ever. Policy (p, q) leaves with probability p and,
outside, stays with probability q. So each visit inside is the last with probability h = 3p/4, and with a discount γ
m(inside) = 1/(1 − γ(1−h)), m(outside) = 1/(1−γ) − m(inside), m(inside, leave, outside) = h·m(inside).
With γ = 1/2 the exit at time T, P(T = t) = h(1−h)^t, has return γ^T, and E[γ^(kT)] = h/(1 − γ^k(1−h)).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from specl.expressivity.compare import compare
from specl.expressivity.comparison import Side
from specl.formalisms import rank
from specl.model.policy import Policy
from specl.reductions import arrows, reduction
from tests.reductions.reading import read

HOUSE = """
environment house {
  states inside, outside
  actions stay, leave
  start inside
  inside --stay--> inside
  inside --leave--> { outside: 3/4, inside: 1/4 }
  outside --_--> outside
}
"""

EXIT = "reward exit { inside --leave--> outside: 1 }"
WAIT = "reward wait { inside --stay--> _: 1 }"
HALF = Fraction(1, 2)


def h(p: Fraction) -> Fraction:
    return Fraction(3, 4) * p


def m_in(p: Fraction) -> Fraction:
    return 1 / (1 - HALF * (1 - h(p)))


def m_out(p: Fraction) -> Fraction:
    return 2 - m_in(p)


def some_day(p: Fraction) -> Fraction:
    return Fraction(p > 0)


EXIT_ONCE = f"discount 1/2 {EXIT}"
FIRST_TRY = "discount 1/2 machine { start fresh  fresh --leave--> tried: 1 }"
SOON = f"{EXIT} value [X X outside] * return(exit, 1/2)"
SPREAD = "discount 1/2 reward { } strength 1 regulariser p[stay]^2 + p[leave]^2"
TWO = f"discount 1/2 {EXIT} {WAIT}"
LOTTERY_ORDER = "reward rest { outside --stay--> _: 1 } order lexicographic(P(F outside), E(average(rest)))"

Formula = Callable[[Fraction, Fraction], Any]

EXAMPLES: dict[tuple[str, str], tuple[str, Formula]] = {
    ("MR", "RM"): (EXIT_ONCE, lambda p, q: h(p) * m_in(p)),
    ("MR", "RRL"): (EXIT_ONCE, lambda p, q: h(p) * m_in(p)),
    ("MR", "ONMR"): (EXIT_ONCE, lambda p, q: h(p) * m_in(p)),
    ("MR", "INMR"): (EXIT_ONCE, lambda p, q: h(p) * m_in(p)),
    ("RM", "FTR"): (FIRST_TRY, lambda p, q: p / (1 - HALF * (1 - p))),
    ("LTL", "FTR"): ("formula X outside | G inside", lambda p, q: h(p) + 1 - some_day(p)),
    ("LAR", "FTR"): ("reward { outside --stay--> _: 1 }", lambda p, q: q * some_day(p)),
    ("INMR", "IMORL"): (f"{EXIT_ONCE} value exit^2", lambda p, q: h(p) / (1 - (1 - h(p)) / 4)),
    ("IMORL", "FTR"): (  # outside from T+1 on: γ^(T+1)/(1−γ) = γ^T
        f"{EXIT_ONCE} reward free {{ outside --_--> _: 1 }} value exit * free",
        lambda p, q: h(p) / (1 - (1 - h(p)) / 4),
    ),
    ("FTR", "INMR"): (SOON, lambda p, q: h(p) + (1 - h(p)) * h(p) / 2),
    ("FTR", "FTLR"): (SOON, lambda p, q: h(p) + (1 - h(p)) * h(p) / 2),
    ("RRL", "FOMR"): (SPREAD, lambda p, q: -m_in(p) * (p**2 + (1 - p) ** 2) - m_out(p) * (q**2 + (1 - q) ** 2)),
    ("ONMR", "OMORL"): (f"{EXIT_ONCE} value exit^2", lambda p, q: (h(p) * m_in(p)) ** 2),
    ("OMORL", "FOMR"): (f"{TWO} value min(exit, wait)", lambda p, q: min(h(p) * m_in(p), (1 - p) * m_in(p))),
    ("FOMR", "FTLR"): ("discount 1/2 value m(inside, leave) * m(outside)", lambda p, q: p * m_in(p) * m_out(p)),
    ("FTLR", "OMORL"): ("value P(X outside)^2 - P(F outside)", lambda p, q: h(p) ** 2 - some_day(p)),
    ("FTLR", "FPR"): (f"{EXIT} value Var(return(exit, 0))", lambda p, q: h(p) * (1 - h(p))),
    ("FTLR", "TLO"): (f"{EXIT} value Var(return(exit, 0))", lambda p, q: h(p) * (1 - h(p))),
    ("OMORL", "GOMORL"): (f"{TWO} value exit * wait", lambda p, q: h(p) * (1 - p) * m_in(p) ** 2),
    ("GOMORL", "OMO"): (
        f"{TWO} order lexicographic(exit, wait)",
        lambda p, q: (h(p) * m_in(p), (1 - p) * m_in(p)),
    ),
    ("OMO", "TLO"): (
        "discount 1/2 order lexicographic(m(inside), m(outside, leave))",
        lambda p, q: (m_in(p), (1 - q) * m_out(p)),
    ),
    ("TLO", "GOMORL"): (LOTTERY_ORDER, lambda p, q: (some_day(p), q * some_day(p))),
    ("TLO", "PO"): (LOTTERY_ORDER, lambda p, q: (some_day(p), q * some_day(p))),
    ("FPR", "PO"): ("value pi(inside, leave) * pi(outside, stay)", lambda p, q: p * q),
}

NUMBERS = (Fraction(0), Fraction(1, 3), Fraction(1))


@pytest.mark.parametrize(("source", "target"), arrows())
def test_value_worked_out_by_hand(source: str, target: str) -> None:
    fields, formula = EXAMPLES[source, target]
    document = read(f"{HOUSE} objective o : {source} {{ {fields} }}")
    environment = document.environments["house"]
    compiled = reduction(source, target).reduce(document.objectives["o"].objective, environment)
    for p in NUMBERS:
        for q in NUMBERS:
            policy = Policy(((1 - p, p), (q, 1 - q)))
            expected = formula(p, q)
            found = rank(target, compiled, environment, policy)
            assert _numbers(found) == _numbers(expected), (p, q)


@pytest.mark.parametrize(("source", "target"), arrows())
def test_same_order_on_all_policies_proved(source: str, target: str) -> None:
    document = read(f"{HOUSE} objective o : {source} {{ {EXAMPLES[source, target][0]} }}")
    environment, objective = document.environments["house"], document.objectives["o"].objective
    compiled = reduction(source, target).reduce(objective, environment)
    assert compare(environment, Side("o", source, objective), Side("c", target, compiled)).verdict == "same"


def _numbers(found: Any) -> tuple[Fraction, ...]:
    parts = found if isinstance(found, tuple) else (found,)
    return tuple(part if isinstance(part, Fraction) else part.rational for part in parts)
