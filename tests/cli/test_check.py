"""`specl check`: assertions, errors, exit statuses."""

import pytest

from specl.wishes.answer import Unknown
from tests.cli.running import WORLD, Command


def test_a_file_without_assertions_is_fine(specl: Command) -> None:
    ran = specl("check", "world.spec")
    assert ran.status == 0
    assert "1 environment, 3 policies, 5 objectives" in ran.out
    assert "no assertions" in ran.out


def test_each_assertion_is_told_and_the_exit_status_is_that_of_the_worst(specl: Command) -> None:
    specl.write("fine.spec", WORLD + "assert mover > lazy > sitter under trips\nassert mover ~ gate(1) under trips\n")
    ran = specl("check", "fine.spec")
    assert (ran.status, ran.err) == (0, "")
    assert [line.split()[0] for line in ran.out.splitlines()[1:3]] == ["ok", "ok"]
    assert ran.out.splitlines()[-1].strip() == "2 claims: 2 hold"

    specl.write("bad.spec", WORLD + "assert mover > lazy under trips\nassert sitter > mover under trips\n")
    ran = specl("check", "bad.spec")
    assert ran.status == 1
    assert "FAILED" in ran.out
    assert "sitter = 0, mover = 25/6" in ran.out


def test_negated_assertions(specl: Command) -> None:
    specl.write("a.spec", WORLD + "assert not sitter > mover under trips\nassert not mover ~ gate(1) under once\n")
    ran = specl("check", "a.spec", "--json")
    verdicts = [outcome["verdict"] for outcome in ran.json["files"][0]["outcomes"]]
    assert verdicts == ["ok", "failed"]
    assert ran.status == 1


def test_a_chain_fails_where_one_link_does(specl: Command) -> None:
    specl.write("a.spec", WORLD + "assert mover > lazy ~ sitter under trips\n")
    assert specl("check", "a.spec").status == 1


def test_equivalent_objectives(specl: Command) -> None:
    specl.write("a.spec", WORLD + "assert not trips equivalent rests\nassert not trips equivalent once\n")
    assert specl("check", "a.spec").status == 0
    specl.write("b.spec", WORLD.replace("away: -2", "away: 2") + "assert trips equivalent rests\n")
    assert specl("check", "b.spec").status == 0
    specl.write("c.spec", WORLD + "assert trips equivalent rests\n")
    ran = specl("check", "c.spec")
    assert ran.status == 1
    assert "gradient" in ran.out


