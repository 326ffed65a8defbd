"""Hypothesis strategies for small random models: environments, policies, rewards, formulas, machines, expressions."""

import string
from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from specl.model.environment import Environment, Step
from specl.model.expression import COMPARISONS, Expression, add, constant, multiply, negate, variable
from specl.model.formula import FALSE, TRUE, Formula, atom
from specl.model.machine import Edge, Machine, Reward
from specl.model.policy import Policy, deterministic
from specl.model.real import Real

NUMBERS: st.SearchStrategy[Fraction] = st.builds(Fraction, st.integers(-3, 3), st.integers(1, 3))
"""Small rationals."""


def discounts() -> st.SearchStrategy[Fraction]:
    """γ in [0,1), 0 among them."""
    return st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), Fraction(9, 10)])


Distribution = tuple[tuple[int, Fraction], ...]
"""(index, positive weight) in order of the indices."""


@st.composite
def distributions(draw: st.DrawFn, support: Sequence[int]) -> Distribution:
    """A distribution over some of the given indices; often over a single one, seldom over more than three."""
    if len(support) == 1 or draw(st.booleans()):
        return ((draw(st.sampled_from(support)), Fraction(1)),)
    return draw(weighted(draw(st.lists(st.sampled_from(support), min_size=2, max_size=3, unique=True))))


@st.composite
def weighted(draw: st.DrawFn, support: Sequence[int]) -> Distribution:
    """A distribution over all of the given indices."""
    parts = [draw(st.integers(1, 3)) for _ in support]
    return tuple((i, Fraction(part, sum(parts))) for i, part in zip(sorted(support), parts, strict=True))


@st.composite
def environments(
    draw: st.DrawFn, max_states: int = 3, max_actions: int = 2, max_labels: int = 2, terminating: bool = False
) -> Environment:
    """Sparse rational environments: with transient states, periodic cycles, several components, several starts.

    The names are the first letters, each used once: states, then actions, then labels.

    Args:
        terminating: every trajectory rises through the states to the last one, which is never left: it is there
            after at most max_states − 1 steps.
    """
    size = draw(st.sampled_from(range(1, max_states + 1)))
    width = draw(st.sampled_from(range(1, max_actions + 1)))
    kept = draw(st.sets(st.sampled_from(range(size)), max_size=size // 2))  # states that are never left
    names = iter(string.ascii_lowercase)
    states = tuple(next(names) for _ in range(size))
    actions = tuple(next(names) for _ in range(width))

    def targets(s: int) -> Sequence[int]:
        if terminating:
            return range(min(s + 1, size - 1), size)
        return (s,) if s in kept else range(size)

    transitions = tuple(tuple(draw(distributions(targets(s))) for _ in actions) for s in range(size))
    start = draw(weighted(range(size)) | distributions(range(size)))
    bare = Environment("world", states, actions, start, transitions, {})
    labels = {next(names): draw(step_sets(bare)) for _ in range(draw(st.integers(0, max_labels)))}
    return Environment(bare.name, states, actions, bare.start, transitions, labels)


def step_sets(environment: Environment) -> st.SearchStrategy[frozenset[Step]]:
    """Sets of possible steps."""
    return st.frozensets(st.sampled_from(environment.steps))


@st.composite
def policies(draw: st.DrawFn, environment: Environment) -> Policy:
    """Stationary policies: deterministic ones, stochastic ones, and those that leave out some actions."""
    width = len(environment.actions)
    if draw(st.booleans()):
        return deterministic(environment, [draw(st.integers(0, width - 1)) for _ in environment.states])
    rows = [dict(draw(distributions(range(width)))) for _ in environment.states]
    return Policy(tuple(tuple(row.get(a, Fraction(0)) for a in range(width)) for row in rows))


@st.composite
def worlds(draw: st.DrawFn, /, **options: Any) -> tuple[Environment, Policy]:
    """An environment (`options` as for `environments`) and a policy of it."""
    environment = draw(environments(**options))
    return environment, draw(policies(environment))


@st.composite
def rewards(draw: st.DrawFn, environment: Environment, numbers: st.SearchStrategy[Fraction | Real] = NUMBERS) -> Reward:
    """Rewards of some steps; the others have reward 0."""
    paid = draw(st.lists(st.sampled_from(environment.steps), unique=True))
    return {step: Real.of(draw(numbers)) for step in sorted(paid)}


def guards(environment: Environment, max_leaves: int = 3) -> st.SearchStrategy[Formula]:
    """Boolean formulas over the environment's atoms."""
    return _formulas(environment, max_leaves, ("!",), ("&", "|", "->", "<->"))


def formulas(environment: Environment, max_leaves: int = 4) -> st.SearchStrategy[Formula]:
    """LTL formulas over the environment's atoms."""
    return _formulas(environment, max_leaves, ("!", "X", "F", "G"), ("&", "|", "->", "<->", "U", "R", "W", "M"))


def _formulas(
    environment: Environment, max_leaves: int, unary: Sequence[str], binary: Sequence[str]
) -> st.SearchStrategy[Formula]:
    leaves = st.sampled_from(sorted(environment.atoms)).map(atom) | st.sampled_from([TRUE, FALSE])
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(lambda op, x: Formula(op, (x,)), st.sampled_from(unary), inner)
            | st.builds(lambda op, x, y: Formula(op, (x, y)), st.sampled_from(binary), inner, inner)
        ),
        max_leaves=max_leaves,
    )


