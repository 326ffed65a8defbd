"""Alphabets: what objectives can see, without dynamics."""

from specl.language.diagnostics import Diagnostics
from specl.language.environments import declared, define, steps_of
from specl.language.places import Place
from specl.language.syntax import AlphabetItem, Label, Start, Transition
from specl.model.alphabet import ANONYMOUS, Alphabet
from specl.model.environment import Step


def resolve_alphabet(item: AlphabetItem, diagnostics: Diagnostics) -> tuple[Alphabet, Place]:
    """The alphabet that an item describes, and its names; errors go to ``diagnostics``."""
    before = diagnostics.count
    kinds: dict[str, str] = {}
    states = declared(item, "states", kinds, diagnostics) or (ANONYMOUS,)
    actions = declared(item, "actions", kinds, diagnostics)
    for entry in item.body:
        if isinstance(entry, Start | Transition):
            what = "`start`" if isinstance(entry, Start) else "transitions"
            message = f"an alphabet has no {what}: it stands for every environment with these names"
            diagnostics.error("E034", message, entry.at, "remove it, or write `environment` instead of `alphabet`")
    labels = [entry for entry in item.body if isinstance(entry, Label)]
    for label in labels:
        define(label.name, "label", kinds, diagnostics)
    bare = Place(Alphabet(item.name.text, states, actions, {}).environment, True, kinds)
    held: dict[str, frozenset[Step]] = {}
    for label in (label for label in labels if label.patterns):
        found = (steps_of(pattern, bare, diagnostics) for pattern in label.patterns)
        held.setdefault(label.name.text, frozenset(step for steps in found for step in steps))
    free = dict.fromkeys(label.name.text for label in labels if label.name.text not in held)
    alphabet = Alphabet(item.name.text, states, actions, held, tuple(free))
    return alphabet, Place(alphabet.environment, diagnostics.count == before, kinds, alphabet.free)
