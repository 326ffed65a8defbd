"""Syntax trees as .spec text that parses back to the same tree."""

from collections.abc import Iterable

from specl.language.print_expressions import show_expression, show_formula
from specl.language.syntax import (
    AlphabetItem,
    AssertItem,
    CompareAssertion,
    Comparison,
    Distribution,
    EnvironmentItem,
    ExpressesAssertion,
    ExpressionField,
    Field,
    File,
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
    Pattern,
    PolicyItem,
    PolicySet,
    PolicyUse,
    RefuteItem,
    RegulariserField,
    RewardField,
    RunComparison,
    Start,
    Term,
    TrajectoryOrderingItem,
    Transition,
)

_WIDTH = 110


def show_file(file: File) -> str:
    """A whole file; items of different kinds are set apart by a blank line."""
    parts: list[str] = []
    for index, item in enumerate(file.items):
        text = show_item(item)
        if index and (type(item) is not type(file.items[index - 1]) or "\n" in text):
            parts.append("")
        parts.append(text)
    return "\n".join(parts) + "\n"


def show_item(item: Item) -> str:
    """One item."""
    match item:
        case EnvironmentItem(name, body) | AlphabetItem(name, body):
            keyword = "environment" if isinstance(item, EnvironmentItem) else "alphabet"
            return "\n".join([f"{keyword} {name.text} {{", *(f"  {_entry(entry)}" for entry in body), "}"])
        case PolicyItem(name, parameters, environment, rows):
            given = "" if parameters is None else f"({', '.join(one.text for one in parameters)})"
            head = f"policy {name.text}{given}{_scope(environment)}"
            return _block(head, [f"{state.text}: {_distribution(row)}" for state, row in rows], ",")
        case ObjectiveItem(name, environment, formalism, fields):
            head = f"objective {name.text}{_scope(environment)} : {formalism.text}"
            return _block(head, [show_field(field) for field in fields], "")
        case OrderingItem(name, environment, chains, objective, policies):
            head = f"ordering {name.text}{_scope(environment)}"
            if objective is not None:
                return f"{head} = {objective.text} on {{ {_uses(policies)} }}"
            return _block(head, [_chain(chain) for chain in chains], ";")
        case TrajectoryOrderingItem(name, environment, runs):
            head = f"ordering {name.text}{_scope(environment)} over trajectories"
            return _block(head, [_run_chain(chain) for chain in runs], ";")
        case AssertItem(claim, negated):
            return f"assert {'not ' if negated else ''}{_claim(claim)}"
        case RefuteItem(formalism, kind, evidence):
            shown = [f"{name.text} {_evidence(name, uses)}" for name, uses in evidence]
            return _block(f"refute {formalism.text} by {kind.text}", shown, "")


def show_field(field: Field) -> str:
    """One field of an objective; several lines where it is long."""
    match field:
        case RewardField(name, entries):
            return _rewards("reward" if name is None else f"reward {name.text}", entries)
        case MachineField(name, start, edges):
            head = "machine" if name is None else f"machine {name.text}"
            return _block(head, [*(f"start {one.text}" for one in start), *map(_edge, edges)], "")
        case FormulaField(formula):
            return f"formula {show_formula(formula)}"
        case ExpressionField(keyword, expression):
            return f"{keyword} {show_expression(expression)}"
        case RegulariserField("kl", prior) if prior is not None:
            return f"regulariser kl({_distribution(prior)})"
        case RegulariserField("tsallis", _, expression) if expression is not None:
            return f"regulariser tsallis({show_expression(expression)})"
        case RegulariserField("expression", _, expression) if expression is not None:
            return f"regulariser {show_expression(expression)}"
        case RegulariserField():
            return "regulariser negentropy"
        case OrderField():
            return f"order {_order(field)}"


def show_use(use: PolicyUse) -> str:
    """``p``, or ``gate(1/3)``."""
    if use.arguments is None:
        return use.name.text
    return f"{use.name.text}({', '.join(show_expression(argument) for argument in use.arguments)})"


