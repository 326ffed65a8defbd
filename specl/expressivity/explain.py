"""Why one formalism is, or is not, or may be, as expressive as another: the chain of facts, in words and as JSON."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from specl import reductions
from specl.expressivity.preorder import Evidence, Fact, Preorder

Relation = Literal["more", "less", "equal", "incomparable", "open"]


@dataclass(frozen=True)
class Explanation:
    """What is known of two formalisms; "more" says that `left` is strictly more expressive than `right`."""

    left: str
    right: str
    verdict: Relation
    at_least: Evidence  # left ⪰ right
    at_most: Evidence  # right ⪰ left


def explain(preorder: Preorder, left: str, right: str) -> Explanation:
    """Compare two formalisms by what the facts prove.

    Raises:
        KeyError: a code that the preorder does not have.
    """
    at_least, at_most = preorder.evidence(left, right), preorder.evidence(right, left)
    return Explanation(left, right, _relation(at_least.verdict, at_most.verdict), at_least, at_most)


def _relation(at_least: str, at_most: str) -> Relation:
    match at_least, at_most:
        case "holds", "holds":
            return "equal"
        case "holds", "fails":
            return "more"
        case "fails", "holds":
            return "less"
        case "fails", "fails":
            return "incomparable"
    return "open"


def headline(explanation: Explanation) -> str:
    """The verdict in one sentence."""
    left, right = explanation.left, explanation.right
    match explanation.verdict:
        case "equal":
            return f"{left} and {right} express the same orderings."
        case "more":
            return f"{left} is strictly more expressive than {right}."
        case "less":
            return f"{left} is strictly less expressive than {right}."
        case "incomparable":
            return f"{left} and {right} are incomparable: each expresses an ordering that the other cannot."
    match explanation.at_least.verdict, explanation.at_most.verdict:
        case "holds", _:
            return f"{left} is at least as expressive as {right}; whether strictly is open."
        case _, "holds":
            return f"{right} is at least as expressive as {left}; whether strictly is open."
        case "fails", _:
            return f"{left} is not at least as expressive as {right}; the converse is open."
        case _, "fails":
            return f"{right} is not at least as expressive as {left}; the converse is open."
    return f"How {left} and {right} compare is open."


def describe(evidence: Evidence) -> str:
    """The reasoning for one direction, a few lines of text."""
    upper, lower = evidence.upper, evidence.lower
    match evidence.verdict:
        case "open":
            return f"{upper} ⪰ {lower} is open: no reduction leads from {lower} to {upper}, and nothing refutes one."
        case "holds":
            if not evidence.reductions:
                return f"{upper} ⪰ {lower}: they are the same."
            chain = " → ".join([lower, *(fact.upper for fact in evidence.reductions)])
            return "\n".join([f"{upper} ⪰ {lower}: {chain}.", *map(_line, evidence.reductions)])
    refutation = evidence.refutation
    assert refutation is not None  # "fails" comes with the refutation it rests on
    if evidence.explicit:
        lines = [f"{upper} ⋡ {lower} by {refutation.proof}."]
    else:
        lines = [f"{upper} ⋡ {lower}: {refutation.upper} ⋡ {refutation.lower} by {refutation.proof}."]
        given = " and ".join(f"{fact.upper} ⪰ {fact.lower}" for fact in (*evidence.above[::-1], *evidence.below[::-1]))
        lines.append(f"  With {given}, {upper} ⪰ {lower} would give {refutation.upper} ⪰ {refutation.lower}.")
        lines += map(_line, evidence.above + evidence.below)
    if refutation.witness is not None:
        lines += [f"  {line}" for line in refutation.witness().lines]
    return "\n".join(lines)


def _line(fact: Fact) -> str:
    return f"  {fact.lower} → {fact.upper}: {_because(fact)}"


def _because(fact: Fact) -> str:
    return construction(fact.lower, fact.upper) or fact.proof


def construction(source: str, target: str) -> str | None:
    """The construction of a registered reduction in one line, read from its file without importing it; None if there
    is no such file."""
    for folder in reductions.__path__:
        file = Path(folder) / f"{source.lower()}_to_{target.lower()}.py"
        if file.is_file():
            text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
            return " ".join(text.split("\n\n", 1)[0].split()) if text else None
    return None


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """One direction: claim, verdict, whether a single fact says it, the facts it rests on, and the words; a refutation
    with its witness, if it has one."""
    return {
        "claim": f"{evidence.upper}>={evidence.lower}",
        "verdict": evidence.verdict,
        "explicit": evidence.explicit,
        "chain": [
            {
                "claim": f"{fact.upper}>={fact.lower}",
                "verdict": "holds" if fact.holds else "fails",
                "proof": _because(fact) if fact.holds else fact.proof,
            }
            | ({"witness": dict(fact.witness().document)} if fact.witness else {})
            for fact in evidence.facts
        ],
        "reason": describe(evidence),
    }


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """The answer to ``compare X Y`` for two formalisms as one JSON document."""
    return {
        "verdict": explanation.verdict,
        "at_least": evidence_json(explanation.at_least),
        "at_most": evidence_json(explanation.at_most),
    }
