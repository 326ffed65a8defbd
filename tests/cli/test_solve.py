"""`specl solve`: values, policies, exit statuses, files; and what becomes of a solver that is wrong."""

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from specl.cli.progress import with_bar
from specl.model.errors import Undefined, Unsupported
from specl.solvers.outer.pareto import pareto
from specl.solvers.solved import Bounds, Memory, Solved
from specl.solvers.task import Task
from tests.cli.processes import started
from tests.cli.running import WORLD, Command

ONE = Fraction(1)
ALWAYS_GO = {0: {0: ONE}, 1: {0: ONE}}
STEPS = 5
"""Possible steps of the world."""

Stub = Callable[[Solved], None]


def solved(low: str, high: str | None = None, **changes: Any) -> Solved:
    """Of `trips`, by the policy that always goes: its value is 25/6."""
    bounds = Bounds(Fraction(low), Fraction(high or low))
    found = Solved((bounds,), (bounds,), "all policies", ALWAYS_GO, "a stub", 3)
    return replace(found, **changes)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Stub:
    def install(answer: Solved) -> None:
        monkeypatch.setattr("specl.solvers.formalisms.solve", lambda *_: answer)

    return install


def test_an_exact_answer(specl: Command) -> None:
    ran = specl("solve", "world.spec:trips", "--exact")
    assert (ran.status, ran.err) == (0, "")
    head, *rest = ran.out.splitlines()
    assert head == "trips (MR) in world: 25/6 exactly"
    assert "  home  go" in rest
    assert "policy best { _: go }" in rest
    assert any(line.startswith("best among  all policies") for line in rest)
    assert any("worth just that" in line for line in rest)
    assert any(line.startswith("time ") and " s" in line for line in rest)


def test_bounds_as_wide_as_asked_for(specl: Command) -> None:
    found = specl("solve", "world.spec:trips", "--precision", "1e-9", "--json").json
    low, high = (Fraction(found["value"][end]) for end in ("low", "high"))
    assert low <= Fraction(25, 6) <= high
    assert high - low <= Fraction(12, 10**10)  # rounded outward to a digit more
    assert found["status"] == "precise"


def test_json(specl: Command) -> None:
    found = specl("solve", "world.spec:trips", "--exact", "--json").json
    assert found["value"] == found["achieved"] == found["worth"] == "25/6"
    assert found["policy"] == {"home": {"go": "1"}, "away": {"go": "1"}}
    assert found["memory"] is None
    assert found["over"] == "all policies"
    assert found["spec"] == "policy best { _: go }"
    assert {"method", "iterations", "seconds", "note", "stationary", "status", "faults"} <= set(found)


def test_a_bare_name_in_a_file(specl: Command) -> None:
    assert specl("solve", "trips", "--in", "world.spec", "--exact").status == 0


def test_what_is_printed_can_be_pasted(specl: Command) -> None:
    spec = specl("solve", "world.spec:often", "--exact", "--json").json
    specl.write("pasted.spec", WORLD + spec["spec"])
    found = specl("eval", "pasted.spec", "--objective", "often", "--policy", "best", "--json").json
    assert found["values"]["often"]["best"] == spec["value"]


def test_a_name_that_is_taken_is_not_given_again(specl: Command) -> None:
    specl.write("taken.spec", WORLD.replace("policy mover", "policy best"))
    assert specl("solve", "taken.spec:trips", "--json").json["spec"].startswith("policy best' {")


def test_a_policy_is_exported_and_evaluated(specl: Command) -> None:
    ran = specl("solve", "world.spec:trips", "--exact", "--export", "found.json")
    assert ran.status == 0
    assert "found.json" in ran.err
    found = specl("eval", "world.spec", "--policy", "found.json", "--policy", "lazy", "--json").json
    assert found["values"]["trips"]["found"] == "25/6"
    assert found["orderings"]["trips"] == [["found"], ["lazy"]]
    assert set(found["values"]) == {"trips", "often", "rests", "once", "worth"}


