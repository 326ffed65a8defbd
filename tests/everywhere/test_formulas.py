"""Two formulas in every environment: against Spot's equivalence, short words one by one, and random environments."""

import itertools
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

import specl
from specl.automata import library
from specl.automata.translate import to_spot
from specl.everywhere import formulas
from specl.everywhere.decide import decide
from specl.everywhere.difference import Outcome, Side, difference
from specl.everywhere.lassos import CLASSES, Class, read
from specl.everywhere.payments import Letter
from specl.everywhere.trials import Word
from specl.formalisms.ltl import LTL
from specl.language.parse import parse_formula
from specl.language.print_expressions import show_formula
from specl.model.alphabet import Alphabet, subsets
from specl.model.environment import Step
from specl.model.formula import FALSE, TRUE, Formula, atom
from tests.everywhere import drawing
from tests.oracles.lasso import holds

ROOMS = Alphabet("rooms", ("x", "y"), ("a", "b"), {}, ("goal",))
ONE = Alphabet("one", ("_",), ("a", "b"), {}, ("goal",))
LABELLED = Alphabet("labelled", ("x", "y"), ("a", "b"), {"up": frozenset({(0, 0, 1), (0, 1, 1)})}, ("goal",))


def side(name: str, formula: Formula | str) -> Side:
    return Side(name, "LTL", LTL(parse_formula(formula) if isinstance(formula, str) else formula))


def decided(alphabet: Alphabet, left: Formula | str, right: Formula | str) -> Outcome:
    """The decision; where it is "different", the file of the witness loads and its assertions hold."""
    found = formulas.decide(alphabet, side("left", left), side("right", right))
    assert found is not None
    if found.verdict == "different":
        assert found.difference is not None
        checked = specl.check(specl.load(found.difference.text()))
        assert [outcome.verdict for outcome in checked.outcomes] == ["ok", "ok"]
    return found


@pytest.mark.parametrize(
    ("alphabet", "left", "right", "verdict"),
    [
        (ONE, "true", "false", "same"),
        (ONE, "goal | !goal", "goal & !goal", "same"),
        (ONE, "goal", "!goal", "different"),
        (ONE, "goal", "true", "different"),
        (ONE, "F goal", "true U goal", "same"),
        (ONE, "F G goal", "G F goal", "different"),
        (ONE, "a & X b", "b & X a", "different"),  # alike where there is one state
        (ONE, "a", "!b", "same"),
        (ONE, "a", "b", "different"),
        (ROOMS, "x", "true", "same"),  # constant from either start
        (ROOMS, "x -> F goal", "F goal", "different"),
        (ROOMS, "x -> F y", "F y", "same"),  # they differ where both are constant
        (ROOMS, "X x", "X !y", "same"),
        (ROOMS, "X x", "X y", "different"),
        (ROOMS, "x & goal | y & a", "x & goal | y & b", "different"),
        (LABELLED, "up", "x & X y", "same"),
        (LABELLED, "up & a", "x & X y", "different"),
        (LABELLED, "F up", "F (x & X y) | false", "same"),
    ],
)
def test_examples(alphabet: Alphabet, left: str, right: str, verdict: str) -> None:
    assert decided(alphabet, left, right).verdict == verdict


def test_differences_are_small() -> None:
    goal = decided(ONE, "goal", "!goal").difference
    assert goal is not None
    assert goal.environment.states == ("s",)
    once = decided(ONE, "F goal", "G F goal").difference
    assert once is not None
    assert once.environment.states == ("s1", "s2")
    rooms = decided(ROOMS, "G F x", "F G x").difference  # no copies are needed
    assert rooms is not None
    assert sorted(rooms.environment.states) == ["x", "y"]


