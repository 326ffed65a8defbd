"""PRISM's explicit files: .tra (transitions), .lab (labels), .sta (states), .srew and .trew (rewards); read.

Sources: the PRISM manual, "Explicit model files", and PRISM's own reader. The transitions of a Markov decision process
are lines `state choice target probability [action]` under `states choices transitions`, those of a chain lines `state
target probability` under `states transitions`. Storm's variant begins with the word `mdp` or `dtmc` instead.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specl.interchange.reading.assembly import Draft, What, expected, finish
from specl.interchange.reading.faults import Text, refusal, text_of
from specl.interchange.reading.numbers import put
from specl.language.diagnostics import SpecErrors, nearest_or_all
from specl.solvers.sparse import Bools, Floats, Indices, SparseModel

NAME = "PRISM's explicit files"
ENDINGS = (".tra",)
LIMIT = 2**18
"""So many lines are read at a time."""

_TYPE = re.compile(rb"#\s*Transitions\s*\((\w+)\)")
_LABEL = re.compile(rb'\s*(\d+)\s*=\s*"([^"]+)"')
_REWARD = re.compile(rb'#\s*Reward structure\s+"([^"]*)"')


def is_head(head: bytes, path: Path) -> bool:
    """Whether ``path`` is what the names of such files have in common; their beginnings say little."""
    return os.path.isfile(_transitions(path))


def _transitions(path: Path) -> Path:
    return path if path.suffix == ".tra" else Path(f"{path}.tra")


def read(path: Path, tell: Callable[[str], None]) -> SparseModel:
    """The model of a .tra file and of the files beside it whose names begin alike.

    Raises:
        SpecErrors: a file is malformed, or they do not fit together.
    """
    tra = text_of(_transitions(path))
    stem = str(_transitions(path))[: -len(".tra")]
    table, n = _read_transitions(tra, tell)
    draft = _draft(tra, table, n, tell)
    _read_labels(Path(stem + ".lab"), draft, n, tell)
    _read_rewards(Path(stem), draft, table)
    if Path(stem + ".sta").exists():
        draft.states = _read_states(text_of(Path(stem + ".sta")), n)

    def complain(code: str, message: str, what: What, index: int, hint: str | None) -> SpecErrors:
        if what == "model":
            return refusal(code, message, tra.file, hint)
        row = int(draft.entries[index]) if what == "choice" else index
        return tra.fault(code, message, table.place(row), hint)

    return finish(draft, complain, tell)


@dataclass(frozen=True, eq=False)
class Table:
    """The lines of a file of indices and numbers.

    Attributes:
        indices: int32 [lines, width].
        behind: where in the file the number of each line has ended, int64 [lines].
    """

    text: Text
    width: int
    indices: Indices
    values: Floats
    behind: Indices

    def place(self, row: int) -> int:
        """Where the line of a row begins."""
        return self.text.begin_of_line(int(self.behind[row]))


def _read_table(text: Text, at: int, width: int, what: str, tell: Callable[[str], None]) -> Table:
    """All lines from ``at`` on."""
    from specl.interchange.reading.loops import rows  # loads numba

    parts, known = [], dict[bytes, float]()
    is_fraction = False
    data = text.numbers
    indices, values = np.empty((LIMIT, width), dtype=np.int64), np.empty(LIMIT)
    later, behind = np.empty((2, LIMIT), dtype=np.int64)
    while at < len(data):
        count, at, missing = rows(data, at, width, indices, values, later, behind)
        if missing:
            expected = "a number" if missing == 2 else "a state or choice, a number from 0 on,"
            hint = f"a line has {width} of these and {what}"
            raise text.fault("E101", f"{expected} is expected here", at, hint)
        is_fraction |= put(text, values[:count], later[:count], known, what)
        if count and int(indices[:count].max()) >= 2**31:
            line = int((indices[:count].max(axis=1) >= 2**31).argmax())
            raise text.fault(
                "E005", "states and choices are numbered below 2147483648", text.begin_of_line(int(behind[line]))
            )
        parts.append((indices[:count].astype(np.int32), values[:count].copy(), behind[:count].copy()))
    if is_fraction:
        tell(f"{text.file}: fractions are rounded to the nearest doubles")
    if not parts:
        parts = [(np.empty((0, width), dtype=np.int32), np.empty(0), np.empty(0, dtype=np.int64))]
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Table(text, width, *joined)


def _header(text: Text) -> tuple[list[bytes], int, str | None]:
    """The words of the first line that is no comment, where the next begins, and the kind that a comment says."""
    at, kind = 0, None
    while at < len(text.data):
        line, behind = text.line_at(at)
        if found := _TYPE.match(line):
            kind = found.group(1).decode().lower()
        if line.strip() and not line.lstrip().startswith(b"#"):
            return line.split(), behind, kind
        at = behind
    raise refusal("E003", "the file has no transitions", text.file)


def _read_transitions(text: Text, tell: Callable[[str], None]) -> tuple[Table, int]:
    """The lines of the transitions, by state and choice, and the number of states."""
    words, at, kind = _header(text)
    first = text.data.find(words[0])
    if words[0].lower() in (b"mdp", b"dtmc", b"ctmc", b"ma"):
        kind = words[0].decode().lower()
        words = []
    if kind not in (None, "mdp", "dtmc"):
        raise text.fault("E106", f"this is a model of the kind {kind}; chains (DTMC) and MDP are read", first)
    if not all(word.isdigit() and len(word) <= 15 for word in words) or len(words) not in (0, 2, 3, 4):
        hint = "a chain begins with `states transitions`, a decision process with `states choices transitions`"
        raise text.fault("E101", "the numbers of states, choices and transitions are expected", first, hint)
    if len(words) == 4:
        raise text.fault("E106", "this is a partially observable model; chains (DTMC) and MDP are read", first)
    is_process = kind == "mdp" if not words else len(words) == 3
    table = _read_table(text, at, 3 if is_process else 2, "a probability", tell)
    if not words:
        return _sorted(table), int(table.indices[:, [0, -1]].max(initial=-1)) + 1
    n, count = int(words[0]), int(words[-1])
    if len(table.values) != count:
        raise text.fault("E102", f"{count} transitions are announced, and {len(table.values)} given", first)
    _check(table, 0, n, "state")
    table = _sorted(table)
    if is_process and len(words) == 3:
        choices = 1 + int(np.count_nonzero((np.diff(table.indices[:, :2], axis=0) != 0).any(axis=1))) if count else 0
        if choices != int(words[1]):
            raise text.fault("E102", f"{int(words[1])} choices are announced, and {choices} given", first)
    return table, n


def _check(table: Table, column: int, below: int, what: str) -> None:
    if len(table.values) and int(table.indices[:, column].max()) >= below:
        wrong = int((table.indices[:, column] >= below).argmax())
        message = f"there is no {what} {table.indices[wrong, column]}: {what}s are numbered from 0 to {below - 1}"
        raise table.text.fault("E103", message, table.place(wrong))


def _sorted(table: Table) -> Table:
    state, choice = table.indices[:, 0], table.indices[:, 1]
    is_chain = table.width == 2
    steps = np.diff(state)
    if ((steps > 0) | ((steps == 0) & (is_chain | (np.diff(choice) >= 0)))).all():
        return table
    order = np.argsort(state, kind="stable") if is_chain else np.lexsort((choice, state))
    return Table(table.text, table.width, table.indices[order], table.values[order], table.behind[order])


def _draft(text: Text, table: Table, n: int, tell: Callable[[str], None]) -> Draft:
    state, choice = table.indices[:, 0], table.indices[:, -2]
    is_new = np.ones(len(state), dtype=np.bool_)
    is_new[1:] = state[1:] != state[:-1]
    if table.width == 3:
        is_new[1:] |= choice[1:] != choice[:-1]
    first = np.flatnonzero(is_new)
    counts = np.bincount(state[first], minlength=n) if n else np.empty(0, dtype=np.int64)
    choices = np.concatenate(([0], np.cumsum(counts)))
    if table.width == 3:
        wrong = np.flatnonzero(choice[first] != np.arange(len(first)) - choices[state[first]])
        if len(wrong):
            row = int(first[wrong[0]])
            message = f"choice {choice[row]} of state {state[row]} stands here, and there is no choice before it"
            raise text.fault("E103", message, table.place(row), "the choices of a state are numbered from 0 on")
    if n == 0:
        raise refusal("E003", "the model has no states", text.file)
    draft = Draft(
        choices,
        np.concatenate((first, [len(state)])),
        np.ascontiguousarray(table.indices[:, -1]),
        table.values,
        np.empty(0, dtype=np.int64),
    )
    if table.width == 3:
        _name_actions(text, table, first, draft)
    elif len(table.values) and _word(text, int(table.behind[0])):
        tell("actions of a Markov chain are left out: nothing is chosen")
    return draft


def _name_actions(text: Text, table: Table, first: Indices, draft: Draft) -> None:
    """Actions by name; a choice without one is called by its number, as everywhere."""
    words = [_word(text, place) for place in table.behind[first].tolist()]
    if not any(words):
        return
    known: dict[bytes, int] = {}
    numbered = zip(words, table.indices[first, 1].tolist(), strict=True)
    found = [known.setdefault(word or b"%d" % number, len(known)) for word, number in numbered]
    draft.action = np.array(found, dtype=np.int32)
    draft.actions = tuple(word.decode("utf-8", "replace") for word in known)


def _word(text: Text, at: int) -> bytes:
    """What stands on the rest of a line."""
    end = text.data.find(b"\n", at)
    return text.data[at : end if end >= 0 else len(text.data)].strip()


def _read_labels(path: Path, draft: Draft, n: int, tell: Callable[[str], None]) -> None:
    """Labels, and the initial states. Lines `index="name" …`, then `state: index …`."""
    if not path.exists():
        tell(f"there is no file {path.name}: state 0 is initial, and there are no labels")
        draft.initial = np.zeros(1, dtype=np.int64)
        return
    text = text_of(path)
    words, at, _ = _header(text)
    begin = text.data.find(words[0])
    heading = text.line_at(begin)[0]
    names = {int(number): name.decode("utf-8", "replace") for number, name in _LABEL.findall(heading)}
    if not names or _LABEL.sub(b"", heading).strip():
        raise text.fault("E101", 'the names of the labels are expected: `0="init" 1="deadlock" …`', begin)
    holds = {index: np.zeros(n, dtype=np.bool_) for index in names}
    while at < len(text.data):
        line, behind = text.line_at(at)
        if line.strip() and not line.lstrip().startswith(b"#"):
            _read_label_line(text, line, at, holds, n, names)
        at = behind
    for index, name in names.items():
        if name == "init":
            draft.initial = np.flatnonzero(holds[index])
        else:
            draft.state_labels[name] = holds[index]
    if "init" not in names.values():
        tell(f"{path.name} has no label `init`: state 0 is initial")
        draft.initial = np.zeros(1, dtype=np.int64)


def _read_label_line(text: Text, line: bytes, at: int, holds: dict[int, Bools], n: int, names: dict[int, str]) -> None:
    state, colon, indices = line.partition(b":")
    words = indices.split()
    if not colon or not state.strip().isdigit() or not all(word.isdigit() for word in words):
        raise text.fault("E101", "`state: label label …` is expected, all of them numbers", at)
    s = int(state)
    if s >= n:
        raise text.fault("E103", f"there is no state {s}: states are numbered from 0 to {n - 1}", at)
    for word in words:
        if int(word) not in holds:
            hint = nearest_or_all(word.decode(), (f"{index} ({name})" for index, name in names.items()))
            raise text.fault("E103", f"there is no label {int(word)}", at + line.rfind(word), hint)
        holds[int(word)][s] = True


def _read_states(text: Text, n: int) -> tuple[str, ...]:
    """What the states are called. `(x,y)`, then lines `state:(1,2)`."""
    names = [""] * n
    at, is_first = 0, True
    while at < len(text.data):
        line, behind = text.line_at(at)
        if line.strip() and not line.lstrip().startswith(b"#"):
            state, colon, value = line.partition(b":")
            if is_first and not colon and line.strip().startswith(b"("):
                pass
            elif not colon or not state.strip().isdigit():
                raise text.fault("E101", "`state:(value,…)` is expected", at)
            elif int(state) >= n:
                message = f"there is no state {int(state)}: states are numbered from 0 to {n - 1}"
                raise text.fault("E103", message, at)
            else:
                names[int(state)] = value.strip().decode("utf-8", "replace")
            is_first = False
        at = behind
    if "" in names:
        raise refusal("E102", f"state {names.index('')} is not described", text.file)
    return tuple(names)


def _read_rewards(stem: Path, draft: Draft, transitions: Table) -> None:
    """Rewards of states and transitions, added up to what a choice is expected to earn."""
    m = len(draft.entries) - 1
    for number, suffix in enumerate(("", *map(str, range(1, 1000)))):
        found = [Path(f"{stem}{suffix}{ending}") for ending in (".srew", ".trew")]
        if not any(path.exists() for path in found):
            if number:
                return
            continue
        total, name = np.zeros(m), "reward" + suffix
        for path in found:
            if path.exists():
                text = text_of(path)
                said = _REWARD.match(text.line_at(0)[0])
                name = said.group(1).decode("utf-8", "replace") if said else name
                total += _read_reward(text, draft, transitions, is_of_states=path.suffix == ".srew")
        if name in draft.rewards:
            raise refusal("E105", f"there are two rewards `{name}`", str(found[0]))
        draft.rewards[name] = total


def _read_reward(text: Text, draft: Draft, transitions: Table, is_of_states: bool) -> Floats:
    """What each choice earns, shape [m]."""
    words, at, _ = _header(text)
    n, m = len(draft.choices) - 1, len(draft.entries) - 1
    counts = [word.decode("utf-8", "replace") for word in words]
    counted = [str(n)] if is_of_states or transitions.width == 2 else [str(n), str(m)]
    if counts[:-1] != counted or not counts[-1].isdigit():
        message = f"`{' '.join([*counted, 'N'])}` is expected, N the number of lines that follow"
        raise text.fault("E102", message, text.data.find(words[0]))
    table = _read_table(text, at, 1 if is_of_states else transitions.width, "a reward", lambda _: None)
    if len(table.values) != int(counts[-1]):
        message = f"{counts[-1]} rewards are announced, and {len(table.values)} given"
        raise text.fault("E102", message, text.data.find(words[0]))
    _check(table, 0, n, "state")
    state, target = table.indices[:, 0], table.indices[:, -1].astype(np.int64)
    if is_of_states:
        _refuse_second(table, state)
        earned = np.zeros(n)
        earned[state] = table.values
        return np.repeat(earned, np.diff(draft.choices))
    k = draft.choices[state] + (table.indices[:, 1] if table.width == 3 else 0)
    entry = _entries(draft, n, np.where(k < draft.choices[state + 1], k, -1), target)
    if (entry < 0).any():
        raise text.fault("E103", "there is no such transition", table.place(int((entry < 0).argmax())))
    _refuse_second(table, entry)
    return expected(draft.probabilities[entry] * table.values, k, m)


def _entries(draft: Draft, n: int, choice: Indices, target: Indices) -> Indices:
    """The entries of these choices that lead to these states; −1 where there is none."""
    keys = np.repeat(np.arange(len(draft.entries) - 1, dtype=np.int64), np.diff(draft.entries)) * n + draft.targets
    order = np.argsort(keys, kind="stable")
    wanted = choice.astype(np.int64) * n + target
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    return np.where((choice >= 0) & (target < n) & (keys[order][at] == wanted), order[at], -1)


def _refuse_second(table: Table, what: Indices) -> None:
    _, first = np.unique(what, return_index=True)
    if len(first) < len(what):
        second = np.setdiff1d(np.arange(len(what)), first)[0]
        raise table.text.fault("E105", "a second reward for the same", table.place(int(second)))
