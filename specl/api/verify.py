"""Checking certificates by the kernel alone, and what follows from those that it accepts."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from specl.api.certificates import Checked, Files, read_folder
from specl.api.references import refuse
from specl.api.witness import witness_of
from specl.expressivity.explain import Explanation, explain
from specl.expressivity.preorder import ContradictionError, Fact, Preorder, Witness, known
from specl.formalisms import codes


@dataclass(frozen=True)
class Verified:
    """What the kernel says of every certificate of a folder."""

    checked: tuple[Checked, ...]

    @property
    def accepted(self) -> tuple[Checked, ...]:
        """Those that prove their claims."""
        return tuple(each for each in self.checked if each.accepted)

    @property
    def rejected(self) -> tuple[Checked, ...]:
        """Those that do not, or cannot be read."""
        return tuple(each for each in self.checked if not each.accepted)

    @cached_property
    def preorder(self) -> Preorder:
        """What follows from the reductions and the refutations that the kernel accepts.

        Raises:
            SpecErrors: they contradict each other; the message names both chains.
        """
        return preorder_of(self.accepted)

    def json(self) -> dict[str, Any]:
        """``{"accepted": n, "rejected": [{"certificate", "reason", "where"}, …], "pairs": {"holds": n, …}}``."""
        counts = Counter(evidence.verdict for evidence in self.preorder.pairs.values())
        rejected = [
            {
                "certificate": each.name,
                "reason": f"{each.verdict.status}: {each.verdict.reason}",
                "where": each.verdict.where,
            }
            for each in self.rejected
        ]
        return {
            "accepted": len(self.accepted),
            "rejected": rejected,
            "pairs": {"holds": counts["holds"], "fails": counts["fails"], "open": counts["open"]},
        }


def verify(path: str | os.PathLike[str] | None = None) -> Verified:
    """Check every claim and certificate in a folder by the kernel, which searches for nothing and believes nothing.

    Args:
        path: a folder with files NAME.claim.json and NAME.certificate.json, or with a subfolder `certificates` of such;
            by default the project's own proofs.

    Raises:
        SpecErrors: there is no such folder, or nothing to check in it.
    """
    place = path or "the folder of proofs"
    try:
        found = read_folder(path)
    except OSError as error:
        raise refuse("E001", f"{place} cannot be read: {error.strerror or error}") from None
    if not found:
        hint = "`specl prove` makes them from the `refute` items of .spec files"
        raise refuse("E001", f"there are no claims and certificates in {place}", hint)
    return Verified(tuple(files.check() for files in found))


def current() -> Preorder:
    """The preorder from the reductions and the project's own certificates, each checked by the kernel in this run.

    Raises:
        SpecErrors: they contradict each other.
    """
    return preorder_of(files.check() for files in _own())


def explain_pair(left: str, right: str) -> Explanation:
    """How two formalisms compare by what `current` knows; only the certificates that this rests on are checked.

    Raises:
        SpecErrors: a certificate that the kernel accepts contradicts a chain of reductions.
    """
    supposed = list(_own())
    while True:
        facts: dict[tuple[str, str], tuple[Fact, Files]] = {}
        for files in supposed:
            said = files.says
            if said is not None and {*said[:2]} <= {*codes()}:
                fact = _fact(*said, files.name, partial(_witness, files))
                facts.setdefault((fact.upper, fact.lower), (fact, files))
        try:
            explanation = explain(known(fact for fact, _ in facts.values()), left, right)
        except ContradictionError:  # by what nobody has checked: see what remains when everything is checked
            return explain(current(), left, right)
        sides = (explanation.at_least, explanation.at_most)
        used = [side.refutation for side in sides if side.refutation is not None]
        wrong = [files for fact, files in facts.values() if fact in used and not files.check().accepted]
        if not wrong:
            return explanation
        supposed = [files for files in supposed if files not in wrong]


def preorder_of(checked: Iterable[Checked]) -> Preorder:
    """The preorder from the reductions and those refutations that are accepted.

    Raises:
        SpecErrors: they contradict each other; the message names both chains.
    """
    facts: dict[tuple[str, str], Fact] = {}
    for each in checked:
        if each.accepted and each.verdict.expressing:  # else it is about a wish, and settles no pair
            verdict = each.verdict
            fact = _fact(verdict.refuted, verdict.expressing, verdict.kind, each.name, partial(witness_of, each))
            facts.setdefault((fact.upper, fact.lower), fact)
    try:
        return known(facts.values())
    except ContradictionError as error:
        message = f"the facts contradict each other: {error}"
        raise refuse("E095", message, "one of the two proofs is wrong, or the kernel is") from None


def _fact(upper: str, lower: str, kind: str, name: str, witness: Callable[[], Witness]) -> Fact:
    proof = f"{kind.replace('_', ' ')}, certificate {name}, which the kernel accepts"
    return Fact(upper, lower, False, proof, witness)


def _witness(files: Files) -> Witness:
    return witness_of(files.check())


def _own() -> tuple[Files, ...]:
    try:
        return read_folder()
    except OSError:
        return ()
