"""Two formulas in every environment over an alphabet, exactly.

Where there are two actions at least, formulas with languages L and M order all policies alike in every environment over
the alphabet iff for each of its states x, of the trajectories from x: L = M, or both are trivial (none or all).

If: the probabilities of L and M from x are equal, or both do not depend on the policy. Only if: let w be in one of L, M
and not in the other, and call trajectories *alike* if they have the same class, that is if they are in the same ones of
L and M. A trajectory u that is not alike and parts from w at an action gives a difference: let the environment answer
each action with certainty, by the states and the labels of w along w and those of u along u, in copies of their own.
One deterministic policy makes w there and another one u; one of L and M prefers one of them, and the other one does not
prefer it. There is such a u, for some such w, unless all trajectories from x are alike, and then L and M are trivial:
let all that begin with another action than w be like w. By the same argument from one of them, all that begin with the
action of w are like w too.

So it suffices to know the classes of the trajectories that begin with each action, and `lassos` knows them. Which
environment is shown is a matter of taste: small ones are tried before that of the proof, first those without copies.
"""

import itertools
from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from time import monotonic

from specl.everywhere.condensed import condensed
from specl.everywhere.difference import Difference, Outcome
from specl.everywhere.lassos import Class, Reading, read
from specl.everywhere.payments import Letter
from specl.everywhere.shrink import parts, shrink
from specl.everywhere.skeletons import sizes, skeletons
from specl.everywhere.trials import Fork, Trial, Word, forked
from specl.expressivity.comparison import Side
from specl.model.alphabet import ANONYMOUS, Alphabet
from specl.model.errors import Unsupported
from specl.model.formula import atoms_of
from specl.model.policy import Policy

SKELETONS = 20_000
"""So many small environments are tried without copies, and as many with."""

STATES = 4
"""They have so many states at most."""

MOST_NAMES = 8
"""So many states are listed."""

SECONDS = 5.0
"""For making the environment of the proof smaller, where none of them serves."""


def decide(alphabet: Alphabet, left: Side, right: Side) -> Outcome | None:
    """Whether two LTL objectives over an alphabet of two actions at least order all policies alike in every environment
    over it; None where the formulas are too large for that."""
    formulas = left.objective.formula, right.objective.formula
    small = condensed(alphabet, atoms_of(formulas[0]) | atoms_of(formulas[1]))
    try:
        reading = read(small.alphabet, *formulas)
    except Unsupported:
        return None
    if reading is None:
        return None
    begun = [reading.begun(x) for x in range(len(small.alphabet.states))]
    parting = {x: pair for x, classes in enumerate(begun) if (pair := _parting(classes)) is not None}
    if not parting:
        every = [frozenset[Class]().union(*begun[x].values()) for x in small.like]
        return Outcome("same", _same(every, alphabet, left.name, right.name))
    for trial in _small(reading, parting):
        found = parts(alphabet, left, right, small.whole(trial))
        if found is not None:
            return Outcome("different", _reason(found), found)
    trial = small.whole(_of_the_proof(reading, *next(iter(parting.items()))))
    found = shrink(alphabet, left, right, trial, monotonic() + SECONDS)
    if found is None:
        raise AssertionError("evaluation contradicts the automata")
    return Outcome("different", _reason(found), found)


Begun = tuple[int, Class]
"""An action and the class of a trajectory that begins with it."""


def _parting(begun: dict[int, frozenset[Class]]) -> tuple[Begun, Begun] | None:
    """Trajectories that begin with different actions and are not alike, one of them in just one of both languages."""
    every = [(action, each) for action in sorted(begun) for each in sorted(begun[action])]
    for (a, one), (b, other) in itertools.combinations(every, 2):
        if a != b and one != other and (one[0] != one[1] or other[0] != other[1]):
            return (a, one), (b, other)
    return None


