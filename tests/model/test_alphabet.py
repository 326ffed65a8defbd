"""Alphabets and the environments over them: names of copies, labels, machines over letters."""

from fractions import Fraction

import specl
from specl.model.alphabet import Alphabet, World, run_over, subsets, world
from specl.model.real import ONE, ZERO, Real

STAY = Fraction(1)
ROOMS = Alphabet("rooms", ("x", "y"), ("a", "b"), {"up": frozenset({(0, 0, 1), (0, 1, 1)})}, ("goal", "x2"))


def loop(alphabet: Alphabet, of: tuple[int, ...], **free: list[tuple[int, int, int]]) -> World:
    """Each state leads to the next one, the last to the first."""
    size = len(of)
    rows = [[[((s + 1) % size, STAY)] for _ in alphabet.actions] for s in range(size)]
    return world(alphabet, of, [(0, STAY), (0, Fraction(0))], rows, free)


def test_copies_are_called_after_their_state_unless_the_name_is_taken() -> None:
    assert loop(ROOMS, (0, 1)).environment.states == ("x", "y")
    assert loop(ROOMS, (1, 0, 0)).environment.states == ("y", "x1", "x2'")
    anonymous = Alphabet("one", ("_",), ("s", "b"), {})
    assert loop(anonymous, (0,)).environment.states == ("s'",)
    assert loop(anonymous, (0, 0)).environment.states == ("s1", "s2")


def test_labels_hold_as_on_the_image_or_as_the_environment_says() -> None:
    place = loop(ROOMS, (0, 0, 1), goal=[(1, 0, 2), (0, 0, 2)])
    labels = place.environment.labels
    assert labels["up"] == {(1, 0, 2), (1, 1, 2)}
    assert labels["goal"] == {(1, 0, 2)}  # the other step is not possible
    assert labels["x2"] == frozenset()
    assert labels["x"] == {(0, 0, 1), (0, 1, 1), (1, 0, 2), (1, 1, 2)}
    assert "y" not in labels  # the state itself is the atom
    assert loop(ROOMS, (0,)).environment.labels["y"] == frozenset()
    assert place.image((1, 1, 2)) == (0, 1, 1)
    assert (place.copies(0), place.copies(1)) == ((0, 1), (2,))


def test_everything_is_possible_in_the_alphabet_itself() -> None:
    environment = ROOMS.environment
    assert len(environment.steps) == 2 * 2 * 2
    assert dict(environment.start) == {0: Fraction(1, 2), 1: Fraction(1, 2)}
    assert environment.labels["goal"] == frozenset()
    assert ROOMS.atoms({"goal"})["goal"] == frozenset(environment.steps)
    assert list(ROOMS.choices({"goal", "up"})) == [frozenset(), frozenset({"goal"})]
    assert list(subsets("ab")) == [set(), {"a"}, {"b"}, {"a", "b"}]


def test_machines_move_on_free_labels() -> None:
    text = """alphabet w { actions a, b  label goal  label other }
      objective o : RM { discount 0  machine {
        start u  u --goal & a--> v: 2  u --!goal & b--> u: { _ --b--> _: 1 } } }"""
    document = specl.load(text)
    table = run_over(document.objectives["o"].objective.machine, document.alphabets["w"])
    goal, nothing = frozenset({"goal"}), frozenset[str]()
    assert table == {
        (0, (0, 0, 0), goal): (1, Real.of(2)),
        (0, (0, 0, 0), nothing): (0, ZERO),
        (0, (0, 1, 0), goal): (0, ZERO),
        (0, (0, 1, 0), nothing): (0, ONE),
        **{(1, (0, a, 0), free): (1, ZERO) for a in (0, 1) for free in (goal, nothing)},
    }


def test_an_alphabet_is_read_as_it_is_written() -> None:
    document = specl.load("alphabet rooms { states x, y  actions a, b  label up = x --_--> y  label goal  label x2 }")
    assert document.alphabets == {"rooms": ROOMS}
    assert document.environments == {}
