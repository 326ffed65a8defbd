"""What the names in an objective's expression stand for; that depends on where the expression stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from specl.language.constants import fold, rational
from specl.language.diagnostics import Diagnostics, nearest, some_of
from specl.language.formulas import resolve_formula
from specl.language.places import Place
from specl.language.syntax import Bracket, Call, Index, Name, Reference
from specl.model.digits import brief
from specl.model.errors import Span
from specl.model.expression import Expression, constant, substitute, variable
from specl.model.formula import Formula
from specl.model.quantities import (
    Average,
    Choice,
    Expectation,
    Indicator,
    Occupancy,
    Return,
    RewardReturn,
    Variance,
    Weight,
)

Context = Literal["returns", "trajectory", "lottery", "occupancy", "policy", "weight"]

MEANINGS: Mapping[str, str] = {
    "returns": "the names of its rewards",
    "trajectory": "`[φ]`, `return(r, γ)` and `average(r)`",
    "lottery": "`E(x)`, `P(φ)` and `Var(x)`",
    "occupancy": "`m(s)`, `m(s, a)` and `m(s, a, t)`",
    "policy": "`pi(s, a)`",
    "weight": "`p[action]`",
}
"""What may be spoken of in an expression, by where it stands."""

_HOME: Mapping[str, Context] = {
    "return": "trajectory",
    "average": "trajectory",
    "E": "lottery",
    "P": "lottery",
    "Var": "lottery",
    "m": "occupancy",
    "pi": "policy",
}
_ZERO = constant(0)


@dataclass(frozen=True)
class Scope:
    """Where an expression stands.

    Attributes:
        formalism: code of the objective's formalism, for messages.
        context: what its names mean.
        rewards: names of the objective's rewards, and of its machines.
    """

    formalism: str
    context: Context
    place: Place
    rewards: tuple[str, ...]
    diagnostics: Diagnostics


def resolve_value(expression: Expression, scope: Scope) -> Expression:
    """The expression with its variables keyed by quantities and its constants folded. Errors go to the scope's
    diagnostics, and 0 stands where they were."""

    def image(node: Expression) -> Expression:
        return replace(_quantity(node, scope), at=node.at)

    return fold(substitute(expression, image), scope.diagnostics)


def _quantity(node: Expression, scope: Scope) -> Expression:
    match node.key:
        case Reference(name):
            return _reference(name, node.at, scope)
        case Bracket(formula):
            if scope.context != "trajectory":
                _misplaced("[φ]", node.at, scope, "in FTLR and TLO the probability of φ is `P(φ)`")
                return _ZERO
            resolved = resolve_formula(formula, scope.place, scope.diagnostics)
            return _ZERO if resolved is None else variable(Indicator(resolved))
        case Index(name, index):
            if scope.context != "weight" or name != "p":
                _misplaced(f"{name}[…]", node.at, scope)
                return _ZERO
            action = scope.place.action(index, scope.diagnostics)
            return _ZERO if action is None else variable(Weight(action))
        case Call() as call:
            return _call(call, node.at, scope)
    raise AssertionError(f"{node.key} in a syntax tree")


def _reference(name: str, at: Span | None, scope: Scope) -> Expression:
    if scope.context == "returns" and name in scope.rewards:
        return variable(RewardReturn(name))
    if name in scope.rewards:
        hints = {
            "trajectory": f"write `return({name}, 9/10)` or `average({name})`",
            "lottery": f"write `E(return({name}, 9/10))` or `E(average({name}))`",
        }
        message = f"the reward `{name}` is no number here: {scope.formalism} speaks of {MEANINGS[scope.context]}"
        scope.diagnostics.error("E030", message, at, hints.get(scope.context))
    elif scope.context == "weight" and name not in scope.place.kinds and nearest(name, ["negentropy"]):
        _part_of_regulariser(name, at, scope)
    elif name in scope.place.kinds:
        kind = scope.place.kinds[name]
        article = "an" if kind[0] == "a" else "a"
        message = f"`{name}` is {article} {kind}, and no number"
        scope.diagnostics.error("E030", message, at, f"{scope.formalism} speaks of {MEANINGS[scope.context]}")
    elif scope.context == "returns":
        hint = nearest(name, scope.rewards) or f"its rewards are {some_of(scope.rewards)}"
        scope.diagnostics.error("E028", f"this objective has no reward `{name}`", at, hint)
    else:
        hint = f"{scope.formalism} speaks of {MEANINGS[scope.context]}"
        scope.diagnostics.error("E029", f"`{name}` means nothing here", at, hint)
    return _ZERO


def _part_of_regulariser(name: str, at: Span | None, scope: Scope) -> None:
    if name in ("negentropy", "tsallis", "kl"):
        message = f"`{name}` is a whole regulariser, and no part of an expression"
        scope.diagnostics.error("E030", message, at, f"{scope.formalism} speaks of {MEANINGS['weight']}")
    else:
        scope.diagnostics.error("E029", f"`{name}` means nothing here", at, nearest(name, ["negentropy"]))


def _call(call: Call, at: Span | None, scope: Scope) -> Expression:
    function = call.function
    if function == "recover":
        message = "`recover(o)` is a whole value or a whole order, never a part of one"
        scope.diagnostics.error("E069", message, at)
        return _ZERO
    if function == "lexicographic":
        message = "`lexicographic(…)` is a whole order, never a part of one"
        scope.diagnostics.error("E068", message, at, "its arguments are numbers, and no `subject to` follows it")
        return _ZERO
    home = _HOME.get(function)
    if scope.context == "weight" and function in ("tsallis", "kl"):
        _part_of_regulariser(function, at, scope)
        return _ZERO
    if scope.context == "weight" and function == "p":
        scope.diagnostics.error("E029", "there is no function `p`", at, "a weight is written `p[action]`")
        return _ZERO
    if home is None:
        known = [*_HOME, "min", "max", "abs", "sqrt", "log", "exp", "recover"]
        message = f"there is no function `{function}`"
        scope.diagnostics.error("E029", message, at, nearest(function, known) or f"there are {some_of(known, 20)}")
        return _ZERO
    if home != scope.context:
        _misplaced(f"{function}(…)", at, scope, _instead(function, scope.context))
        return _ZERO
    return _FUNCTIONS[function](call, at, scope) or _ZERO


def _instead(function: str, context: Context) -> str | None:
    if _HOME[function] == "trajectory" and context == "lottery":
        return f"it belongs to one trajectory: write `E({function}(…))`"
    if _HOME[function] == "lottery" and context == "trajectory":
        if function == "P":
            return "on one trajectory write `[φ]`"
        return "an expectation is no part of another; inside it stand quantities of one trajectory"
    return None


def _misplaced(what: str, at: Span | None, scope: Scope, hint: str | None = None) -> None:
    if scope.context == "trajectory" and scope.formalism != "FTR":
        where = "inside `E(…)` and `Var(…)`, which speak"
    else:
        where = f"in {scope.formalism}, which speaks"
    message = f"`{what}` cannot stand {where} of {MEANINGS[scope.context]}"
    scope.diagnostics.error("E030", message, at, hint)


# --- the functions: each gives its quantity, or None after an error ---


def _expectation(call: Call, at: Span | None, scope: Scope) -> Expression | None:
    if not _takes(call, at, (1,), "an expression over trajectories", scope):
        return None
    inner = replace(scope, context="trajectory")
    (of,) = call.args
    resolved = resolve_value(of, inner) if isinstance(of, Expression) else _ZERO
    return variable(Expectation(resolved) if call.function == "E" else Variance(resolved))


def _probability(call: Call, at: Span | None, scope: Scope) -> Expression | None:
    (formula,) = call.args
    if not isinstance(formula, Formula):
        raise AssertionError("P takes a formula")
    resolved = resolve_formula(formula, scope.place, scope.diagnostics)
    return None if resolved is None else variable(Expectation(variable(Indicator(resolved))))


def _return(call: Call, at: Span | None, scope: Scope) -> Expression | None:
    if not _takes(call, at, (2,), "a reward and a discount", scope):
        return None
    name, discount = call.args
    reward = _reward(name, scope)
    value = rational(discount, scope.diagnostics, "a rational discount") if isinstance(discount, Expression) else None
    if value is not None and not 0 <= value < 1:
        message = f"a discount is at least 0 and less than 1, and this is {brief(value)}"
        hint = f"the undiscounted one is `average({reward})`" if value == 1 else None
        scope.diagnostics.error("E063", message, discount.at, hint)
        return None
    return None if reward is None or value is None else variable(Return(reward, value))


def _average(call: Call, at: Span | None, scope: Scope) -> Expression | None:
    if not _takes(call, at, (1,), "a reward", scope):
        return None
    reward = _reward(call.args[0], scope)
    return None if reward is None else variable(Average(reward))


def _occupancy(call: Call, at: Span | None, scope: Scope) -> Expression | None:
    if not _takes(call, at, (1, 2, 3), "a state, an action and a state, of which the last may be left out", scope):
        return None
    names = _names(call, scope)
    if names is None:
        return None
    place, diagnostics = scope.place, scope.diagnostics
    lookups = (place.state, place.action, place.state)
    found = [look_up(name, diagnostics) for look_up, name in zip(lookups, names, strict=False)]
    known = [index for index in found if index is not None]
    return variable(Occupancy(*known)) if len(known) == len(found) else None


def _choice(call: Call, at: Span | None, scope: Scope) -> Expression | None:
    if not _takes(call, at, (2,), "a state and an action", scope):
        return None
    names = _names(call, scope)
    if names is None:
        return None
    state = scope.place.state(names[0], scope.diagnostics)
    action = scope.place.action(names[1], scope.diagnostics)
    return None if state is None or action is None else variable(Choice(state, action))


_FUNCTIONS: Mapping[str, Callable[[Call, Span | None, Scope], Expression | None]] = {
    "E": _expectation,
    "Var": _expectation,
    "P": _probability,
    "return": _return,
    "average": _average,
    "m": _occupancy,
    "pi": _choice,
}


def _takes(call: Call, at: Span | None, counts: tuple[int, ...], what: str, scope: Scope) -> bool:
    if len(call.args) in counts:
        return True
    message = f"`{call.function}` takes {what}; it has {len(call.args)} argument{'s' * (len(call.args) != 1)} here"
    scope.diagnostics.error("E015", message, at)
    return False


def _names(call: Call, scope: Scope) -> list[Name] | None:
    names = []
    for argument in call.args:
        match argument:
            case Expression(op="variable", key=Reference(name), at=at):
                names.append(Name(name, at))
            case _:
                message = f"`{call.function}` takes names of states and actions"
                scope.diagnostics.error("E015", message, argument.at)
                return None
    return names


def _reward(argument: Expression | Formula, scope: Scope) -> str | None:
    match argument:
        case Expression(op="variable", key=Reference(name)) if name in scope.rewards:
            return name
        case Expression(op="variable", key=Reference(name)):
            hint = nearest(name, scope.rewards)
            if hint is None:
                hint = f"its rewards are {some_of(scope.rewards)}" if scope.rewards else f"add `reward {name} {{ … }}`"
            scope.diagnostics.error("E028", f"this objective has no reward `{name}`", argument.at, hint)
        case _:
            scope.diagnostics.error("E015", "the name of a reward is needed here", argument.at)
    return None
