"""Proofs about two objectives as expressions in the policy's entries: by an affine relation, or by Z3."""

from dataclasses import replace
from itertools import islice
from time import monotonic
from typing import Any

from specl.evaluation.context import Rank
from specl.expressivity import affine
from specl.expressivity.comparison import Comparison, Task, factor_text
from specl.expressivity.faces import continuous, names_policies, supports
from specl.expressivity.witness import Search
from specl.formalisms import rank
from specl.model.errors import Undefined, Unsupported
from specl.model.rational_function import symbolic_policy
from specl.synthesis.face import Face


def faces_of(task: Task) -> list[Face]:
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


def components(rank_: Rank) -> tuple[Any, ...]:
    """The components of a rank; one for a value."""
    return rank_ if isinstance(rank_, tuple) else (rank_,)


def prove_affine(task: Task, faces: list[Face]) -> Comparison | None:
    """The same by one affine relation on all faces (see `affine`), component by component."""
    if not faces:
        return None
    if len(faces) == 1 and faces[0].is_point:
        return task.answer("same", "no choice of a policy counts for either")
    columns = [
        [list(component) for component in zip(*(components(side) for side in ranks), strict=True)]
        for ranks in ([face.left for face in faces], [face.right for face in faces])
    ]
    varying = [[c for c in side if affine.constant_value(c) is None] for side in columns]
    many = len(faces) > 1 and not faces[0].closed
    where = f"on each of the {len(faces)} supports of a policy" if many else "for every policy"
    if not varying[0] and not varying[1]:
        return task.answer("same", f"both give every policy the same value ({where}, as expressions in its entries)")
    if len(varying[0]) == len(varying[1]):
        found = [affine.relate(zip(f, g, strict=True)) for f, g in zip(*varying, strict=True)]
        relations = [relation for relation in found if relation is not None and relation.factor.sign() == 1]
        if len(relations) == len(found):
            return _affinely_same(task, relations, all(len(side) == 1 for side in columns), where)
    task.tried.append("they are not affinely related as expressions in the policy's entries")
    return None


def _affinely_same(task: Task, relations: list[affine.Affine], plain: bool, where: str) -> Comparison:
    if plain:
        relation = relations[0]
        reason = f"{task.left.name} = {_affine_text(relation, task.right.name)} {where}, as expressions in its entries"
        return replace(task.answer("same", reason), factor=relation.factor)
    terms = ", ".join(_affine_text(relation, f"{task.right.name}[{i + 1}]") for i, relation in enumerate(relations))
    reason = f"{task.left.name} = ({terms}) {where}, as expressions in its entries, constant components left out"
    return task.answer("same", reason)


def _affine_text(relation: affine.Affine, name: str) -> str:
    factor = "" if relation.factor == 1 else f"{factor_text(relation.factor)} · "
    offset = "" if relation.offset.is_zero() else f" + {factor_text(relation.offset)}"
    return f"{factor}{name}{offset}"


def ask_solver(task: Task, faces: list[Face]) -> Comparison | None:
    """The same, or two policies that differ, by Z3 (see `specl.synthesis.equality`)."""
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
            return task.differ(witness)
        task.tried.append("Z3 proposed two policies that turned out to be ranked alike")
    else:
        task.tried.append(answer.reason)
    return None
