"""Whether comparisons are free of contradiction: no strict one may lie on a cycle."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from specl.language.diagnostics import Diagnostics
from specl.model.errors import Span


@dataclass
class Pairs:
    """Comparisons by name, with the places where they are made."""

    strict: dict[tuple[str, str], Span | None] = field(default_factory=dict)
    ties: dict[tuple[str, str], Span | None] = field(default_factory=dict)


def check_cycles(things: Mapping[str, Hashable], pairs: Pairs, diagnostics: Diagnostics) -> None:
    """Tell of a strict comparison that lies on a cycle, names of the same thing counting as tied."""
    parent = {name: name for name in things}

    def find(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    by_meaning: dict[Hashable, str] = {}
    for name, thing in things.items():
        parent[find(name)] = find(by_meaning.setdefault(thing, name))
    for left, right in pairs.ties:
        parent[find(left)] = find(right)
    below: dict[str, list[tuple[str, Span | None]]] = {}
    for (better, worse), at in pairs.strict.items():
        if find(better) == find(worse):
            same = things[better] == things[worse]
            message = f"`{better}` cannot be better than `{worse}`: they " + ("are the same policy" if same else "tie")
            diagnostics.error("E081", message, at)
            return
        below.setdefault(find(better), []).append((find(worse), at))
    cycle = _cycle(below)
    if cycle is not None:
        names, at = cycle
        shown = " > ".join(f"`{name}`" for name in names)
        diagnostics.error("E081", f"this ordering goes in a circle: {shown}", at)


def _cycle(below: dict[str, list[tuple[str, Span | None]]]) -> tuple[list[str], Span | None] | None:
    done: set[str] = set()
    for root in below:
        path: dict[str, None] = {}
        stack = [(root, iter(below[root]))] if root not in done else []
        path.update(dict.fromkeys([root]) if stack else {})
        while stack:
            name, rest = stack[-1]
            edge = next(rest, None)
            if edge is None:
                done.add(name)
                path.pop(name)
                stack.pop()
            elif edge[0] in path:
                names = list(path)
                return [*names[names.index(edge[0]) :], edge[0]], edge[1]
            elif edge[0] not in done:
                path[edge[0]] = None
                stack.append((edge[0], iter(below.get(edge[0], ()))))
    return None
