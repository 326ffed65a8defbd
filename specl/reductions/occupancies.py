"""Expected returns as functions of the occupancy measure, and occupancies as expected returns of indicator rewards.

J = Σ R(s,a,s')·m(s,a,s') is linear in the occupancy measure m; conversely m(s,a,s') is the expected return of the
reward that is 1 on the step (s,a,s') and 0 elsewhere.
"""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction

from specl.model.environment import Environment, Step
from specl.model.expression import Expression, add, constant, multiply, negate, variable
from specl.model.machine import Reward
from specl.model.quantities import Expectation, Occupancy, Return, RewardReturn
from specl.model.real import ONE, ZERO, Real
from specl.reductions.orders import Image


def scaled(coefficient: Real, expression: Expression) -> Expression:
    """coefficient · expression, written as shortly as it can be."""
    if coefficient == ONE:
        return expression
    if coefficient == -ONE:
        return negate(expression)
    rational = coefficient.rational
    return multiply((constant(coefficient if rational is None else rational), expression))


def expected_return(reward: Reward, environment: Environment) -> Expression:
    """J as an expression in m, with m(s) and m(s,a) where the reward is the same on everything they sum over."""
    terms = []
    for s, row in enumerate(environment.transitions):
        rows = [[reward.get((s, a, t), ZERO) for t, _ in targets] for a, targets in enumerate(row)]
        flat = {r for one in rows for r in one}
        if len(flat) == 1:
            terms.append((flat.pop(), Occupancy(s)))
            continue
        for a, one in enumerate(rows):
            if len(set(one)) == 1:
                terms.append((one[0], Occupancy(s, a)))
            else:
                terms += [(r, Occupancy(s, a, t)) for r, (t, _) in zip(one, row[a], strict=True)]
    return add(scaled(r, variable(occupancy)) for r, occupancy in terms if r != ZERO)


def in_occupancies(rewards: Mapping[str, Reward], environment: Environment) -> Image:
    """The map that replaces the expected return of each named reward by its expression in m."""
    images = {RewardReturn(name): expected_return(reward, environment) for name, reward in rewards.items()}

    def image(node: Expression) -> Expression:
        return images[node.key] if isinstance(node.key, RewardReturn) else node

    return image


def in_lotteries(
    keys: Iterable[Hashable], environment: Environment, discount: Fraction
) -> tuple[dict[str, Reward], Image]:
    """Named indicator rewards for the occupancies among the keys, and the map that replaces each occupancy by the
    expected return E(return(its indicator, discount))."""
    wanted = sorted((key for key in keys if isinstance(key, Occupancy)), key=_position)
    rewards: dict[str, Reward] = {}
    images: dict[Occupancy, Expression] = {}
    for occupancy in wanted:
        indicator = {step: ONE for step in environment.steps if _covers(occupancy, step)}
        if not indicator:  # a step of probability 0 is never counted
            images[occupancy] = constant(Fraction(0))
            continue
        name = _fresh(_name(occupancy, environment), rewards)
        rewards[name] = indicator
        images[occupancy] = variable(Expectation(variable(Return(name, discount))))

    def image(node: Expression) -> Expression:
        return images[node.key] if isinstance(node.key, Occupancy) else node

    return rewards, image


def step_indicators(environment: Environment) -> dict[str, Reward]:
    """One reward per possible step: 1 on the step, 0 elsewhere. Their expected returns are the occupancy measure."""
    rewards: dict[str, Reward] = {}
    for step in environment.steps:
        rewards[_fresh(_name(Occupancy(*step), environment), rewards)] = {step: ONE}
    return rewards


def _position(occupancy: Occupancy) -> tuple[int, int, int]:
    def place(index: int | None) -> int:
        return -1 if index is None else index

    return occupancy.state, place(occupancy.action), place(occupancy.target)


def _covers(occupancy: Occupancy, step: Step) -> bool:
    s, a, t = step
    return occupancy.state == s and occupancy.action in (None, a) and occupancy.target in (None, t)


def _name(occupancy: Occupancy, environment: Environment) -> str:
    """``visits_s_a_t``: the prefix keeps it apart from every word of the language."""
    parts = ["visits", environment.states[occupancy.state]]
    if occupancy.action is not None:
        parts.append(environment.actions[occupancy.action])
    if occupancy.target is not None:
        parts.append(environment.states[occupancy.target])
    return "_".join(parts)


def _fresh(name: str, taken: Mapping[str, Reward]) -> str:
    """The name, primed until it is new: underscores within names can make two of them read alike."""
    while name in taken:
        name += "'"
    return name
