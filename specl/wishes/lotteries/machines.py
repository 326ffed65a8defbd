"""Reward machines as records that read well: names of states, edges that pay alike as one, short guards."""

from collections.abc import Mapping
from fractions import Fraction

from specl.model.environment import Step
from specl.model.machine import Edge, Machine, Reward
from specl.model.real import Real
from specl.wishes.lotteries.alphabet import Alphabet, Letters
from specl.wishes.lotteries.structures import Place, Structure


def machine(
    alphabet: Alphabet, structure: Structure, rewards: Mapping[Place, Fraction], read: Mapping[int, Letters]
) -> Machine:
    """The machine with these rewards.

    Args:
        read: machine state -> the letters that some policy lets it read there; on others the machine may do anything.
    """
    edges: list[Edge] = []
    for u, row in enumerate(structure):
        groups: dict[tuple[int, Fraction], set[int]] = {}
        for i in sorted(read.get(u, frozenset())):
            groups.setdefault((row[i], rewards.get((u, i), Fraction(0))), set()).add(i)
        groups.pop((u, Fraction(0)), None)  # what no edge is for stays and pays nothing
        free = alphabet.all - read.get(u, frozenset())
        for (v, reward), letters in sorted(groups.items(), key=lambda item: (-item[0][1], item[0][0])):
            guard = alphabet.guard(frozenset(letters), free)
            free -= guard.letters
            edges.append(Edge(u, guard.formula, v, _constant(alphabet, guard.letters, reward)))
    return Machine(_names(alphabet, structure, rewards, read), 0, tuple(edges))


def _constant(alphabet: Alphabet, letters: Letters, reward: Fraction) -> Reward:
    steps: list[Step] = sorted(step for i in letters for step in alphabet.letters[i])
    return {step: Real.of(reward) for step in steps} if reward else {}


def _names(
    alphabet: Alphabet, structure: Structure, rewards: Mapping[Place, Fraction], read: Mapping[int, Letters]
) -> tuple[str, ...]:
    """``done`` where nothing is paid any more, ``after_left`` where only ``left`` leads, ``u2`` where no word does."""
    entered: dict[int, set[int]] = {u: set() for u in range(len(structure))}
    for u, letters in read.items():
        for i in letters:
            if structure[u][i] != u:
                entered[structure[u][i]].add(i)
    never = alphabet.all - frozenset[int]().union(*read.values())
    names: list[str] = []
    for u, row in enumerate(structure):
        if len(structure) == 1:
            name = "always"
        elif all(row[i] == u and not rewards.get((u, i)) for i in read.get(u, ())):
            name = "done"
        elif u == 0:
            name = "first"
        else:
            by = alphabet.guard(frozenset(entered[u]), never).formula
            parts = by.args if by.op == "&" else (by,)
            name = "_".join(("after", *(part.name for part in parts))) if all(part.name for part in parts) else f"u{u}"
        names.append(name + "'" * names.count(name))
    return tuple(names)
