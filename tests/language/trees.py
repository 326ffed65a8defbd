"""Strategies for random syntax trees, in the form that the parser gives them."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from specl.language.syntax import (
    AlphabetItem,
    AssertItem,
    Bracket,
    Call,
    CompareAssertion,
    Comparison,
    Distribution,
    EnvironmentItem,
    EquivalentAssertion,
    ExpressesAssertion,
    ExpressionField,
    File,
    FormulaField,
    Index,
    Label,
    MachineEdge,
    MachineField,
    Name,
    Names,
    ObjectiveItem,
    OrderField,
    OrderingItem,
    Others,
    Pattern,
    PolicyItem,
    PolicySet,
    PolicyUse,
    Reference,
    RefuteItem,
    RegulariserField,
    RewardField,
    Run,
    RunComparison,
    Start,
    TrajectoryOrderingItem,
    Transition,
)
from specl.model.expression import COMPARISONS, FUNCTIONS, Expression
from specl.model.formula import Formula

# Keywords are among them: they are names wherever they are not keywords.
WORDS = ["a", "b", "x'", "s_1", "R2d2", "value", "order", "states", "to", "by", "on", "E", "objective", "machine"]
texts = st.sampled_from(WORDS)
names = texts.map(Name)
wild = st.one_of(names, st.just(Name("_")))
numbers = st.builds(Fraction, st.integers(-30, 30), st.integers(1, 12)).map(lambda q: Expression("number", key=q))


def _variables(expressions: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    references = texts.map(Reference)
    calls = st.builds(
        Call,
        st.sampled_from(["E", "Var", "return", "average", "m", "pi", "recover", "anything"]),
        st.lists(expressions, max_size=3).map(tuple),
    )
    probability = formulas.map(lambda formula: Call("P", (formula,)))
    keys: st.SearchStrategy[Any] = st.one_of(
        references, calls, probability, st.builds(Index, texts, names), st.builds(Bracket, formulas)
    )
    return keys.map(lambda key: Expression("variable", key=key))


def _sum(terms: list[Expression], signs: list[bool]) -> Expression:
    """The first term, the others added or subtracted, as the parser builds it."""
    rest = [_negative(t) if minus else t for t, minus in zip(terms[1:], signs, strict=False)]
    return Expression("+", (terms[0], *rest)) if rest else terms[0]


def _negative(of: Expression) -> Expression:
    if of.op == "number" and isinstance(of.key, Fraction):
        return Expression("number", key=-of.key)
    return Expression("neg", (of,))


def _quotient(dividend: Expression, divisor: Expression) -> Expression:
    if dividend.op == divisor.op == "number" and isinstance(dividend.key, Fraction) and divisor.key != 0:
        return Expression("number", key=dividend.key / divisor.key)  # type: ignore[operator]
    return Expression("/", (dividend, divisor))


def _grown(inner_ones: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    @st.composite
    def inner_one(draw: st.DrawFn) -> Expression:
        return draw(inner_ones)  # composite for the same reason as below

    expressions = inner_one()
    several = st.lists(expressions, min_size=2, max_size=4)
    comparison = st.builds(
        lambda op, left, right: Expression(op, (left, right)), st.sampled_from(COMPARISONS), expressions, expressions
    )
    conditions = st.recursive(
        comparison,
        lambda inner: st.one_of(
            inner.map(lambda one: Expression("not", (one,))),
            st.builds(
                lambda op, args: Expression(op, tuple(args)),
                st.sampled_from(["and", "or"]),
                st.lists(inner, min_size=2, max_size=3),
            ),
        ),
        max_leaves=4,
    )
    return st.one_of(
        _variables(expressions),
        st.builds(_sum, several, st.lists(st.booleans(), min_size=3, max_size=3)),
        several.map(lambda args: Expression("*", tuple(args))),
        st.builds(_quotient, expressions, expressions),
        expressions.map(_negative),
        st.builds(lambda base, exponent: Expression("^", (base, exponent)), expressions, expressions),
        st.builds(lambda c, x, y: Expression("if", (c, x, y)), conditions, expressions, expressions),
        st.builds(
            lambda op, args: Expression(op, tuple(args) if op in ("min", "max") else (args[0],)),
            st.sampled_from(FUNCTIONS),
            several,
        ),
    )


atoms = st.sampled_from(["a", "b", "x'", "R2d2", "X", "F", "G", "U", "R", "W", "M", "value", "not"])
_formulas: st.SearchStrategy[Formula] = st.recursive(
    st.one_of(atoms.map(lambda name: Formula("atom", name=name)), st.sampled_from([Formula("true"), Formula("false")])),
    lambda inner: st.one_of(
        st.builds(lambda op, part: Formula(op, (part,)), st.sampled_from("!XFG"), inner),
        st.builds(
            lambda op, left, right: Formula(op, (left, right)),
            st.sampled_from(["->", "<->", "U", "R", "W", "M"]),
            inner,
            inner,
        ),
        st.builds(
            lambda op, args: Formula(op, tuple(args)), st.sampled_from("&|"), st.lists(inner, min_size=2, max_size=4)
        ),
    ),
    max_leaves=8,
)


# Composite, so that Hypothesis does not spell a strategy out wherever it is used.
@st.composite
def _formula(draw: st.DrawFn) -> Formula:
    return draw(_formulas)


@st.composite
def _expression(draw: st.DrawFn) -> Expression:
    return draw(st.one_of(_leaves, _expressions))


@st.composite
def _file(draw: st.DrawFn) -> File:
    return draw(_tuples(_items, 1, 3).map(File))


formulas = _formula()
expressions = _expression()
files = _file()
_leaves = st.one_of(numbers, texts.map(lambda name: Expression("variable", key=Reference(name))))
_expressions: st.SearchStrategy[Expression] = st.recursive(_leaves, _grown, max_leaves=8)


def _tuples(of: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(of, min_size=least, max_size=most).map(tuple)


distributions = st.one_of(
    wild.map(lambda name: Distribution(((name, None),))),
    _tuples(st.tuples(wild, expressions), 1).map(Distribution),
)
patterns = st.one_of(st.builds(Pattern, wild), st.builds(Pattern, wild, wild, wild))
uses = st.builds(PolicyUse, names, st.one_of(st.none(), _tuples(expressions, 1, 2)))
entries = _tuples(
    st.one_of(
        st.builds(Names, st.sampled_from(["states", "actions"]), _tuples(names, 1)),
        st.builds(Start, distributions),
        st.builds(Transition, wild, wild, distributions),
        st.builds(Label, names, _tuples(patterns)),
    ),
    most=5,
)
environments = st.one_of(st.builds(EnvironmentItem, names, entries), st.builds(AlphabetItem, names, entries))
policies = st.builds(
    PolicyItem,
    names,
    st.one_of(st.none(), _tuples(names, 1)),
    st.one_of(st.none(), names),
    _tuples(st.tuples(wild, distributions)),
)
rewards = st.builds(RewardField, st.one_of(st.none(), names), _tuples(st.tuples(patterns, expressions)))
blocks = st.builds(RewardField, st.none(), _tuples(st.tuples(patterns, expressions)))
edges = st.builds(MachineEdge, names, formulas, names, st.one_of(st.none(), expressions, blocks))
orders = st.one_of(
    st.builds(OrderField, st.just("lexicographic"), _tuples(expressions, 1)),
    st.builds(
        lambda value, constraints: OrderField("subject_to", (value, *constraints)),
        expressions.filter(lambda one: not isinstance(one.key, Call)),
        _tuples(
            st.builds(lambda op, x, y: Expression(op, (x, y)), st.sampled_from(COMPARISONS), expressions, expressions),
            1,
            2,
        ),
    ),
    st.builds(lambda tiers: OrderField("ranking", tiers=tiers), _tuples(_tuples(uses, 1))),
    st.builds(lambda name: OrderField("recover", name=name), names),
)
regularisers = st.one_of(
    st.just(RegulariserField("negentropy")),
    st.builds(lambda prior: RegulariserField("kl", prior=prior), distributions),
    st.builds(lambda order: RegulariserField("tsallis", expression=order), expressions),
    st.builds(lambda value: RegulariserField("expression", expression=value), expressions),
)
fields: st.SearchStrategy[Any] = st.one_of(
    rewards,
    st.builds(MachineField, st.one_of(st.none(), names), _tuples(names, most=2), _tuples(edges)),
    st.builds(FormulaField, formulas),
    st.builds(ExpressionField, st.sampled_from(["discount", "strength", "value"]), expressions),
    regularisers,
    orders,
)
objectives = st.builds(ObjectiveItem, names, st.one_of(st.none(), names), names, _tuples(fields, most=4))
terms: st.SearchStrategy[Any] = st.one_of(
    uses, st.just(Others()), st.builds(PolicySet, _tuples(uses, 1), st.booleans())
)


@st.composite
def chains(draw: st.DrawFn) -> Comparison:
    """A chain of terms."""
    drawn = draw(_tuples(terms, 1, 4))
    size = len(drawn) - 1
    relations: list[Any] = draw(st.lists(st.sampled_from([">", "~"]), min_size=size, max_size=size))
    return Comparison(drawn, tuple(relations))


@st.composite
def run_chains(draw: st.DrawFn) -> RunComparison:
    """A chain of trajectories."""
    drawn = draw(_tuples(st.builds(Run, _tuples(names, 1, 5)), 1, 4))
    size = len(drawn) - 1
    relations: list[Any] = draw(st.lists(st.sampled_from([">", "~"]), min_size=size, max_size=size))
    return RunComparison(drawn, tuple(relations))


orderings = st.one_of(
    st.builds(OrderingItem, names, st.one_of(st.none(), names), _tuples(chains())),
    st.builds(OrderingItem, names, st.one_of(st.none(), names), st.just(()), names, _tuples(uses, 1)),
    st.builds(TrajectoryOrderingItem, names, st.one_of(st.none(), names), _tuples(run_chains())),
)
assertions = st.builds(
    AssertItem,
    st.one_of(
        st.builds(CompareAssertion, chains(), names),
        st.builds(ExpressesAssertion, names, names),
        st.builds(EquivalentAssertion, names, names),
    ),
    st.booleans(),
)
refutations = st.builds(RefuteItem, names, names, _tuples(st.tuples(names, _tuples(uses, 1, 2))))
_items: st.SearchStrategy[Any] = st.one_of(environments, policies, objectives, orderings, assertions, refutations)
