"""States that formulas cannot tell apart: leaving some of them out changes no answer."""

from random import Random

import specl
from specl.everywhere import formulas
from specl.everywhere.condensed import condensed
from specl.everywhere.decide import decided
from specl.everywhere.difference import Side
from specl.everywhere.lassos import CLASSES, read
from specl.formalisms.ltl import LTL
from specl.language.parse import parse_formula
from specl.model.alphabet import Alphabet
from specl.model.formula import atoms_of
from tests.everywhere.test_formulas import changed, grown

HALLS = Alphabet(
    "halls",
    ("r0", "r1", "r2", "r3", "r4", "r5"),
    ("a", "b"),
    {
        "up": frozenset({(1, 0, 2), (1, 0, 3), (1, 0, 4)}),
        "home": frozenset((0, a, t) for a in (0, 1) for t in range(6)),
    },
    ("goal",),
)


def test_what_labels_and_names_tell_apart_is_kept() -> None:
    small = condensed(HALLS, {"up", "r2", "goal"})
    assert small.alphabet.states == ("r0", "r1", "r2", "r3", "r4", "r5")  # r0 and r5 are alike, r3 and r4 are
    everything = condensed(HALLS, {"goal"})
    assert everything.alphabet.states == ("r0", "r1")
    assert everything.like == (0, 1, 0, 0, 0, 0)
    home = condensed(HALLS, {"home", "r3"})
    assert home.alphabet.states == ("r0", "r1", "r2", "r3")
    assert home.like == (0, 1, 2, 3, 1, 1)
    assert home.alphabet.labels["home"] == {(0, a, t) for a in (0, 1) for t in range(4)}
    assert home.kept == (0, 1, 2, 3)


def test_the_classes_of_trajectories_are_those_of_the_whole_alphabet() -> None:
    random = Random(4)
    for _ in range(60):
        atoms = tuple(random.sample(("r0", "r1", "r4", "a", "up", "home", "goal"), 3))
        left = grown(random, atoms, 5)
        right = changed(random, left, atoms)
        small = condensed(HALLS, atoms_of(left) | atoms_of(right))
        inner, outer = read(small.alphabet, left, right), read(HALLS, left, right)
        assert inner is not None
        assert outer is not None
        for x in range(len(HALLS.states)):
            assert inner.begun(small.like[x]) == outer.begun(x)
        assert set().union(*outer.begun(0).values()) <= set(CLASSES)


def test_large_alphabets_are_decided_and_differences_are_over_them() -> None:
    rooms = ", ".join(f"r{i}" for i in range(100))
    text = f"""alphabet large {{ states {rooms}  actions a, b  label goal }}
      objective f : FTR {{ reward r {{ r99: 1 }}  value 2 * [F (r70 & X goal)] }}
      objective g : LTL {{ formula F (goal & r70) }}
      objective h : LTL {{ formula G F r99 -> F goal }}
      objective k : LTL {{ formula F G !r99 | F goal }}"""
    document = specl.load(text)
    sides = {name: Side(name, each.code, each.objective) for name, each in document.objectives.items()}
    alphabet = document.alphabets["large"]
    same = decided(alphabet, sides["h"], sides["k"])
    assert same is not None
    assert same.verdict == "same"
    outcome = decided(alphabet, sides["f"], sides["g"])
    assert outcome is not None
    assert outcome.difference is not None
    assert outcome.difference.world.alphabet == alphabet
    assert [one.verdict for one in specl.check(specl.load(outcome.difference.text())).outcomes] == ["ok", "ok"]


def test_each_start_that_is_constant_is_named() -> None:
    alphabet = Alphabet("w", tuple(f"x{i}" for i in range(12)), ("a", "b"), {}, ("goal",))
    left, right = (Side(name, "LTL", LTL(parse_formula(text))) for name, text in (("one", "x0"), ("two", "true")))
    outcome = formulas.decide(alphabet, left, right)
    assert outcome is not None
    assert outcome.verdict == "same"
    assert outcome.reason == (
        "every trajectory from x1, x2, x3, x4, x5, x6, x7, x8 and 3 more satisfies two and none the other, "
        "so both are constant\nfrom elsewhere the same trajectories satisfy one and two"
    )
