"""``recover(o)``: ranking another objective at what a formalism's data determine.

A formalism that sees the policy, its lottery, its occupancy measure, enough expected returns, or enough of each
trajectory can rank a policy as any objective does that depends on no more than that.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise

from specl.chains.chain import induced
from specl.chains.linear import Scalar, Singular, solve
from specl.chains.occupancy import step_occupancy
from specl.evaluation.context import Evaluation, Rank, Value
from specl.model.environment import Environment, Step
from specl.model.errors import Unsupported
from specl.model.expression import Expression
from specl.model.machine import Reward
from specl.model.policy import Policy, reachable_states
from specl.model.quantities import Recovered
from specl.model.real import ZERO, Real

OF_POLICIES = frozenset(("FPR", "PO"))
"""Formalisms that see more of a policy than its lottery."""

OF_TRAJECTORIES = frozenset(("FTR", "INMR", "IMORL", "RM", "LTL", "LAR", "MR"))
"""Formalisms whose value is an expectation of a function of the trajectory."""


def recovered(expression: Expression) -> Recovered | None:
    """The objective, where an expression is ``recover(o)``."""
    return expression.key if expression.op == "variable" and isinstance(expression.key, Recovered) else None


def as_real(rank: Rank, what: Recovered) -> Value:
    """A rank as the value of an objective that has to be real-valued.

    Raises:
        Unsupported: the rank is a tuple.
    """
    if isinstance(rank, tuple):
        raise Unsupported(
            f"{what.name} compares policies by {len(rank)} numbers in turn, it does not give them one value"
        )
    return rank


def from_policy(what: Recovered, environment: Environment, policy: Policy, evaluation: Evaluation) -> Rank:
    """The other objective's rank of the policy itself."""
    return evaluation.rank(what.code, what.objective, environment, policy, evaluation)


def from_lottery(what: Recovered, environment: Environment, policy: Policy, evaluation: Evaluation) -> Rank:
    """The rank at the trajectory lottery, which determines the policy where it goes; elsewhere the first action.

    Raises:
        Unsupported: the other objective depends on more than the lottery.
    """
    _need_below_policies(what, "a trajectory lottery")
    reached = reachable_states(environment, policy)
    first = _first_action(environment)
    rows = tuple(row if s in reached else first for s, row in enumerate(policy.rows))
    return from_policy(what, environment, Policy(rows), evaluation)


def from_occupancy(
    what: Recovered,
    environment: Environment,
    occupancy: Mapping[Step, Scalar],
    discount: Fraction,
    evaluation: Evaluation,
) -> Rank:
    """The rank at the policy π(a|s) = m(s,a)/m(s) where m(s) > 0, the first action elsewhere.

    Puterman, Markov Decision Processes (1994), Theorem 6.9.1.

    Raises:
        Unsupported: the discount is 0 (then m tells nothing of later states), or the other objective depends on more.
    """
    _need_below_policies(what, "an occupancy measure")
    if discount == 0:
        raise Unsupported(f"recover({what.name}) from an occupancy measure needs a discount above 0")
    taken: dict[tuple[int, int], Scalar] = {}
    visited: dict[int, Scalar] = {}
    for (s, a, _), amount in occupancy.items():
        taken[s, a] = taken.get((s, a), Fraction(0)) + amount
        visited[s] = visited.get(s, Fraction(0)) + amount
    first = _first_action(environment)
    rows = []
    for s in range(len(environment.states)):
        if s in visited and visited[s] != 0:
            actions = range(len(environment.actions))
            rows.append(tuple(taken[s, a] / visited[s] if (s, a) in taken else Fraction(0) for a in actions))
        else:
            rows.append(first)
    return from_policy(what, environment, Policy(tuple(rows)), evaluation)


