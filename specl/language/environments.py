"""Environments: from what is written to transition probabilities.

A faulty environment is made out as far as it goes, so that what is said about it elsewhere can still be checked.
"""

from collections.abc import Iterator
from fractions import Fraction

from specl.language.diagnostics import Diagnostics, some_of
from specl.language.distributions import Weights, resolve, weights
from specl.language.places import Place, look_up
from specl.language.syntax import AlphabetItem, EnvironmentItem, Label, Name, Names, Pattern, Start, Transition
from specl.model.environment import Environment, Step

Row = tuple[tuple[int, Fraction], ...]


def resolve_environment(item: EnvironmentItem, diagnostics: Diagnostics) -> Place:
    """The environment that an item describes; errors go to ``diagnostics``."""
    before = diagnostics.count
    kinds: dict[str, str] = {}
    states = declared(item, "states", kinds, diagnostics)
    actions = declared(item, "actions", kinds, diagnostics)
    labels = [entry for entry in item.body if isinstance(entry, Label)]
    for label in labels:
        define(label.name, "label", kinds, diagnostics)
    start = _start(item, states, kinds, diagnostics)
    transitions = _transitions(item, states, actions, kinds, diagnostics)
    bare = Environment(item.name.text, states, actions, start, transitions, {})
    place = Place(bare, True, kinds)
    held: dict[str, frozenset[Step]] = {}
    for label in labels:
        found = (steps_of(pattern, place, diagnostics) for pattern in label.patterns)
        held.setdefault(label.name.text, frozenset(step for steps in found for step in steps))
    environment = Environment(item.name.text, states, actions, start, transitions, held)
    return Place(environment, diagnostics.count == before, kinds)


def steps_of(pattern: Pattern, place: Place, diagnostics: Diagnostics) -> Iterator[Step]:
    """The possible steps that a pattern matches: a state stands for every step that leaves it."""
    environment = place.environment
    wanted: list[int | None] = []
    sound = True
    for name, states in ((pattern.source, True), (pattern.action, False), (pattern.target, True)):
        index = None
        if name is not None and name.text != "_":
            index = place.state(name, diagnostics) if states else place.action(name, diagnostics)
            sound = sound and index is not None
        wanted.append(index)
    s, a, t = wanted
    if not sound:
        return
    for source in range(len(environment.states)) if s is None else (s,):
        for action in range(len(environment.actions)) if a is None else (a,):
            for target, _ in environment.transitions[source][action]:
                if t is None or t == target:
                    yield source, action, target


def define(name: Name, kind: str, kinds: dict[str, str], diagnostics: Diagnostics) -> bool:
    """Add a name to ``kinds``; False after an error, where it is taken."""
    if name.text in ("true", "false"):
        message = f"{'an' if kind[0] == 'a' else 'a'} {kind} cannot be called `{name.text}`: it stands in formulas"
        diagnostics.error("E031", message, name.at)
    if name.text not in kinds:
        kinds[name.text] = kind
        return True
    other = kinds[name.text]
    if other == kind:
        message = f"the {kind} `{name.text}` is named twice"
    else:
        message = f"`{name.text}` is already the name of {'an' if other[0] == 'a' else 'a'} {other}"
    hint = "states, actions and labels have different names"
    diagnostics.error("E031", message, name.at, hint)
    return False


def declared(
    item: EnvironmentItem | AlphabetItem, keyword: str, kinds: dict[str, str], diagnostics: Diagnostics
) -> tuple[str, ...]:
    """The states or actions that an item names; an alphabet need not name states."""
    entries = [entry for entry in item.body if isinstance(entry, Names) and entry.keyword == keyword]
    if not entries:
        what = "alphabet" if isinstance(item, AlphabetItem) else "environment"
        if (what, keyword) != ("alphabet", "states"):
            diagnostics.error("E046", f"this {what} has no `{keyword}`", item.name.at, f"add `{keyword} a, b`")
        return ()
    for extra in entries[1:]:
        message = f"`{keyword}` is given twice"
        diagnostics.error("E047", message, extra.at, f"give all of them on line {diagnostics.line_of(entries[0].at)}")
    found = []
    for name in (name for entry in entries for name in entry.names):
        if name.text == "self" and keyword == "states":
            message = "a state cannot be called `self`: as a target it means the state that is left"
            diagnostics.error("E031", message, name.at)
        if define(name, keyword[:-1], kinds, diagnostics):
            found.append(name.text)
    return tuple(found)


