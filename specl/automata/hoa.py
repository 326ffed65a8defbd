"""The Hanoi Omega-Automata format, out and in.

T. Babiak et al.: The Hanoi Omega-Automata Format. CAV 2015.
"""

import itertools
import json
from collections.abc import Iterable

from specl.automata import library
from specl.automata.acceptance import marks_of, show
from specl.automata.automaton import Automaton, Letter
from specl.automata.translate import restrict

MOST_PROPOSITIONS = 12
"""Of how many atomic propositions all sets of them are taken as letters where none are given."""


def write(automaton: Automaton) -> str:
    """The automaton as HOA v1; what it does on sets of atoms that are not among its letters is left out."""
    names = sorted(frozenset[str]().union(*automaton.letters))
    used = marks_of(automaton.acceptance).union(*(marks for _, marks in automaton.delta.values()))
    lines = [
        "HOA: v1",
        f"States: {automaton.states}",
        f"Start: {automaton.start}",
        " ".join([f"AP: {len(names)}", *(json.dumps(name) for name in names)]),
        f"Acceptance: {max(used, default=-1) + 1} {show(automaton.acceptance)}",
        "properties: trans-labels explicit-labels trans-acc deterministic",
        "--BODY--",
    ]
    for q in range(automaton.states):
        lines.append(f"State: {q}")
        for letter in automaton.letters:
            target, marks = automaton.delta[q, letter]
            label = "&".join(str(i) if name in letter else f"!{i}" for i, name in enumerate(names)) or "t"
            marked = f" {{{' '.join(map(str, sorted(marks)))}}}" if marks else ""
            lines.append(f"[{label}] {target}{marked}")
    lines.append("--END--")
    return "\n".join(lines) + "\n"


def read(text: str, letters: Iterable[Letter] | None = None) -> Automaton:
    """The automaton that HOA text describes, made deterministic and complete, over the given letters
    (by default all sets of its atomic propositions).

    Raises:
        ValueError: the text is not one automaton in HOA, it cannot be made deterministic, or no letters are given and
            it has more than MOST_PROPOSITIONS atomic propositions.
    """
    spot = library.spot()
    text = text.strip() + "\n"
    if not (text.startswith("HOA:") and text.endswith("--END--\n") and text.count("--END--") == 1):
        raise ValueError("not one automaton in HOA: it runs from 'HOA: v1' to '--END--'")
    try:
        graph = spot.automaton(text)  # anything else it might take for a file's name or a command
        if not spot.is_deterministic(graph):
            graph = spot.postprocess(graph, "generic", "deterministic", "complete")
        graph = spot.complete(graph)
    except (RuntimeError, SyntaxError, StopIteration, ValueError) as error:
        raise ValueError(f"not an automaton in HOA: {error}") from None
    if not spot.is_deterministic(graph):
        raise ValueError("the automaton cannot be made deterministic")
    names = [ap.ap_name() for ap in graph.ap()]
    if letters is None:
        if len(names) > MOST_PROPOSITIONS:
            raise ValueError(f"the automaton has {len(names)} atomic propositions; say which letters matter")
        letters = [
            frozenset(chosen) for size in range(len(names) + 1) for chosen in itertools.combinations(names, size)
        ]
    return restrict(graph, {name: name for name in names}, letters)
