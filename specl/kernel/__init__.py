"""TRUSTED: decides whether a certificate proves a claim. Standard library only; docs/certificate-format.md."""

from dataclasses import dataclass

from specl.kernel.arithmetic import Rejected, spend
from specl.kernel.claims import read_claim
from specl.kernel.obstructions import KINDS
from specl.kernel.reading import Malformed, Node

ACCEPT, REJECT, MALFORMED = "ACCEPT", "REJECT", "MALFORMED"

@dataclass(frozen=True)
class Verdict:
    """ACCEPT: `refuted` cannot express what `expressing` can. REJECT, MALFORMED: why not, where. words: the claim."""

    status: str
    reason: str = ""
    where: str = ""
    kind: str = ""
    refuted: str = ""
    expressing: str = ""
    words: str = ""

def check(claim: object, certificate: object) -> Verdict:
    """Whether the certificate proves the claim, two JSON documents as json.loads gives them. Raises nothing."""
    spend(0, refill=True)
    about: dict[str, str] = {}
    try:
        read = read_claim(Node(claim, "claim"))
        formalism = read.objective.formalism
        about = {"kind": read.kind, "refuted": read.refuted, "expressing": formalism, "words": read.words}
        head, kind, evidence = Node(certificate, "certificate").fields("format", "kind", "evidence")
        head.one_of(("specl-certificate/1",), "specl-certificate/1")
        kind.proves(kind.one_of(KINDS, "a kind of refutation") == read.kind, f"the claim is of the kind {read.kind}")
        KINDS[read.kind](read, evidence)
    except (Malformed, Rejected) as error:
        reason, where = error.args
        return Verdict(MALFORMED if isinstance(error, Malformed) else REJECT, reason, where, **about)
    return Verdict(ACCEPT, **about)