def test_wider_bounds_than_asked_for_are_told_by_the_status(specl: Command, stub: Stub) -> None:
    stub(solved("4", "5", is_precise=False, note="the time was up"))
    ran = specl("solve", "world.spec:trips")
    assert ran.status == 3
    assert "the time was up" in ran.out
    assert ran.out.startswith("trips (MR) in world: [4.166666, 5.000000] (known to 9e-1)")
    stub(solved("4", "5"))
    assert specl("solve", "world.spec:trips").status == 3


def test_memory_is_shown_exported_and_evaluated(specl: Command) -> None:
    specl.write("turns.spec", WORLD + "objective turns : LTL { formula stay & X go }")
    ran = specl("solve", "turns.spec:turns", "--export", "policy.json")
    assert ran.out.startswith("turns (LTL) in world: 1 exactly\n")
    assert "memory (automaton): " in ran.out
    assert "with memory, stochastic; worth just that, evaluated again" in ran.out
    assert "policy best" not in ran.out
    (line,) = (line for line in ran.out.splitlines() if line.startswith("stationary"))
    assert line.endswith("is worth 1/4 exactly")
    arguments = ("eval", "turns.spec", "--policy", "policy.json")
    values = specl(*arguments, "--objective", "turns", "--objective", "trips", "--json").json["values"]
    assert values["turns"]["policy"] == "1"
    table = specl(*arguments)
    assert table.status == 2
    assert "E092: `worth` of `policy`: pi(s, a) is an entry of a stationary policy" in table.err


def test_a_memory_that_is_not_needed_is_left_out(specl: Command, stub: Stub) -> None:
    memory = Memory("automaton", ("even", "odd"), 0, ((1,) * STEPS, (0,) * STEPS))
    found = solved("0", "5", policy={(s, u): {0: ONE} for s in (0, 1) for u in (0, 1)}, memory=memory)
    stub(found)
    assert "policy best { _: go }" in specl("solve", "world.spec:trips").out
    stub(replace(found, policy={(s, u): {u: ONE} for s in (0, 1) for u in (0, 1)}))  # a stationary one is better
    assert "policy best { home: go, away: stay }" in specl("solve", "world.spec:trips").out


