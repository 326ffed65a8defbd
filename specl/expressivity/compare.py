"""Do two objectives want the same? Over all stationary policies of their environment, in exact arithmetic.

In this order: an exact decision where both are linear in one occupancy measure (`linear`), or rank named policies; a
proof by an affine relation of the two as expressions in the policy's entries (`affine`); a search for two policies
that they rank differently (`witness`); Z3 over the entries of two policies. What none of these settles is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from time import monotonic
from typing import Any, Literal

from specl.evaluation.context import Rank
from specl.expressivity import affine, candidates, linear, shaping
from specl.expressivity.faces import Domain, continuous, domain, names_policies, supports
from specl.expressivity.witness import Search, Witness, approximate
from specl.formalisms import rank
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.order import Ranking
from specl.model.policy import Family, Policy
from specl.model.rational_function import RationalFunction, symbolic_policy
from specl.model.real import Real
from specl.synthesis.face import Face


@dataclass(frozen=True)
class Side:
    """One of the two objectives: its name, its formalism's code and its record."""

    name: str
    code: str
    objective: Any


@dataclass(frozen=True)
class Limits:
    """How far to go before the answer is unknown.

    Attributes:
        supports, parameters: the most supports of policies, and free parameters of a policy, for symbolic work.
        policies: the most policies that are ranked in search of a witness.
        search_seconds, proof_seconds: wall-clock time for symbolic work and search, and for Z3.
    """

    supports: int = 5000
    parameters: int = 12
    policies: int = 600
    search_seconds: float = 20.0
    proof_seconds: float = 10.0


@dataclass(frozen=True)
class Comparison:
    """The answer.

    Attributes:
        scope: the environment's name.
        reason: in words.
        witness: for "different", two policies with their four ranks.
        factor: for "same", where it is known that left = factor · right + a constant.
        tried: for "unknown", what was tried and how far.
    """

    left: str
    right: str
    verdict: Literal["same", "different", "unknown"]
    scope: str
    reason: str
    witness: Witness | None = None
    factor: Real | None = None
    tried: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Task:
    environment: Environment
    left: Side
    right: Side
    policies: Mapping[str, Policy]
    families: Mapping[str, Family]
    limits: Limits
    search: Search
    domain: Domain
    tried: list[str] = field(default_factory=list)

    def answer(self, verdict: Literal["same", "different", "unknown"], reason: str) -> Comparison:
        return Comparison(self.left.name, self.right.name, verdict, self.environment.name, reason)


def compare(
    environment: Environment,
    left: Side,
    right: Side,
    policies: Mapping[str, Policy] | None = None,
    families: Mapping[str, Family] | None = None,
    limits: Limits | None = None,
) -> Comparison:
    """Compare two objectives on all stationary policies of an environment.

    Args:
        policies, families: named ones of this environment; a witness is looked for among them first.
    """
    limits = limits or Limits()
    search = Search(
        lambda policy: rank(left.code, left.objective, environment, policy),
        lambda policy: rank(right.code, right.objective, environment, policy),
        limits.policies,
        monotonic() + limits.search_seconds,
    )
    counting = domain(left.code, left.objective, environment) | domain(right.code, right.objective, environment)
    task = _Task(environment, left, right, policies or {}, families or {}, limits, search, counting)
    if left.code == right.code and left.objective == right.objective:
        return task.answer("same", "the two are written alike")
    decided = _linear(task) or _ranking(task) or _shaped(task) or _glanced(task)
    if decided is not None:
        return decided
    faces = _faces(task)
    return _affine(task, faces) or _searched(task, faces) or _by_solver(task, faces) or _unknown(task)


# --- linear in one occupancy measure ---


def _linear(task: _Task) -> Comparison | None:
    left, right, environment = task.left.objective, task.right.objective, task.environment
    if not (task.left.code == task.right.code == "MR" and left.discount == right.discount):
        return None
    gradients = [linear.gradient(environment, each.reward, each.discount) for each in (left, right)]
    found = linear.proportion(*gradients)
    if found is not None and found.factor is None:
        return task.answer("same", "both give every policy the same value")
    if found is not None:
        reason = (
            f"both are linear in the occupancy measure (discount {left.discount}), and on the tangent space of its "
            f"polytope the gradient of {task.left.name} is {found.factor} times that of {task.right.name}"
        )
        return replace(task.answer("same", reason), factor=found.factor)
    reason = (
        f"both are linear in the occupancy measure (discount {left.discount}), and on the tangent space of its "
        "polytope neither gradient is a positive multiple of the other"
    )
    witness = task.search.offer_all(candidates.named(task.policies, task.families))
    witness = witness or task.search.offer_all(candidates.simple(environment, task.domain))
    for pair in (gradients, gradients[::-1]):
        if witness is None:
            apart = linear.apart(environment, left.discount, *pair)
            final = Search(task.search.left, task.search.right, 2, monotonic() + 60)
            witness = final.offer_all((None, policy) for policy in apart or ())
    if witness is None:
        return None
    different = _different(task, witness)
    return replace(different, reason=f"{different.reason}: {reason}")


