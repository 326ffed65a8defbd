"""Refutations of records that were never written down."""

from collections.abc import Mapping, Sequence
from typing import Any

import specl
from specl.kernel import Verdict, check
from specl.kernel.reading import read_text
from specl.language.document import Document, NamedObjective, Refutation
from specl.language.records import NamedPolicy
from specl.language.syntax import File
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.obstructions import NoCertificate, Proof, prove
from specl.obstructions.claims.writing import text


def document(environment: Environment, code: str, record: Any) -> Document:
    """A document with one objective, called o."""
    objective = NamedObjective("o", environment.name, code, record, (0, 0))
    return Document("o.spec", "", File(()), {environment.name: environment}, {}, {}, {"o": objective}, {}, (), ())


def refutation(refuted: str, kind: str, environment: Environment, policies: Sequence[Policy]) -> Refutation:
    """`refute CODE by KIND { objective o  policies {p0, p1, …} }`."""
    named = tuple(NamedPolicy(f"p{i}", environment.name, policy) for i, policy in enumerate(policies))
    return Refutation(refuted, kind, environment.name, "o", named, (), None, None, (0, 0))


def attempt(
    refuted: str, kind: str, environment: Environment, policies: Sequence[Policy], code: str, record: Any
) -> Proof | None:
    """The proof that an objective of `code` is beyond `refuted`; None where there is none for certain."""
    try:
        return prove(document(environment, code, record), refutation(refuted, kind, environment, policies))
    except NoCertificate as error:
        if not error.decided:
            raise
        return None


def proof_in(spec: str) -> Proof:
    """The proof of the only refutation of a text."""
    loaded = specl.load(spec)
    [only] = loaded.refutations
    return prove(loaded, only)


def verdict_on(proof: Proof) -> Verdict:
    """What the kernel says of the two documents as they are written down."""
    return check(read_text(text(proof.claim).encode()), read_text(text(proof.certificate).encode()))


def accepted(proof: Proof) -> Mapping[str, Any]:
    """The evidence of a proof that the kernel accepts."""
    verdict = verdict_on(proof)
    assert (verdict.status, verdict.reason, verdict.where) == ("ACCEPT", "", "")
    assert (verdict.refuted, verdict.expressing) == (proof.refuted, proof.expressing)
    evidence: Mapping[str, Any] = proof.certificate["evidence"]
    return evidence
