"""Searching for an environment in which two objectives part: it finds them, small ones first, and verified."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NoReturn

import pytest

import specl
from specl.everywhere import search
from specl.everywhere.difference import Difference, Side
from specl.everywhere.payments import Letter, paying, worth
from specl.everywhere.search import Limits, Words, part
from specl.everywhere.shrink import parts, shrink
from specl.everywhere.skeletons import Size, Skeleton, sizes, skeletons
from specl.everywhere.trials import CERTAIN, Fork, Trial, Word, forked
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.language.document import Document
from specl.model.alphabet import ANONYMOUS, Alphabet
from specl.model.formula import Formula, atom
from specl.model.real import Real
from tests.everywhere import drawing

OBJECTIVES = """
alphabet rooms { states hall, plant  actions go, stay  label lit  label moved = _ --go--> _ }
objective mr     : MR { discount 9/10  reward { hall --go--> plant: 1, plant: 2 } }
objective lar    : LAR { reward { plant: 1 } }
objective ltl    : LTL { formula F G lit }
objective rm     : RM { discount 1/2  machine { start u  u --lit--> v: 1  v --!lit & go--> u: 2 } }
objective rrl    : RRL { discount 9/10  reward { plant: 1 }  strength 1/5  regulariser negentropy }
objective inmr   : INMR { discount 9/10  reward { plant: 1 }  value min(reward, 2)^2 }
objective imorl  : IMORL { discount 9/10  reward fast { moved: 1 }  reward calm { hall: 1 }  value fast * calm }
objective ftr    : FTR { reward work { _ --go--> _: 1 }  value 2 * [F lit] + average(work) - return(work, 1/2) }
objective onmr   : ONMR { discount 9/10  reward { plant: 1 }  value if reward >= 3 then 1 else 0 }
objective omorl  : OMORL { discount 9/10  reward f { plant: 1 }  reward c { hall: 1 }  value min(f, c) }
objective fomr   : FOMR { discount 9/10  value m(hall, go) * m(plant) - m(hall, stay, hall) }
objective ftlr   : FTLR { reward work { _ --go--> _: 1 }  value E(return(work, 1/2)) - Var(return(work, 1/2)) }
objective fpr    : FPR { value pi(hall, go) * (1 - pi(plant, go)) }
objective gomorl : GOMORL { discount 9/10  reward r { hall: 1 }  reward s { plant: 1 }  order lexicographic(r, s) }
objective omo    : OMO { discount 9/10  order m(hall) subject to m(plant) >= 1/2 }
objective tlo    : TLO { order lexicographic(P(G F lit), P(F plant)) }
objective po     : PO { order lexicographic(pi(hall, go), pi(plant, go)) }
""".replace("{ moved: 1 }", "{ _ --go--> _: 1 }")


@pytest.fixture(scope="module")
def document() -> Document:
    return specl.load(OBJECTIVES)


def side(document: Document, name: str) -> Side:
    found = document.objectives[name]
    return Side(name, found.code, found.objective)


def holds(found: Difference | None) -> Difference:
    """The file of a difference loads, and what it asserts is so."""
    assert found is not None
    assert specl.check(specl.load(found.text())).verdict == "ok"
    return found


def test_neighbours_of_all_kinds_are_parted(document: Document) -> None:
    """Each formalism with the next one: 17 pairs."""
    names, over = list(document.objectives), document.alphabets["rooms"]
    for left, right in zip(names, names[1:] + names[:1], strict=True):
        found = holds(part(over, side(document, left), side(document, right), Limits(seconds=10)))
        assert len(found.world.of) <= 3


@pytest.mark.slow
def test_all_pairs_of_kinds_are_parted(document: Document) -> None:
    over = document.alphabets["rooms"]
    for left, right in itertools.combinations(document.objectives, 2):
        holds(part(over, side(document, left), side(document, right), Limits(seconds=10)))


def test_what_is_the_same_is_not_parted(document: Document) -> None:
    over = document.alphabets["rooms"]
    reward = {(1, a, t): Real.of(1) for a in range(2) for t in range(2)}
    one = Side("one", "MR", MR(reward, Fraction(9, 10)))
    twice = Side("twice", "MR", MR({step: value * 2 for step, value in reward.items()}, Fraction(9, 10)))
    assert part(over, one, twice, Limits(states=2, seconds=3, random=10)) is None


# --- small ones first ---


def naive(over: Alphabet, states: int, copies: bool) -> Iterator[tuple[Trial, int]]:
    """Every environment of so many states without randomness, with one start, and every two deterministic policies,
    and how many transitions they meet."""
    count, width = range(states), len(over.actions)
    for of in itertools.product(range(len(over.states)), repeat=states):
        if not copies and len(set(of)) < states:
            continue
        for targets in itertools.product(count, repeat=states * width):
            rows = tuple(tuple(((targets[s * width + a], CERTAIN),) for a in range(width)) for s in count)
            for choices in itertools.product(range(width), repeat=2 * states):
                pair = (
                    tuple(((a, CERTAIN),) for a in choices[:states]),
                    tuple(((a, CERTAIN),) for a in choices[states:]),
                )
                met = set()
                for policy in pair:
                    s, seen = 0, set[int]()
                    while s not in seen:
                        seen.add(s)
                        met.add((s, policy[s][0][0]))
                        s = rows[s][policy[s][0][0]][0][0]
                if {s for s, _ in met} == set(count):
                    yield Trial(of, ((0, CERTAIN),), rows, {}, pair), len(met)


@pytest.mark.parametrize("copies", [False, True])
def test_skeletons_are_all_there_is(copies: bool) -> None:
    """The pairs of words of all environments of two states, drawn without any cleverness."""
    over = drawing.alphabet(2, 2)
    expected: dict[int, set[tuple[Word, Word]]] = {}
    for trial, met in naive(over, 2, copies):
        one, other = (word(trial, policy) for policy in trial.policies)
        if one != other:
            expected.setdefault(met, set()).add((one, other))
    for transitions, pairs in expected.items():
        drawn = [each.words[0] for each in skeletons(over, Size(2, transitions, 1, copies))]
        assert {pair for pair in drawn if pair[0] != pair[1]} == pairs


def word(trial: Trial, policy: tuple[tuple[tuple[int, Fraction], ...], ...]) -> Word:
    """The trajectory of a deterministic policy."""
    place: dict[int, int] = {}
    letters: list[Letter] = []
    s = trial.start[0][0]
    while s not in place:
        place[s] = len(letters)
        a = policy[s][0][0]
        t = trial.rows[s][a][0][0]
        letters.append(((trial.of[s], a, trial.of[t]), frozenset[str]()))
        s = t
    return Word.of(letters[: place[s]], letters[place[s] :])


def test_the_smallest_is_found_first() -> None:
    """G F x0 and F G x0 part where x0 and x1 alternate, so not in environments of one state."""
    over = drawing.alphabet(2, 2)
    x = atom("x0")
    often = Side("often", "LTL", LTL(Formula("G", (Formula("F", (x,)),))))
    always = Side("always", "LTL", LTL(Formula("F", (Formula("G", (x,)),))))
    found = holds(part(over, often, always, Limits(seconds=10)))
    assert len(found.world.of) == 2
    for trial, _ in naive(over, 1, True):
        assert parts(over, often, always, trial) is None


def test_copies_only_where_they_are_needed() -> None:
    """a & X b and b & X a are worth the same to each policy of one state; two copies part them."""
    over = drawing.alphabet(1, 2)
    a, b = atom("a0"), atom("a1")
    left = Side("left", "LTL", LTL(Formula("&", (a, Formula("X", (b,))))))
    right = Side("right", "LTL", LTL(Formula("&", (b, Formula("X", (a,))))))
    found = holds(part(over, left, right, Limits(seconds=10)))
    assert found.world.of == (0, 0)
    for trial, _ in naive(over, 1, True):
        assert parts(over, left, right, trial) is None


def test_sizes_grow() -> None:
    found = list(sizes((1, 3), True, 2))
    assert found == sorted(found, key=lambda size: (size.states, size.transitions, size.starts))
    assert {size.states for size in sizes((1, 5), False, 2)} == {1, 2}


# --- words and trials ---


def test_words_have_one_form() -> None:
    nothing = frozenset[str]()
    a, b = ((0, 0, 0), nothing), ((0, 1, 0), nothing)
    assert Word.of([a], [b, a]) == Word.of([], [a, b]) == Word.of([a, b], [a, b, a, b])
    assert Word.of([b], [a]) != Word.of([a], [b])
    assert Word.of([a, a, a], [a, a]) == Word((), (a,))


def test_what_words_are_worth_is_what_policies_are_worth(document: Document) -> None:
    """Ranks of lotteries over words against the whole environment's: `parting` and `parts` agree."""
    over = document.alphabets["rooms"]
    for left, right in (("ltl", "rm"), ("fomr", "mr"), ("onmr", "tlo"), ("imorl", "ftlr")):
        sides = side(document, left), side(document, right)
        words = Words(over, sides)
        some = itertools.islice(_few(over), 0, 400, 13)
        for skeleton in some:
            share = words.parting(skeleton)
            if share is not None:
                assert parts(over, *sides, skeleton.trial(over, share)) is not None
            elif len(skeleton.starts) == 1:
                assert parts(over, *sides, skeleton.trial(over)) is None