def _small(reading: Reading, starts: Collection[int]) -> Iterator[Trial]:
    """Small environments, and policies that the formulas rank differently."""
    names = atoms_of(reading.formulas[0]) | atoms_of(reading.formulas[1])
    alphabet = replace(reading.alphabet, free=tuple(name for name in reading.alphabet.free if name in names))
    known: dict[Word, Class] = {}
    for copies in (False, True):
        drawn = (
            skeleton
            for size in sizes((1, STATES), copies, len(alphabet.states))
            if size.starts == 1
            for skeleton in skeletons(alphabet, size)
        )
        for skeleton in itertools.islice(drawn, SKELETONS):
            if skeleton.of[0] not in starts:
                continue
            for word in skeleton.words[0]:
                if word not in known:
                    known[word] = reading.classify(word)
            one, other = (known[word] for word in skeleton.words[0])
            if one != other and (one[0] != one[1] or other[0] != other[1]):
                yield skeleton.trial(reading.alphabet)


def _of_the_proof(reading: Reading, start: int, pair: tuple[Begun, Begun]) -> Trial:
    """The environment of the proof, for trajectories that begin with different actions."""
    one, other = pair
    words = reading.word(start, *one), reading.word(start, *other)
    return forked(reading.alphabet, [Fork(Fraction(1), start, (), words)])


# --- in words ---


def _same(classes: list[frozenset[Class]], alphabet: Alphabet, left: str, right: str) -> str:
    """Why there is no difference, given the classes of trajectories from each state."""
    constant: dict[str, list[str]] = {}
    for state, each in zip(alphabet.states, classes, strict=True):
        if any(one != other for one, other in each):  # then there is no other class from here
            constant.setdefault(left if (True, False) in each else right, []).append(state)
    if not constant:
        return f"the same trajectories satisfy {left} and {right}"
    lines = [
        f"every trajectory{_from(states)} satisfies {satisfied} and none the other, so both are constant"
        for satisfied, states in constant.items()
    ]
    if sum(map(len, constant.values())) < len(classes):
        lines.append(f"from elsewhere the same trajectories satisfy {left} and {right}")
    return "\n".join(lines)


def _from(states: list[str]) -> str:
    if states == [ANONYMOUS]:
        return ""
    rest = len(states) - MOST_NAMES
    return f" from {', '.join(states[:MOST_NAMES])}" + (f" and {rest} more" if rest > 0 else "")


def _reason(found: Difference) -> str:
    """The two trajectories, in words."""
    shown = []
    for ranked in (found.first, found.second):
        names = [side.name for side, value in ((found.left, ranked.left), (found.right, ranked.right)) if value.sign()]
        satisfied = "neither" if not names else f"only {names[0]}" if len(names) == 1 else "both"
        word = show(_trajectory(found, ranked.policy), found.world.alphabet)
        shown.append(f"{ranked.name} makes {word}, which satisfies {satisfied}")
    return "\n".join(shown)


def _trajectory(found: Difference, policy: Policy) -> Word:
    """The trajectory of a deterministic policy where nothing is random."""
    world = found.world
    free = world.alphabet.free
    s = world.environment.start[0][0]
    entered: dict[int, int] = {}
    letters: list[Letter] = []
    while s not in entered:
        entered[s] = len(letters)
        action = policy.rows[s].index(Fraction(1))
        target = world.environment.transitions[s][action][0][0]
        step = (s, action, target)
        holding = frozenset(label for label in free if step in world.environment.labels[label])
        letters.append((world.image(step), holding))
        s = target
    return Word.of(letters[: entered[s]], letters[entered[s] :])


def show(word: Word, alphabet: Alphabet) -> str:
    """A trajectory as ``x go, (y go {goal})^ω``: states that are left, actions, free labels that hold."""
    stem, cycle = ([_letter(letter, alphabet) for letter in part] for part in (word.stem, word.cycle))
    return ", ".join([*stem, f"({', '.join(cycle)})^ω"])


def _letter(letter: Letter, alphabet: Alphabet) -> str:
    (x, a, _), free = letter
    state = [] if alphabet.states[x] == ANONYMOUS else [alphabet.states[x]]
    labels = [f"{{{', '.join(sorted(free))}}}"] if free else []
    return " ".join([*state, alphabet.actions[a], *labels])
