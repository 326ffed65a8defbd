"""Values computed by hand: one objective of every formalism on a ring of three states."""

from fractions import Fraction
from typing import Any

import pytest

from specl.formalisms import rank
from specl.formalisms.fomr import FOMR
from specl.formalisms.fpr import FPR
from specl.formalisms.ftlr import FTLR
from specl.formalisms.ftr import FTR
from specl.formalisms.gomorl import GOMORL
from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.omo import OMO
from specl.formalisms.omorl import OMORL
from specl.formalisms.onmr import ONMR
from specl.formalisms.po import PO
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.formalisms.tlo import TLO
from specl.model.expression import Expression, add, multiply, negate, variable
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine
from specl.model.order import Constrained, Lexicographic, Ranking
from specl.model.policy import Policy, deterministic
from specl.model.quantities import Average, Choice, Expectation, Indicator, Occupancy, Return, Variance, Weight
from specl.model.real import Real
from tests.formalisms.worlds import GO, LAZY, MOVER, RING, SITTER, STAY, A, B, C, gain, number, pays, square

G = Fraction(9, 10)
WORK = pays(RING, 1, action=GO)
FAST = pays(RING, 1, source=A, action=GO)
CALM = pays(RING, 1, action=STAY)
EVENTUALLY_B = Formula("F", (atom("b"),))
HOME_AGAIN = Formula("G", (Formula("F", (atom("home"),)),))

AROUND = G**3 * Fraction(3, 4) + G**2 * Fraction(1, 4)
"""E[γ^L], L the time that the mover takes from a to a."""

AROUND_TWICE = G**6 * Fraction(3, 4) + G**4 * Fraction(1, 4)
"""E[γ^2L]."""

LAPS = 1 / (1 - AROUND)
"""The mover's expected discounted number of visits to a."""

LAZY_VISITS = 1 / (
    1 - Fraction(6, 10) - Fraction(3, 10) * (Fraction(3, 4) * Fraction(3, 4) + Fraction(1, 4)) * Fraction(3, 4)
)
"""The lazy one's: it leaves a state with 1/3, and γ/3 / (1 − 2γ/3) = 3/4 is the expected discount until it has left."""


def indicator(formula: Formula) -> Expression:
    return variable(Indicator(formula))


WORK_RETURN = variable(Return("work", Fraction(1, 2)))
WORK_AVERAGE = variable(Average("work"))
p = [variable(Weight(a)) for a in (GO, STAY)]
fast_then_calm = Lexicographic((Expression("min", (gain("fast"), number(2))), gain("calm")))

OBJECTIVES: dict[str, Any] = {
    "MR": MR(WORK, G),
    "LAR": LAR(pays(RING, 1, source=C, target=A)),
    "LTL": LTL(Formula("&", (HOME_AGAIN, EVENTUALLY_B))),
    "RM": RM(
        Machine(("u", "v"), 0, (Edge(0, atom("b"), 1, pays(RING, 1)), Edge(1, atom("home"), 0, pays(RING, 2)))), G
    ),
    "INMR": INMR({"reward": FAST}, square(gain()), G),
    "IMORL": IMORL({"fast": FAST, "work": WORK}, multiply((gain("fast"), gain("work"))), G),
    "FTR": FTR(
        {"work": WORK}, {}, add((multiply((number(2), indicator(EVENTUALLY_B))), WORK_AVERAGE, negate(WORK_RETURN)))
    ),
    "RRL": RRL(WORK, Real.of(Fraction(1, 5)), add(multiply((x, Expression("log", (x,)))) for x in p), G),
    "ONMR": ONMR({"reward": WORK}, negate(square(add((gain(), number(-5))))), G),
    "OMORL": OMORL({"fast": FAST, "calm": CALM}, Expression("min", (gain("fast"), gain("calm"))), G),
    "FOMR": FOMR(
        add(
            (
                multiply((variable(Occupancy(A, GO)), variable(Occupancy(B)))),
                negate(variable(Occupancy(C, GO, A))),
            )
        ),
        G,
    ),
    "FTLR": FTLR(
        {"work": WORK},
        {},
        add(
            (
                square(variable(Expectation(indicator(EVENTUALLY_B)))),
                negate(variable(Variance(WORK_RETURN))),
                variable(Expectation(WORK_AVERAGE)),
            )
        ),
    ),
    "FPR": FPR(multiply((variable(Choice(A, GO)), add((number(1), negate(variable(Choice(B, GO)))))))),
    "GOMORL": GOMORL({"fast": FAST, "calm": CALM}, fast_then_calm, G),
    "OMO": OMO(Lexicographic((variable(Occupancy(A)), variable(Occupancy(B, GO)))), G),
    "TLO": TLO(
        {"work": WORK},
        {},
        Lexicographic((variable(Expectation(indicator(HOME_AGAIN))), variable(Expectation(WORK_AVERAGE)))),
    ),
    "PO": PO(Lexicographic((variable(Choice(A, GO)), variable(Choice(B, GO))))),
}