def _block(head: str, parts: list[str], separator: str) -> str:
    """``head { parts }`` on one line if it fits, else a line for each part."""
    if not parts:
        return f"{head} {{ }}"
    line = f"{head} {{ {(separator + ' ').join(parts)} }}" if separator else f"{head} {{ {'  '.join(parts)} }}"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    indented = ["  " + part.replace("\n", "\n  ") for part in parts]
    return "\n".join([f"{head} {{", (separator + "\n").join(indented), "}"])


def _scope(environment: Name | None) -> str:
    return "" if environment is None else f" in {environment.text}"


def _uses(uses: Iterable[PolicyUse]) -> str:
    return ", ".join(map(show_use, uses))


def _entry(entry: Names | Start | Transition | Label) -> str:
    match entry:
        case Names(keyword, names):
            return f"{keyword} {', '.join(name.text for name in names)}"
        case Start(distribution):
            return f"start {_distribution(distribution)}"
        case Transition(source, action, targets):
            return f"{source.text} --{action.text}--> {_distribution(targets)}"
        case Label(name, patterns):
            return f"label {name.text}" + (f" = {', '.join(map(_pattern, patterns))}" if patterns else "")


def _distribution(distribution: Distribution) -> str:
    (first, weight), *_ = distribution.entries
    if weight is None:
        return first.text
    entries = (f"{name.text}: {show_expression(w)}" for name, w in distribution.entries if w is not None)
    return f"{{ {', '.join(entries)} }}"


def _pattern(pattern: Pattern) -> str:
    if pattern.action is None or pattern.target is None:
        return pattern.source.text
    return f"{pattern.source.text} --{pattern.action.text}--> {pattern.target.text}"


def _rewards(head: str, entries: Iterable[tuple[Pattern, object]]) -> str:
    shown = [f"{_pattern(pattern)}: {show_expression(value)}" for pattern, value in entries]  # type: ignore[arg-type]
    return _block(head, shown, ",")


def _edge(edge: MachineEdge) -> str:
    line = f"{edge.source.text} --{show_formula(edge.guard)}--> {edge.target.text}"
    match edge.reward:
        case None:
            return line
        case RewardField(_, entries):
            return f"{line}: {_rewards('reward', entries)}"
        case expression:
            return f"{line}: {show_expression(expression, 5)}"


def _order(field: OrderField) -> str:
    match field.kind:
        case "lexicographic":
            return f"lexicographic({', '.join(map(show_expression, field.expressions))})"
        case "subject_to":
            value, *constraints = map(show_expression, field.expressions)
            return f"{value} subject to {', '.join(constraints)}"
        case "ranking":
            tiers = " > ".join(" ~ ".join(map(show_use, tier)) for tier in field.tiers)
            return f"{{ {tiers} }}" if tiers else "{ }"
        case "recover":
            return f"recover({field.name.text if field.name else ''})"


def _term(term: Term) -> str:
    match term:
        case PolicyUse():
            return show_use(term)
        case PolicySet(members, tied):
            return f"{{{_uses(members)}}}" if tied else f"[{_uses(members)}]"
        case _:
            return "others"


def _chain(chain: Comparison) -> str:
    text = _term(chain.terms[0])
    for relation, term in zip(chain.relations, chain.terms[1:], strict=True):
        text += f" {relation} {_term(term)}"
    return text


def _run_chain(chain: RunComparison) -> str:
    first, *rest = (f"({' '.join(name.text for name in run.names)})" for run in chain.runs)
    return first + "".join(f" {relation} {run}" for relation, run in zip(chain.relations, rest, strict=True))


def _claim(claim: object) -> str:
    match claim:
        case CompareAssertion(chain, objective):
            return f"{_chain(chain)} under {objective.text}"
        case ExpressesAssertion(formalism, ordering):
            return f"{formalism.text} expresses {ordering.text}"
    return f"{claim.left.text} equivalent {claim.right.text}"  # type: ignore[attr-defined]


def _evidence(name: Name, uses: tuple[PolicyUse, ...]) -> str:
    return f"{{ {_uses(uses)} }}" if len(uses) != 1 or name.text == "policies" else show_use(uses[0])
