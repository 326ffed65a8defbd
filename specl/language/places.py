"""The names of one environment, and looking them up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from specl.language.diagnostics import Diagnostics, nearest, some_of
from specl.language.syntax import Name
from specl.model.alphabet import ANONYMOUS, atoms_where, subsets
from specl.model.environment import Environment, Step

_CODES = {"state": "E020", "action": "E021"}


@dataclass(frozen=True)
class Place:
    """An environment, or an alphabet as the environment where everything is possible, and what names stand for there.

    Attributes:
        environment: where the text was faulty, as much of it as could be made out.
        sound: whether there was no error in it; if not, nothing is to be concluded from which steps are possible.
        kinds: name -> "state", "action" or "label".
        free: the labels of which nothing says where they hold.
    """

    environment: Environment
    sound: bool
    kinds: Mapping[str, str]
    free: tuple[str, ...] = ()

    def readings(self, names: Collection[str]) -> tuple[Mapping[str, frozenset[Step]], ...]:
        """Atom -> the steps on which it holds, once for every choice of those free labels that are among ``names``."""
        wanted = tuple(name for name in self.free if name in names)
        if not wanted:
            return (self.environment.atoms,)
        return tuple(atoms_where(self.environment, wanted, choice) for choice in subsets(wanted))

    def state(self, name: Name, diagnostics: Diagnostics) -> int | None:
        """Index of a state, or None after an error."""
        return look_up(name, self.environment.states, "state", self.kinds, diagnostics)

    def action(self, name: Name, diagnostics: Diagnostics) -> int | None:
        """Index of an action, or None after an error."""
        return look_up(name, self.environment.actions, "action", self.kinds, diagnostics)


def look_up(
    name: Name, known: tuple[str, ...], kind: str, kinds: Mapping[str, str], diagnostics: Diagnostics
) -> int | None:
    """Index of a name among those of its kind, or None after an error that tells the nearest one."""
    if name.text in known:
        return known.index(name.text)
    if name.text == "_":
        diagnostics.error("E048", f"one {kind} is needed here, and `_` stands for every {kind}", name.at)
        return None
    other = kinds.get(name.text)
    message = f"there is no {kind} `{name.text}`" + (f": `{name.text}` is a {other}" if other else "")
    message = message.replace("a action", "an action")
    hint = nearest(name.text, known) if not other else None
    if known == (ANONYMOUS,):
        hint = "the alphabet names no states; `_` stands for every one"
    diagnostics.error(_CODES[kind], message, name.at, hint or f"the {kind}s are {some_of(known)}")
    return None
