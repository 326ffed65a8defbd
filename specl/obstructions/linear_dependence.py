"""Values that are linear in features of the policies cannot order them as demanded where the features are so dependent.

The features: for MR discounted masses of the steps, for LAR their limit frequencies, for RRL those of MR and the
discounted masses of every action distribution that occurs, for FTR the lottery over trajectories itself. Weights ≥ 0
on pairs (better, worse), positive on a strict one, under which the differences of the features cancel, contradict any
order of that kind; where the formalism has a discount they are found for every γ in [0,1).
"""

from fractions import Fraction

from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.claims.question import Answer, Question
from specl.obstructions.exact.interval import DISCOUNTS, POINT
from specl.obstructions.exact.lotteries import Lotteries
from specl.obstructions.exact.multipliers import Weights, constant_weights, weights
from specl.obstructions.exact.ranks import Masses, step_masses
from specl.obstructions.exact.ratio import ZERO, Json, Ratio, X

REFUTES = ("FTR", "LAR", "MR", "RRL")
NEEDS = ("policies",)


def search(question: Question) -> Answer:
    """Find weights for all policies of the item, with as few of them as can be."""
    if len(question.ordering) < 2:
        raise NoCertificate("the objective ranks all these policies alike")
    evidence = {"FTR": _lottery, "LAR": _average}.get(question.code, _discounted)(question)
    return Answer(question.policies_json(), {"ranks": question.ranks_json(), **evidence})


def _discounted(question: Question) -> dict[str, Json]:
    masses = {name: step_masses(question.environment, rows, X, DISCOUNTS) for name, rows in question.rows.items()}
    pieces = weights(question.ordering, features(masses, with_choices=question.code == "RRL"))
    return {
        "pieces": [
            {
                "on": str(piece.on),
                "weights": piece.json(),
                "measures": {name: masses[name].measure.json for name in piece.policies},
            }
            for piece in pieces
        ]
    }


def _average(question: Question) -> dict[str, Json]:
    masses = {name: step_masses(question.environment, rows, None, POINT) for name, rows in question.rows.items()}
    found = _constant(question, features(masses, with_choices=False))
    return {"weights": found.json(), "measures": {name: masses[name].measure.json for name in found.policies}}


def _lottery(question: Question) -> dict[str, Json]:
    found = _constant(question, Lotteries(question.environment, question.rows).features())
    coefficients = dict.fromkeys(found.policies, Fraction(0))
    for better, worse, weight in found.pairs:
        amount = weight.rational or Fraction(0)
        coefficients[better] += amount
        coefficients[worse] -= amount
    lotteries = Lotteries(question.environment, {name: question.rows[name] for name in found.policies})
    return {"weights": found.json(), **lotteries.induction(coefficients)}


def _constant(question: Question, features: dict[str, list[Ratio]]) -> Weights:
    found = constant_weights(question.ordering, features)
    if found is None:
        raise NoCertificate(f"{question.code} does order these policies in this way: their features allow it")
    return found


def features(masses: dict[str, Masses], with_choices: bool) -> dict[str, list[Ratio]]:
    """Policy -> the mass of every step and, for RRL, of every action distribution that occurs."""
    steps = sorted({step for each in masses.values() for step in each.steps})
    choices = list(dict.fromkeys(choice for each in masses.values() for choice in each.choices)) if with_choices else []
    return {
        name: [each.steps.get(step, ZERO) for step in steps] + [each.choices.get(choice, ZERO) for choice in choices]
        for name, each in masses.items()
    }
