"""Induced chains and products: the law of their steps is the environment's under the policy."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import Chain, induced, product
from specl.model.environment import Environment, Step
from specl.model.policy import Policy
from tests.oracles.enumerate import paths
from tests.strategies import environments, step_sets, worlds

HORIZON = 3


def law(chain: Chain, horizon: int) -> dict[tuple[Step, ...], Fraction]:
    """Path of steps -> probability."""
    now: dict[tuple[Step, ...], dict[int, Fraction]] = {(): dict(chain.start)}
    for _ in range(horizon):
        then: dict[tuple[Step, ...], dict[int, Fraction]] = {}
        for path, states in now.items():
            for i, probability in states.items():
                for move in chain.moves[i]:
                    entry = then.setdefault((*path, move.step), {})
                    entry[move.target] = entry.get(move.target, Fraction(0)) + probability * move.probability
        now = then
    return {path: sum(states.values(), Fraction(0)) for path, states in now.items()}


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_an_induced_chain_makes_the_steps_of_the_environment(world: tuple[Environment, Policy]) -> None:
    environment, policy = world
    chain = induced(environment, policy)
    assert law(chain, HORIZON) == {path: probability for probability, path in paths(environment, policy, HORIZON)}


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_a_product_keeps_the_law_and_its_memory_is_a_function_of_the_path(
    world: tuple[Environment, Policy], data: st.DataObject
) -> None:
    environment, policy = world
    chain = induced(environment, policy)
    watched = data.draw(step_sets(environment))

    def count(seen: int, step: Step) -> int:
        return min(seen + (step in watched), 2)

    counted = product(chain, 0, count)
    assert law(counted, HORIZON) == law(chain, HORIZON)
    assert all(sum(move.probability for move in moves) == 1 for moves in counted.moves)
    for i, moves in enumerate(counted.moves):
        for move in moves:
            assert any(
                counted.states[i] == (move.step[0], seen)
                and counted.states[move.target] == (move.step[2], count(seen, move.step))
                for seen in range(3)
            )


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_every_state_of_a_product_is_reachable(world: tuple[Environment, Policy]) -> None:
    start: tuple[Step, ...] = ()
    chain = product(induced(*world), start, lambda memory, step: (*memory, step)[-2:])
    reached = {i for i, _ in chain.start}
    for _ in chain.states:
        reached |= {move.target for i in reached for move in chain.moves[i]}
    assert reached == set(range(len(chain.states)))


def test_products_flatten_their_states() -> None:
    still = Environment("still", ("a",), ("b",), ((0, Fraction(1)),), ((((0, Fraction(1)),),),), {})
    chain = induced(still, Policy(((Fraction(1),),)))
    twice = product(product(chain, "u", lambda u, _: u), (1, 2), lambda memory, _: memory)
    assert chain.states == (0,)
    assert twice.states == ((0, "u", (1, 2)),)


@settings(max_examples=40, deadline=None)
@given(environments())
def test_unreachable_states_are_left_out(environment: Environment) -> None:
    choice = Policy(tuple((Fraction(1), *[Fraction(0)] * (len(environment.actions) - 1)) for _ in environment.states))
    chain = induced(environment, choice)
    entered = {s for s, _ in environment.start}
    for _ in environment.states:
        entered |= {t for s in entered for t, _ in environment.transitions[s][0]}
    assert chain.states == tuple(sorted(entered))
