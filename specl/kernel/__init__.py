"""TRUSTED: decides whether a certificate proves a claim. Standard library only; docs/certificate-format.md."""

from dataclasses import dataclass

from specl.kernel.arithmetic import WORK, Rejected, spend
from specl.kernel.claims import read_claim
from specl.kernel.obstructions import KINDS
from specl.kernel.reading import Malformed, Node

ACCEPT, REJECT, MALFORMED = "ACCEPT", "REJECT", "MALFORMED"

@dataclass(frozen=True)
class Verdict:
    """ACCEPT: `refuted` cannot express what `expressing` can ("": a wish). REJECT, MALFORMED: why not, where."""

    status: str
    reason: str = ""
    where: str = ""
    kind: str = ""
    refuted: str = ""
    expressing: str = ""
    words: str = ""

def check(claim: object, certificate: object, work: int = WORK) -> Verdict:
    """Whether the certificate proves the claim, both as json.loads gives them, within a budget. Raises nothing."""
    about: dict[str, str] = {}
    try:
        spend(0, refill=work)
        read = read_claim(Node(claim, "claim"))
        about = {"kind": read.kind, "refuted": read.refuted, "words": read.words}
        about["expressing"] = read.objective.formalism
        head, kind, evidence = Node(certificate, "certificate").fields("format", "kind", "evidence")
        head.one_of(("specl-certificate/1",), "specl-certificate/1")
        kind.proves(kind.one_of(KINDS, "a kind of refutation") == read.kind, f"the claim is of the kind {read.kind}")
        KINDS[read.kind](read, evidence)
    except (Malformed, Rejected) as error:
        return Verdict(MALFORMED if isinstance(error, Malformed) else REJECT, *error.args, **about)
    return Verdict(ACCEPT, **about)