# --- rankings of named policies ---


def _ranking(task: _Task) -> Comparison | None:
    """Two rankings differ on the policies that they name and one that neither names, or nowhere."""
    orders = [getattr(side.objective, "order", None) for side in (task.left, task.right)]
    named = {
        policy: name for order in orders if isinstance(order, Ranking) for tier in order.tiers for name, policy in tier
    }
    if not all(isinstance(order, Ranking) for order in orders):
        return None
    search = Search(task.search.left, task.search.right, len(named) + 1, monotonic() + task.limits.search_seconds)
    witness = search.offer_all((name, policy) for policy, name in named.items())
    others = (each for each in candidates.scattered(task.environment, task.domain) if each[1] not in named)
    if witness is None and len(task.environment.actions) > 1:  # otherwise there is one policy
        witness = search.offer(next(others)[1])
    if witness is not None:
        return _different(task, witness)
    if search.undecided or len(search.seen) > len(search.tried):
        return None
    return task.answer("same", f"both rank the {len(named)} policies that are named alike, and tie all others below")


# --- potential shaping ---


def _shaped(task: _Task) -> Comparison | None:
    left, right = (shaping.paid(side.code, side.objective) for side in (task.left, task.right))
    if left is None or right is None:
        return None
    found = shaping.shaped(task.environment, left, right)
    if found is None:
        return None
    if found.factor is None:
        return task.answer("same", "both give every policy the same value: what they pay is potential shaping alone")
    times = "" if found.factor == 1 else f"{found.factor} times "
    reason = (
        f"on every reachable step {task.left.name} pays {times}what {task.right.name} pays, but for potential shaping"
    )
    return replace(task.answer("same", reason), factor=found.factor)


# --- affine relations on every face ---


def _faces(task: _Task) -> list[Face]:
    """Both objectives on every support; none where one of them is no expression in the entries, with the reason."""
    sides = (task.left, task.right)
    if any(names_policies(side.objective) for side in sides):
        task.tried.append("a ranking of named policies is no expression in a policy's entries")
        return []
    free = sum(len(chosen) - 1 for chosen in next(supports(task.environment, task.domain)))
    if free > task.limits.parameters:
        task.tried.append(
            f"policies have {free} free parameters, too many for a proof (more than {task.limits.parameters})"
        )
        return []
    interior = all(continuous(side.code, side.objective) for side in sides)
    deadline = monotonic() + task.limits.search_seconds
    chosen = islice(supports(task.environment, task.domain), 1 if interior else task.limits.supports + 1)
    faces: list[Face] = []
    for support in chosen:
        if len(faces) == task.limits.supports:
            task.tried.append(f"policies have more than {task.limits.supports} supports, too many for a proof")
            return []
        if monotonic() > deadline:
            task.tried.append(f"out of time after {len(faces)} supports")
            return []
        policy = symbolic_policy(task.environment, support)
        ranks: list[Rank] = []
        for side in sides:
            try:
                ranks.append(rank(side.code, side.objective, task.environment, policy))
            except (Undefined, Unsupported) as error:
                task.tried.append(f"{side.name} is no expression in the policy's entries: {error}")
                return []
        faces.append(Face(policy, ranks[0], ranks[1], closed=interior))
    return faces


def _components(rank_: Rank) -> tuple[Any, ...]:
    return rank_ if isinstance(rank_, tuple) else (rank_,)


def _affine(task: _Task, faces: list[Face]) -> Comparison | None:
    if not faces:
        return None
    columns = [
        [list(component) for component in zip(*(_components(side) for side in ranks), strict=True)]
        for ranks in ([face.left for face in faces], [face.right for face in faces])
    ]
    varying = [[c for c in side if affine.constant_value(c) is None] for side in columns]
    where = "for every policy" if faces[0].closed else f"on each of the {len(faces)} supports of a policy"
    if not varying[0] and not varying[1]:
        return task.answer("same", f"both give every policy the same value ({where}, as expressions in its entries)")
    if len(varying[0]) == len(varying[1]):
        found = [affine.relate(zip(f, g, strict=True)) for f, g in zip(*varying, strict=True)]
        relations = [relation for relation in found if relation is not None and relation.factor.sign() == 1]
        if len(relations) == len(found):
            return _affinely_same(task, relations, all(len(side) == 1 for side in columns), where)
    task.tried.append("they are not affinely related as expressions in the policy's entries")
    return None


