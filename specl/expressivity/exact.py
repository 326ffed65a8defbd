"""Comparisons that are decided outright: linear objectives, rankings of policies, and what shaping makes the same."""

from dataclasses import replace
from time import monotonic

from specl.expressivity import candidates, linear, shaping
from specl.expressivity.comparison import Comparison, Task, factor_text
from specl.expressivity.witness import Search
from specl.model.errors import Undefined
from specl.model.order import Ranking
from specl.model.real import Real


def decide_linear(task: Task) -> Comparison | None:
    """Two Markov rewards with one discount (see `linear`)."""
    left, right, environment = task.left.objective, task.right.objective, task.environment
    if not (task.left.code == task.right.code == "MR" and left.discount == right.discount):
        return None
    gradients = [linear.gradient(environment, each.reward, each.discount) for each in (left, right)]
    found = linear.proportion(*gradients)
    if found is not None and found.factor is None:
        return task.answer("same", "both give every policy the same value")
    if found is not None and found.factor is not None:
        times = "" if found.factor == 1 else f"{factor_text(found.factor)} times "
        reason = (
            f"both are linear in the occupancy measure (discount {left.discount}), and on the tangent space of its "
            f"polytope the gradient of {task.left.name} is {times}that of {task.right.name}"
        )
        return replace(task.answer("same", reason), factor=found.factor, shaping=_shaping(task, found.factor))
    reason = (
        f"both are linear in the occupancy measure (discount {left.discount}), and on the tangent space of its "
        "polytope neither gradient is a positive multiple of the other"
    )
    witness = task.search.offer_all(candidates.named(task.policies, task.families))
    witness = witness or task.search.offer_all(candidates.simple(environment, task.domain))
    for pair in (gradients, gradients[::-1]):
        if witness is None:
            try:
                apart = linear.apart(environment, left.discount, *pair)
            except Undefined as error:  # no approximations of numbers too large or too small for them
                task.tried.append(f"no direction was found in which the two objectives part: {error}")
                continue
            final = Search(task.search.left, task.search.right, 2, monotonic() + 60)
            witness = final.offer_all((None, policy) for policy in apart or ())
    if witness is None:
        return None
    return task.differ(witness, because=reason)


def decide_rankings(task: Task) -> Comparison | None:
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
        return task.differ(witness)
    if search.undecided or len(search.seen) > len(search.tried):
        return None
    return task.answer("same", f"both rank the {len(named)} policies that are named alike, and tie all others below")


def decide_shaping(task: Task) -> Comparison | None:
    """Two objectives that pay the same but for potential shaping (see `shaping`)."""
    left, right = (shaping.paid(side.code, side.objective) for side in (task.left, task.right))
    if left is None or right is None:
        return None
    found = shaping.shaped(task.environment, left, right)
    if found is None:
        return None
    if found.factor is None:
        return task.answer("same", "both give every policy the same value: what they pay is potential shaping alone")
    times = "" if found.factor == 1 else f"{found.factor} times "
    reason = f"wherever one gets, {task.left.name} pays {times}what {task.right.name} pays, but for potential shaping"
    return replace(task.answer("same", reason), factor=found.factor, shaping=_shaping(task, found.factor))


def _shaping(task: Task, factor: Real) -> shaping.Shaping | None:
    left, right = (shaping.paid(side.code, side.objective) for side in (task.left, task.right))
    return None if left is None or right is None else shaping.shaping(task.environment, left, right, factor)
