"""`specl compare --every-environment`, and objectives over alphabets in other commands."""

import json

import pytest

from tests.cli.running import Command

ALPHABET = """
alphabet rooms { states hall, lab  actions go, stay  label goal }
objective soon  : LTL { formula F goal }
objective often : LTL { formula G F goal }
objective until : LTL { formula true U goal }
objective paid  : MR { discount 9/10  reward { hall --go--> lab: 1 } }
objective twice : MR { discount 9/10  reward { hall --go--> lab: 2 } }
objective lab_too : MR { discount 9/10  reward { hall --go--> lab: 1, lab --stay--> _: 1 } }
"""


@pytest.fixture
def rooms(specl: Command) -> Command:
    specl.write("rooms.spec", ALPHABET)
    return specl


def test_formulas_that_differ_have_an_environment_that_loads_and_evaluates_as_told(rooms: Command) -> None:
    ran = rooms("compare", "soon", "often", "--in", "rooms.spec", "--json", "-o", "witness.spec")
    assert ran.status == 1
    assert "witness.spec" in ran.err
    told = ran.json
    assert (told["verdict"], told["scope"]) == ("different", "every environment")
    witness = told["witness"]
    assert (rooms.folder / "witness.spec").read_text("utf-8") == witness["environment"]
    checked = rooms("check", "witness.spec", "--json")
    assert checked.status == 0
    assert [one["verdict"] for one in checked.json["files"][0]["outcomes"]] == ["ok", "ok"]
    values = rooms("eval", "witness.spec", "--json").json["values"]
    for objective in ("soon", "often"):
        assert [values[objective][policy] for policy in witness["policies"]] == witness["values"][objective]
    compared = rooms("compare", "witness.spec:soon", "witness.spec:often", "--json")
    assert compared.json["verdict"] == "different"


@pytest.mark.parametrize(("one", "other"), [("soon", "until"), ("soon", "soon"), ("paid", "twice")])
def test_the_same_everywhere(rooms: Command, one: str, other: str) -> None:
    ran = rooms("compare", f"rooms.spec:{one}", f"rooms.spec:{other}", "--every-environment")
    assert ran.status == 0
    assert "order all policies alike in every environment over {hall, lab; go, stay; goal}" in ran.out
    assert rooms("compare", one, other, "--in", "rooms.spec", "--json").json["witness"] is None


def test_rewards_and_other_pairs(rooms: Command) -> None:
    ran = rooms("compare", "paid", "lab_too", "--in", "rooms.spec")
    assert ran.status == 1
    assert "differ in an environment over" in ran.out
    assert "environment witness {" in ran.out
    ran = rooms("compare", "soon", "paid", "--in", "rooms.spec", "--json", "--timeout", "20")
    assert ran.status == 1
    rooms.write("w.spec", ran.json["witness"]["environment"])
    assert rooms("check", "w.spec").status == 0


def test_what_a_search_does_not_find_is_unknown(specl: Command) -> None:
    specl.write(
        "odd.spec",
        """alphabet w { states s  actions a, b }
        objective one : FTR { reward r { s --a--> s: 1 }  value average(r)^2 }
        objective two : FTLR { reward r { s --a--> s: 1 }  value E(average(r)^2) }""",
    )
    ran = specl("compare", "one", "two", "--in", "odd.spec", "--timeout", "1", "--json")
    assert ran.status == 3
    assert ran.json["verdict"] == "unknown"
    assert "no difference" in ran.json["reason"]


def test_objectives_of_an_environment_without_its_dynamics(specl: Command) -> None:
    """In the one environment there is nothing to choose, in others there is."""
    text = """environment e { states s, t  actions a, b  start s  _ --_--> t }
      objective one : LTL { formula F (t & a) }
      objective two : LTL { formula F a }
      objective three : FTLR { value recover(one) }
      objective order : PO { order { p } }
      policy p { _: a }"""
    specl.write("e.spec", text)
    assert (
        specl("compare", "one", "two", "--in", "e.spec", "--every-environment", "--json").json["verdict"] == "different"
    )
    specl.write(
        "f.spec", "alphabet w { states s, t  actions a, b  label l }\nobjective two : LTL { formula F a & F l }"
    )
    ran = specl("compare", "f.spec:two", "e.spec:two", "--json")
    assert ran.json["verdict"] == "different"
    assert "label l" in ran.json["witness"]["environment"]
    ran = specl("compare", "three", "two", "--in", "e.spec", "--every-environment", "--json")
    assert ran.json["verdict"] == "different"
    assert "recover(one)" in ran.json["witness"]["environment"]
    ran = specl("compare", "order", "two", "--in", "e.spec", "--every-environment")
    assert ran.status == 2
    assert "E033: `order` ranks policies of `e`" in ran.err


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("alphabet w { actions go, stay }\nobjective o : LTL { formula true }", "over different states"),
        (
            "alphabet w { states hall, lab  actions stay, go }\nobjective o : LTL { formula true }",
            "over different actions",
        ),
        (
            "alphabet w { states hall, lab  actions go, stay  label goal = hall }\nobjective o : LTL { formula goal }",
            "the label `goal` holds elsewhere",
        ),
    ],
)
def test_alphabets_that_do_not_fit(rooms: Command, other: str, told: str) -> None:
    rooms.write("other.spec", other)
    ran = rooms("compare", "rooms.spec:soon", "other.spec:o")
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


def test_wrong_usage(rooms: Command) -> None:
    assert "name two objectives" in rooms("compare", "MR", "RM", "--every-environment").err
    assert rooms("compare", "rooms.spec:soon", "MR").status == 2
    ran = rooms("compare", "rooms.spec:soon", "rooms.spec:often", "-o", "no/such/folder.spec")
    assert ran.status == 2
    assert "cannot write" in ran.err


@pytest.mark.parametrize(
    "command",
    [
        ("eval", "rooms.spec"),
        ("eval", "rooms.spec", "--objective", "soon"),
        ("solve", "rooms.spec:soon"),
        ("translate", "rooms.spec:soon", "--to", "FTR"),
        ("check", "mixed.spec"),
    ],
)
def test_commands_that_need_an_environment_say_so(rooms: Command, command: tuple[str, ...]) -> None:
    rooms.write("mixed.spec", ALPHABET + "assert soon equivalent until")
    ran = rooms(*command, "--json")
    assert ran.status == 2
    (error,) = {(error["code"], error["file"]) for error in json.loads(ran.out)["errors"]}
    assert error[0] == "E033"
    assert error[1] in ("rooms.spec", "mixed.spec")


def test_files_with_alphabets_are_counted_and_the_rest_of_them_evaluates(rooms: Command) -> None:
    assert "1 alphabet, 0 policies, 6 objectives" in rooms("check", "rooms.spec").out
    rooms.write(
        "both.spec",
        """alphabet rooms { actions a, b  label goal }
        environment e { states s  actions a, b  start s  _ --_--> s  label home = s }
        policy p { _: a }
        objective far in rooms : LTL { formula F goal }
        objective near : LTL { formula F home }""",
    )
    assert rooms("eval", "both.spec", "--json").json["values"] == {"near": {"p": "1"}}
    ran = rooms("compare", "far", "near", "--in", "both.spec")
    assert ran.status == 2
