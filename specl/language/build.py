"""Parse tree to items of the syntax tree."""

from typing import Any, Literal, cast

from lark.lexer import Token

from specl.language.build_expressions import (
    BuildError,
    Tree,
    build_condition,
    build_expression,
    build_formula,
    build_number,
    name_of,
    span_of,
)
from specl.language.syntax import (
    AlphabetItem,
    AssertItem,
    Call,
    CompareAssertion,
    Comparison,
    Distribution,
    EnvironmentItem,
    EquivalentAssertion,
    ExpressesAssertion,
    ExpressionField,
    Field,
    FormulaField,
    Item,
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
    Term,
    TrajectoryOrderingItem,
    Transition,
)
from specl.model.expression import COMPARISONS, Expression

__all__ = ["BuildError", "build_expression", "build_item", "build_use"]


def build_item(tree: Tree) -> Item:
    """One item.

    Raises:
        BuildError: what the grammar lets pass but is not an item: a condition for a number, an order that is none.
    """
    at = span_of(tree)
    parts: list[Any] = tree.children
    match str(tree.data):
        case "environment":
            return EnvironmentItem(name_of(parts[0]), tuple(_entry(part) for part in parts[1:]), at)
        case "alphabet":
            return AlphabetItem(name_of(parts[0]), tuple(_entry(part) for part in parts[1:]), at)
        case "policy":
            parameters = tuple(name_of(token) for token in parts[1].children) if parts[1] else None
            rows = tuple((_any(row.children[0]), _distribution(row.children[1])) for row in parts[3:] if row)
            return PolicyItem(name_of(parts[0]), parameters, _scope(parts[2]), rows, at)
        case "objective":
            fields = tuple(_field(part) for part in parts[3:])
            return ObjectiveItem(name_of(parts[0]), _scope(parts[1]), name_of(parts[2]), fields, at)
        case "ordering":
            return _ordering(name_of(parts[0]), _scope(parts[1]), parts[2], at)
        case "assertion":
            return AssertItem(_claim(parts[1]), parts[0] is not None, at)
        case "refutation":
            evidence = tuple(
                (name_of(part.children[0]), tuple(build_use(use) for use in part.children[1:])) for part in parts[2:]
            )
            return RefuteItem(name_of(parts[0]), name_of(parts[1]), evidence, at)
    raise AssertionError(f"the grammar has no item {tree.data}")


def build_use(tree: Tree) -> PolicyUse:
    """A policy's name, or a member of a family."""
    name, arguments = cast(list[Any], tree.children)
    built = None if arguments is None else tuple(build_number(part) for part in arguments.children)
    return PolicyUse(name_of(name), built, span_of(tree))


# --- environments and policies ---


def _entry(tree: Tree) -> Names | Start | Transition | Label:
    at = span_of(tree)
    parts: list[Any] = tree.children
    match str(tree.data):
        case "states" | "actions" as keyword:
            return Names(keyword, tuple(name_of(token) for token in parts), at)
        case "start":
            return Start(_distribution(parts[0]), at)
        case "transition":
            return Transition(_any(parts[0]), _any(parts[1]), _distribution(parts[2]), at)
        case "label":
            return Label(name_of(parts[0]), tuple(_pattern(part) for part in parts[1:] if part is not None), at)
    raise AssertionError(f"the grammar has no entry {tree.data}")


def _any(tree: Tree) -> Name:
    return name_of(cast(Token, tree.children[0]))


def _scope(tree: Tree | None) -> Name | None:
    return None if tree is None else name_of(cast(Token, tree.children[0]))


def _pattern(tree: Tree) -> Pattern:
    source, action, target = cast(list[Any], tree.children)
    if action is None:
        return Pattern(_any(source), at=span_of(tree))
    return Pattern(_any(source), _any(action), _any(target), span_of(tree))


def _distribution(tree: Tree) -> Distribution:
    parts: list[Any] = tree.children
    if parts[0].data == "any":
        return Distribution(((_any(parts[0]), None),), span_of(tree))
    entries = tuple((_any(part.children[0]), build_number(part.children[1])) for part in parts)
    return Distribution(entries, span_of(tree))


# --- objectives ---


def _field(tree: Tree) -> Field:
    at = span_of(tree)
    parts: list[Any] = tree.children
    match str(tree.data):
        case "reward":
            return RewardField(None if parts[0] is None else name_of(parts[0]), _rewards(parts[1:]), at)
        case "machine":
            start = tuple(name_of(part.children[0]) for part in parts[1:] if part.data == "machine_start")
            edges = tuple(_edge(part) for part in parts[1:] if part.data == "edge")
            return MachineField(None if parts[0] is None else name_of(parts[0]), start, edges, at)
        case "formula_field":
            return FormulaField(build_formula(parts[0]), at)
        case "number_field":
            keyword = cast(Literal["discount", "strength", "value"], str(parts[0]))
            return ExpressionField(keyword, build_number(parts[1]), at)
        case "regulariser":
            return _regulariser(parts[0], at)
        case "order":
            return _order(parts, at)
    raise AssertionError(f"the grammar has no field {tree.data}")


