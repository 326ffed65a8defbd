"""Wishes about finite trajectories, and which formalisms can grant them (Abel et al., NeurIPS 2021, on Markov rewards).

FTR pays each trajectory what it likes. A machine can remember where it has been and pay at the end, unless the discount
is 0. So can one return G: at a discount 0 < γ < 1, γ rational, trajectories that differ in a step differ in the
discounted number of some step, since no root of a polynomial with coefficients −1, 0, 1 is rational but 0, 1, −1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count, zip_longest
from math import lcm
from typing import cast

from flint import fmpq_poly, fmpz_poly

from specl.formalisms.ftr import FTR
from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.model.environment import Environment, Step
from specl.model.expression import Expression, add, constant, multiply, variable
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine, Reward
from specl.model.ordering import Trajectory
from specl.model.policy import Policy
from specl.model.quantities import Indicator, RewardReturn
from specl.model.real import Real
from specl.reductions import translate
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.certificates import Piece, at_discount, of_trajectories
from specl.wishes.discounts.differences import Difference, Differences
from specl.wishes.discounts.pieces import Unwritable, pieces, refuted
from specl.wishes.discounts.sweep import sweep
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict
from specl.wishes.trajectory_values import moments
from specl.wishes.wish import Pair, Wish
from specl.wishes.words import conflict_words

USUAL, OTHERS = Fraction(1, 2), tuple(map(Fraction, ("9/10", "1/3", "99/100", "1/10", "0")))
"""The discount where any but 0 will do, and others that a Markov reward tries before all are looked at."""

Seen = tuple[tuple[int, int], ...]
"""States and actions so far, as a machine remembers them."""


@dataclass(frozen=True)
class TrajectoryWish:
    """A partial ordering of finite trajectories of one length; the fields are as in a `Wish`."""

    name: str
    environment: Environment
    trajectories: Mapping[str, Trajectory]
    strict: tuple[Pair, ...]
    ties: tuple[Pair, ...]
    discount: Fraction | None = None

    @cached_property
    def order(self) -> Wish:
        """The same comparisons, of names of which nothing else is known."""
        # A wish looks at its policies only to see whether two names mean the same, and here no two do.
        unlike = cast("Mapping[str, Policy]", self.trajectories)
        return Wish(self.name, self.environment, unlike, self.strict, self.ties, self.discount)

    @cached_property
    def heights(self) -> dict[str, int]:
        """Trajectory -> its level in a total order that agrees with the wish, 0 for the lowest."""
        levels = self.order.levels()
        return {name: len(levels) - 1 - i for i, level in enumerate(levels) for name in level}


def decide(code: str, wish: TrajectoryWish) -> Answer:
    """Whether a formalism under which finite trajectories have a value can grant the wish."""
    if code == "FTR":
        return Yes(FTR({}, {}, _marked(wish)), "each trajectory is paid for by name")
    if code == "MR" or wish.discount == 0:
        return _linear(code, wish)
    plain = _at(wish, wish.discount or USUAL)
    if isinstance(plain, MR):
        return Yes(translate("MR", plain, wish.environment, code)[1], "a Markov reward is enough")
    if code == "RM":
        return Yes(_machine(wish), "the machine remembers the trajectory and pays in its last step")
    reward, returns = _telling(wish)
    value, discount = _table(wish, returns), wish.discount or USUAL
    kind = INMR if code == "INMR" else IMORL
    return Yes(kind({"reward": reward}, value, discount), "the return tells the trajectories apart")


# --- FTR ---


def _marked(wish: TrajectoryWish) -> Expression:
    terms = []
    for name, height in wish.heights.items():
        if height:
            mark = variable(Indicator(_begins(wish.environment, wish.trajectories[name])))
            terms.append(mark if height == 1 else multiply((constant(Fraction(height)), mark)))
    return add(terms)


def _begins(environment: Environment, trajectory: Trajectory) -> Formula:
    """The formula of the infinite trajectories that begin so: ``s & a & X (s' & a' & X …)``."""
    moves = list(zip(trajectory.states, trajectory.actions, strict=False))
    rest = [atom(environment.states[s]) for s in trajectory.states[len(moves) :]]
    for s, a in reversed(moves):
        following = [Formula("X", tuple(rest))] if rest else []
        rest = [Formula("&", (atom(environment.states[s]), atom(environment.actions[a]), *following))]
    return rest[0]


# --- RM ---


def _machine(wish: TrajectoryWish) -> RM:
    """A tree of the states and actions seen so far, of the trajectories that are not at the bottom.

    Where no edge fits, the machine stays; then it no longer comes to an end within the length of a trajectory.
    """
    environment, discount = wish.environment, wish.discount or USUAL
    nodes: dict[Seen, int] = {}
    paid: dict[Seen, dict[Step, Real]] = {}
    for name, height in wish.heights.items():
        trajectory = wish.trajectories[name]
        moves = tuple(zip(trajectory.states, trajectory.actions, strict=False))
        if height:
            for t in range(len(moves)):
                nodes.setdefault(moves[:t], len(nodes))
            worth = Real.of(Fraction(height) / discount ** (len(moves) - 1))
            paid.setdefault(moves, {}).update({step: worth for step, _ in moments(environment, trajectory)[-1]})
    edges = [Edge(nodes[seen[:-1]], _guard(environment, seen), node, {}) for seen, node in nodes.items() if seen]
    edges += [Edge(nodes[seen[:-1]], _guard(environment, seen), len(nodes), reward) for seen, reward in paid.items()]
    names = ("begin", *(f"seen{i}" for i in range(1, len(nodes))), "over")
    return RM(Machine(names, 0, tuple(sorted(edges, key=lambda edge: edge.source))), discount)


def _guard(environment: Environment, seen: Seen) -> Formula:
    s, a = seen[-1]
    return Formula("&", (atom(environment.states[s]), atom(environment.actions[a])))


# --- INMR, IMORL ---


def _telling(wish: TrajectoryWish) -> tuple[Reward, dict[str, Fraction]]:
    """A reward whose return differs where heights do, and the returns.

    Its numbers are 0, 1, 2, … at first, then powers of larger and larger bases: discounted numbers of steps that differ
    are polynomials in the base that differ, and have finitely many bases in common.
    """
    keys, vectors = _features(wish, wish.discount or USUAL)
    for base in count(1):
        numbers = [Fraction(i if base == 1 else base**i) for i in range(len(keys))]
        returns = {
            name: sum((x * y for x, y in zip(vector, numbers, strict=True)), Fraction(0))
            for name, vector in vectors.items()
        }
        heights: dict[Fraction, set[int]] = {}
        for name, value in returns.items():
            heights.setdefault(value, set()).add(wish.heights[name])
        if all(len(found) == 1 for found in heights.values()):
            break
    return {step: Real.of(x) for step, x in zip(keys, numbers, strict=True) if x}, returns


def _table(wish: TrajectoryWish, returns: Mapping[str, Fraction]) -> Expression:
    """The height as a function of the return."""
    places: dict[int, set[Fraction]] = {}
    for name, height in wish.heights.items():
        places.setdefault(height, set()).add(returns[name])
    value, sum_paid = constant(Fraction(0)), variable(RewardReturn("reward"))
    for height in range(1, max(places) + 1):
        equal = tuple(Expression("=", (sum_paid, constant(at))) for at in sorted(places[height]))
        condition = equal[0] if len(equal) == 1 else Expression("or", equal)
        value = Expression("if", (condition, constant(Fraction(height)), value))
    return value


# --- MR ---


def _features(wish: TrajectoryWish, discount: Fraction) -> tuple[tuple[Step, ...], dict[str, tuple[Fraction, ...]]]:
    """Σ_t γ^t [step at t] for the steps that occur; where a last target is open, its probabilities."""
    found: dict[str, dict[Step, Fraction]] = {}
    for name, trajectory in wish.trajectories.items():
        weights = found.setdefault(name, {})
        for t, moment in enumerate(moments(wish.environment, trajectory)):
            for step, weight in moment:
                weights[step] = weights.get(step, Fraction(0)) + weight * discount**t
    keys = tuple(sorted({step for weights in found.values() for step in weights}))
    return keys, {name: tuple(weights.get(step, Fraction(0)) for step in keys) for name, weights in found.items()}


def _linear(code: str, wish: TrajectoryWish) -> Answer:
    """MR at the wish's discount, and at the discount 0 whatever then sees no more than the first step."""
    if wish.discount is None:
        return _free(wish)
    found = _at(wish, wish.discount)
    if isinstance(found, MR):
        return Yes(found if code == "MR" else translate("MR", found, wish.environment, code)[1])
    words = conflict_words(found.strict, found.ties, f"any Markov reward with discount {wish.discount}")
    if code != "MR":
        return Unknown(f"with discount 0 only the first step counts, and {words}; but certificates speak of MR alone")
    return _refuted(wish, words, [at_discount(wish.discount, found)])


