"""DRN, Storm's explicit format in text: a header of lines with @, then the states, their choices and transitions.

Source: Storm's own reader and writer of the format. Rewards stand in brackets behind states and choices and are added
up; parameters, intervals, rates, observations and games are refused.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from specl.interchange.reading.assembly import Draft, What, finish
from specl.interchange.reading.drn_lines import Body, read_body
from specl.interchange.reading.faults import Text, refusal, text_of
from specl.language.diagnostics import SpecErrors
from specl.solvers.sparse import Bools, Indices, SparseModel

NAME = "DRN"
ENDINGS = (".drn",)

_NO_NAME = b"__NOLABEL__"
_LABEL = re.compile(rb'"([^"]+)"|([^\s"]+)')


def is_head(head: bytes, path: Path) -> bool:
    """Whether a file may begin so."""
    return head.startswith((b"//", b"@type", b"@value_type", b"@parameters"))


@dataclass
class Header:
    """What stands before the states; ``places`` says where."""

    type: str = ""
    rewards: list[str] = field(default_factory=list)
    states: int = 0
    choices: int = 0
    behind: int = 0
    places: dict[str, int] = field(default_factory=dict)


def read(path: Path, tell: Callable[[str], None]) -> SparseModel:
    """The model of a DRN file.

    Raises:
        SpecErrors: it is malformed, or of a kind that is no Markov decision process.
    """
    text = text_of(path)
    header = _read_header(text)
    body = read_body(text, header.behind, len(header.rewards), tell)
    _check_counts(text, header, body)
    labels, initial = _labels(text, body)
    width = body.choice_rewards.shape[1]
    names = header.rewards if header.rewards else [f"rew{i}" for i in range(width)]
    of_states = np.repeat(body.state_rewards, np.diff(body.choices), axis=0)
    action, actions = _actions(text, body)
    draft = Draft(
        body.choices,
        body.entries,
        body.targets,
        body.probabilities,
        initial,
        rewards={name: of_states[:, i] + body.choice_rewards[:, i] for i, name in enumerate(names)},
        state_labels=labels,
        actions=actions,
        action=action,
    )

    def complain(code: str, message: str, what: What, index: int, hint: str | None) -> SpecErrors:
        if what == "model":
            return refusal(code, message, text.file, hint)
        return text.fault(code, message, body.place(what, index), hint)

    return finish(draft, complain, tell)


def _read_header(text: Text) -> Header:
    header, at = Header(), 0
    while at < len(text.data):
        begin = at
        line, at = text.line_at(at)
        key, _, value = line.decode("utf-8", "replace").partition(":")
        if not line.strip() or line.startswith(b"//"):
            continue
        if key in header.places:
            raise text.fault("E105", f"`{key}` is given twice", begin)
        header.places[key] = begin
        if key == "@type":
            header.type = value.strip()
            if header.type.lower() not in ("mdp", "dtmc"):
                message = f"this is a model of the type {header.type}; chains (DTMC) and MDP are read"
                raise text.fault("E106", message, begin)
        elif key == "@value_type":
            if value.strip() not in ("double", "rational"):
                raise text.fault("E106", f"values of the type {value.strip()}; double and rational are read", begin)
        elif key in ("@parameters", "@placeholders", "@reward_models", "@nr_states", "@nr_choices"):
            below, begin = at, at
            line, at = text.line_at(at)
            _take(text, header, key, line.decode("utf-8", "replace"), below)
        elif key == "@model":
            header.behind = at
            return _complete(text, header)
        else:
            raise text.fault("E101", "a line of the header is expected: `@type: …`, `@nr_states`, …, `@model`", begin)
    raise refusal("E101", "the file ends before `@model`", text.file, "it is cut short, or no DRN file")


def _take(text: Text, header: Header, key: str, line: str, at: int) -> None:
    """What stands on the line below a key."""
    if key in ("@parameters", "@placeholders"):
        if line.strip():
            raise text.fault("E106", "a model with parameters is read by no solver; put values in first", at)
    elif key == "@reward_models":
        names = re.split(r"[ \t]", line)
        header.rewards = [name or "reward" for name in (names[:-1] if not names[-1] else names)]
        if len(set(header.rewards)) < len(header.rewards):
            raise text.fault("E105", "two rewards have one name", at)
    elif not line.strip().isdigit() or len(line.strip()) > 15:
        raise text.fault("E101", "a number is expected", at)
    elif key == "@nr_states":
        header.states = int(line)
    else:
        header.choices = int(line)


def _complete(text: Text, header: Header) -> Header:
    for key in ("@type", "@nr_states"):
        if key not in header.places:
            raise text.fault("E101", f"`{key}` is missing before `@model`", header.places["@model"])
    if not header.states:
        raise text.fault("E003", "the model has no states", header.places["@nr_states"])
    return header


def _check_counts(text: Text, header: Header, body: Body) -> None:
    for key, said, found in (
        ("@nr_states", header.states, len(body.choices) - 1),
        ("@nr_choices", header.choices, len(body.entries) - 1),
    ):
        if key in header.places and said != found:
            what = key.removeprefix("@nr_")
            raise text.fault("E102", f"{said} {what} are announced, and {found} given", header.places[key])
    counts = np.diff(body.choices)
    if header.type.lower() == "dtmc" and counts.max(initial=0) > 1:
        place = body.place("state", int(counts.argmax()))
        raise text.fault("E102", "a state of a Markov chain (DTMC) has one choice at most", place)


def _labels(text: Text, body: Body) -> tuple[dict[str, Bools], Indices]:
    """Labels but `init`, and the states that have that one. States with as many words share the work."""
    data, n = text.data, len(body.choices) - 1
    groups: dict[bytes, list[int]] = {}
    for state, (begin, end) in enumerate(zip(*body.state_words.T.tolist(), strict=True)):
        if end > begin:
            groups.setdefault(data[begin:end], []).append(state)
    labels: dict[str, Bools] = {}
    for words, states in groups.items():
        if words.count(b'"') % 2:
            raise text.fault("E101", "a quotation mark is never closed", int(body.state_words[states[0], 0]))
        for quoted, plain in _LABEL.findall(words):
            name = (quoted or plain).decode("utf-8", "replace")
            labels.setdefault(name, np.zeros(n, dtype=np.bool_))[states] = True
    return labels, np.flatnonzero(labels.pop("init", np.zeros(0, dtype=np.bool_)))


def _actions(text: Text, body: Body) -> tuple[NDArray[np.int32] | None, tuple[str, ...]]:
    """For each choice the index of its action, and the names; None where these only count the choices of a state."""
    data = text.data
    numbers = np.arange(len(body.entries) - 1) - np.repeat(body.choices[:-1], np.diff(body.choices))
    known: dict[bytes, int] = {}
    found, is_named = [], False
    places = body.choice_words.T.tolist()
    for begin, end, number in zip(*places, numbers.tolist(), strict=True):
        word = data[begin:end]
        counted = b"%d" % number
        if word == _NO_NAME or not word:
            word = counted
        is_named = is_named or word != counted
        found.append(known.setdefault(word, len(known)))
    if not is_named:
        return None, ()
    return np.array(found, dtype=np.int32), tuple(word.decode("utf-8", "replace") for word in known)


def write(model: SparseModel, path: Path, tell: Callable[[str], None]) -> None:
    """Write a model as DRN: transitions, rewards of choices, labels of states, names of actions.

    Raises:
        SpecErrors: a name cannot stand in such a file, or the start is no plain set of states.
        OSError: the file cannot be written.
    """
    n = model.size
    labels = {name: holds for name, holds in model.labels.items() if len(holds) == n}
    if model.states is not None:
        tell("names of states are left out: DRN has none")
    if len(labels) < len(model.labels):
        tell("labels of choices and of transitions are left out: DRN has none")
    for name in [name for name, holds in labels.items() if not holds.any()]:
        tell(f"the label `{name}`, which holds nowhere, is left out")
    _check_names(model, labels, path)
    is_chain = bool((np.diff(model.choices) == 1).all())
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(f"@type: {'DTMC' if is_chain else 'MDP'}\n@value_type: double\n@parameters\n\n@reward_models\n")
        file.write("".join(f"{name} " for name in model.rewards))
        file.write(f"\n@nr_states\n{n}\n@nr_choices\n{len(model.entries) - 1}\n@model\n")
        for begin in range(0, n, 2**14):
            _write_states(file, model, labels, begin, min(begin + 2**14, n))


def _check_names(model: SparseModel, labels: Iterable[str], path: Path) -> None:
    hint = "UMB holds it: let the name of the file end in .umb"
    weights = model.start[1]
    if len(weights) and not (weights == weights[0]).all():
        raise refusal("E108", "DRN has no start probabilities, only initial states", str(path), hint)
    used = [] if model.action is None else [model.actions[i] for i in np.unique(model.action).tolist()]
    for what, names, wrong in (
        ("a reward", model.rewards, r"\s|^$"),
        ("an action", used, r"\s|^$"),
        ("a label", labels, r'["\r\n]|^$|^init$|^[\[!{]'),
    ):
        for name in names:
            if re.search(wrong, name):
                raise refusal("E108", f"{what} in a DRN file cannot be called `{name}`", str(path), hint)


def _write_states(file: TextIO, model: SparseModel, labels: dict[str, Bools], begin: int, end: int) -> None:
    """The states begin … end − 1."""
    first, last = int(model.choices[begin]), int(model.choices[end])
    start = set(model.start[0].tolist())
    offsets, choices = model.entries[first : last + 1].tolist(), model.choices[begin : end + 1].tolist()
    low, high = offsets[0], offsets[-1]
    pairs = zip(model.targets[low:high].tolist(), model.probabilities[low:high].tolist(), strict=True)
    lines = [f"\t\t{target} : {probability!r}\n" for target, probability in pairs]
    earned = list(_brackets(model, first, last))
    where = [(_quoted(name), holds[begin:end].tolist()) for name, holds in labels.items()]
    for s in range(begin, end):
        words = " init" if s in start else ""
        words += "".join(name for name, holds in where if holds[s - begin])
        file.write(f"state {s}{words}\n")
        for k in range(choices[s - begin], choices[s - begin + 1]):
            name = model.actions[int(model.action[k])] if model.action is not None else k - choices[s - begin]
            file.write(f"\taction {name}{earned[k - first]}\n")
            file.writelines(lines[offsets[k - first] - low : offsets[k - first + 1] - low])


def _brackets(model: SparseModel, first: int, last: int) -> Iterator[str]:
    columns = [values[first:last].tolist() for values in model.rewards.values()]
    if not columns:
        return iter([""] * (last - first))
    return (" [" + ", ".join(map(repr, row)) + "]" for row in zip(*columns, strict=True))


def _quoted(name: str) -> str:
    return f' "{name}"' if re.search(r"\s", name) else f" {name}"
