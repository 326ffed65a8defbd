"""Objectives: whether their fields are those of the formalism, and in which order objectives are read."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from specl.language.diagnostics import Diagnostics, nearest, nearest_or_all
from specl.language.fields import Fields, field_keyword
from specl.language.syntax import (
    Call,
    ExpressionField,
    Field,
    Name,
    ObjectiveItem,
    OrderField,
    Reference,
)
from specl.model.expression import Expression
from specl.model.quantities import Recovered

_LONGEST_CHAIN = 40


class FormalismLike(Protocol):
    """What the language needs to know of a formalism."""

    @property
    def name(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, tuple[int, int | None]]: ...
    @property
    def read(self) -> Callable[[Fields], Any]: ...


class Formalisms(Protocol):
    """Where formalisms are looked up; the package `specl.formalisms` is one."""

    def codes(self) -> tuple[str, ...]: ...
    def formalism(self, code: str) -> FormalismLike:
        """Raises KeyError where there is none."""
        ...


def formalism_of(code: Name, formalisms: Formalisms, diagnostics: Diagnostics) -> FormalismLike | None:
    """The formalism of this code, or None after an error."""
    if code.text in formalisms.codes():
        return formalisms.formalism(code.text)
    upper = code.text.upper()
    hint = f"did you mean `{upper}`?" if upper in formalisms.codes() else nearest(code.text, formalisms.codes())
    hint = hint or f"the formalisms are {', '.join(formalisms.codes())}"
    diagnostics.error("E027", f"there is no formalism `{code.text}`", code.at, hint)
    return None


def check_fields(item: ObjectiveItem, formalism: FormalismLike, diagnostics: Diagnostics) -> ObjectiveItem:
    """The objective with no more fields than the formalism has; errors tell of those that it lacks or leaves out."""
    code = item.formalism.text
    by_keyword: dict[str, list[Field]] = {}
    for field in item.fields:
        by_keyword.setdefault(field_keyword(field), []).append(field)
    kept: list[Field] = []
    for keyword, fields in by_keyword.items():
        if keyword not in formalism.fields:
            hint = f"{code} has {_listed(formalism.fields)}"
            diagnostics.error("E061", f"{code} ({formalism.name}) has no `{keyword}`", fields[0].at, hint)
            continue
        most = formalism.fields[keyword][1]
        if most is not None and len(fields) > most:
            times = "once" if most == 1 else f"{most} times at most"
            line = diagnostics.line_of(fields[0].at)
            message = f"{code} has `{keyword}` {times}"
            diagnostics.error("E062", message, fields[most].at, f"the first stands on line {line}")
        kept += fields[:most]
    for keyword, (fewest, _) in formalism.fields.items():
        if len(by_keyword.get(keyword, ())) < fewest:
            message = f"this {code} objective has no `{keyword}`"
            diagnostics.error("E060", message, item.name.at, f"add {_EXAMPLES.get(keyword, f'`{keyword}`')}")
    return replace(item, fields=tuple(kept))


def reading_order(items: Mapping[str, ObjectiveItem], diagnostics: Diagnostics) -> tuple[list[str], set[str]]:
    """Names of objectives, each after those that it recovers; and those that cannot be read, for they recover
    themselves in the end."""
    uses = {name: list(recovered_names(item)) for name, item in items.items()}
    height: dict[str, int] = {}
    broken: set[str] = set()
    for root in items:
        # Depth first with a stack of its own: a chain may be as long as the file.
        path: list[str] = []
        stack: list[tuple[str, Iterator[Name]]] = [(root, iter(uses[root]))] if root not in height else []
        path += [root] if stack else []
        while stack:
            name, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                below = [height[one.text] for one in uses[name] if one.text in height]
                height[name] = 1 + max(below, default=0)
                if any(one.text in broken for one in uses[name]):
                    broken.add(name)
                elif height[name] > _LONGEST_CHAIN:
                    message = f"more than {_LONGEST_CHAIN} objectives recover one another in a row"
                    diagnostics.error("E004", message, items[name].name.at)
                    broken.add(name)
                stack.pop()
                path.pop()
            elif following.text in path:
                circle = [*path[path.index(following.text) :], following.text]
                shown = " → ".join(circle) if len(circle) < 10 else f"{circle[0]} → … → {circle[-1]}"
                diagnostics.error("E069", f"`recover` goes in a circle: {shown}", following.at)
                broken.update(circle)
            elif following.text in uses and following.text not in height:
                stack.append((following.text, iter(uses[following.text])))
                path.append(following.text)
    return list(height), broken


def recovered_names(item: ObjectiveItem) -> Iterable[Name]:
    """The objectives that an objective recovers, by name."""
    for field in item.fields:
        match field:
            case OrderField(kind="recover", name=Name() as name):
                yield name
            case ExpressionField(expression=Expression(key=Call("recover", (Expression(key=Reference(text), at=at),)))):
                yield Name(text, at)


def lookup_recovered(
    item: ObjectiveItem,
    environment: str,
    objectives: Mapping[str, Any],
    poisoned: Collection[str],
    names: Collection[str],
    diagnostics: Diagnostics,
) -> Callable[[Name], Recovered | None]:
    """How ``recover(o)`` in an objective is looked up among those that have been read; ``names`` are those of all."""

    def recovered(name: Name) -> Recovered | None:
        known = objectives.get(name.text)
        if known is None:
            if name.text not in poisoned:
                hint = nearest_or_all(name.text, [*names, *poisoned])
                diagnostics.error("E024", f"there is no objective `{name.text}`", name.at, hint)
            return None
        if known.environment != environment:
            message = f"`{name.text}` is about `{known.environment}`, and `{item.name.text}` about `{environment}`"
            diagnostics.error("E069", message, name.at, "only an objective of the same environment can be recovered")
            return None
        return Recovered(known.name, known.code, known.objective)

    return recovered


_EXAMPLES = {
    "discount": "`discount 9/10`",
    "reward": "`reward { s --a--> t: 1 }`",
    "machine": "`machine { start u  u --a--> v: 1 }`",
    "formula": "`formula G F a`",
    "strength": "`strength 1/10`",
    "regulariser": "`regulariser negentropy`",
    "value": "`value …`, the number that a policy is worth",
    "order": "`order lexicographic(x, y)`",
}


def _listed(fields: Iterable[str]) -> str:
    *most, last = (f"`{field}`" for field in fields)
    return f"{', '.join(most)} and {last}" if most else last