def test_the_stationary_value_is_told_beside(specl: Command, stub: Stub) -> None:
    stub(solved("25/6", stationary=(Bounds(Fraction(4), Fraction(4)),)))
    assert "the best stationary policy is worth 4 exactly" in specl("solve", "world.spec:trips").out


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (solved("4"), "the policy is worth 25/6"),
        (solved("4", "5", achieved=(Bounds(ONE, ONE),)), "the policy is worth 25/6"),
        (solved("4", "5", value=(Bounds(ONE, ONE),)), "the best one less"),
        (solved("5", "4"), "the bounds of the best value are 5 and 4"),
        (solved("25/6", policy={0: {0: ONE / 2}}), "are no distribution"),
        (solved("25/6", policy={7: {0: ONE}}), "a state 7 that there is not"),
        (solved("25/6", stationary=(Bounds(Fraction(9), Fraction(9)),)), "better than the best policy"),
        (solved("25/6", policy={(0, 0): {0: ONE}}, memory=Memory("machine", ("u",), 0, ((0,),))), "does not fit"),
        (solved("25/6", value=(Bounds(ONE, Fraction(9)),) * 2), "2 best values, and 1 of the policy"),
    ],
)
def test_nothing_is_taken_on_trust(specl: Command, stub: Stub, answer: Solved, told: str) -> None:
    stub(answer)
    ran = specl("solve", "world.spec:trips", "--export", "never.json")
    assert ran.status == 70
    assert ran.out.startswith("trips (MR) in world: no answer\n  this is a fault of specl, not yours: ")
    assert told in ran.out
    assert not (specl.folder / "never.json").exists()
    found = specl("solve", "world.spec:trips", "--json").json
    assert found["value"] is None
    assert any(told in fault for fault in found["faults"])


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["world.spec:tripps"], "E024", "did you mean `trips`?"),
        (["world.spec"], "E024", "the file has 5 objectives"),
        (["MR"], "E024", "MR is a formalism"),
        (["nowhere.spec:trips"], "E001", "there is no such file"),
        (["world.spec:trips", "--precision", "0"], "E090", "must be positive"),
        (["world.spec:trips", "--timeout", "-1"], "E090", "timeout"),
    ],
)
def test_wrong_input(specl: Command, arguments: list[str], code: str, told: str) -> None:
    ran = specl("solve", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    assert [error["code"] for error in specl("solve", *arguments, "--json").json["errors"]] == [code]


@pytest.mark.parametrize(("error", "code"), [(Undefined("odd"), "E091"), (Unsupported("too much"), "E092")])
def test_what_cannot_be_solved(specl: Command, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str) -> None:
    def fail(*_: object) -> Solved:
        raise error

    monkeypatch.setattr("specl.solvers.formalisms.solve", fail)
    ran = specl("solve", "world.spec:trips")
    assert ran.status == 2
    assert f"world.spec:14:1: {code}: `trips`: {error}" in ran.err


def test_the_task_is_passed_on(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Task] = []

    def look(code: str, objective: object, environment: object, task: Task) -> Solved:
        seen.append(task)
        return solved("25/6")

    monkeypatch.setattr("specl.solvers.formalisms.solve", look)
    specl("solve", "world.spec:trips", "--exact", "--timeout", "7", "--precision", "1/1000")
    specl("solve", "world.spec:trips")
    first, second = seen
    assert (first.is_exact, first.seconds, first.precision) == (True, 7.0, Fraction(1, 1000))
    assert (second.is_exact, second.precision) == (False, Fraction(1, 10**6))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(format="other"), "the file holds no policy"),
        (lambda d: d.update(states=["home"]), "the policy is about other states: home"),
        (lambda d: d.update(actions=[["go"], "stay"]), "the policy is about other actions: ['go'], stay"),
        (lambda d: d["weights"]["home"].update(go="1/2"), "in state `home` sum to 1/2, not to 1"),
        (lambda d: d["weights"]["home"].update(go="much"), "is no number such as"),
        (lambda d: d["weights"]["home"].update(go="1/0"), "is no number such as"),
        (lambda d: d["weights"]["home"].update(jump="0"), "there is no action `jump`"),
        (lambda d: d["weights"].update(hom={"go": "1"}), "did you mean `home`?"),
        (lambda d: d.update(weights=7), "map states to actions to weights"),
        (lambda d: d.update(memory={"states": []}), "the memory is no object"),
        (lambda d: d.update(memory={"states": ["u"], "start": "v"}), "there is no memory state `v`"),
        (
            lambda d: d.update(memory={"states": ["u"], "start": "u", "moves": [["u", "away", "go", "away", "u"]]}),
            "a step that is impossible: away --go--> away",
        ),
    ],
)
def test_a_policy_file_that_does_not_fit(specl: Command, change: Callable[[Any], None], told: str) -> None:
    assert specl("solve", "world.spec:trips", "--export", "p.json").status == 0
    document = json.loads((specl.folder / "p.json").read_text())
    change(document)
    specl.write("p.json", json.dumps(document))
    ran = specl("eval", "world.spec", "--policy", "p.json")
    assert (ran.status, ran.out) == (2, "")
    assert "p.json: E098: " in ran.err
    assert told in ran.err


def test_a_policy_file_that_cannot_be_read(specl: Command) -> None:
    assert "E001: there is no such file" in specl("eval", "world.spec", "--policy", "none.json").err
    specl.write("bad.json", "{")
    assert "E098: the file is no JSON document" in specl("eval", "world.spec", "--policy", "bad.json").err
    specl.write("deep.json", "[" * 100_000)
    assert "E098: the file is no JSON document" in specl("eval", "world.spec", "--policy", "deep.json").err


def test_an_unwritable_file(specl: Command) -> None:
    ran = specl("solve", "world.spec:trips", "--export", "no/such/folder.json")
    assert ran.status == 2
    assert "cannot write to no/such/folder.json" in ran.err


def test_the_first_states_of_a_large_policy(specl: Command) -> None:
    names = ", ".join(f"s{i}" for i in range(30))
    text = f"environment line {{ states {names}  actions on, off  start s0\n"
    text += "".join(f"s{i} --on--> s{min(i + 1, 29)}\n" for i in range(30)) + "_ --off--> self }\n"
    specl.write("line.spec", text + "objective end : MR { discount 1/2  reward { s29: 1 } }")
    out = specl("solve", "line.spec", "--exact").out
    assert "  s19  on\n  … and 10 more; --export FILE writes all of them\n" in out
    assert "s20" not in out