def _rewards(parts: list[Any]) -> tuple[tuple[Pattern, Expression], ...]:
    return tuple((_pattern(part.children[0]), build_number(part.children[1])) for part in parts if part is not None)


def _edge(tree: Tree) -> MachineEdge:
    source, guard, target, reward = cast(list[Any], tree.children)
    paid: Expression | RewardField | None = None
    if reward is not None and reward.data == "block":
        paid = RewardField(None, _rewards(reward.children), span_of(reward))
    elif reward is not None:
        paid = build_number(reward)
    return MachineEdge(_any(source), build_formula(guard), name_of(target), paid, span_of(tree))


def _regulariser(tree: Tree, at: tuple[int, int]) -> RegulariserField:
    if tree.data == "prior":
        return RegulariserField("kl", prior=_distribution(cast(Tree, tree.children[0])), at=at)
    expression = build_number(tree)
    if expression.key == Reference("negentropy"):
        return RegulariserField("negentropy", at=at)
    if isinstance(expression.key, Call) and expression.key.function == "tsallis":
        if len(expression.key.args) != 1 or not isinstance(expression.key.args[0], Expression):
            raise BuildError("E015", "`tsallis` takes one argument, its order q", expression.at or at)
        return RegulariserField("tsallis", expression=expression.key.args[0], at=at)
    return RegulariserField("expression", expression=expression, at=at)


def _order(parts: list[Any], at: tuple[int, int]) -> OrderField:
    first, *constraints = parts
    if first.data == "ranking":
        tiers = tuple(tuple(build_use(use) for use in tier.children) for tier in first.children if tier is not None)
        return OrderField("ranking", tiers=tiers, at=at)
    value = build_number(first)
    if constraints[0] is not None:
        built = tuple(_comparison(part) for part in constraints)
        return OrderField("subject_to", (value, *built), at=at)
    match value.key:
        case Call("lexicographic", keys) if keys:
            return OrderField("lexicographic", tuple(key for key in keys if isinstance(key, Expression)), at=at)
        case Call("recover", (Expression(op="variable", key=Reference(name), at=place),)):
            return OrderField("recover", name=Name(name, place), at=at)
    message = "an order is `lexicographic(x, …)`, `x subject to y >= c, …`, `{ p > q ~ r }` or `recover(o)`"
    raise BuildError("E068", message, value.at or at, "to rank by one number, write `lexicographic(x)`")


def _comparison(tree: Tree) -> Expression:
    built = build_condition(tree)
    if built.op not in COMPARISONS:
        message = "a constraint compares two numbers"
        raise BuildError("E068", message, built.at or (0, 0), "several constraints are separated by `,`")
    return built


# --- orderings and assertions ---


def _ordering(
    name: Name, scope: Name | None, body: Tree | None, at: tuple[int, int]
) -> OrderingItem | TrajectoryOrderingItem:
    if body is None:
        return OrderingItem(name, scope, at=at)
    parts: list[Any] = body.children
    if body.data == "induced":
        return OrderingItem(name, scope, (), name_of(parts[0]), tuple(build_use(use) for use in parts[1:]), at)
    if body.data == "over":
        return TrajectoryOrderingItem(name, scope, tuple(_run_chain(part) for part in parts if part is not None), at)
    return OrderingItem(name, scope, tuple(_chain(part) for part in parts), at=at)


def _chain(tree: Tree) -> Comparison:
    terms = tuple(_term(part) for part in tree.children[0::2])
    relations = tuple(cast(Literal[">", "~"], str(sign)) for sign in tree.children[1::2])
    return Comparison(terms, relations, span_of(tree))


def _run_chain(tree: Tree) -> RunComparison:
    parts: list[Any] = tree.children
    runs = tuple(Run(tuple(name_of(token) for token in part.children), span_of(part)) for part in parts[0::2])
    return RunComparison(runs, tuple(cast(Literal[">", "~"], str(sign)) for sign in parts[1::2]), span_of(tree))


def _term(tree: Any) -> Term:
    match str(tree.data):
        case "use":
            return build_use(tree)
        case "others":
            return Others(span_of(tree))
    return PolicySet(tuple(build_use(use) for use in tree.children), tree.data == "tied_set", span_of(tree))


def _claim(tree: Tree) -> CompareAssertion | ExpressesAssertion | EquivalentAssertion:
    first, second = cast(list[Any], tree.children)
    match str(tree.data):
        case "compares":
            return CompareAssertion(_chain(first), name_of(second))
        case "expresses":
            return ExpressesAssertion(name_of(first), name_of(second))
    return EquivalentAssertion(name_of(first), name_of(second))
