"""Writing an objective down in another formalism, along the reductions."""

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from specl import formalisms, reductions
from specl.api.references import Reference, formalism_code, objective_in, refuse
from specl.language.document import Document
from specl.reductions.writing import spec_of


@dataclass(frozen=True)
class Translated:
    """An objective in another formalism, with the same ordering of all policies.

    Attributes:
        name, code, objective: of the new objective: its name, its formalism, its record.
        chain: the codes that the reductions led through, the old one first.
        constructions: for each arrow of the chain, how it works, in a line.
        spec: a .spec file with the environment, its policies, the old objective and the new one.
    """

    name: str
    code: str
    objective: Any
    chain: tuple[str, ...]
    constructions: tuple[str, ...]
    spec: str

    def json(self) -> dict[str, Any]:
        """``{"objective": name, "formalism": code, "chain": [code, …], "constructions": […], "spec": text}``."""
        return {
            "objective": self.name,
            "formalism": self.code,
            "chain": list(self.chain),
            "constructions": list(self.constructions),
            "spec": self.spec,
        }

    def __str__(self) -> str:
        return self.spec


def translate(objective: str, to: str, document: Document | str | os.PathLike[str] | None = None) -> Translated:
    """The objective as one of the formalism `to`, along a shortest chain of reductions.

    Args:
        objective: a name in `document`, or ``file.spec:name``, or a file with one objective.
        to: the code of a formalism.

    Raises:
        SpecErrors: nothing of that name, or no chain of reductions leads to `to`.
    """
    found = objective_in(objective, document)
    target = formalism_code(to)
    source = found.objective
    try:
        chain, record = reductions.translate(source.code, source.objective, found.environment, target)
    except reductions.NoReduction:
        reached = ", ".join(code for code in formalisms.codes() if _leads(source.code, code))
        message = f"no chain of reductions leads from {source.code} to {target}"
        raise refuse("E093", message, f"from {source.code} reductions lead to {reached}") from None
    arrows = [reductions.reduction(*arrow) for arrow in pairwise(chain)]
    name = _fresh(f"{source.name}_as_{target.lower()}", found.document)
    text = _spec(found, name, target, record)
    return Translated(name, target, record, tuple(chain), tuple(arrow.construction for arrow in arrows), text)


def _spec(found: Reference, name: str, code: str, record: Any) -> str:
    document, source = found.document, found.objective
    policies = {
        policy.name: policy.policy for policy in document.policies.values() if policy.environment == source.environment
    }
    written = {source.name: (source.code, source.objective)}
    if code != source.code:
        written[name] = (code, record)
    known = {each.name: each.objective for each in document.objectives.values()}
    return spec_of(found.environment, policies, written, known)


def _fresh(name: str, document: Document) -> str:
    taken = {*document.environments, *document.policies, *document.families, *document.objectives, *document.orderings}
    while name in taken:
        name += "'"
    return name


def _leads(source: str, target: str) -> bool:
    try:
        return source != target and bool(reductions.path(source, target))
    except reductions.NoReduction:
        return False