def _at(wish: TrajectoryWish, discount: Fraction) -> MR | Conflict:
    keys, vectors = _features(wish, discount)
    found = order(wish.order.covers, wish.ties, vectors)
    if isinstance(found, Conflict):
        return found
    return MR({step: Real.of(x) for step, x in zip(keys, found.coefficients, strict=True) if x}, discount)


def _free(wish: TrajectoryWish) -> Answer:
    """MR with whatever discount it takes."""
    for discount in (USUAL, *OTHERS):
        tried = _at(wish, discount)
        if isinstance(tried, MR):
            return Yes(tried)
    differences = discounted_differences(wish)
    parts = list(sweep(differences))
    for part in parts:
        if part.is_granted:
            inside = part.segment.inside
            granted = None if inside is None else _at(wish, inside)
            return Yes(granted) if isinstance(granted, MR) else Unknown(f"only the discount {part.segment} allows it")
    try:
        chain = refuted(differences, parts)
        covering = pieces(chain)
    except Unwritable as error:
        return Unknown(f"no discount allows it, but no certificate says so: {error}")
    told = [conflict_words(each.strict, each.ties, "any Markov reward") for each in chain]
    if len(chain) > 1:
        told = [f"with a discount in {each.segment}: {words}" for each, words in zip(chain, told, strict=True)]
    return _refuted(wish, "; ".join(told), covering)


