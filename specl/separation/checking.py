"""Whether a proposal is a witness: it is written down, read back, and its certificate is put to a checker."""

from collections.abc import Callable

from specl import formalisms, obstructions
from specl.language.diagnostics import SpecErrors
from specl.language.load import load_document
from specl.language.source import Source
from specl.model.errors import Undefined, Unsupported
from specl.obstructions import NoCertificate, NoClaim, Proof
from specl.separation.proposal import Proposal, prove
from specl.separation.written import witness_file

Accepts = Callable[[Proof], bool]
"""Whether a claim and a certificate are found right, by whom one believes."""


def checked(proposal: Proposal, accepts: Accepts) -> Proof | None:
    """The certificate of a proposal, found from its file, where there is one and it is accepted."""
    try:
        prove(proposal)  # most proposals fail here, and writing takes longer
        document = load_document(Source(witness_file(proposal)), formalisms)
        [refutation] = document.refutations
        proof = obstructions.prove(document, refutation)
    except (NoCertificate, NoClaim, SpecErrors, Undefined, Unsupported, ValueError):
        return None
    return proof if accepts(proof) else None
