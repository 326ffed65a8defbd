"""Records to syntax trees: printed, they make a .spec that resolves to equal records.

Expressions are written in the printer's canonical form, so that equal means equal up to folding of constants.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from specl.language.parse import parse_expression
from specl.language.regularisers import kl, negentropy
from specl.language.syntax import (
    Bracket,
    Call,
    Distribution,
    EnvironmentItem,
    ExpressionField,
    Field,
    FormulaField,
    Index,
    Label,
    MachineEdge,
    MachineField,
    Name,
    Names,
    ObjectiveItem,
    OrderField,
    Pattern,
    PolicyItem,
    PolicyUse,
    Reference,
    RegulariserField,
    RewardField,
    Start,
    Transition,
)
from specl.model.environment import Environment, Step
from specl.model.expression import Expression, constant, variable
from specl.model.formula import Formula, holds_on
from specl.model.machine import Edge, Machine, Reward
from specl.model.order import Constrained, Lexicographic, Order, Ranking
from specl.model.policy import Policy
from specl.model.quantities import (
    Average,
    Choice,
    Expectation,
    Indicator,
    Occupancy,
    Recovered,
    Return,
    RewardReturn,
    Variance,
    Weight,
)
from specl.model.real import ZERO, Real

_ANY = Name("_")


# --- items ---


def environment_item(environment: Environment) -> EnvironmentItem:
    """``environment NAME { … }``; actions of a state that lead to the same places are written with ``_``."""
    body: list[Names | Start | Transition | Label] = [
        Names("states", tuple(map(Name, environment.states))),
        Names("actions", tuple(map(Name, environment.actions))),
        Start(_distribution(environment.states, environment.start)),
    ]
    for s, rows in enumerate(environment.transitions):
        source = Name(environment.states[s])
        if len(set(rows)) == 1 and len(rows) > 1:
            body.append(Transition(source, _ANY, _distribution(environment.states, rows[0])))
            continue
        for a, row in enumerate(rows):
            body.append(Transition(source, Name(environment.actions[a]), _distribution(environment.states, row)))
    body += [Label(Name(name), _patterns(environment, steps)) for name, steps in environment.labels.items()]
    return EnvironmentItem(Name(environment.name), tuple(body))


def policy_item(environment: Environment, name: str, policy: Policy) -> PolicyItem:
    """``policy NAME { … }``.

    Raises:
        ValueError: the policy is symbolic, or its name is none (``gate(1/3)``).
    """
    if not name.replace("'", "_").isidentifier():
        raise ValueError(f"not a name: {name}")
    rows: list[tuple[Name, Distribution]] = []
    for state, weights in zip(environment.states, policy.rows, strict=True):
        if not all(isinstance(weight, Fraction) for weight in weights):
            raise ValueError("a symbolic policy cannot be written")
        pairs = [(a, weight) for a, weight in enumerate(weights) if weight]
        rows.append((Name(state), _distribution(environment.actions, pairs)))
    if len(rows) > 1 and len({row for _, row in rows}) == 1:
        rows = [(_ANY, rows[0][1])]
    return PolicyItem(Name(name), None, None, tuple(rows))


def objective_item(environment: Environment, name: str, code: str, fields: Iterable[Field]) -> ObjectiveItem:
    """``objective NAME : CODE { fields }``, for a file whose only environment this is."""
    del environment  # a file with one environment does not name it
    return ObjectiveItem(Name(name), None, Name(code), tuple(fields))


# --- fields ---


def reward_field(environment: Environment, reward: Reward, name: str | None = None) -> RewardField:
    """``reward NAME { … }``; the name is left out where it is "reward"."""
    return RewardField(_own_name(name, "reward"), _entries(environment, reward))


def machine_field(environment: Environment, machine: Machine, name: str | None = None) -> MachineField:
    """``machine NAME { … }``; the name is left out where it is "machine"."""
    edges = tuple(_edge(environment, machine, edge) for edge in machine.edges)
    return MachineField(_own_name(name, "machine"), (Name(machine.states[machine.start]),), edges)


def formula_field(formula: Formula) -> FormulaField:
    """``formula φ``."""
    return FormulaField(formula)


def discount_field(discount: Fraction) -> ExpressionField:
    """``discount γ``."""
    return ExpressionField("discount", constant(Fraction(discount)))


def strength_field(strength: Real) -> ExpressionField:
    """``strength α``."""
    return ExpressionField("strength", real_expression(strength))


def regulariser_field(environment: Environment, regulariser: Expression) -> RegulariserField:
    """``regulariser F``, by name where it has one."""
    count = len(environment.actions)
    if regulariser == negentropy(count):
        return RegulariserField("negentropy")
    prior = _prior(regulariser)
    if prior is not None and len(prior) == count and sum(prior) == 1 and regulariser == kl(prior):
        return RegulariserField("kl", prior=_distribution(environment.actions, list(enumerate(prior))))
    return RegulariserField("expression", expression=written(environment, regulariser))


def value_field(environment: Environment, value: Expression) -> ExpressionField:
    """``value f``."""
    return ExpressionField("value", written(environment, value))


def order_field(environment: Environment, order: Order) -> OrderField:
    """``order …``.

    Raises:
        ValueError: a lexicographic order without keys, for which the language has no words.
    """
    match order:
        case Lexicographic(keys):
            if not keys:
                raise ValueError("a lexicographic order has at least one key")
            return OrderField("lexicographic", tuple(written(environment, key) for key in keys))
        case Constrained(value, constraints):
            parts = (value, *constraints)
            return OrderField("subject_to", tuple(written(environment, part) for part in parts))
        case Ranking(tiers):
            return OrderField("ranking", tiers=tuple(tuple(_use(name) for name, _ in tier) for tier in tiers))
        case Recovered(name):
            return OrderField("recover", name=Name(name))


# --- expressions ---


def real_expression(value: Real | Fraction | int) -> Expression:
    """An exact number as a constant expression."""
    real = Real.of(value)
    return parse_expression(str(real)) if real.rational is None else constant(real.rational)


def written(environment: Environment, expression: Expression) -> Expression:
    """A resolved expression in the words of the language."""
    match expression.op:
        case "number":
            return real_expression(expression.key)  # type: ignore[arg-type]
        case "variable":
            return _quantity(environment, expression.key)
    args = tuple(written(environment, part) for part in expression.args)
    match expression.op, args:
        case ("neg", (Expression(op="number", key=Fraction() as value),)):
            return constant(-value)
        case (
            "/",
            (Expression(op="number", key=Fraction() as top), Expression(op="number", key=Fraction() as bottom)),
        ) if bottom:
            return constant(top / bottom)
        case ("+" | "*" | "and" | "or", (only,)):
            return only
    return Expression(expression.op, args)


def _quantity(environment: Environment, key: object) -> Expression:
    states, actions = environment.states, environment.actions
    match key:
        case RewardReturn(name):
            return _reference(name)
        case Return(name, discount):
            return _call("return", _reference(name), constant(discount))
        case Average(name):
            return _call("average", _reference(name))
        case Indicator(formula):
            return variable(Bracket(formula))
        case Expectation(Expression(op="variable", key=Indicator(formula))):
            return variable(Call("P", (formula,)))
        case Expectation(of):
            return _call("E", written(environment, of))
        case Variance(of):
            return _call("Var", written(environment, of))
        case Occupancy(s, None, None):
            return _call("m", _reference(states[s]))
        case Occupancy(s, int() as a, None):
            return _call("m", _reference(states[s]), _reference(actions[a]))
        case Occupancy(s, int() as a, int() as t):
            return _call("m", _reference(states[s]), _reference(actions[a]), _reference(states[t]))
        case Occupancy(s, None, int() as t):
            terms = tuple(_quantity(environment, Occupancy(s, a, t)) for a in range(len(actions)))
            return Expression("+", terms) if len(terms) > 1 else terms[0]
        case Choice(s, a):
            return _call("pi", _reference(states[s]), _reference(actions[a]))
        case Weight(a):
            return variable(Index("p", Name(actions[a])))
        case Recovered(name):
            return _call("recover", _reference(name))
    raise ValueError(f"the language has no words for {key}")


def _reference(name: str) -> Expression:
    return variable(Reference(name))


def _call(function: str, *args: Expression) -> Expression:
    return variable(Call(function, args))


# --- parts ---


def _own_name(name: str | None, usual: str) -> Name | None:
    return None if name is None or name == usual else Name(name)


def _use(name: str) -> PolicyUse:
    head, bracket, rest = name.partition("(")
    if not bracket:
        return PolicyUse(Name(head))
    return PolicyUse(Name(head), tuple(constant(Fraction(part.strip())) for part in rest.rstrip(")").split(",")))


def _distribution(names: tuple[str, ...], pairs: Iterable[tuple[int, Fraction]]) -> Distribution:
    listed = list(pairs)
    if len(listed) == 1:
        return Distribution(((Name(names[listed[0][0]]), None),))
    return Distribution(tuple((Name(names[index]), constant(weight)) for index, weight in listed))


def _patterns(environment: Environment, steps: frozenset[Step]) -> tuple[Pattern, ...]:
    """Patterns that match just these possible steps: states where all of their steps are meant."""
    found: list[Pattern] = []
    for s, state in enumerate(environment.states):
        own = [step for step in environment.steps if step[0] == s]
        if all(step in steps for step in own):
            found.append(Pattern(Name(state)))
        else:
            found += [_pattern(environment, step) for step in own if step in steps]
    return tuple(found)


def _pattern(environment: Environment, step: Step) -> Pattern:
    s, a, t = step
    return Pattern(Name(environment.states[s]), Name(environment.actions[a]), Name(environment.states[t]))


def _entries(environment: Environment, reward: Reward) -> tuple[tuple[Pattern, Expression], ...]:
    """Lines for a reward, none of which overrides another; with ``_`` where all that it covers is paid alike."""
    paid = {step: reward.get(step, ZERO) for step in environment.steps}
    found: list[tuple[Pattern, Expression]] = []
    for a, action in enumerate(environment.actions):
        own = {step: value for step, value in paid.items() if step[1] == a}
        if len(set(own.values())) == 1:
            found += _line(Pattern(_ANY, Name(action), _ANY), next(iter(own.values())))
            continue
        for s, state in enumerate(environment.states):
            leaving = {step: value for step, value in own.items() if step[0] == s}
            if len(set(leaving.values())) == 1:
                found += _line(Pattern(Name(state), Name(action), _ANY), next(iter(leaving.values())))
            else:
                for step, value in leaving.items():
                    found += _line(_pattern(environment, step), value)
    return tuple(found)


def _line(pattern: Pattern, value: Real) -> list[tuple[Pattern, Expression]]:
    return [] if value.is_zero() else [(pattern, real_expression(value))]


def _edge(environment: Environment, machine: Machine, edge: Edge) -> MachineEdge:
    holding = [step for step in environment.steps if holds_on(edge.guard, step, environment.atoms)]
    paid = {step: edge.reward.get(step, ZERO) for step in holding}
    source, target = Name(machine.states[edge.source]), Name(machine.states[edge.target])
    reward: Expression | RewardField | None = None
    if any(not value.is_zero() for value in paid.values()):
        values = set(paid.values())
        reward = real_expression(values.pop()) if len(values) == 1 else _block(environment, paid)
    return MachineEdge(source, edge.guard, target, reward)


def _block(environment: Environment, paid: Mapping[Step, Real]) -> RewardField:
    return RewardField(None, _entries(environment, paid))


def _prior(regulariser: Expression) -> tuple[Fraction, ...] | None:
    """The prior's weights where the expression has the shape of kl."""
    terms = regulariser.args if regulariser.op == "+" else (regulariser,)
    found: list[Fraction] = []
    for term in terms:
        match term:
            case Expression(
                op="*",
                args=(_, Expression(op="log", args=(Expression(op="/", args=(_, Expression(key=Fraction() as q))),))),
            ):
                found.append(q)
            case _:
                return None
    return tuple(found)
