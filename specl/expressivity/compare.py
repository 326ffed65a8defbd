"""Do two objectives want the same? Over all stationary policies of their environment, in exact arithmetic.

In this order: decisions for linear objectives and rankings, and a proof by potential shaping (`exact`); a glance at
named and deterministic policies (`differences`); a proof by an affine relation of the two as expressions in the
policy's entries (`symbolic`); a search for two policies that they rank differently; Z3 over the entries of two
policies. What none of these settles is unknown.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from time import monotonic

from specl.expressivity.comparison import Comparison, Limits, Side, Task
from specl.expressivity.differences import glance, search
from specl.expressivity.exact import decide_linear, decide_rankings, decide_shaping
from specl.expressivity.faces import domain
from specl.expressivity.symbolic import ask_solver, faces_of, prove_affine
from specl.expressivity.witness import Search
from specl.formalisms import rank
from specl.model.environment import Environment
from specl.model.policy import Family, Policy

__all__ = ["Comparison", "Limits", "Side", "compare"]


def compare(
    environment: Environment,
    left: Side,
    right: Side,
    policies: Mapping[str, Policy] | None = None,
    families: Mapping[str, Family] | None = None,
    limits: Limits | None = None,
    taken: Collection[str] = (),
) -> Comparison:
    """Compare two objectives on all stationary policies of an environment.

    Ctrl-C ends the work, not the answer: it is unknown, with what was tried until then.

    Args:
        policies, families: named ones of this environment; a witness is looked for among them first.
        taken: names that policies of the witness which have none must not be given.
    """
    limits = limits or Limits()
    trials = Search(
        lambda policy: rank(left.code, left.objective, environment, policy),
        lambda policy: rank(right.code, right.objective, environment, policy),
        limits.policies,
        monotonic() + limits.search_seconds,
    )
    counting = domain(left.code, left.objective, environment) | domain(right.code, right.objective, environment)
    task = Task(environment, left, right, policies or {}, families or {}, limits, trials, counting, taken)
    if left.code == right.code and left.objective == right.objective:
        return task.answer("same", "the two are written alike")
    try:
        return _decide(task)
    except KeyboardInterrupt:
        task.tried.append("interrupted")
        return _unknown(task)


def _decide(task: Task) -> Comparison:
    decided = decide_linear(task) or decide_rankings(task) or decide_shaping(task) or glance(task)
    if decided is not None:
        return decided
    faces = faces_of(task)
    return prove_affine(task, faces) or search(task, faces) or ask_solver(task, faces) or _unknown(task)


def _unknown(task: Task) -> Comparison:
    return replace(task.answer("unknown", "; ".join(task.tried)), tried=tuple(task.tried))
