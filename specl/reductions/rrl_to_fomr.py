"""Reward is linear in m and π(a|s) = m(s,a)/m(s) where m(s) > 0: Σ R·m − α Σ_s m(s)·F(m(s,·)/m(s)).

E[Σ_t γ^t F(π(s_t))] = Σ_s m(s)·F(π(s)), and a state with m(s) = 0 adds nothing, whatever the policy does there: its
term is guarded by ``if m(s) > 0``, except where no policy can avoid the state. Under γ = 0 only start states count.
"""

from fractions import Fraction

from specl.formalisms.fomr import FOMR
from specl.formalisms.rrl import RRL
from specl.model.environment import Environment
from specl.model.expression import Expression, add, constant, multiply, negate, substitute, variable
from specl.model.quantities import Occupancy, Weight
from specl.model.real import ZERO
from specl.reductions.occupancies import expected_return, scaled

SOURCE = "RRL"
TARGET = "FOMR"
PRESERVES = "value"


def reduce(objective: RRL, environment: Environment) -> FOMR:
    gain = expected_return(objective.reward, environment)
    if objective.strength == ZERO:
        return FOMR(gain, objective.discount)
    start = frozenset(s for s, _ in environment.start)
    visited = _reachable(environment, start) if objective.discount else start
    terms = []
    for s in sorted(visited):
        term = _penalty(objective.regulariser, s)
        if objective.discount and _avoidable(environment, start, s):
            condition = Expression(">", (variable(Occupancy(s)), constant(Fraction(0))))
            term = Expression("if", (condition, term, constant(Fraction(0))))
        terms.append(term)
    gains = gain.args if gain.op == "+" else (gain,)
    return FOMR(add((*gains, negate(scaled(objective.strength, add(terms))))), objective.discount)


def _penalty(regulariser: Expression, s: int) -> Expression:
    """m(s)·F(m(s,·)/m(s))."""

    def image(node: Expression) -> Expression:
        if not isinstance(node.key, Weight):
            return node
        return Expression("/", (variable(Occupancy(s, node.key.action)), variable(Occupancy(s))))

    return multiply((variable(Occupancy(s)), substitute(regulariser, image)))


def _reachable(environment: Environment, start: frozenset[int]) -> frozenset[int]:
    """The states that some policy enters."""
    seen, frontier = set(start), list(start)
    while frontier:
        s = frontier.pop()
        for targets in environment.transitions[s]:
            for t, _ in targets:
                if t not in seen:
                    seen.add(t)
                    frontier.append(t)
    return frozenset(seen)


def _avoidable(environment: Environment, start: frozenset[int], avoided: int) -> bool:
    """Whether some policy never enters the state: whether the start lies in the greatest set of other states in
    which every state has an action that stays in the set."""
    safe = set(range(len(environment.states))) - {avoided}
    while True:
        lost = {
            s for s in safe if not any(all(t in safe for t, _ in targets) for targets in environment.transitions[s])
        }
        if not lost:
            return start <= safe
        safe -= lost
