"""`specl eval`: the table, the orderings, JSON."""

from fractions import Fraction

import pytest

from tests.cli.running import WORLD, Command


def trips(go: Fraction) -> Fraction:
    """The expected discounted number of trips: V = x + (1-x)γV + xγ²V with x = 2/3·go."""
    x, discount = Fraction(2, 3) * go, Fraction(9, 10)
    return x / (1 - (1 - x) * discount - x * discount**2)


def test_json_has_exact_values_and_orderings(specl: Command) -> None:
    ran = specl("eval", "world.spec", "--json")
    assert (ran.status, ran.err) == (0, "")
    assert set(ran.json) == {"values", "orderings"}
    values = ran.json["values"]["trips"]
    expected = {"mover": Fraction(1), "sitter": Fraction(0), "lazy": Fraction(1, 3)}
    assert {policy: Fraction(value) for policy, value in values.items()} == {p: trips(g) for p, g in expected.items()}
    assert ran.json["orderings"]["trips"] == [["mover"], ["lazy"], ["sitter"]]
    assert ran.json["orderings"]["once"] == [["mover", "lazy"], ["sitter"]]
    assert ran.json["values"]["worth"]["lazy"] == ["1/3", "1/3"]


def test_objectives_and_policies_can_be_chosen_and_members_of_families_named(specl: Command) -> None:
    ran = specl("eval", "world.spec", "--json", "--objective", "trips", "--policy", "gate(1/2)", "--policy", "sitter")
    assert ran.json["values"] == {"trips": {"gate(1/2)": str(trips(Fraction(1, 2))), "sitter": "0"}}
    ran = specl("eval", "world.spec", "--objective", "trips", "--objective", "often")
    assert "once" not in ran.out


def test_the_table_and_the_orderings_are_printed(specl: Command) -> None:
    ran = specl("eval", "world.spec")
    assert ran.status == 0
    for word in ("trips", "MR", "25/6", "mover > lazy > sitter", "mover ~ lazy > sitter", "(1/3, 1/3)"):
        assert word in ran.out
    assert '--policy "gate(1/2)"' in ran.out


@pytest.mark.parametrize("width", [40, 72, 132])
def test_the_table_fits_the_terminal(specl: Command, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    table = specl("eval", "world.spec").out.split("best first")[0]
    assert max(map(len, table.splitlines())) <= width


def test_environments_have_tables_of_their_own(specl: Command) -> None:
    second = """
environment other { states s  actions a, b  start s  s --_--> s }
policy p in other { s: a }
objective o in other : MR { discount 0  reward { s --a--> s: 7 } }
"""
    first = WORLD.replace("policy mover ", "policy mover in world ").replace("policy sitter", "policy sitter in world")
    first = first.replace("policy lazy", "policy lazy in world").replace("policy gate(t)", "policy gate(t) in world")
    for name in ("trips", "often", "rests", "once", "worth"):
        first = first.replace(f"objective {name} ", f"objective {name} in world ")
    specl.write("two.spec", first + second)
    ran = specl("eval", "two.spec")
    assert ran.status == 0, ran.err
    assert "environment world" in ran.out
    assert "environment other" in ran.out
    ran = specl("eval", "two.spec", "--json")
    assert ran.json["values"]["o"] == {"p": "7"}
    assert set(ran.json["values"]["trips"]) == {"mover", "sitter", "lazy"}


def test_what_has_no_value_is_an_error_and_the_rest_is_shown(specl: Command) -> None:
    bad = "objective odd : FPR { value 1 / pi(home, go) }\n"
    specl.write("a.spec", WORLD + bad)
    ran = specl("eval", "a.spec")
    assert ran.status == 2
    assert "`odd` of `sitter`" in ran.err
    assert "a.spec:19:" in ran.err
    assert "25/6" in ran.out
    ran = specl("eval", "a.spec", "--json")
    assert set(ran.json) == {"errors"}
    assert ran.json["errors"][0]["code"] == "E091"


def test_precision(specl: Command) -> None:
    specl.write("a.spec", WORLD + "objective odd : INMR { discount 1/2 reward { _ --go--> _: 1 } value exp(reward) }\n")
    for text, width in (("1/100", Fraction(1, 100)), ("1e-9", Fraction(1, 10**9))):
        ran = specl("eval", "a.spec", "--json", "--objective", "odd", "--policy", "lazy", "--precision", text)
        value = ran.json["values"]["odd"]["lazy"]
        assert Fraction(value["high"]) - Fraction(value["low"]) <= width * Fraction(6, 5)
    for text in ("0", "-1", "much"):
        assert specl("eval", "a.spec", "--precision", text).status == 2


def test_names_that_are_not_there(specl: Command) -> None:
    ran = specl("eval", "world.spec", "--objective", "tripz")
    assert (ran.status, ran.out) == (2, "")
    assert "did you mean `trips`?" in ran.err
    ran = specl("eval", "world.spec", "--policy", "gate(3)", "--json")
    assert ran.status == 2
    assert ran.json["errors"]


def test_numbers_of_any_size(specl: Command) -> None:
    huge = "objective a : MR { discount 1/2  reward { _ --go--> _: 10^5000 } }\n"
    specl.write("a.spec", WORLD + huge + "objective b : FPR { value exp(10^10) }")
    asked = ("eval", "a.spec", "--policy", "mover", "--objective", "a", "--objective", "b")
    ran = specl(*asked)
    assert (ran.status, ran.err) == (0, "")
    assert "e5000" in ran.out
    assert "exp(10000000000)" in ran.out
    values = specl(*asked, "--json").json["values"]
    assert len(values["a"]["mover"]) > 5000
    assert values["b"]["mover"] == {"exact": "exp(10000000000)"}
    specl.write("b.spec", specl("translate", "a.spec:a", "--to", "FTR").out)
    translated = specl("eval", "b.spec", "--policy", "mover", "--json").json["values"]
    assert translated["a_as_ftr"] == translated["a"] == values["a"]


def test_where_a_value_does_not_exist_the_objective_is_pointed_to(specl: Command) -> None:
    prior = "strength 1  regulariser kl(go)"
    specl.write("a.spec", WORLD + f"objective odd : RRL {{ discount 0  reward {{ }}  {prior} }}\n")
    ran = specl("eval", "a.spec", "--objective", "odd", "--policy", "sitter")
    assert "a.spec:19:59: E091: `odd` of `sitter`: division by 0" in ran.err