def test_what_words_are_worth_by_summation_is_what_policies_are_worth(document: Document) -> None:
    over = document.alphabets["rooms"]
    for left, right in (("mr", "rm"), ("rm", "rm"), ("lar", "lar")):
        sides = side(document, left), side(document, right)
        paid = paying(over, *sides)
        assert paid is not None
        seen = replace(over, free=("lit",) if left == "rm" or right == "rm" else ())
        words = Words(seen, sides)
        for skeleton in itertools.islice(_few(seen), 0, 400, 7):
            for each in (*skeleton.words[0], *skeleton.words[-1]):
                assert worth(paid, each.stem, each.cycle) == words.ranks((each,))


def _few(over: Alphabet) -> Iterator[Skeleton]:
    for size in sizes((1, 2), True, 2):
        yield from itertools.islice(skeletons(over, size), 80)


def test_shrinking_merges_what_was_drawn_apart() -> None:
    """A long fork of which nothing but the first letter matters."""
    over = drawing.alphabet(2, 2)
    nothing = frozenset[str]()
    stay = ((0, 0, 0), nothing)
    long = Word((((0, 1, 1), nothing), ((1, 0, 0), nothing)), (stay, ((0, 1, 0), nothing)))
    trial = forked(over, [Fork(CERTAIN, 0, (stay, stay), (Word((), (stay,)), long))])
    left = drawing.mr("left", {(0, 1, 1): Fraction(1)})
    right = drawing.mr("right", {})
    before = parts(over, left, right, trial)
    assert before is not None
    after = holds(shrink(over, left, right, trial, time.monotonic() + 20))
    assert len(after.world.of) <= 2 < len(before.world.of)


def test_interruption_ends_the_search_and_not_the_program(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "skeletons", interrupted)
    over = document.alphabets["rooms"]
    assert part(over, side(document, "mr"), side(document, "rm")) is None


def test_time_is_kept(document: Document) -> None:
    begun = time.monotonic()
    same = side(document, "onmr")
    assert part(document.alphabets["rooms"], same, same, Limits(states=6, seconds=1.0)) is None
    assert time.monotonic() - begun < 10


def test_many_free_labels_do_not_outlast_the_deadline() -> None:
    """Of 2^14 choices of labels on each step hardly any walk ends in a skeleton of the wanted size."""
    over = Alphabet("many", (ANONYMOUS,), ("a", "b"), {}, tuple(f"l{i}" for i in range(14)))
    begun = time.monotonic()
    list(skeletons(over, Size(3, 6, 1, True), deadline=begun + 0.2))
    assert time.monotonic() - begun < 5
