"""`specl compare`: formalisms, objectives, and the ways to name them."""

from fractions import Fraction

import pytest

from tests.cli.running import WORLD, Command


def test_formalisms(specl: Command) -> None:
    ran = specl("compare", "INMR", "FTR", "--json")
    assert ran.status == 0
    assert ran.json["verdict"] == "equal"
    ran = specl("compare", "RM", "MR", "--json")
    assert ran.json["verdict"] in ("more", "open")
    assert ran.json["at_least"]["verdict"] == "holds"
    assert ran.status == {"more": 1, "open": 3}[ran.json["verdict"]]
    ran = specl("compare", "rm", "mr")
    assert "MR → RM" in ran.out
    assert ran.err == ""


def test_objectives_that_differ_have_a_witness_that_evaluates_as_told(specl: Command) -> None:
    ran = specl("compare", "world.spec:trips", "world.spec:once", "--json")
    assert ran.status == 1
    assert ran.json["verdict"] == "different"
    assert ran.json["scope"] == "world"
    witness = ran.json["witness"]
    signs = []
    for objective in ("trips", "once"):
        first, second = (Fraction(value) for value in witness["values"][objective])
        signs.append((first > second) - (first < second))
    assert signs[0] != signs[1]
    extra = [text for text in witness["policies"] if text.startswith("policy ")]
    specl.write("again.spec", WORLD + "\n".join(extra))
    names = [text.split()[1] if text.startswith("policy ") else text for text in witness["policies"]]
    again = specl("eval", "again.spec", "--json").json["values"]
    for objective in ("trips", "once"):
        assert [again[objective][name] for name in names] == witness["values"][objective]


def test_a_witness_without_a_name_is_called_the_same_throughout(specl: Command) -> None:
    """One policy of the file and one without a name, which must not be called `p`, for that is taken."""
    specl.write(
        "pair.spec",
        """environment e { states s, t actions a, b start s  s --a--> { s: 1/2, t: 1/2 }  s --b--> t
          t --a--> s  t --b--> { t: 2/3, s: 1/3 } }
        policy p { _: { a: 1/2, b: 1/2 } }
        objective far : MR { discount 9/10 reward { s --a--> _: 1, t --b--> _: 2 } }
        objective near : MR { discount 1/2 reward { s --a--> _: 1, t --b--> _: 2 } }""",
    )
    ran = specl("compare", "far", "near", "--in", "pair.spec")
    assert "far prefers p to q, near prefers q to p." in ran.out
    assert "policy q {" in ran.out


def test_objectives_that_are_the_same(specl: Command) -> None:
    specl.write("a.spec", WORLD.replace("away: -2", "away: 2"))
    ran = specl("compare", "a.spec:trips", "a.spec:rests")
    assert ran.status == 0
    assert "alike" in ran.out
    assert "1/2 times" in ran.out


def test_ways_to_name_an_objective(specl: Command) -> None:
    with_in = specl("compare", "trips", "once", "--in", "world.spec", "--json")
    assert with_in.status == 1
    cut = WORLD[: WORLD.index("objective often")]
    specl.write("single.spec", cut)
    ran = specl("compare", "single.spec", "world.spec:rests", "--json")
    assert ran.json["verdict"] == "different"
    ran = specl("compare", "single.spec", "world.spec:trips", "--json")
    assert ran.json["verdict"] == "same"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("MR", "LTLL"), "did you mean `LTL`?"),
        (("world.spec", "MR"), "5 objectives"),
        (("world.spec:trip", "MR"), "did you mean `trips`?"),
        (("world.spec:trips", "MR"), "two of a kind"),
        (("trips", "once"), "--in FILE"),
        (("none.spec", "MR"), "no such file"),
        (("none.spec:trips", "MR"), "no such file"),
        (("tripz", "once", "--in", "world.spec"), "did you mean `trips`?"),
        (("MR",), "Missing argument"),
    ],
)
def test_wrong_arguments(specl: Command, arguments: tuple[str, ...], told: str) -> None:
    ran = specl("compare", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    ran = specl("compare", *arguments, "--json")
    assert (ran.status, ran.err) == (2, "")
    assert told in str(ran.json["errors"])


def test_objectives_of_different_environments(specl: Command) -> None:
    specl.write("other.spec", WORLD.replace("{ away: 2/3, home: 1/3 }", "{ away: 1/2, home: 1/2 }"))
    ran = specl("compare", "world.spec:trips", "other.spec:trips")
    assert ran.status == 2
    assert "different environments" in ran.err


def test_a_witness_without_a_name_gets_one_that_is_free(specl: Command) -> None:
    text = """
environment one { states s  actions a, b  start s  s --_--> s }
policy p { s: { a: 1/2, b: 1/2 } }
policy q { s: { a: 1/2, b: 1/2 } }
objective p1 : MR { discount 0  reward { s --a--> s: 1 } }
objective o : MR { discount 0  reward { s --b--> s: 1 } }
"""
    specl.write("a.spec", text)
    ran = specl("compare", "p1", "o", "--in", "a.spec", "--json")
    assert ran.json["verdict"] == "different"
    names = [policy.split()[1] for policy in ran.json["witness"]["policies"] if policy.startswith("policy ")]
    assert names
    assert not {"p", "q", "p1", "o", "one"} & set(names)
