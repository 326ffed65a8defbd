"""Wishes to put to deciders: random ones in small worlds, and ones whose set of discounts is known beforehand."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from specl.formalisms import rank
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.wishes.wish import Pair, Wish

SHAPES = ((1, 3, 4), (2, 2, 4), (2, 2, 5), (2, 3, 5), (3, 2, 4), (3, 2, 5), (3, 2, 6))
"""(states, actions, policies)."""

Weights = tuple[tuple[int, Fraction], ...]




def random_wish(random: Random, shapes: Sequence[tuple[int, int, int]] = SHAPES, pure: float = 0.6) -> Wish:
    """A chain of random policies, some of which tie, or with a few comparisons left out a partial ordering.

    Args:
        pure: the share of deterministic policies.
    """
    size, width, count = random.choice(shapes)
    transitions = tuple(tuple(_distribution(random, size) for _ in range(width)) for _ in range(size))
    states, actions = tuple(f"s{i}" for i in range(size)), tuple(f"a{i}" for i in range(width))
    environment = Environment("world", states, actions, _distribution(random, size), transitions, {})
    policies = dict.fromkeys(_policy(random, size, width, pure) for _ in range(count))
    groups: list[list[str]] = []
    for i in range(len(policies)):
        if groups and random.random() < 0.4:
            groups[-1].append(f"p{i}")
        else:
            groups.append([f"p{i}"])
    strict = [(random.choice(a), random.choice(b)) for a, b in pairwise(groups)]
    kept = tuple(pair for pair in strict if random.random() < 0.9)
    ties = tuple((group[0], other) for group in groups for other in group[1:])
    named = {f"p{i}": policy for i, policy in enumerate(policies)}
    return Wish("wish", environment, named, kept, ties)


def _distribution(random: Random, size: int) -> Weights:
    support = sorted(random.sample(range(size), random.randint(1, min(size, 3))))
    weights = [random.randint(1, 3) for _ in support]
    return tuple((i, Fraction(weight, sum(weights))) for i, weight in zip(support, weights, strict=True))


def _policy(random: Random, size: int, width: int, pure: float) -> Policy:
    is_pure = random.random() < pure
    rows = []
    for _ in range(size):
        row = dict([(random.randrange(width), Fraction(1))] if is_pure else _distribution(random, width))
        rows.append(tuple(row.get(a, Fraction(0)) for a in range(width)))
    return Policy(tuple(rows))


def grants(wish: Wish, code: str, objective: object) -> bool:
    """Whether an objective orders all policies as wished, by its exact values."""
    worth: dict[str, Any] = {
        name: rank(code, objective, wish.environment, policy) for name, policy in wish.policies.items()
    }
    gaps = [(worth[better] - worth[worse]).sign() for better, worse in wish.strict]
    return all(sign == 1 for sign in gaps) and all(worth[one] == worth[other] for one, other in wish.ties)


# --- wishes whose discounts are known ---


def detour(length: int, copies: int = 1) -> Environment:
    """From s, `left` ends the matter and `right` leads to t after `length` steps; one starts at s or at t.

    At t one chooses, and that is the end. There may be copies of this, one of which one starts in.
    """
    per_copy = length + 1
    end = per_copy * copies
    sure = Fraction(1)
    states, start = [], []
    transitions: list[tuple[Weights, ...]] = []
    for first in range(0, end, per_copy):
        last = first + length
        states += [f"s{first}", *(f"u{i}" for i in range(first + 1, last)), f"t{first}"]
        start += [(first, Fraction(1, 2 * copies)), (last, Fraction(1, 2 * copies))]
        transitions += [(((end, sure),), ((first + 1, sure),))]
        transitions += [(((i + 1, sure),),) * 2 for i in range(first + 1, last)] + [(((end, sure),),) * 2]
    transitions.append((((end, sure),),) * 2)
    return Environment("detour", (*states, "end"), ("left", "right"), tuple(start), tuple(transitions), {})


class Detour:
    """Comparisons in a copy of `detour` that hold as γ^length compares with a threshold τ.

    Let D be what `left` earns at t more than `right`. A policy that takes `left` at t with probability p is worth, but
    for a positive factor and a constant, pD after `left` at s, and C + (1 + γ^length)·pD after `right`. A tie of two
    with p = 0 makes C = 0; and then (right, 1/(1 + τ)) is above, level with, below (left, 1) as D·(γ^length − τ) is.
    """

    def __init__(self, environment: Environment, copy: int = 0, copies: int = 1) -> None:
        self.environment = environment
        size = (len(environment.states) - 1) // copies
        self.s, self.t = copy * size, (copy + 1) * size - 1
        self.copy = copy
        self.policies: dict[str, Policy] = {}
        self.ties = [(self.policy("left", 0), self.policy("right", 0))]
        self.positive = (self.policy("left", 1), self.policy("left", 0))  # D > 0

    def policy(self, at_s: str, p: Fraction | int) -> str:
        """The name of a policy that is pure everywhere but at t."""
        name = f"{at_s}{self.copy}_{p}"
        rows = [(Fraction(1), Fraction(0))] * len(self.environment.states)
        rows[self.s] = (Fraction(1), Fraction(0)) if at_s == "left" else (Fraction(0), Fraction(1))
        rows[self.t] = (Fraction(p), 1 - Fraction(p))
        self.policies[name] = Policy(tuple(rows))
        return name

    def beyond(self, threshold: str) -> Pair:
        """The comparison that holds as D·(γ^length − τ) > 0; turned around, as it is < 0; a tie, as it is 0."""
        return self.policy("right", 1 / (1 + Fraction(threshold))), self.policy("left", 1)


def wish_of(parts: Sequence[Detour], strict: Iterable[Pair], ties: Iterable[Pair] = ()) -> Wish:
    """A wish for these comparisons, and the ties of all parts."""
    known: Mapping[str, Policy] = {name: policy for part in parts for name, policy in part.policies.items()}
    level = (*(pair for part in parts for pair in part.ties), *ties)
    return Wish("detour", parts[0].environment, known, tuple(strict), level)
