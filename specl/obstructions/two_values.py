"""On a policy with a single trajectory the probability of a formula is 0 or 1; here three such have three ranks."""

from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.claims.question import Answer, Question
from specl.obstructions.exact.chain import explore
from specl.obstructions.exact.ratio import ONE

REFUTES = ("LTL",)
NEEDS = ("policies",)


def search(question: Question) -> Answer:
    """Take the first policy with a single trajectory of each of three groups."""
    found = []
    for group in question.ordering:
        certain = [name for name in group if _is_single(question, name)]
        found += certain[:1]
    if len(found) < 3:
        ranks = f"{len(found)} rank{'s' * (len(found) != 1)}"
        raise NoCertificate(f"the policies that have a single trajectory have {ranks}, and three are needed")
    return Answer(question.policies_json(), {"ranks": question.ranks_json(), "policies": found[:3]})


def _is_single(question: Question, name: str) -> bool:
    chain = explore(question.environment, question.rows[name])
    return chain.start.count(ONE) == 1 and all(len(moves) == 1 for moves in chain.moves)