def test_long_words_are_found_by_the_proof() -> None:
    """Formulas that agree on the first ten steps: no small environment parts them early."""
    deep = "X " * 10 + "goal"
    found = decided(ONE, f"({deep}) & G (goal -> X G !goal)", f"({deep}) & G (goal -> X G !goal) & F (goal & X X a)")
    assert found.verdict == "different"
    assert found.difference is not None
    assert len(found.difference.environment.states) > formulas.STATES


def test_one_action_leaves_nothing_to_order() -> None:
    lonely = Alphabet("lonely", ("_",), ("a",), {}, ("goal",))
    assert decide(lonely, side("left", "goal"), side("right", "!goal")).verdict == "same"


def test_too_many_letters_are_not_decided() -> None:
    labels = tuple(f"l{i}" for i in range(20))
    many = Alphabet("many", ("_",), ("a", "b"), {}, labels)
    assert read(many, parse_formula(" & ".join(labels)), TRUE) is None


# --- against other ways to the same answer ---


def grown(random: Random, atoms: tuple[str, ...], size: int) -> Formula:
    """A random formula of so many nodes, or about."""
    if size <= 1:
        return random.choice([*(atom(name) for name in atoms for _ in range(3)), TRUE, FALSE])
    op = random.choice(["!", "X", "F", "G", "&", "|", "->", "<->", "U", "R", "W", "M"])
    if op in ("!", "X", "F", "G"):
        return Formula(op, (grown(random, atoms, size - 1),))
    cut = random.randint(1, max(1, size - 2))
    return Formula(op, (grown(random, atoms, cut), grown(random, atoms, size - 1 - cut)))


def changed(random: Random, formula: Formula, atoms: tuple[str, ...]) -> Formula:
    """The formula with one part exchanged; often one that has the same trajectories, or nearly."""
    if not formula.args or random.random() < 0.3:
        match random.randrange(4):
            case 0:
                return Formula("!", (Formula("!", (formula,)),))
            case 1:
                return Formula("|", (formula, Formula("X", (formula,))))
            case 2:
                return Formula("&", (formula, grown(random, atoms, 3)))
        return grown(random, atoms, 2)
    args = list(formula.args)
    place = random.randrange(len(args))
    args[place] = changed(random, args[place], atoms)
    return Formula(formula.op, tuple(args))


def pair(random: Random, alphabet: Alphabet) -> tuple[Formula, Formula]:
    states = () if alphabet.states == ("_",) else alphabet.states
    atoms = (*states, *alphabet.actions, *alphabet.free)
    left = grown(random, atoms, random.randint(1, 7))
    match random.randrange(6):
        case 0:
            return left, Formula("!", (left,))
        case 1:
            return left, grown(random, atoms, random.randint(1, 6))
    return left, changed(random, left, atoms)


def same_by_spot(alphabet: Alphabet, left: Formula, right: Formula) -> bool:
    """The lemma, asked of Spot: states and actions are propositions of which just one holds at a time."""
    spot = library.spot()
    groups = [alphabet.actions] + ([] if alphabet.states == ("_",) else [alphabet.states])
    names = {name: name for group in (*groups, alphabet.free) for name in group}

    def only(chosen: str, group: tuple[str, ...]) -> Any:
        parts = [spot.formula.ap(name) if name == chosen else spot.formula.Not(spot.formula.ap(name)) for name in group]
        return spot.formula.And(parts)

    chained = spot.formula.G(
        spot.formula.And([spot.formula.Or([only(name, group) for name in group]) for group in groups])
    )
    for start in alphabet.states:
        begun = [chained] if start == "_" else [chained, spot.formula.ap(start)]
        every = spot.formula.And(begun)
        one, other = (spot.formula.And([to_spot(formula, names), *begun]) for formula in (left, right))
        if spot.are_equivalent(one, other):
            continue
        trivial = [
            spot.are_equivalent(each, every) or spot.are_equivalent(each, spot.formula.ff()) for each in (one, other)
        ]
        if not all(trivial):
            return False
    return True


