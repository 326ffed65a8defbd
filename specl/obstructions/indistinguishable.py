"""Two policies with the same features have the same value, whatever the objective; here they are ranked apart.

For LAR the features are the limit frequencies of the steps. For TLO they are the lottery over trajectories, which two
policies share where they reach the same states and act alike in them.
"""

from itertools import combinations

from specl.model.policy import reachable_states
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.claims.question import Answer, Question
from specl.obstructions.exact.interval import POINT
from specl.obstructions.exact.ranks import step_masses

REFUTES = ("LAR", "TLO")
NEEDS = ("policies",)


def search(question: Question) -> Answer:
    """Try the pairs of policies of different ranks."""
    names = [name for group in question.ordering for name in group]
    apart = [pair for pair in combinations(names, 2) if question.group(pair[0]) != question.group(pair[1])]
    if not apart:
        raise NoCertificate("the objective ranks all these policies alike")
    for pair in apart:
        measures = _shared_frequencies(question, pair) if question.code == "LAR" else _shared_lottery(question, pair)
        if measures is not None:
            return Answer(question.policies_json(), {"ranks": question.ranks_json(), "pair": list(pair), **measures})
    what = "limit frequencies of all steps" if question.code == "LAR" else "lottery over trajectories"
    raise NoCertificate(f"no two policies of different ranks have the same {what}")


def _shared_frequencies(question: Question, pair: tuple[str, str]) -> dict[str, object] | None:
    masses = [step_masses(question.environment, question.rows[name], None, POINT) for name in pair]
    first, second = ({step: mass for step, mass in each.steps.items() if not mass.is_zero()} for each in masses)
    if first != second:
        return None
    return {"measures": {name: each.measure.json for name, each in zip(pair, masses, strict=True)}}


def _shared_lottery(question: Question, pair: tuple[str, str]) -> dict[str, object] | None:
    policies = {named.name: named.policy for named in question.refutation.policies}
    first, second = (policies[name] for name in pair)
    reached = reachable_states(question.environment, first)
    return {} if all(first.rows[s] == second.rows[s] for s in reached) else None