def test_what_formalisms_express_is_decided(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    orderings = "ordering o { mover > sitter }\nordering t over trajectories { (home go) > (home stay) }\n"
    claims = "assert MR expresses o\nassert not MR expresses o\nassert MR expresses t\n"
    specl.write("a.spec", WORLD + orderings + claims)
    ran = specl("check", "a.spec")
    assert ran.status == 1
    assert [line.split()[0] for line in ran.out.splitlines()[1:3]] == ["ok", "FAILED"]
    assert ran.out.splitlines()[-1].strip() == "3 claims: 2 hold, 1 FAILED"
    specl.write("b.spec", WORLD + orderings + "assert not LAR expresses t\nassert MR expresses t\n")
    ran = specl("check", "b.spec")
    assert ran.status == 2
    assert "b.spec:21:1: E097: LAR ranks policies only" in ran.err
    monkeypatch.setattr("specl.api.express.decide", lambda *_: Unknown("out of luck"))
    specl.write("c.spec", WORLD + orderings + "assert MR expresses o\nassert not FTR expresses o\n")
    ran = specl("check", "c.spec")
    assert ran.status == 3
    assert ran.out.count("out of luck") == 2


def test_an_induced_ordering_may_have_no_values(specl: Command) -> None:
    odd = "objective odd : FPR { value 1 / pi(home, stay) }\nordering w = odd on { mover, sitter }\n"
    specl.write("a.spec", WORLD + odd + "assert MR expresses w\n")
    ran = specl("check", "a.spec")
    assert ran.status == 2
    assert "E091" in ran.err


def test_refutations_are_decided(specl: Command) -> None:
    specl.write("a.spec", WORLD + "refute RM by limit { objective once  path gate }\n")
    ran = specl("check", "a.spec")
    assert (ran.status, ran.err) == (0, "")
    mark, words = ran.out.splitlines()[1:3]
    assert mark.split(maxsplit=1) == ["ok", "refute RM by limit { objective once path gate }"]
    assert "no RM objective" in words
    assert "as this LTL objective does" in words
    specl.write("b.spec", WORLD + "refute RM by limit { objective trips  path gate }\n")
    ran = specl("check", "b.spec")
    assert ran.status == 1
    assert "FAILED  refute RM by limit" in ran.out
    assert "is not constant" in ran.out
    specl.write("c.spec", WORLD + "refute LTL by limit { objective once  path gate }\n")
    ran = specl("check", "c.spec")
    assert ran.status == 2
    assert "c.spec:19:1: E096: `limit` does not refute LTL" in ran.err
    jumps = "objective jumps : LTL { formula G F away }\n"
    specl.write("d.spec", WORLD + jumps + "refute RM by limit { objective jumps  path gate }\n")
    ran = specl("check", "d.spec")
    assert ran.status == 2
    assert "E094" in ran.err
    assert "^~~~~~~~" in ran.err
    undefined = "objective odd : FPR { value 1 / (pi(home, go) - 1) }\nassert mover > lazy under odd\n"
    specl.write("e.spec", WORLD + jumps + undefined + "refute RM by limit { objective jumps  path gate }\n")
    ran = specl("check", "e.spec", "--json")
    assert [error["code"] for error in ran.json["errors"]] == ["E091", "E094"]


def test_errors_of_several_files_are_all_told_and_outweigh_everything(specl: Command) -> None:
    specl.write("one.spec", WORLD.replace("2/3, home", "2/3, hom"))
    specl.write("two.spec", WORLD.replace("discount 9/10", "discount 1", 1))
    ran = specl("check", "one.spec", "world.spec", "two.spec")
    assert ran.status == 2
    assert "one.spec:6:" in ran.err
    assert "did you mean `home`?" in ran.err
    assert "two.spec:14:" in ran.err
    assert "world.spec" in ran.out
    assert ran.out.splitlines()[-1] == "3 files, no assertions"
    ran = specl("check", "one.spec", "world.spec", "two.spec", "--json")
    assert ran.err == ""
    assert {error["file"] for error in ran.json["errors"]} == {"one.spec", "two.spec"}
    assert set(ran.json) == {"errors"}
    assert set(ran.json["errors"][0]) == {"code", "message", "file", "line", "column", "hint"}


def test_json_of_outcomes_is_exact(specl: Command) -> None:
    specl.write("a.spec", WORLD + "assert mover > lazy\n    under trips\n")
    [file] = specl("check", "a.spec", "--json").json["files"]
    [outcome] = file["outcomes"]
    assert outcome["claim"] == "mover > lazy under trips"
    assert outcome["line"] == len(WORLD.splitlines()) + 1
    assert outcome["values"]["mover"] == "25/6"
    assert outcome["verdict"] == "ok"


ENCLOSED = """environment e { states s actions a, b start s  s --_--> s }
policy mixed { _: { a: 1/2, b: 1/2 } }
policy tossed { s: { a: 1/2, b: 1/2 } }
objective far : INMR { discount 9/10 reward { s --a--> s: 1 } value if reward >= 4 then 1 else 0 }
objective none : ONMR { discount 1/2 reward { s --a--> s: 1 } value 1/(reward - 1) }
"""


def test_a_policy_ties_with_itself_where_its_value_is_only_enclosed(specl: Command) -> None:
    specl.write("a.spec", ENCLOSED + "assert mixed ~ tossed under far\n")
    assert specl("check", "a.spec", "--precision", "1/10").status == 0
    ran = specl("eval", "a.spec", "--objective", "far", "--precision", "1/10", "--json")
    assert ran.json["orderings"] == {"far": [["mixed", "tossed"]]}
    assert "undecided" not in ran.json


def test_a_value_that_does_not_exist_hides_no_other_outcome(specl: Command) -> None:
    specl.write("a.spec", ENCLOSED + "assert mixed ~ mixed under far\nassert mixed > tossed under none\n")
    ran = specl("check", "a.spec", "--precision", "1/10")
    assert ran.status == 2
    assert "ok       mixed ~ mixed under far" in ran.out
    assert "E091" in ran.err


def test_a_failed_equivalence_defines_the_policies_that_it_names(specl: Command) -> None:
    specl.write(
        "a.spec",
        """environment e { states s, t actions a, b start s  s --a--> { s: 1/2, t: 1/2 }  s --b--> t
          t --a--> s  t --b--> { t: 2/3, s: 1/3 } }
        objective far : MR { discount 9/10 reward { s --a--> _: 1, t --b--> _: 2 } }
        objective near : MR { discount 1/2 reward { s --a--> _: 1, t --b--> _: 2 } }
        assert far equivalent near""",
    )
    ran = specl("check", "a.spec")
    assert ran.status == 1
    assert "policy p {" in ran.out


def test_lints_are_told_where_they_are_asked_for_and_leave_the_exit_status(specl: Command) -> None:
    specl.write("a.spec", WORLD + "assert mover > lazy under trips\n")
    assert "finding" not in specl("check", "a.spec").out
    ran = specl("check", "--lint", "a.spec")
    assert (ran.status, ran.err) == (0, "")
    assert "a.spec:17:33: L004: `once` is not finitary" in ran.out
    assert "     17 | objective once  : LTL { formula F away }\n" in ran.out
    assert ran.out.splitlines()[-1].strip() == "1 finding"

    specl.write("b.spec", WORLD + "assert sitter > mover under trips\n")
    assert specl("check", "--lint", "b.spec").status == 1
    specl.write("c.spec", WORLD + "assert sitter > nobody under trips\n")
    ran = specl("check", "--lint", "a.spec", "c.spec")
    assert ran.status == 2
    assert "E023" in ran.err
    assert "L004" in ran.out


def test_a_sound_file_has_no_findings(specl: Command) -> None:
    specl.write("a.spec", WORLD.replace("F away", "X away") + "assert mover > lazy under trips\n")
    assert specl("check", "--lint", "a.spec").out.splitlines()[-1].strip() == "no findings"


def test_json_of_lints(specl: Command) -> None:
    specl.write("a.spec", WORLD)
    assert "findings" not in specl("check", "a.spec", "--json").json["files"][0]
    ran = specl("check", "a.spec", "--json", "--lint")
    assert ran.status == 0
    (finding,) = ran.json["files"][0]["findings"]
    assert finding.keys() == {"code", "message", "file", "line", "column", "hint"}
    assert (finding["code"], finding["file"], finding["line"], finding["column"]) == ("L004", "a.spec", 17, 33)
    specl.write("b.spec", WORLD.replace("F away", "X away"))
    assert specl("check", "b.spec", "--json", "--lint").json["files"][0]["findings"] == []
