"""What holds of every witness that `specl.separate` finds."""

import json
from itertools import pairwise

import specl
from specl import kernel, reductions
from specl.api.certificates import read_folder
from specl.api.separated import Separated, Witnessed


def separated(upper: str, lower: str, seed: int = 0, seconds: float = 60.0, **wanted: int | str | None) -> Separated:
    """The answer about two formalisms."""
    answer = specl.separate(upper, lower, seed=seed, seconds=seconds, **wanted)  # type: ignore[arg-type]
    assert isinstance(answer, Separated)
    return answer


def assert_witness(answer: Separated) -> Witnessed:
    """The file loads, its assertions hold by exact evaluation and its refutation by the kernel; the documents say what
    the answer says, the kernel accepts them, the reductions lead where they should, and nothing is from the proofs."""
    assert answer.verdict == "found", answer.reason
    assert answer.witness is not None
    assert answer.spec is not None
    checked = specl.check(answer.spec)
    assert checked.verdict == "ok", [outcome for outcome in checked.outcomes if outcome.verdict != "ok"]
    assert any(outcome.claim.startswith("refute") for outcome in checked.outcomes)
    claim, certificate = json.loads(answer.witness.claim), json.loads(answer.witness.certificate)
    assert kernel.check(claim, certificate).status == kernel.ACCEPT
    route, proposal = answer.witness.found.route, answer.witness.shrunk.proposal
    assert (claim["refuted"], claim["objective"]["formalism"]) == (route.refuted, route.expressing)
    assert claim["kind"] == proposal.kind == route.kind
    assert (route.above[0], route.below[-1]) == (answer.upper, answer.lower)
    for chain in (route.above, route.below):
        assert all(step in reductions.arrows() for step in pairwise(chain))
    assert answer.witness.claim.encode() not in {files.claim for files in read_folder()}
    written = {objective.code for objective in checked.document.objectives.values()}
    assert answer.lower in written
    return answer.witness