third = Fraction(1, 3)
VALUES: dict[str, tuple[Any, Any, Any]] = {
    "MR": (10, 0, Fraction(10, 3)),
    "LAR": (Fraction(4, 11), 0, Fraction(4, 33)),
    "LTL": (1, 0, 1),
    # V(u,a) = γ(¾(1 + γ²(2 + V(u,a))) + ¼γ V(u,a)); the lazy one's delays are discounts of 3/4 per state left
    "RM": (
        (G * Fraction(3, 4) + 2 * G**3 * Fraction(3, 4)) * LAPS,
        0,
        None,
    ),
    "INMR": ((1 + 2 * AROUND * LAPS) / (1 - AROUND_TWICE), 0, None),
    "IMORL": (10 * LAPS, 0, None),
    "FTR": (1, 0, Fraction(5, 3)),
    "RRL": (10, 0, Real.of(third * 10) - Real.of(2).log() * Fraction(4, 3) + Real.of(3).log() * 2),
    "ONMR": (-25, -25, Fraction(-25, 9)),
    "OMORL": (0, 0, LAZY_VISITS * third),
    "FOMR": (LAPS * LAPS * G * Fraction(3, 4) - (LAPS - 1) / G, 0, None),
    "FTLR": (2, 0, 1 - Fraction(8, 27) + third),
    "FPR": (0, 0, Fraction(2, 9)),
    "GOMORL": ((2, 0), (0, 10), (LAZY_VISITS * third, Fraction(20, 3))),
    "OMO": ((LAPS, LAPS * G * Fraction(3, 4)), (10, 0), None),
    "TLO": ((1, 1), (1, 0), (1, third)),
    "PO": ((1, 1), (0, 0), (third, third)),
}
CASES = [
    pytest.param(code, policy, value, id=f"{code}-{name}")
    for code, values in VALUES.items()
    for name, policy, value in zip(("mover", "sitter", "lazy"), (MOVER, SITTER, LAZY), values, strict=True)
    if value is not None
]


def exact(value: Any) -> Any:
    return tuple(map(exact, value)) if isinstance(value, tuple) else Real.of(value)


@pytest.mark.parametrize(("code", "policy", "value"), CASES)
def test_value(code: str, policy: Policy, value: Any) -> None:
    assert rank(code, OBJECTIVES[code], RING, policy) == exact(value)


def test_named_policies_stand_in_tiers_and_the_others_below() -> None:
    podium = PO(Ranking(((("mover", MOVER),), (("lazy", LAZY), ("sitter", SITTER)))))
    other = deterministic(RING, (GO, GO, STAY))
    assert [rank("PO", podium, RING, policy) for policy in (MOVER, LAZY, SITTER, other)] == [
        Real.of(tier) for tier in (2, 1, 1, 0)
    ]


def test_constraints_come_first() -> None:
    busy = Expression(">=", (gain("fast"), number(1)))
    objective = GOMORL({"fast": FAST, "calm": CALM}, Constrained(gain("calm"), (busy,)), G)
    assert rank("GOMORL", objective, RING, MOVER) == exact((1, 0))
    assert rank("GOMORL", objective, RING, SITTER) == exact((0, 10))
    assert rank("GOMORL", objective, RING, LAZY) == exact((1, Fraction(20, 3)))
