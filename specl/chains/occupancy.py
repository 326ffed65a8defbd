"""Discounted occupancy: how often a chain is in a state and makes a step, later times counting less."""

from fractions import Fraction

from specl.chains.chain import Chain
from specl.chains.linear import Scalar, solve
from specl.model.environment import Step


def visits(chain: Chain, discount: Fraction) -> tuple[Scalar, ...]:
    """Σ_t γ^t P(the chain is in state i at time t), for every state i; they sum to 1/(1−γ).

    The solution v of v = start + γ Pᵀ v (Puterman, Markov Decision Processes, 1994, §6.9).

    Args:
        discount: γ in [0,1).
    """
    size = len(chain.states)
    initial: list[Scalar] = [Fraction(0)] * size
    for i, probability in chain.start:
        initial[i] = probability
    if discount == 0:
        return tuple(initial)
    rows: list[dict[int, Scalar]] = [{i: Fraction(1)} for i in range(size)]
    for i, moves in enumerate(chain.moves):
        for move in moves:
            row = rows[move.target]
            row[i] = row.get(i, Fraction(0)) - discount * move.probability
    return solve(rows, (initial,))[0]


def step_occupancy(chain: Chain, discount: Fraction) -> dict[Step, Scalar]:
    """m_π(s,a,s') = Σ_t γ^t P(s_t=s, a_t=a, s_{t+1}=s') for the steps that the chain can make; elsewhere it is 0."""
    occupancy: dict[Step, Scalar] = {}
    for visited, moves in zip(visits(chain, discount), chain.moves, strict=True):
        for move in moves:
            occupancy[move.step] = occupancy.get(move.step, Fraction(0)) + visited * move.probability
    return occupancy
