"""Running the assertions and refutations of a document."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from specl.api.evaluate import PRECISION, rank_all
from specl.api.references import Reference, document_of
from specl.evaluation.context import Rank
from specl.evaluation.ranks import compare_ranks
from specl.language.diagnostics import Diagnostic, SpecErrors
from specl.language.document import Claim, Compares, Document, Equivalent, Expresses
from specl.language.source import Source
from specl.model.errors import Span
from specl.render.number import exact, show

if TYPE_CHECKING:
    from specl.api.expressed import Answered

Verdict = Literal["ok", "failed", "unknown"]


@dataclass(frozen=True)
class Outcome:
    """What came of one assertion or refutation.

    Attributes:
        claim: as it is written in the file.
        line: where, counted from 1.
        verdict: "unknown" where the precision, or the search, does not decide it.
        values: policy -> rank, of the policies that the claim names.
        reason: why, in words; empty where there is nothing to add.
    """

    claim: str
    line: int
    verdict: Verdict
    values: tuple[tuple[str, Rank], ...] = ()
    reason: str = ""

    def json(self) -> dict[str, Any]:
        """The outcome as JSON."""
        values = {policy: exact(rank) for policy, rank in self.values}
        return {
            "claim": self.claim,
            "line": self.line,
            "verdict": self.verdict,
            "values": values,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Checked:
    """The outcomes of a document's assertions and refutations, in the order of the file.

    ``errors``: the assertions about values that do not exist or cannot be enclosed, and the refutations that make no
    claim that a certificate could carry; None where there are none. ``findings``: of the lints, in the order of the
    text, where they were asked for; they do not count in the verdict.
    """

    document: Document
    outcomes: tuple[Outcome, ...]
    errors: SpecErrors | None = None
    findings: tuple[Diagnostic, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of them: "failed", "unknown", "ok"; never "ok" beside errors."""
        found = {outcome.verdict for outcome in self.outcomes}
        ranked: tuple[Verdict, ...] = ("failed", "unknown")
        return next((verdict for verdict in ranked if verdict in found), "ok" if self.errors is None else "unknown")

    def count(self, verdict: Verdict) -> int:
        """How many have this verdict."""
        return sum(outcome.verdict == verdict for outcome in self.outcomes)


def check(document: Document | str | os.PathLike[str], precision: Fraction = PRECISION, lint: bool = False) -> Checked:
    """Run the assertions of a document, and search certificates for its refutations, which the kernel then checks.

    Args:
        lint: whether to look for what is correct and yet surely not meant (see `specl.lints`), too.

    Raises:
        SpecErrors: a file that is not correct.
    """
    document = document_of(document)
    runner = _Runner(document, precision)
    outcomes = [runner.outcome(claim) for claim in document.assertions]
    if document.refutations:
        outcomes += _refutations(document, runner.problems)
    errors = SpecErrors(runner.problems, Source(document.text, document.file)) if runner.problems else None
    ordered = tuple(sorted(outcomes, key=lambda outcome: outcome.line))
    return Checked(document, ordered, errors, _findings(document) if lint else ())


