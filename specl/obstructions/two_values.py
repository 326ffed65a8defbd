"""On a policy with a single trajectory the probability of a formula is 0 or 1; here one is strictly between others."""

from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.claims.question import Answer, Question
from specl.obstructions.exact.chain import explore
from specl.obstructions.exact.ratio import ONE

REFUTES = ("LTL",)
NEEDS = ("policies",)


def search(question: Question) -> Answer:
    """Take the first policy with a single trajectory that is neither among the best nor among the worst."""
    best, *between, worst = question.ordering if len(question.ordering) > 1 else (*question.ordering, ())
    certain = [name for group in between for name in group if _is_single(question, name)]
    if not certain:
        raise NoCertificate("no policy that is strictly between others has a single trajectory")
    found = [best[0], certain[0], worst[0]]
    return Answer(question.policies_json(), {"ranks": question.ranks_json(), "policies": found})


def _is_single(question: Question, name: str) -> bool:
    chain = explore(question.environment, question.rows[name])
    return chain.start.count(ONE) == 1 and all(len(moves) == 1 for moves in chain.moves)
