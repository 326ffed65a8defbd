"""An alphabet without states that two formulas cannot tell from others."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from specl.everywhere.trials import Trial
from specl.model.alphabet import Alphabet
from specl.model.environment import Step

KEPT = 2
"""States that are kept of those that cannot be told apart, so that small environments need no copies."""


@dataclass(frozen=True)
class Condensed:
    """Some states of an alphabet.

    Attributes:
        kept: state of ``alphabet`` -> the same state of the whole.
        like: state of the whole -> a state of ``alphabet`` that cannot be told from it.
    """

    alphabet: Alphabet
    kept: tuple[int, ...]
    like: tuple[int, ...]

    def whole(self, trial: Trial) -> Trial:
        """Policies in an environment over ``alphabet`` as such in one over the whole."""
        return replace(trial, of=tuple(self.kept[x] for x in trial.of))


def condensed(whole: Alphabet, names: Collection[str]) -> Condensed:
    """The alphabet as formulas over these atoms need it.

    Two states cannot be told apart if neither is named, and labels hold on the same steps that leave them and on the
    same that enter them: put one in the other's place in a trajectory, and the same atoms hold.
    """
    labels = {name: steps for name, steps in whole.labels.items() if name in names}
    leaving: list[set[tuple[str, int, int]]] = [set() for _ in whole.states]
    entering: list[set[tuple[str, int, int]]] = [set() for _ in whole.states]
    for name, steps in labels.items():
        for s, a, t in steps:
            leaving[s].add((name, a, t))
            entering[t].add((name, s, a))
    groups: dict[object, list[int]] = {}
    for s, state in enumerate(whole.states):
        alike = (state if state in names else "", frozenset(leaving[s]), frozenset(entering[s]))
        groups.setdefault(alike, []).append(s)
    kept = sorted(s for group in groups.values() for s in group[:KEPT])
    place = {s: i for i, s in enumerate(kept)}
    like = {s: place[s] if s in place else place[group[0]] for group in groups.values() for s in group}

    def restricted(steps: frozenset[Step]) -> frozenset[Step]:
        return frozenset((place[s], a, place[t]) for s, a, t in steps if s in place and t in place)

    inner = Alphabet(
        whole.name,
        tuple(whole.states[s] for s in kept),
        whole.actions,
        {name: restricted(steps) for name, steps in whole.labels.items()},
        whole.free,
    )
    return Condensed(inner, tuple(kept), tuple(like[s] for s in range(len(whole.states))))