def _refuted(wish: TrajectoryWish, words: str, covering: Sequence[Piece]) -> No:
    claim, certificate = of_trajectories(wish.environment, wish.trajectories, covering, wish.discount)
    return No("MR", words, claim, certificate)


def discounted_differences(wish: TrajectoryWish) -> Differences:
    """How the trajectories that are compared differ in their discounted steps, as polynomials in γ."""
    steps: dict[str, dict[Step, list[Fraction]]] = {}
    for name, trajectory in wish.trajectories.items():
        made = moments(wish.environment, trajectory)
        for t, moment in enumerate(made):
            for step, weight in moment:
                steps.setdefault(name, {}).setdefault(step, [Fraction(0)] * len(made))[t] += weight
    keys = sorted({step for found in steps.values() for step in found})

    def difference(pair: Pair) -> Difference:
        better, worse = (steps[name] for name in pair)
        rows = [
            [x - y for x, y in zip_longest(better.get(key, ()), worse.get(key, ()), fillvalue=Fraction(0))]
            for key in keys
        ]
        scale = lcm(*(x.denominator for row in rows for x in row))
        return Difference(pair, tuple(fmpz_poly([int(x * scale) for x in row]) for row in rows), fmpq_poly([scale]))

    return Differences(tuple(map(difference, wish.order.covers)), tuple(map(difference, wish.ties)))
