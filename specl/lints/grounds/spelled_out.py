"""An alphabet as one environment: its trajectories are those of all environments over the alphabet."""

from collections.abc import Collection
from fractions import Fraction

from specl.model.alphabet import ANONYMOUS, Alphabet
from specl.model.environment import Environment, Step

MOST_STEPS = 20_000


def spelled_out(alphabet: Alphabet, names: Collection[str]) -> Environment | None:
    """The environment in which every state can follow, and in which an action is one of the alphabet's together with
    those of the free labels among ``names`` that hold; None where there are too many steps."""
    choices = tuple(alphabet.choices(names))
    size, width = len(alphabet.states), len(alphabet.actions)
    if size * size * width * len(choices) > MOST_STEPS:
        return None
    taken = [(a, choice) for a in range(width) for choice in choices]
    everywhere = tuple((s, Fraction(1, size)) for s in range(size))
    seen: dict[Step, tuple[Step, Collection[str]]] = {
        (s, k, t): ((s, a, t), choice) for s in range(size) for k, (a, choice) in enumerate(taken) for t in range(size)
    }
    labels = {name: {step for step, (image, _) in seen.items() if image in on} for name, on in alphabet.labels.items()}
    labels |= {name: {step for step, (_, choice) in seen.items() if name in choice} for name in alphabet.free}
    labels |= {
        name: {step for step, (image, _) in seen.items() if image[1] == a} for a, name in enumerate(alphabet.actions)
    }

    def name(action: str, choice: Collection[str]) -> str:
        """An atom of its own, unless it is what the alphabet means by the action."""
        return action if len(choices) == 1 else f"{action} {{{', '.join(sorted(choice))}}}"

    return Environment(
        alphabet.name,
        tuple("" if state == ANONYMOUS else state for state in alphabet.states),
        tuple(name(alphabet.actions[a], choice) for a, choice in taken),
        everywhere,
        (((everywhere,) * len(taken)),) * size,
        {label: frozenset(on) for label, on in labels.items()},
    )
