"""What the values of policies are linear in, as exact vectors, and the way from coefficients back to rewards.

Transition probabilities are fixed, so a reward on (s,a,s') pays a policy what its mean over s' pays, a reward on (s,a):
features are masses of (s,a). Masses that are the same for all policies cannot tell them apart and are left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from specl.chains.chain import induced
from specl.chains.occupancy import visits
from specl.chains.recurrence import frequencies
from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.policy import Policy
from specl.model.real import Real
from specl.wishes.wish import Wish

Action = tuple[int, int]
"""(s, a): action a in state s; indices."""


@dataclass(frozen=True)
class Choice:
    """A distribution over the actions by which a policy chooses, in whatever states it does."""

    row: tuple[Fraction, ...]


Vectors = dict[str, tuple[Fraction, ...]]
"""Policy -> its features, in the order of the keys."""

Key = TypeVar("Key")


def step_features(wish: Wish, discount: Fraction) -> tuple[tuple[Action, ...], Vectors]:
    """m_π(s,a) = Σ_t γ^t P(s_t=s, a_t=a), for those (s,a) where policies differ in it."""
    environment = wish.environment
    return gathered(wish, lambda policy: masses(policy, visited(environment, policy, discount)))


def choice_features(wish: Wish, discount: Fraction) -> tuple[tuple[Action | Choice, ...], Vectors]:
    """m_π(s,a), and for every distribution over actions the visits of the states where π chooses by it.

    A coefficient c at such a distribution means −α F(distribution) = c in a regularised objective.
    """

    def of(policy: Policy) -> dict[Action | Choice, Fraction]:
        weights = visited(wish.environment, policy, discount)
        found: dict[Action | Choice, Fraction] = {}
        found.update(masses(policy, weights).items())
        for s, weight in weights.items():
            choice = Choice(policy.rows[s])
            found[choice] = found.get(choice, Fraction(0)) + weight
        return found

    return gathered(wish, of)


def frequency_features(wish: Wish) -> tuple[tuple[Action, ...], Vectors]:
    """lim_n (1/n) Σ_{t<n} P(s_t=s, a_t=a), for those (s,a) where policies differ in it."""

    def of(policy: Policy) -> dict[Action, Fraction]:
        found: dict[Action, Fraction] = {}
        for (s, a, _), frequency in frequencies(induced(wish.environment, policy)).items():
            found[s, a] = found.get((s, a), Fraction(0)) + frequency
        return found

    return gathered(wish, of)


def reward(environment: Environment, coefficients: Iterable[tuple[Action, Fraction]]) -> Reward:
    """The reward that pays a coefficient c for (s,a) on every step that this may be."""
    return {
        (s, a, t): Real.of(value) for (s, a), value in coefficients if value for t, _ in environment.transitions[s][a]
    }


def visited(environment: Environment, policy: Policy, discount: Fraction) -> dict[int, Fraction]:
    """Σ_t γ^t P(s_t=s) for the states s that the policy reaches."""
    chain = induced(environment, policy)
    return dict(zip((moves[0].step[0] for moves in chain.moves), visits(chain, discount), strict=True))


def masses(policy: Policy, weights: Mapping[int, Fraction]) -> dict[Action, Fraction]:
    """m(s,a) from m(s), where it is not 0."""
    return {
        (s, a): weight * probability
        for s, weight in weights.items()
        for a, probability in enumerate(policy.rows[s])
        if weight and probability
    }


def gathered(wish: Wish, of: Callable[[Policy], Mapping[Key, Fraction]]) -> tuple[tuple[Key, ...], Vectors]:
    """The features of all policies, in order of first mention, without those that are constant."""
    known = {policy: of(policy) for policy in dict.fromkeys(wish.policies.values())}
    zero = Fraction(0)
    mentioned = dict.fromkeys(key for found in known.values() for key in found)
    keys = tuple(key for key in mentioned if len({found.get(key, zero) for found in known.values()}) > 1)
    rows = {policy: tuple(found.get(key, zero) for key in keys) for policy, found in known.items()}
    return keys, {name: rows[policy] for name, policy in wish.policies.items()}
