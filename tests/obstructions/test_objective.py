"""An objective as a claim carries it is worth what the formalism says, on random objectives and policies."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import specl
from specl import formalisms
from specl.formalisms.fpr import FPR
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.onmr import ONMR
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.formalisms.tlo import TLO
from specl.language.document import NamedObjective
from specl.model.environment import Environment
from specl.model.expression import Expression, add, constant, multiply, variable
from specl.model.formula import Formula
from specl.model.order import Constrained, Lexicographic
from specl.model.policy import Policy
from specl.model.quantities import Average, Choice, Expectation, Indicator, Return, RewardReturn, Weight
from specl.model.real import Real
from specl.obstructions.claims.failure import NoClaim
from specl.obstructions.claims.objective import CARRIED, carry
from specl.obstructions.exact.ranks import rank
from specl.obstructions.exact.ratio import constant as ratio
from tests.obstructions.asking import document, refutation
from tests.strategies import NUMBERS, discounts, expressions, formulas, machines, rewards, worlds


def worth(environment: Environment, code: str, record: Any, policy: Policy) -> tuple[Fraction | None, ...]:
    """The policy's rank by the record that a claim carries."""
    carried = carry(environment, NamedObjective("o", environment.name, code, record))
    rows = tuple(tuple(ratio(weight) for weight in row) for row in policy.rows)
    return tuple(key.rational for key in rank(environment, carried, rows).keys)


@st.composite
def objectives(draw: st.DrawFn, code: str, environment: Environment) -> Any:
    """Records of a formalism that claims carry."""
    keys: list[Any]
    match code:
        case "MR":
            return MR(draw(rewards(environment)), draw(discounts()))
        case "LAR":
            return LAR(draw(rewards(environment)))
        case "RM":
            return RM(draw(machines(environment)), draw(discounts()))
        case "LTL":
            return LTL(draw(formulas(environment)))
        case "ONMR":
            value = draw(rational([RewardReturn("r")]))
            return ONMR({"r": draw(rewards(environment))}, value, draw(discounts()))
        case "RRL":
            regulariser = draw(rational([Weight(a) for a in range(len(environment.actions))]))
            return RRL(draw(rewards(environment)), Real.of(draw(NUMBERS)), regulariser, draw(discounts()))
        case "FPR":
            size, width = len(environment.states), len(environment.actions)
            return FPR(draw(rational([Choice(s, a) for s in range(size) for a in range(width)])))
    quantities = [Indicator(draw(formulas(environment, 2))), Return("r", draw(discounts())), Average("r")]
    quantities.append(Return("m", draw(discounts())))
    inner = [variable(each) for each in quantities]
    inner.append(add((multiply((constant(Fraction(2, 3)), inner[0])), inner[1], constant(Fraction(1)))))
    keys = [Expectation(each) for each in inner]
    order = draw(
        st.builds(lambda *k: Lexicographic(k), rational(keys), rational(keys))
        | st.builds(
            lambda x, y, c, op: Constrained(x, (Expression(op, (y, constant(c))),)),
            rational(keys), rational(keys), NUMBERS, st.sampled_from(["<", "<=", "=", ">=", ">"]),
        )
    )  # fmt: skip
    return TLO({"r": draw(rewards(environment))}, {"m": draw(machines(environment))}, order)


def rational(keys: list[Any]) -> st.SearchStrategy[Expression]:
    """Expressions without roots, logarithms and exponentials."""
    return expressions(keys, polynomial=False).filter(lambda e: not operations(e) & {"sqrt", "log", "exp"})


def operations(expression: Expression) -> set[str]:
    return {expression.op}.union(*(operations(part) for part in expression.args))


@pytest.mark.parametrize("code", CARRIED)
def test_a_carried_objective_is_worth_the_same(code: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        environment, policy = data.draw(worlds())
        record = data.draw(objectives(code, environment))
        try:
            found = worth(environment, code, record, policy)
        except NoClaim as error:
            assume("co-safe" not in str(error))
            raise
        expected = formalisms.rank(code, record, environment, policy)
        expected = expected if isinstance(expected, tuple) else (expected,)
        assert found == tuple(value.rational for value in expected)

    run()


def test_every_formalism_is_carried_or_refused() -> None:
    specs = {code: code in CARRIED for code in formalisms.codes()}
    assert sum(specs.values()) == 8
    world = Environment("world", ("s",), ("a",), ((0, Fraction(1)),), ((((0, Fraction(1)),),),), {})
    for code, is_carried in specs.items():
        if not is_carried:
            with pytest.raises(NoClaim, match=f"cannot carry objectives of {code}"):
                carry(world, NamedObjective("o", "world", code, None))
    assert refutation("LAR", "indistinguishable", world, ()).objective in document(world, "MR", None).objectives


WORLD = """
environment w { states s, t  actions a, b  start s  s --a--> s  s --b--> t  t --_--> t }
policy p { _: a }
policy q { _: b }
objective o : %s
refute LAR by indistinguishable { objective o  policies { p, q } }
"""

REFUSED = [
    ("MR { discount 1/2  reward { s --b--> t: log(2) } }", "log(2) is irrational", "o : MR"),
    ("LTL { formula G F t }", "syntactically co-safe", "G F t"),
    ("LTL { formula F G t & X s }", "syntactically co-safe", "F G t & X s"),
    ("ONMR { discount 1/2  reward { s --b--> t: 1 }  value exp(reward) + 1 }", "cannot carry `exp`", "exp(reward)"),
    ("ONMR { discount 1/2  reward { s --b--> t: 1 }  value reward^(1/2) }", "whose exponent is whole", "reward^(1/2)"),
    ("RRL { discount 1/2  reward {}  strength 1  regulariser negentropy }", "cannot carry `log`", "o : RRL"),
    ("RRL { discount 1/2  reward {}  strength sqrt(2)  regulariser p[a] }", "the strength", "o : RRL"),
    ("TLO { order lexicographic(Var([F t])) }", "no variances", "Var([F t])"),
    ("TLO { reward {}  order lexicographic(E(return(reward, 1/2)^2)) }", "sums of indicators", "return(reward, 1/2)^2"),
    ("FTR { value [F t] }", "cannot carry objectives of FTR", "o : FTR"),
]


@pytest.mark.parametrize(("objective", "message", "place"), REFUSED)
def test_what_cannot_be_carried_is_told_where_it_stands(objective: str, message: str, place: str) -> None:
    text = WORLD % objective
    errors = specl.check(text).errors
    assert errors is not None
    [diagnostic] = errors.diagnostics
    assert diagnostic.code == "E094"
    assert message in diagnostic.message
    assert diagnostic.span is not None
    assert place in text[diagnostic.span[0] : diagnostic.span[1]]




def test_operators_that_claims_do_not_have() -> None:
    """W and M, -> and <-> are written by others; the objectives' values, tested above, say that rightly."""
    world = Environment("world", ("s",), ("a",), ((0, Fraction(1)),), ((((0, Fraction(1)),),),), {})
    for op in ("W", "M", "->", "<->"):
        formula = Formula(op, (Formula("atom", name="s"), Formula("true")))
        carried = carry(world, NamedObjective("o", "world", "LTL", LTL(formula)))
        assert op not in str(carried.json["formula"])