SLOW = """
import sys, time
from specl.solvers import formalisms
from specl.cli.app import run

def slow(code, objective, environment, task):
    task.tell("bounds ±1.0e-1")
    print("now", file=sys.stderr, flush=True)
    time.sleep(60)

formalisms.solve = slow
sys.exit(run(["solve", *sys.argv[1:]]))
"""


def test_control_c(specl: Command) -> None:
    with started(["-c", SLOW, "world.spec:trips"], specl.folder) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "now\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "specl: interrupted before there was an answer (bounds ±1.0e-1)\n"


def test_control_c_while_the_policy_is_evaluated(specl: Command, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    stub(solved("4", "5"))
    monkeypatch.setattr("specl.formalisms.rank", interrupt)
    ran = specl("solve", "world.spec:trips")
    assert ran.status == 130
    assert "not evaluated again: it was interrupted" in ran.out


def test_a_bar_over_the_residual() -> None:
    lines: list[str] = []
    show = with_bar(lines.append, 1e-6)
    for line in ("reading", "bounds ±1.0e+0", "bounds ±1.0e-3", "bounds ±2.0e+0", "bounds ±1.0e-9", "bounds ±inf"):
        show(line)
    assert [line.count("#") for line in lines] == [0, 0, 15, 0, 30, 0]
    assert lines[0] == "reading"
    assert lines[2].endswith("] bounds ±1.0e-3")


TRADE = """
environment fork {
  states  here, left, right
  actions l, r
  start   here
  here --l--> left
  here --r--> right
  _    --_--> self
}
objective both : OMORL {
  discount 1/2
  reward a { here --l--> _: 1, here --r--> _: 1/5 }
  reward b { here --r--> _: 1 }
  value min(a, b)
}
objective one : ONMR { discount 1/2  reward a { here --l--> _: 1 }  value a^2 }
"""


def test_a_pareto_front(specl: Command) -> None:
    specl.write("fork.spec", TRADE)
    ran = specl("solve", "fork.spec:both", "--pareto")
    assert ran.status == 0
    assert ran.out.startswith("Pareto front of a, b (both in fork): 2 corners, exact\n")
    assert "mixtures    on the front too: 1-2" in ran.out
    assert "always      5 a + 4 b <= 5" in ran.out
    found = specl("solve", "fork.spec:both", "--pareto", "--json").json
    assert [corner["returns"] for corner in found["corners"]] == [{"a": "1/5", "b": "1"}, {"a": "1", "b": "0"}]
    assert found["corners"][0]["policy"]["here"] == {"r": "1"}
    assert (found["status"], found["gap"]) == ("precise", "0")


def test_the_picture_of_a_pareto_front(specl: Command) -> None:
    pytest.importorskip("matplotlib")
    specl.write("fork.spec", TRADE)
    assert specl("solve", "fork.spec:both", "--pareto", "-o", "front.svg").status == 0
    assert "<svg" in (specl.folder / "front.svg").read_text()


def test_corners_that_are_not_so_are_a_fault(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def shifted(*arguments: Any) -> Any:
        found = pareto(*arguments)
        first = found.corners[0]
        moved = replace(first, returns=(first.returns[0] + 1, *first.returns[1:]))
        return replace(found, corners=(moved, *found.corners[1:]))

    monkeypatch.setattr("specl.api.front.pareto", shifted)
    specl.write("fork.spec", TRADE)
    ran = specl("solve", "fork.spec:both", "--pareto")
    assert ran.status == 70
    assert "a corner's a is 1/5, not 6/5" in ran.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["fork.spec:one", "--pareto"], "has not two or three rewards"),
        (["fork.spec:both", "-o", "front.svg"], "-o is where --pareto draws"),
        (["fork.spec:both", "--pareto", "--export", "p.json"], "--json writes all of them"),
        (["model.drn", "--pareto", "--reach", "x"], "not of a model"),
    ],
)
def test_fronts_that_there_are_not(specl: Command, arguments: list[str], told: str) -> None:
    specl.write("fork.spec", TRADE)
    ran = specl("solve", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
