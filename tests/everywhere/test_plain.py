"""Objectives in plain words: they order random policies in random environments as they did before."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

import specl
from specl.evaluation.ranks import compare_ranks
from specl.everywhere.decide import decided
from specl.everywhere.difference import Side
from specl.everywhere.plain import plain
from specl.everywhere.pullback import pullback
from specl.formalisms import rank
from specl.language.document import Document
from specl.model.alphabet import World
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy
from tests.everywhere import drawing

TEXT = """
alphabet w { states x, y  actions a, b  label goal }
objective mr     : MR     { discount 1/2  reward { x --a--> y: 1, y --_--> x: -2 } }
objective sum    : OMORL  { discount 1/2  reward r { x --a--> y: 1 }  reward s { y --_--> x: 1 }
  value (3*r - 6*s)/2 + 5 }
objective inner  : IMORL  { discount 1/2  reward r { x --a--> y: 1 }  reward s { y --_--> x: 1 }  value r - s - s - 1 }
objective ranked : GOMORL { discount 1/2  reward r { x --a--> y: 1 }  reward s { y --_--> x: 1 }
  order lexicographic(r - 2*s) }
objective visits : FOMR   { discount 1/2  value m(x,a,y) - 2*(m(y,a,x) + m(y,b,x)) }
objective visit  : OMO    { discount 1/2  order lexicographic(m(x, a) * 2 + m(y) - m(x)) }
objective weak   : RRL    { discount 1/2  reward { x --a--> y: 1, y --_--> x: -2 }  strength 0  regulariser negentropy }
objective steep  : ONMR   { discount 1/2  reward r { x --a--> y: 1, y --_--> x: -2 }  value exp(r/3 - 1) }
objective growth : OMORL  { discount 1/2  reward r { x --a--> y: 1 }  reward s { y --_--> x: 1 }
  value 2*log(r - s - s + 4.01) }
objective falling : FOMR  { discount 1/2  value -(sqrt(100 - m(x,a,y) + 2*(m(y,a,x) + m(y,b,x)))) }
objective along  : FTR    { reward r { x --a--> y: 1 }  reward s { y --_--> x: 1 }
  value return(r, 1/2) - 2*return(s, 1/2) }
objective mean   : FTLR   { reward r { x --a--> y: 1 }  reward s { y --_--> x: 1 }
  value E(return(r, 1/2) - return(s, 1/2)) - E(return(s, 1/2)) }
objective often  : LTL    { formula G F goal }
objective rarely : FTR    { value 2 - 3 * [F G !goal] }
objective power  : FTLR   { value P(G F goal)^3 }
objective chance : TLO    { order lexicographic(P(F G !goal) * (-1)) }
objective words  : FTLR   { value recover(rarely) }
objective speed  : LAR    { reward { x --a--> _: 1 } }
objective speeds : FTLR   { reward r { x --a--> _: 2 }  reward s { x: 1 }
  value E(average(r)) + 2*E(average(s)) - E(2*average(s)) }
objective watched : RM    { discount 1/2  machine { start u  u --goal & a--> v: 1  v --!goal--> u: 2 } }
objective watch  : FTR    { machine r { start u  u --goal & a--> v: 1  v --!goal--> u: 2 }  value 7*return(r, 1/2) }
objective still  : FTLR   { value 4 }
objective curved : ONMR   { discount 1/2  reward r { x: 1 }  value r^2 }
objective even   : ONMR   { discount 1/2  reward r { x: -1, y: 1 }  value r^2 }
objective broken : OMORL  { discount 1/2  reward r { x: -1, y: 1 }  value log(r + 2) }
objective bent   : INMR   { discount 1/2  reward r { x: 1 }  value exp(r) }
objective moment : FTLR   { reward r { x: 1 }  value exp(E(return(r, 1/2)^2)) }
objective mixed  : FTR    { reward r { x: 1 }  value return(r, 1/2) + [F goal] }
objective twice  : FTR    { reward r { x: 1 }  value return(r, 1/2) + return(r, 1/3) }
objective spread : FTLR   { reward r { x: 1 }  value Var(return(r, 1/2)) }
objective entry  : FPR    { value pi(x, a) }
objective other  : TLO    { order lexicographic(P(goal), P(X goal)) }
"""
KINDS = {
    "mr": ("mr", "sum", "inner", "ranked", "visits", "weak", "along", "mean", "steep", "growth", "falling"),
    "often": ("often", "rarely", "chance", "words", "power"),
    "speed": ("speed", "speeds"),
    "watched": ("watched", "watch"),
}
"""What orders all policies alike."""

AS_THEY_ARE = ("curved", "even", "broken", "bent", "moment", "mixed", "twice", "spread", "entry", "other")


@pytest.fixture(scope="module")
def document() -> Document:
    return specl.load(TEXT)


def side(document: Document, name: str) -> Side:
    named = document.objectives[name]
    return Side(name, named.code, named.objective)


def worth(one: Side, place: World, policy: Policy) -> Any:
    return rank(one.code, pullback(one.objective, place), place.environment, policy)


@pytest.mark.parametrize("name", [name for names in KINDS.values() for name in names] + ["visit", "still"])
def test_plain_words_order_policies_as_before(document: Document, name: str) -> None:
    alphabet, before = document.alphabets["w"], side(document, name)
    after = plain(before, alphabet)
    assert after.code in ("MR", "RM", "LAR", "LTL")
    random = Random(name)
    for _ in range(8):
        place = drawing.environment(alphabet, random)
        first, second = drawing.policy(place, random), drawing.policy(place, random)
        orders = [compare_ranks(worth(each, place, first), worth(each, place, second)) for each in (before, after)]
        assert orders[0] == orders[1] is not None


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_what_has_no_plain_words_is_left_alone(document: Document, name: str) -> None:
    one = side(document, name)
    assert plain(one, document.alphabets["w"]) == one


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_in_other_words_is_the_same(document: Document, kind: str) -> None:
    alphabet = document.alphabets["w"]
    for name in KINDS[kind]:
        outcome = decided(alphabet, side(document, kind), side(document, name))
        assert outcome is not None
        assert outcome.verdict == "same"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sum", "visit"),
        ("rarely", "still"),
        ("still", "visits"),
        ("speeds", "still"),
        ("watch", "mean"),
        ("still", "speed"),
    ],
)
def test_what_differs_in_other_words_differs(document: Document, left: str, right: str) -> None:
    """The difference is one of the objectives as they were written."""
    alphabet = document.alphabets["w"]
    outcome = decided(alphabet, side(document, left), side(document, right))
    assert outcome is not None
    assert outcome.difference is not None
    text = outcome.difference.text()
    assert f"objective {left} : {document.objectives[left].code} " in text
    assert [one.verdict for one in specl.check(specl.load(text)).outcomes] == ["ok", "ok"]


def test_recovering_what_has_no_value_is_left_alone() -> None:
    document = specl.load(
        """alphabet w { states x  actions a, b }
        objective risk : FTLR { reward r { x: 1 }  value Var(return(r, 1/2)) }
        objective never : FTR { value recover(risk) }"""
    )
    alphabet, never = document.alphabets["w"], side(document, "never")
    assert plain(never, alphabet) == never
    place = drawing.environment(alphabet, Random(1))
    with pytest.raises((Undefined, Unsupported)):
        worth(never, place, Policy(((Fraction(1), Fraction(0)),) * len(place.of)))