@dataclass
class _Runner:
    document: Document
    precision: Fraction
    ranks: dict[tuple[str, str], Rank | None] = field(default_factory=dict)  # by objective and policy; None is told
    answers: dict[str, Mapping[str, "Answered"]] = field(default_factory=dict)  # ordering -> code -> answer
    problems: list[Diagnostic] = field(default_factory=list)

    def outcome(self, claim: Claim) -> Outcome:
        written, line = self._written(claim.at)
        match claim:
            case Compares():
                return self._compares(claim, written, line)
            case Equivalent():
                return self._equivalent(claim, written, line)
            case Expresses():
                return self._expresses(claim, written, line)

    def _compares(self, claim: Compares, written: str, line: int) -> Outcome:
        values = [(policy.name, self._rank(claim.objective, policy)) for policy in claim.chain]
        known = [(name, rank) for name, rank in values if rank is not None]
        if len(known) < len(values):
            return Outcome(written, line, "unknown")
        ranked = zip(claim.chain, (rank for _, rank in known), strict=True)
        signs = [  # a policy ties with itself, also where its rank is only enclosed
            0 if p.policy == q.policy else compare_ranks(left, right) for (p, left), (q, right) in pairwise(ranked)
        ]
        truths = [_link(sign, relation) for sign, relation in zip(signs, claim.relations, strict=True)]
        truth = False if False in truths else None if None in truths else True
        verdict = _verdict(truth, claim.negated)
        reason = ", ".join(f"{name} = {show(rank)}" for name, rank in dict(known).items())
        return Outcome(written, line, verdict, tuple(dict(known).items()), reason)

    def _equivalent(self, claim: Equivalent, written: str, line: int) -> Outcome:
        from specl.api.objectives import compare_objectives  # search and symbolic work, which few files ask for

        left, right = (Reference(self.document, self.document.objectives[name]) for name in (claim.left, claim.right))
        answer = compare_objectives(left, right)
        truth = {"same": True, "different": False}.get(answer.verdict)
        reason = "; ".join([answer.reason, *answer.definitions])
        return Outcome(written, line, _verdict(truth, claim.negated), (), reason)

    def _expresses(self, claim: Expresses, written: str, line: int) -> Outcome:
        if claim.ordering not in self.answers:
            self.answers[claim.ordering] = self._answered(claim.ordering)
        found = self.answers[claim.ordering].get(claim.code)
        if found is None:
            return Outcome(written, line, "unknown")
        truth = {"yes": True, "no": False}.get(found.verdict)
        return Outcome(written, line, _verdict(truth, claim.negated), (), found.reason)

    def _answered(self, ordering: str) -> "Mapping[str, Answered]":
        """What the formalisms that the document asks answer; nothing of those that cannot be asked."""
        from specl.api.express import able, answer  # searches of many kinds, which few files ask for
        from specl.api.orderings import state

        asked = [each for each in self.document.assertions if isinstance(each, Expresses) and each.ordering == ordering]
        try:
            stated = state(self.document, self.document.orderings[ordering], None, self.precision)
        except SpecErrors as errors:
            self.problems += errors.diagnostics
            return {}
        for each in asked:
            if not able(stated, each.code):
                message = f"{each.code} ranks policies only, and `{ordering}` orders trajectories"
                self.problems.append(Diagnostic("E097", message, each.at, None, self.document.file))
        return answer(stated, {each.code for each in asked if able(stated, each.code)}).answers

    def _rank(self, objective: str, policy: Any) -> Rank | None:
        key = (objective, policy.name)
        if key not in self.ranks:
            named = self.document.objectives[objective]
            found = rank_all(self.document, named, [policy], self.precision, self.problems)
            self.ranks[key] = found.get(policy.name)
        return self.ranks[key]

    def _written(self, at: Span) -> tuple[str, int]:
        text = self.document.text
        words = " ".join(text[at[0] : at[1]].split())
        return words.removeprefix("assert "), text.count("\n", 0, at[0]) + 1


def _findings(document: Document) -> tuple[Diagnostic, ...]:
    from specl.lints import findings  # they compare, solve and prove, and few ask for that

    return findings(document)


def _refutations(document: Document, problems: list[Diagnostic]) -> list[Outcome]:
    from specl.api.prove import decide  # the search and the kernel, which files without refutations do without

    try:
        decided = decide(document, document.refutations)
    except SpecErrors as error:
        problems += error.diagnostics
        return []
    return [Outcome(each.claim, each.line, each.verdict, (), each.reason) for each in decided]


def _link(sign: int | None, relation: str) -> bool | None:
    if sign is None:
        return None
    return sign == (1 if relation == ">" else 0)


def _verdict(truth: bool | None, negated: bool) -> Verdict:
    if truth is None:
        return "unknown"
    return "ok" if truth is not negated else "failed"
