"""Each lint finds its example on docs/lint.md and nothing else there, and leaves sound neighbours of it alone."""

import re

import pytest

import specl
from specl.lints import findings, lints
from tests.gallery.pages import ROOT, SPECS, blocks, name

PAGE = (ROOT / "docs" / "lint.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (L\d{3}): (.*)$", PAGE, re.MULTILINE))
EXAMPLES = {section[:4]: block.text for section in PAGE.split("\n## ")[1:] for block in blocks(section, "spec")}
WORLD = "environment e { states a, b  actions go, stay  start a  a --go--> b  a --stay--> a  b --_--> a }\n"
TRAP = "environment e { states a, b  actions go, stay  start a  a --go--> b  a --stay--> a  b --_--> b }\n"
SLOW = "policy slow(t) { a: { go: t, stay: 1 - t }, b: stay }\n"


def codes(text: str) -> list[str]:
    return [finding.code for finding in findings(specl.load(text))]


def test_every_lint_has_its_section() -> None:
    assert {lint.code: lint.title for lint in lints()} == SECTIONS
    assert list(SECTIONS) == sorted(SECTIONS)


@pytest.mark.parametrize("code", sorted(SECTIONS))
def test_examples_give_their_finding_and_no_other(code: str) -> None:
    assert set(codes(EXAMPLES[code])) == {code}


