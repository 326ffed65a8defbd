"""Chains beside the automata of formulas and beside machines, and what each recurrent class then decides."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from specl.automata.acceptance import accepts
from specl.automata.automaton import letters_of
from specl.automata.parts import combine, parts
from specl.automata.translate import automaton
from specl.chains.chain import Chain, product
from specl.chains.recurrence import recurrent_classes
from specl.model.environment import Environment, Step
from specl.model.formula import Formula, atoms_of
from specl.model.machine import Machine, run
from specl.model.real import Real

MoveRewards = tuple[tuple[Real, ...], ...]
"""The reward of each move, parallel to `Chain.moves`."""


@dataclass(frozen=True)
class Watched:
    """A chain with memory.

    Attributes:
        chain: its states are (s, memory of each watcher …), or s alone where there is none.
        satisfied: formula -> for each recurrent class, whether trajectories that end up in it satisfy the formula
            (almost surely all of them do, or none: the class visits all its states for ever, so its marks decide).
        paid: machine's name -> what the machine pays on each move.
    """

    chain: Chain
    satisfied: Mapping[Formula, tuple[bool, ...]]
    paid: Mapping[str, MoveRewards]


def watch(
    environment: Environment,
    chain: Chain,
    formulas: Iterable[Formula] = (),
    machines: Iterable[tuple[str, Machine]] = (),
) -> Watched:
    """The product of a chain with the automata of formulas and with machines.

    C. Courcoubetis, M. Yannakakis: The complexity of probabilistic verification. JACM 1995, for the automata.

    Raises:
        Unsupported: a formula has no deterministic automaton within Spot's limits.
    """
    formulas = tuple(dict.fromkeys(formulas))
    watchers = tuple(dict.fromkeys(part for formula in formulas for part in parts(formula)))
    recognisers = []
    for part in watchers:
        letter = letters_of(environment, atoms_of(part))
        recogniser = automaton(part, letter.values())
        marked = {
            (q, step): recogniser.delta[q, shown] for q in range(recogniser.states) for step, shown in letter.items()
        }
        recognisers.append((recogniser, marked))
        chain = product(chain, recogniser.start, _next(marked))
    tables: dict[str, Mapping[tuple[int, Step], tuple[int, Real]]] = {}
    for name, machine in machines:
        tables[name] = run(machine, environment)
        chain = product(chain, machine.start, _next(tables[name]))
    classes = recurrent_classes(chain) if formulas else ()
    truths: list[dict[Formula, bool]] = [{} for _ in classes]  # of the parts, for each class
    place = 1  # of a watcher's memory in a state
    for part, (recogniser, marked) in zip(watchers, recognisers, strict=True):
        for members, truth in zip(classes, truths, strict=True):
            seen: set[int] = set()
            for i in members:
                q = _memory(chain, i, place)
                for move in chain.moves[i]:
                    seen |= marked[q, move.step][1]
            truth[part] = accepts(recogniser.acceptance, seen)
        place += 1
    satisfied = {formula: tuple(combine(formula, truth.__getitem__) for truth in truths) for formula in formulas}
    paid: dict[str, MoveRewards] = {}
    for name, table in tables.items():
        paid[name] = tuple(
            tuple(table[_memory(chain, i, place), move.step][1] for move in moves)
            for i, moves in enumerate(chain.moves)
        )
        place += 1
    return Watched(chain, satisfied, paid)


def _next(table: Mapping[tuple[int, Step], tuple[int, Any]]) -> Callable[[int, Step], int]:
    return lambda memory, step: table[memory, step][0]


def _memory(chain: Chain, state: int, place: int) -> int:
    entry = chain.states[state]
    assert isinstance(entry, tuple)
    memory: int = entry[place]
    return memory