def _start(item: EnvironmentItem, states: tuple[str, ...], kinds: dict[str, str], diagnostics: Diagnostics) -> Row:
    entries = [entry for entry in item.body if isinstance(entry, Start)]
    fallback: Row = ((0, Fraction(1)),) if states else ()
    if not entries:
        message = "this environment has no `start`"
        diagnostics.error("E046", message, item.name.at, "add `start s`, or `start { s: 1/2, t: 1/2 }`")
        return fallback
    for extra in entries[1:]:
        message = "`start` is given twice"
        diagnostics.error("E047", message, extra.at, f"it stands on line {diagnostics.line_of(entries[0].at)} already")
    named = weights(entries[0].distribution, diagnostics)
    if named is None or not states:
        return fallback
    found = resolve(named, lambda name: look_up(name, states, "state", kinds, diagnostics), diagnostics)
    return fallback if found is None else found


def _transitions(
    item: EnvironmentItem,
    states: tuple[str, ...],
    actions: tuple[str, ...],
    kinds: dict[str, str],
    diagnostics: Diagnostics,
) -> tuple[tuple[Row, ...], ...]:
    explicit: dict[tuple[int, int], Transition] = {}
    rows: dict[tuple[int, int], Row] = {}
    complete = bool(states and actions)
    for entry in item.body:
        if not isinstance(entry, Transition):
            continue
        sources = _matching(entry.source, states, "state", kinds, diagnostics)
        taken = _matching(entry.action, actions, "action", kinds, diagnostics)
        named = weights(entry.targets, diagnostics)
        complete = complete and sources is not None and taken is not None
        wild = "_" in (entry.source.text, entry.action.text)
        for pair in ((s, a) for s in sources or () for a in taken or ()):
            if pair not in explicit:
                rows[pair] = _row(named, pair[0], states, kinds, diagnostics)
            elif not wild:
                step = f"{entry.source.text} --{entry.action.text}-->"
                line = diagnostics.line_of(explicit[pair].at)
                message = f"a second transition for `{step}`"
                diagnostics.error("E045", message, entry.at, f"the first stands on line {line}")
            if not wild:
                explicit.setdefault(pair, entry)
    missing = [(s, a) for s in range(len(states)) for a in range(len(actions)) if (s, a) not in rows]
    if missing and complete:
        shown = some_of(f"{states[s]} --{actions[a]}-->" for s, a in missing)
        hint = _example(missing[0], states, actions)
        diagnostics.error("E044", f"there is no transition for {shown}", item.name.at, hint)
    stay = Fraction(1)
    return tuple(tuple(rows.get((s, a)) or ((s, stay),) for a in range(len(actions))) for s in range(len(states)))


def _matching(
    name: Name, known: tuple[str, ...], kind: str, kinds: dict[str, str], diagnostics: Diagnostics
) -> tuple[int, ...] | None:
    if name.text == "_":
        return tuple(range(len(known)))
    if not known:
        return None
    index = look_up(name, known, kind, kinds, diagnostics)
    return None if index is None else (index,)


def _row(
    named: Weights | None, source: int, states: tuple[str, ...], kinds: dict[str, str], diagnostics: Diagnostics
) -> Row:
    if named is None:
        return ()

    def index_of(name: Name) -> int | None:
        return source if name.text == "self" else look_up(name, states, "state", kinds, diagnostics)

    return resolve(named, index_of, diagnostics) or ()


def _example(pair: tuple[int, int], states: tuple[str, ...], actions: tuple[str, ...]) -> str:
    s, a = pair
    return f"write `{states[s]} --{actions[a]}--> self` to stay, or `{states[s]} --_--> …` for every action"