FOUND = {
    "a key": ("L001", WORLD + "objective o : TLO { order lexicographic(P(a), P(X b)) }"),
    "a value under constraints": (
        "L001",
        WORLD + "objective o : OMO { discount 1/2  order m(a) + m(b) subject to m(b) >= 1/3 }",
    ),
    "a formula that holds always": ("L001", WORLD + "objective o : LTL { formula G (b -> X a) }"),
    "one action": (
        "L001",
        "environment e { states a  actions go  start a  a --go--> a }\nobjective o : LAR { reward { a: 1 } }",
    ),
    "no choice on the way": (
        "L001",
        "environment e { states a, b  actions go, stay  start a  _ --_--> b }\nobjective o : LTL { formula F b }",
    ),
    "a path that has no name": (
        "L002",
        TRAP
        + "policy goes { _: go }\npolicy waits { _: stay }\nobjective some_day : LTL { formula F b }\n"
        + "ordering wish = some_day on { goes, waits }\nassert MR expresses wish",
    ),
    "a path the other way round": (
        "L002",
        TRAP
        + "policy late(x) { a: { go: 1 - x, stay: x }, b: stay }\nobjective gain : LAR { reward { b: 1 } }\n"
        + "ordering wish = gain on { late(0), late(1) }\nassert MR expresses wish",
    ),
    "equivalence of what is continuous and what is not": (
        "L002",
        TRAP
        + "objective gain : LAR { reward { b: 1 } }\nobjective soon : MR { discount 1/2  reward { b: 1 } }\n"
        + "assert gain equivalent soon",
    ),
    "others": ("L003", TRAP + "policy waits { _: stay }\nordering wish { waits > others }"),
    "a circle": (
        "L003",
        TRAP
        + "policy w { _: stay }\npolicy w' { a: stay, b: go }\npolicy g { a: { go: 1/2, stay: 1/2 }, b: go }\n"
        + "ordering wish { w > g; g > w' }",
    ),
    "a circle with ties": (
        "L003",
        TRAP + "policy w { _: stay }\npolicy w' { a: stay, b: go }\npolicy g { _: go }\nordering wish { w > g ~ w' }",
    ),
    "a ranking": (
        "L003",
        TRAP + "policy w { _: stay }\npolicy w' { a: stay, b: go }\nobjective o : PO { order { w > w' } }",
    ),
    "a formula that holds on every trajectory": (
        "L001",
        "alphabet al { states x, y  actions go, stay  label l }\nobjective o : LTL { formula x & F l -> !y }",
    ),
    "shaping alone": (
        "L001",
        "alphabet al { states x, y  actions go, stay }\n"
        "objective o : MR { discount 1/2  reward { x --_--> x: -1/2, x --_--> y: -1, y --_--> x: 1/2 } }",
    ),
    "formulas over an alphabet": (
        "L005",
        "alphabet al { states x, y  actions go, stay  label l }\n"
        "objective o : LTL { formula X (x & l) }\nobjective o' : LTL { formula X !(y | !l) }",
    ),
    "shaped rewards over an alphabet": (
        "L005",
        "alphabet al { states x, y  actions go, stay }\n"
        "objective o : MR { discount 1/2  reward { x --go--> _: 1 } }\n"
        "objective o' : RM { discount 1/2  machine { start u  u --x & go--> u: { x --_--> x: 3/2, x --_--> y: 1 }"
        "  u --x & stay--> u: { x --_--> x: -1/2, x --_--> y: -1 }  u --y--> u: { y --_--> x: 1/2 } } }",
    ),
    "a formula over an alphabet": (
        "L004",
        "alphabet al { actions go  label done }\nobjective o : LTL { formula F done }",
    ),
    "a discount over an alphabet": (
        "L006",
        "alphabet al { states a  actions go }\nobjective o : MR { discount 0  reward { a: 1 } }",
    ),
    "safety": ("L004", WORLD + "objective o : LTL { formula G a }"),
    "a limit average": (
        "L005",
        WORLD + "objective x : LAR { reward { b: 1 } }\nobjective y : LAR { reward { a --go--> b: 2 } }",
    ),
    "a machine": (
        "L005",
        WORLD
        + "objective x : MR { discount 1/2  reward { b: 1 } }\n"
        + "objective y : RM { discount 1/2  machine { start u  u --b--> u: 3 } }",
    ),
    "written alike": (
        "L005",
        WORLD + "objective x : LTL { formula X b }\nobjective y : LTL { formula X b }",
    ),
    "a return": ("L006", WORLD + "objective o : FTR { reward r { a --go--> b: 1 }  value return(r, 0) }"),
    "a label everywhere": ("L009", WORLD.replace(" }", "  label l = _ }")),
    "a label beyond reach": (
        "L009",
        "environment e { states a, b  actions go, stay  start a  a --_--> a  b --_--> a  label l = b }",
    ),
    "an edge": (
        "L010",
        WORLD + "objective o : RM { discount 1/2  machine { start u  u --a & go--> u: 1  u --b & a--> u: 1 } }",
    ),
    "a label's pattern": ("L011", WORLD.replace(" }", "  label l = b --_--> b, b }")),
    "an overridden line": (
        "L011",
        WORLD + "objective o : MR { discount 1/2  reward { a --go--> b: 2, a --_--> _: 1, b: 3 } }",
    ),
    "a constraint that all meet": (
        "L012",
        WORLD + "objective o : GOMORL { discount 1/2  reward r { b: 1 }  order r subject to r < 5 }",
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_is_found(case: str) -> None:
    code, text = FOUND[case]
    assert code in codes(text)


LEFT = {
    "a reward that matters": ("L001", WORLD + "objective o : MR { discount 9/10  reward { b: 1 } }"),
    "a reward that hardly matters": (
        "L001",
        WORLD + "objective o : MR { discount 9/10  reward { a: 1000000, b: 1000001 } }",
    ),
    "a formula that matters on stochastic policies alone": (
        "L001",
        TRAP + "objective o : LTL { formula a & X a & X X b }",
    ),
    "a formula that does not jump": (
        "L002",
        TRAP
        + SLOW
        + "objective now : LTL { formula X b }\nordering w = now on { slow(0), slow(1) }\nassert MR expresses w",
    ),
    "a refusal": (
        "L002",
        TRAP
        + SLOW
        + "objective o : LTL { formula F b }\nordering w = o on { slow(0), slow(1/2), slow(1) }\n"
        + "assert not RM expresses w",
    ),
    "a formalism that may jump": (
        "L002",
        TRAP
        + SLOW
        + "objective o : LTL { formula F b }\nordering w = o on { slow(0), slow(1) }\nassert LAR expresses w",
    ),
    "a difference where one goes": (
        "L003",
        TRAP + "policy g { _: go }\npolicy w { _: stay }\npolicy g' { a: go, b: stay }\nordering o { g > w; g' > g }",
    ),
    "a tie": ("L003", TRAP + "policy w { _: stay }\npolicy w' { a: stay, b: go }\nordering o { w ~ w' }"),
    "a formula about two steps": ("L004", WORLD + "objective o : LTL { formula X (a | X b) }"),
    "a formula that starts decide, and more": (
        "L001",
        "alphabet al { states x, y  actions go, stay  label l }\nobjective o : LTL { formula x & F l | y & X y }",
    ),
    "what is alike without copies alone": (
        "L005",
        "alphabet al { actions go, stay }\n"
        "objective o : LTL { formula go & X stay }\nobjective o' : LTL { formula stay & X go }",
    ),
    "rewards that shaping does not relate": (
        "L005",
        "alphabet al { states x, y  actions go, stay }\n"
        "objective o : MR { discount 1/2  reward { x --go--> _: 1 } }\n"
        "objective o' : MR { discount 1/2  reward { x --go--> x: 1, x --go--> y: 2 } }",
    ),
    "a formula that every environment over an alphabet settles": (
        "L004",
        "alphabet al { states a, b  actions go  label none = a --go--> b }\n"
        "objective o : LTL { formula F (a & b) | X (go & !none) | G (none -> X b) }",
    ),
    "a formula that this environment settles": (
        "L004",
        "environment e { states a, b, c  actions go, stay  start a  a --go--> b  a --_--> c  b --_--> b  c --_--> c }\n"
        "objective o : LTL { formula F b }",
    ),
    "a negative factor": (
        "L005",
        WORLD
        + "objective x : MR { discount 1/2  reward { b: 1 } }\nobjective y : MR { discount 1/2  reward { b: -1 } }",
    ),
    "two discounts": (
        "L005",
        TRAP + "objective x : MR { discount 1/2  reward { b: 1 } }\nobjective y : MR { discount 1/3  reward { b: 1 } }",
    ),
    "said": (
        "L005",
        WORLD
        + "objective x : MR { discount 1/2  reward { b: 1 } }\nobjective y : MR { discount 1/2  reward { b: 2 } }\n"
        + "assert x equivalent y",
    ),
    "a discount above 0": ("L006", WORLD + "objective o : MR { discount 1/100  reward { b: 1 } }"),
    "a state that some policy enters": ("L007", TRAP),
    "an action with a cost": (
        "L008",
        EXAMPLES["L008"] + "objective cost : LAR { reward { _ --run--> _: -1 } }",
    ),
    "an action in a formula": ("L008", EXAMPLES["L008"] + "objective runs : LTL { formula X run }"),
    "an action in a policy's entries": ("L008", EXAMPLES["L008"] + "objective looks : FPR { value pi(a, run) }"),
    "an action that is regularised": (
        "L008",
        EXAMPLES["L008"] + "objective calm : RRL { discount 1/2  reward { b: 1 }  strength 1  regulariser negentropy }",
    ),
    "an action in what is recovered": (
        "L008",
        EXAMPLES["L008"] + "objective again : FPR { value recover(runs) }\nobjective runs : LTL { formula X run }",
    ),
    "an edge that is taken late": (
        "L010",
        WORLD + "objective o : RM { discount 1/2  machine { start u  u --b--> v  v --b--> w: 1  w --go--> u: 1 } }",
    ),
    "a line of which one step is left": (
        "L011",
        WORLD + "objective o : MR { discount 1/2  reward { a: 2, a --go--> _: 1 } }",
    ),
    "a constraint that one policy meets": (
        "L012",
        WORLD + "objective o : OMO { discount 1/2  order m(a) subject to m(b) >= 2/3 }",
    ),
    "a label in a guard": (
        "L013",
        WORLD.replace(" }", "  label l = b }")
        + "objective o : RM { discount 1/2  machine { start u  u --!l--> u: 1 } }",
    ),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left_alone(case: str) -> None:
    code, text = LEFT[case]
    assert code not in codes(text)


FILES = (*SPECS, *sorted((ROOT / "proofs").glob("*.spec")))


@pytest.mark.parametrize("spec", FILES, ids=name)
def test_files_of_the_documentation_and_of_the_proofs_are_linted_without_error(spec: object) -> None:
    document = specl.load(str(spec))
    for finding in findings(document):
        assert finding.span is not None
        assert 0 <= finding.span[0] < finding.span[1] <= len(document.text)