def from_expected_returns(
    what: Recovered,
    environment: Environment,
    policy: Policy,
    rewards: Mapping[str, Reward],
    discount: Fraction,
    evaluation: Evaluation,
) -> Rank:
    """The rank at the occupancy measure that the expected returns J_i = Σ R_i·m determine.

    m solves the normal equations (RᵀR) m = RᵀJ.

    Raises:
        Unsupported: the rewards do not determine m (their span lacks the indicator of a possible step), are
            irrational, or as `from_occupancy`.
    """
    steps = environment.steps
    known = step_occupancy(induced(environment, policy), discount)
    matrix: list[dict[int, Fraction]] = []
    returns: list[Scalar] = []
    for name, reward in rewards.items():
        row: dict[int, Fraction] = {}
        for j, step in enumerate(steps):
            amount = reward.get(step, ZERO).rational
            if amount is None:
                raise Unsupported(f"recover({what.name}) from expected returns needs rational rewards; {name} is not")
            if amount:
                row[j] = amount
        matrix.append(row)
        returns.append(sum((r * known[steps[j]] for j, r in row.items() if steps[j] in known), start=Fraction(0)))
    normal: list[dict[int, Fraction]] = [{} for _ in steps]
    right: list[Scalar] = [Fraction(0)] * len(steps)
    for row, expected in zip(matrix, returns, strict=True):
        for i, left in row.items():
            right[i] = right[i] + left * expected
            for j, entry in row.items():
                normal[i][j] = normal[i].get(j, Fraction(0)) + left * entry
    try:
        solved = solve(normal, (right,))[0]
    except Singular:
        raise Unsupported(
            f"recover({what.name}) needs rewards that determine how often each possible step is made; these do not"
        ) from None
    occupancy = {step: amount for step, amount in zip(steps, solved, strict=True) if amount != 0}
    return from_occupancy(what, environment, occupancy, discount, evaluation)


def from_trajectory(what: Recovered, environment: Environment, policy: Policy, evaluation: Evaluation) -> Rank:
    """The value E[f_o(ξ)], given that the trajectory is known.

    Raises:
        Unsupported: the other objective is not the expectation of a function of the trajectory.
    """
    if what.code not in OF_TRAJECTORIES:
        raise Unsupported(
            f"{what.name} ({what.code}) is not the expectation of a function of the trajectory; "
            f"recover takes one of {', '.join(sorted(OF_TRAJECTORIES))} here"
        )
    return from_policy(what, environment, policy, evaluation)


def from_returns(
    what: Recovered,
    environment: Environment,
    policy: Policy,
    rewards: Mapping[str, Reward],
    discount: Fraction,
    evaluation: Evaluation,
) -> Rank:
    """The value E[f_o(ξ)], the trajectory being read off the digits of a return.

    A return determines all its digits where the gaps between rewards outweigh everything that can still follow:
    smallest gap > γ·(largest − smallest reward)/(1 − γ).

    Raises:
        Unsupported: no reward is such, or as `from_trajectory`.
    """
    if not any(decodable(reward, environment.steps, discount) for reward in rewards.values()):
        raise Unsupported(
            f"recover({what.name}) needs a return that determines the trajectory: a discount above 0, and rewards of "
            "the possible steps that differ by more than discount/(1 - discount) times their range"
        )
    return from_trajectory(what, environment, policy, evaluation)


def decodable(reward: Reward, steps: Sequence[Step], discount: Fraction) -> bool:
    """Whether the discounted return of this reward determines the trajectory, by the criterion of `from_returns`."""
    if len(steps) == 1:
        return True
    if discount == 0:
        return False
    paid = sorted((reward.get(step, ZERO) for step in steps), key=cmp_to_key(_order))
    rest = (paid[-1] - paid[0]) * (discount / (1 - discount))
    return all((higher - lower - rest).sign() == 1 for lower, higher in pairwise(paid))


def _order(left: Real, right: Real) -> int:
    return (left - right).sign() or 0


def _need_below_policies(what: Recovered, source: str) -> None:
    if what.code in OF_POLICIES:
        raise Unsupported(f"{what.name} ({what.code}) can depend on states that are never reached; {source} does not")


def _first_action(environment: Environment) -> tuple[Fraction, ...]:
    return tuple(Fraction(int(a == 0)) for a in range(len(environment.actions)))
