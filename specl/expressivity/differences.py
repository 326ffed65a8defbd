"""Looking for two policies that two objectives rank differently, in the order in which readers would."""

from itertools import islice
from time import monotonic

from specl.evaluation.context import Rank
from specl.expressivity import candidates
from specl.expressivity.comparison import Comparison, Task
from specl.expressivity.symbolic import components
from specl.expressivity.witness import approximate
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy
from specl.model.rational_function import RationalFunction
from specl.synthesis.face import Face


def glance(task: Task) -> Comparison | None:
    """Most objectives that differ do so on the named policies, or on deterministic ones."""
    task.search.deadline = monotonic() + task.limits.search_seconds / 10
    witness = task.search.offer_all(candidates.named(task.policies, task.families))
    witness = witness or task.search.offer_all(islice(candidates.simple(task.environment, task.domain), 24))
    return task.differ(witness) if witness is not None else None


def search(task: Task, faces: list[Face]) -> Comparison | None:
    """Simple policies, random ones, then those to which gradients and ties point; `faces` make gradients cheap."""
    environment, found = task.environment, task.search
    found.deadline = monotonic() + task.limits.search_seconds
    witness = found.offer_all(candidates.named(task.policies, task.families))
    witness = witness or found.offer_all(candidates.simple(environment, task.domain))
    witness = witness or found.offer_all(islice(candidates.scattered(environment, task.domain), 100))

    def values(policy: Policy) -> tuple[float, float]:
        if faces and _inside(faces[0].policy, policy):
            ranks = [_at(side, policy) for side in (faces[0].left, faces[0].right)]
        else:
            ranks = [found.left(policy), found.right(policy)]
        return approximate(ranks[0])[0], approximate(ranks[1])[0]

    try:
        witness = witness or found.offer_all(candidates.along_gradients(environment, task.domain, values))
        anchors = [ranked.policy for ranked in found.tried[:12]]
        witness = witness or found.offer_all(candidates.towards_ties(anchors, values))
    except (Undefined, Unsupported) as error:
        task.tried.append(f"the guided search stopped: {error}")
    witness = witness or found.offer_all(islice(candidates.scattered(environment, task.domain, seed=1), 200))
    if witness is not None:
        return task.differ(witness)
    task.tried.append(f"{len(found.seen)} policies were ranked and none two of them differently")
    if found.undecided:
        task.tried.append(f"{found.undecided} of them could not be placed: enclosures overlap")
    task.tried.extend(f"some could not be ranked: {failure}" for failure in found.failures[:3])
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
    return tuple(value.at(policy) if hasattr(value, "at") else value for value in components(side))
