"""`specl separate`: files that check themselves, JSON, exit statuses, wrong names, interruption."""

import signal

import pytest

from tests.cli.processes import started
from tests.cli.running import Command

ALPHABET = """
alphabet grid {
  states x, y
  actions a, b
  label goal
}
objective once  : LTL { formula F goal }
objective often : LTL { formula G F goal }
objective ever  : LTL { formula F F goal }
"""


def test_what_is_printed_is_a_file_that_checks_itself(specl: Command) -> None:
    ran = specl("separate", "RRL", "LAR", "--seed", "4")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("// RRL ⋡ LAR, by linear_dependence.\n// In this environment with ")
    assert "; seed 4, " in ran.out
    specl.write("found.spec", ran.out)
    assert specl("check", "found.spec").status == 0
    proved = specl("prove", "found.spec")
    assert proved.status == 0
    assert "1 certificate" in proved.out
    assert specl("verify", ".").status == 0


def test_a_file_can_be_written(specl: Command) -> None:
    ran = specl("separate", "mr", "ltl", "-o", "found.spec")
    assert ran.status == 0
    assert ran.out.startswith("MR ⋡ LTL, by ")
    assert "environment" not in ran.out.split("\n", 1)[0]
    assert ran.err == "found.spec: the environment\n"
    assert specl("check", "found.spec").status == 0
    assert specl("separate", "MR", "LTL", "-o", "nowhere/found.spec").status == 2


def test_json(specl: Command) -> None:
    found = specl("separate", "FTR", "FOMR", "--json").json
    assert (found["verdict"], found["seed"], found["interrupted"]) == ("found", 0, False)
    witness = found["witness"]
    assert (witness["refuted"], witness["above"], witness["below"][-1]) == ("FTR", ["FTR"], "FOMR")
    assert {"kind", "states", "actions", "policies", "tried", "seconds", "smallest", "spec"} <= set(witness)
    specl.write("found.spec", witness["spec"])
    assert specl("check", "found.spec").status == 0
    none = specl("separate", "FTR", "MR", "--json")
    assert (none.status, none.json["verdict"], none.json["witness"]) == (1, "holds", None)
    late = specl("separate", "FPR", "TLO", "--timeout", "0", "--json")
    assert (late.status, late.json["verdict"]) == (3, "unknown")


def test_what_can_be_expressed_is_refused_with_the_reason(specl: Command) -> None:
    ran = specl("separate", "RRL", "MR")
    assert ran.status == 1
    assert ran.out.splitlines()[0] == "there is no such environment: RRL ⪰ MR, by MR → RRL."
    assert "strength" in ran.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("RLR", "MR"), "did you mean `RRL`?"),
        (("RRL", "LRA"), "did you mean `LAR`?"),
        (("RRL", "LAR", "--states", "0"), "at least 1 of the states"),
        (("RRL", "LAR", "--kind", "linear"), "linear_dependence"),
        (("RRL", "world.spec:trips"), "two of a kind"),
        (("world.spec:trips", "world.spec:often", "--policies", "3"), "for formalisms"),
    ],
)
def test_wrong_usage(specl: Command, arguments: tuple[str, ...], told: str) -> None:
    ran = specl("separate", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


def test_two_objectives_are_parted(specl: Command) -> None:
    specl.write("words.spec", ALPHABET)
    ran = specl("separate", "once", "often", "--in", "words.spec", "-o", "parted.spec")
    assert ran.status == 0
    assert "differ" in ran.out
    assert specl("check", "parted.spec").status == 0
    assert specl("separate", "words.spec:once", "words.spec:ever").status == 1


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_control_c_gives_what_there_is(specl: Command, form: list[str]) -> None:
    with started(["-c", SLOW, "RRL", "LAR", *form], specl.folder) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "now\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    assert "environment found {" in out


SLOW = """
import sys, time
import specl.api.separate as api
from specl.cli.app import run
from specl.separation import shrink

def slowly(*_):
    print("now", file=sys.stderr, flush=True)
    time.sleep(30)

shrink.smaller = slowly  # the witness is there, and what follows takes its time
sys.exit(run(["separate", *sys.argv[1:]]))
"""


def test_smallest_sizes(specl: Command) -> None:
    ran = specl("separate", "--minimal", "RRL", "LTL")
    assert ran.status == 0
    head, *reasons = ran.out.partition("\n\n")[0].splitlines()
    assert head == "RRL ⋡ LTL by linear_dependence: 2 states, 2 actions, 4 policies"
    assert [line.partition(":")[0] for line in reasons] == [
        "  not 1 state, 2 actions, 4 policies",
        "  not 2 states, 1 action, 4 policies",
        "  not 2 states, 2 actions, 3 policies",
    ]
    assert "Z3 agrees" in reasons[2]
    document = specl("separate", "--minimal", "MR", "RM", "--json").json
    assert [size["policies"] for size in document["sizes"]] == [3]
    assert specl("separate", "--minimal", "RRL").status == 2
    assert specl("separate", "RRL").status == 2
