"""RM: machines with few states that grant what lotteries allow, and refusals that no machine defies."""

import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings

from specl import formalisms
from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.machine import run
from specl.model.real import Real
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.lotteries.alphabet import alphabet
from specl.wishes.lotteries.search import folded, prefix_tree, remembering, two_states
from specl.wishes.lotteries.structures import Machines, Structure, reachable
from specl.wishes.lotteries.verdict import Grantable, of_lotteries
from specl.wishes.wish import Wish
from tests.wishes.drawing import grants, read_back, wishes
from tests.wishes.lottery_worlds import alone, assert_proved, mixed_wishes, rooms, seeded

DISCOUNTS = (None, Fraction(0), Fraction(1, 2), Fraction(9, 10))


def machine_for(wish: Wish, seconds: float = 5.0) -> RM:
    """The answer, which is to be yes and to grant the wish after a way through text as well."""
    answer = Asking(wish, alone, seconds=seconds).answer("RM")
    assert isinstance(answer, Yes)
    assert grants("RM", answer.objective, wish)
    assert grants("RM", read_back("RM", answer.objective, wish), wish)
    found: RM = answer.objective
    return found


@settings(max_examples=25, deadline=None)
@given(wish=wishes(max_policies=5, discounts=DISCOUNTS) | mixed_wishes(discounts=DISCOUNTS))
def test_answers_are_exact(wish: Wish) -> None:
    answer = Asking(wish, alone, seconds=1).answer("RM")
    if isinstance(answer, Yes):
        assert wish.discount in (None, answer.objective.discount)
        assert grants("RM", answer.objective, wish)
        assert grants("RM", read_back("RM", answer.objective, wish), wish)
    else:
        assert isinstance(answer, No)
        assert_proved(answer, wish)


def structures(wish: Wish, states: int) -> Iterator[Structure]:
    """All of them."""
    letters = len(alphabet(wish.environment).letters)
    for flat in itertools.product(range(states), repeat=states * letters):
        yield tuple(flat[u * letters : (u + 1) * letters] for u in range(states))


@settings(max_examples=30, deadline=None)
@given(wish=mixed_wishes(2, 5))
def test_no_machine_does_what_is_refused(wish: Wish) -> None:
    answer = Asking(wish, alone).answer("RM")
    if isinstance(answer, No):
        draw = random.Random(0)
        letters = alphabet(wish.environment)
        for _ in range(10):
            size = draw.randint(1, 4)
            structure = tuple(tuple(draw.randrange(size) for _ in letters.letters) for _ in range(size))
            machines = Machines(wish, letters, draw.choice((Fraction(1, 2), Fraction(9, 10))))
            assert machines.rewards(structure) is None  # whatever the rewards
            pay = [[draw.randint(-3, 3) for _ in letters.letters] for _ in range(size)]
            value = {
                name: sum(pay[u][i] * mass for (u, i), mass in machines.masses(structure, name).items())
                for name in wish.policies
            }
            above = all(value[better] > value[worse] for better, worse in wish.strict)
            assert not above or any(value[one] != value[other] for one, other in wish.ties)


def test_same_choice_takes_two_states() -> None:
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    found = machine_for(wish)
    assert len(found.machine.states) == 2
    shown = formalisms.formalism("RM").write(found, wish.environment)
    text = show_item(objective_item(wish.environment, "o", "RM", shown))
    assert "first --x & left--> after_x_left" in text
    assert max(map(len, text.splitlines())) < 60


@pytest.mark.slow
@pytest.mark.parametrize("discount", [Fraction(1, 2), Fraction(9, 10)])
def test_structures_with_two_states_are_all_tried(discount: Fraction) -> None:
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    wish = Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, discount)
    machines = Machines(wish, alphabet(wish.environment), discount)
    assert all(machines.rewards(structure) is None for structure in structures(wish, 1))
    does = [structure for structure in structures(wish, 2) if machines.rewards(structure) is not None]
    assert does
    is_complete, pairs = two_states(machines.alphabet, machines.read)
    assert is_complete
    assert {structure for _, structure in pairs if machines.rewards(structure) is not None} == {
        structure for structure in does if any(structure[0])
    }
    assert len(machine_for(wish).machine.states) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "height", "most"),
    [
        (3, lambda name: name.count("l") % 2, 2),
        (3, lambda name: len(set(name)) == 1, 2),
        (4, lambda name: name == name[::-1], 5),
    ],
)
def test_memory_is_spared(size: int, height: Callable[[str], int], most: int) -> None:
    found = machine_for(rooms(size, 2, height), seconds=30)
    assert len(found.machine.states) <= most


@settings(max_examples=30, deadline=None)
@given(wish=wishes(max_policies=4, discounts=(None,)))
def test_prefix_trees_do_and_still_do_when_they_are_folded(wish: Wish) -> None:
    letters = alphabet(wish.environment)
    machines = Machines(wish, letters, Fraction(1, 2))

    def does(structure: Structure) -> bool:
        return machines.rewards(structure) is not None

    allowed = of_lotteries(Asking(wish, alone))
    if isinstance(allowed, Grantable):
        tree = prefix_tree(letters, allowed.prefixes)
        unfolded = folded(tree, machines.read, lambda _: False, lambda: True)
        assert machines.rewards(unfolded) is not None
        for seed in range(2):
            structure = folded(tree, machines.read, does, lambda: False, seed)
            assert machines.rewards(structure) is not None
            assert len(structure) <= len(unfolded)


def test_structures_remember() -> None:
    wish = rooms(2, 2, lambda name: 0)
    letters = alphabet(wish.environment)
    found = remembering(letters, letters.all)
    assert found == sorted(found, key=len)
    by_action = tuple(a for _, a in letters.choices)
    assert (by_action, by_action) in found  # the last action, as if the first had come before
    assert all(structure == reachable(structure, sorted(letters.all)) for structure in found)


def test_a_markov_reward_is_a_machine_with_one_state() -> None:
    wish = rooms(2, 2, lambda name: name.count("l"))
    reward = {step: Real.of(1) for step in wish.environment.atoms["left"]}

    def others(code: str, asking: Asking) -> Answer:
        if code == "RM":
            return decide(code, asking)
        return Yes(MR(reward, Fraction(0))) if code == "MR" else Unknown("left out")

    wish = Wish(wish.name, wish.environment, wish.policies, (("ll", "lr"), ("ll", "rr")), ())
    answer = Asking(wish, others).answer("RM")
    assert isinstance(answer, Yes)
    assert len(run(answer.objective.machine, wish.environment)) == len(wish.environment.steps)


def test_at_discount_0_only_the_first_step_counts() -> None:
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    wish = Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, Fraction(0))
    answer = Asking(wish, alone).answer("RM")
    assert isinstance(answer, No)
    assert answer.refuted == "RM"
    assert_proved(answer, wish)
    first = Wish(wish.name, wish.environment, wish.policies, (("ll", "rl"), ("lr", "rr")), (), Fraction(0))
    assert machine_for(first).discount == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 8))])
def test_many_wishes(seed: int) -> None:
    for k in range(100):
        wish = seeded(1000 * seed + k, DISCOUNTS)
        answer = Asking(wish, alone, seconds=5).answer("RM")
        if isinstance(answer, Yes):
            assert grants("RM", answer.objective, wish), (seed, k)
        else:
            assert isinstance(answer, No)
            assert_proved(answer, wish)