def _affinely_same(task: _Task, relations: list[affine.Affine], plain: bool, where: str) -> Comparison:
    if plain:
        relation = relations[0]
        reason = f"{task.left.name} = {_affine_text(relation, task.right.name)} {where}, as expressions in its entries"
        return replace(task.answer("same", reason), factor=relation.factor)
    terms = ", ".join(_affine_text(relation, f"{task.right.name}[{i + 1}]") for i, relation in enumerate(relations))
    reason = f"{task.left.name} = ({terms}) {where}, as expressions in its entries, constant components left out"
    return task.answer("same", reason)


def _affine_text(relation: affine.Affine, name: str) -> str:
    factor = "" if relation.factor == 1 else f"{_factor_text(relation.factor)} · "
    offset = "" if relation.offset.is_zero() else f" + {_factor_text(relation.offset)}"
    return f"{factor}{name}{offset}"


def _factor_text(value: Real) -> str:
    return f"({value})" if " " in str(value) or str(value).startswith("-") else str(value)


# --- witnesses ---


def _glanced(task: _Task) -> Comparison | None:
    """Most objectives that differ do so on the named policies, or on deterministic ones."""
    task.search.deadline = monotonic() + task.limits.search_seconds / 10
    witness = task.search.offer_all(candidates.named(task.policies, task.families))
    witness = witness or task.search.offer_all(islice(candidates.simple(task.environment, task.domain), 24))
    return _different(task, witness) if witness is not None else None


def _searched(task: _Task, faces: list[Face]) -> Comparison | None:
    environment, search = task.environment, task.search
    search.deadline = monotonic() + task.limits.search_seconds
    witness = search.offer_all(candidates.named(task.policies, task.families))
    witness = witness or search.offer_all(candidates.simple(environment, task.domain))
    witness = witness or search.offer_all(islice(candidates.scattered(environment, task.domain), 100))

    def values(policy: Policy) -> tuple[float, float]:
        if faces and _inside(faces[0].policy, policy):
            ranks = [_at(side, policy) for side in (faces[0].left, faces[0].right)]
        else:
            ranks = [search.left(policy), search.right(policy)]
        return approximate(ranks[0])[0], approximate(ranks[1])[0]

    try:
        witness = witness or search.offer_all(candidates.along_gradients(environment, task.domain, values))
        anchors = [ranked.policy for ranked in search.tried[:12]]
        witness = witness or search.offer_all(candidates.towards_ties(anchors, values))
    except (Undefined, Unsupported) as error:
        task.tried.append(f"the guided search stopped: {error}")
    witness = witness or search.offer_all(islice(candidates.scattered(environment, task.domain, seed=1), 200))
    if witness is not None:
        return _different(task, witness)
    task.tried.append(f"{len(search.seen)} policies were ranked and none two of them differently")
    if search.undecided:
        task.tried.append(f"{search.undecided} of them could not be placed: enclosures overlap")
    task.tried.extend(f"some could not be ranked: {failure}" for failure in search.failures[:3])
    return None


def _inside(symbolic: Policy, policy: Policy) -> bool:
    """Whether the policy takes every action that the symbolic policy leaves open."""
    rows = zip(symbolic.rows, policy.rows, strict=True)
    return all(
        weight > 0
        for row, weights in rows
        for entry, weight in zip(row, weights, strict=True)
        if isinstance(entry, RationalFunction)
    )


def _at(side: Rank, policy: Policy) -> Rank:
    return tuple(value.at(policy) if hasattr(value, "at") else value for value in _components(side))


def _different(task: _Task, witness: Witness) -> Comparison:
    names = (witness.first.name or "p", witness.second.name or "q")
    left, right = (_order_text(order, *names) for order in witness.orders)
    return replace(task.answer("different", f"{task.left.name} {left}, {task.right.name} {right}"), witness=witness)


def _order_text(order: int, first: str, second: str) -> str:
    if order == 0:
        return f"ranks {first} and {second} equal"
    return f"prefers {first} to {second}" if order > 0 else f"prefers {second} to {first}"


# --- Z3 ---


def _by_solver(task: _Task, faces: list[Face]) -> Comparison | None:
    if not faces:
        return None
    from specl.synthesis.equality import order_alike  # Z3 takes long to load, and most comparisons end before

    answer = order_alike(faces, task.limits.proof_seconds)
    if answer.verdict == "proved":
        reason = (
            "no two policies are ranked differently: proved by Z3 over the entries of two policies "
            f"({answer.queries} queries)"
        )
        return task.answer("same", reason)
    if answer.proposal is not None:
        final = Search(task.search.left, task.search.right, 2, monotonic() + task.limits.search_seconds)
        witness = final.offer_all((None, policy) for policy in answer.proposal)
        if witness is not None:
            return _different(task, witness)
        task.tried.append("Z3 proposed two policies that turned out to be ranked alike")
    else:
        task.tried.append(answer.reason)
    return None


def _unknown(task: _Task) -> Comparison:
    return replace(task.answer("unknown", "; ".join(task.tried)), tried=tuple(task.tried))