def words(alphabet: Alphabet, most: int) -> Iterator[Word]:
    """All words of so many letters at most."""
    states, actions = range(len(alphabet.states)), range(len(alphabet.actions))
    every = list(itertools.product(states, actions, subsets(alphabet.free)))
    for size in range(1, most + 1):
        for places in itertools.product(every, repeat=size):
            for back in range(size):
                following = [*places[1:], places[back]]
                letters: list[Letter] = [
                    ((x, a, y), free) for (x, a, free), (y, _, _) in zip(places, following, strict=True)
                ]
                yield Word(tuple(letters[:back]), tuple(letters[back:]))


def class_by_definition(alphabet: Alphabet, word: Word, left: Formula, right: Formula) -> Class:
    """By the semantics of the operators; steps at different times are told apart by a number."""
    numbered = list(enumerate((*word.stem, *word.cycle)))
    steps: list[Step] = [(time, 0, 0) for time, _ in numbered]
    atoms: dict[str, frozenset[Step]] = {
        name: frozenset(
            (time, 0, 0)
            for time, ((x, a, y), free) in numbered
            if name in (alphabet.states[x], alphabet.actions[a], *free) or (x, a, y) in alphabet.labels.get(name, ())
        )
        for name in (*alphabet.states, *alphabet.actions, *alphabet.free, *alphabet.labels)
    }
    cut = len(word.stem)
    one, other = (holds(formula, steps[:cut], steps[cut:], atoms) for formula in (left, right))
    return one, other


def check_against_everything(random: Random, alphabet: Alphabet, longest: int, worlds: int) -> str:
    """One random pair of formulas; the verdict, which nothing contradicts."""
    left, right = pair(random, alphabet)
    told = f"{show_formula(left)}   and   {show_formula(right)}"
    found = decided(alphabet, left, right)
    assert (found.verdict == "same") == same_by_spot(alphabet, left, right), told
    classes: dict[int, set[Class]] = {}
    reading = read(alphabet, left, right)
    assert reading is not None
    for word in words(alphabet, longest):
        each = class_by_definition(alphabet, word, left, right)
        assert reading.classify(word) == each, told
        classes.setdefault((*word.stem, *word.cycle)[0][0][0], set()).add(each)
    alike = all(len(each) == 1 or all(one == other for one, other in each) for each in classes.values())
    assert found.verdict == "different" or alike, told
    for start, seen in classes.items():
        assert seen <= frozenset[Class]().union(*reading.begun(start).values()), told
    for _ in range(worlds if found.verdict == "same" else 0):
        place = drawing.environment(alphabet, random)
        policies = drawing.policy(place, random), drawing.policy(place, random)
        assert difference(place, side("left", left), side("right", right), *policies) is None, told
    return found.verdict


def test_a_few_random_pairs() -> None:
    random = Random(1)
    verdicts = [check_against_everything(random, alphabet, 2, 3) for alphabet in (ONE, ROOMS) for _ in range(15)]
    assert set(verdicts) == {"same", "different"}


@pytest.mark.long
def test_thousands_of_random_pairs() -> None:
    random = Random(2)
    verdicts = [
        check_against_everything(random, alphabet, longest, 3)
        for alphabet, longest in ((ONE, 3), (ROOMS, 2))
        for _ in range(1500)
    ]
    assert verdicts.count("same") > 300
    assert verdicts.count("different") > 300


def test_words_of_each_class_are_of_that_class() -> None:
    random = Random(3)
    for _ in range(40):
        left, right = pair(random, ROOMS)
        reading = read(ROOMS, left, right)
        assert reading is not None
        for start, wanted in itertools.product(range(2), CLASSES):
            for action, classes in reading.begun(start).items():
                if wanted in classes:
                    word = reading.word(start, action, wanted)
                    first = (*word.stem, *word.cycle)[0][0]
                    assert first[:2] == (start, action)
                    assert class_by_definition(ROOMS, word, left, right) == wanted