@st.composite
def machines(draw: st.DrawFn, environment: Environment, max_states: int = 2, max_edges: int = 2) -> Machine:
    """Reward machines; the guards of one state exclude each other, since each begins where the earlier ones fail."""
    size = draw(st.integers(1, max_states))
    edges = []
    for source in range(size):
        earlier: list[Formula] = []
        for _ in range(draw(st.integers(0, max_edges))):
            guard = draw(guards(environment, max_leaves=2))
            parts = (*(Formula("!", (other,)) for other in earlier), guard)
            exclusive = Formula("&", parts) if earlier else guard
            edges.append(Edge(source, exclusive, draw(st.integers(0, size - 1)), draw(rewards(environment))))
            earlier.append(guard)
    return Machine(tuple(f"u{i}" for i in range(size)), draw(st.integers(0, size - 1)), tuple(edges))


def expressions(
    keys: Sequence[Hashable], polynomial: bool = True, max_leaves: int = 4
) -> st.SearchStrategy[Expression]:
    """Expressions over the variables `keys`, defined for all real values of them.

    Args:
        polynomial: sums, products, small powers and division by constants only; otherwise also minima, roots,
            exponentials, logarithms, quotients and cases.
    """
    leaves = NUMBERS.map(constant)
    if keys:
        leaves = leaves | st.sampled_from(list(keys)).map(variable)
    step = _polynomial if polynomial else lambda inner: _polynomial(inner) | _other(inner)
    return st.recursive(leaves, step, max_leaves=max_leaves)


def _polynomial(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    divisors = NUMBERS.filter(bool).map(constant)
    exponents = st.sampled_from([Fraction(2), Fraction(3)]).map(constant)
    return (
        st.builds(lambda x, y: add((x, y)), inner, inner)
        | st.builds(lambda x, y: multiply((x, y)), inner, inner)
        | st.builds(negate, inner)
        | st.builds(lambda x, y: Expression("/", (x, y)), inner, divisors)
        | st.builds(lambda x, y: Expression("^", (x, y)), inner, exponents)
    )


def _other(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def positive(x: Expression) -> Expression:
        return add((Expression("abs", (x,)), constant(Fraction(1, 2))))

    return (
        st.builds(lambda op, x, y: Expression(op, (x, y)), st.sampled_from(["min", "max"]), inner, inner)
        | st.builds(lambda x: Expression("abs", (x,)), inner)
        | st.builds(lambda op, x: Expression(op, (positive(x),)), st.sampled_from(["sqrt", "log"]), inner)
        | st.builds(lambda x: Expression("exp", (Expression("min", (x, constant(Fraction(2)))),)), inner)
        | st.builds(lambda x, y: Expression("/", (x, positive(y))), inner, inner)
        | st.builds(
            lambda op, x, y, yes, no: Expression("if", (Expression(op, (x, y)), yes, no)),
            st.sampled_from(COMPARISONS),
            inner,
            inner,
            inner,
            inner,
        )
    )
