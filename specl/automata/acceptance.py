"""Emerson–Lei acceptance: Boolean combinations of "mark k is seen infinitely often", and their HOA text.

E. A. Emerson, C.-L. Lei: Modalities for model checking: branching time logic strikes back. POPL 1985.
"""

import re
from collections.abc import Set
from dataclasses import dataclass

TOKEN = re.compile(r"\s*(?:(Inf|Fin)\s*\(\s*(!?)\s*(\d+)\s*\)|([tf()&|])|(\S))")


@dataclass(frozen=True)
class Acceptance:
    """A condition on the set of marks that a run sees infinitely often.

    op is "inf" or "fin" (``mark`` is seen infinitely often, or is not), "and" or "or" (any number of parts:
    none makes "and" true and "or" false).
    """

    op: str
    parts: tuple["Acceptance", ...] = ()
    mark: int = -1


def accepts(acceptance: Acceptance, marks: Set[int]) -> bool:
    """Whether a run whose infinitely often seen marks are exactly these is accepted."""
    match acceptance.op:
        case "inf":
            return acceptance.mark in marks
        case "fin":
            return acceptance.mark not in marks
        case "and":
            return all(accepts(part, marks) for part in acceptance.parts)
        case "or":
            return any(accepts(part, marks) for part in acceptance.parts)
    raise ValueError(f"not an acceptance condition: {acceptance.op}")


Clause = tuple[frozenset[int], frozenset[int]]
"""Marks that must be seen finitely often, and marks that must be seen infinitely often."""


def clauses(acceptance: Acceptance, negated: bool = False) -> tuple[Clause, ...]:
    """The condition, or its negation, in disjunctive normal form."""
    match acceptance.op:
        case "inf" | "fin":
            mark, none = frozenset((acceptance.mark,)), frozenset[int]()
            return ((none, mark),) if (acceptance.op == "inf") is not negated else ((mark, none),)
    parts = [clauses(part, negated) for part in acceptance.parts]
    if (acceptance.op == "or") is not negated:
        return tuple(dict.fromkeys(clause for part in parts for clause in part))
    found: list[Clause] = [(frozenset(), frozenset())]
    for part in parts:
        found = [(fin | other, inf | another) for fin, inf in found for other, another in part]
    return tuple(dict.fromkeys(found))


def marks_of(acceptance: Acceptance) -> frozenset[int]:
    """The marks that the condition speaks of."""
    if acceptance.op in ("inf", "fin"):
        return frozenset((acceptance.mark,))
    return frozenset[int]().union(*(marks_of(part) for part in acceptance.parts))


def show(acceptance: Acceptance) -> str:
    """The condition in the syntax of HOA: ``Inf(0) & (Fin(1) | Inf(2))``, ``t``, ``f``."""
    if acceptance.op in ("inf", "fin"):
        return f"{acceptance.op.capitalize()}({acceptance.mark})"
    if not acceptance.parts:
        return "t" if acceptance.op == "and" else "f"
    sign = " & " if acceptance.op == "and" else " | "
    texts = [f"({show(part)})" if len(part.parts) > 1 else show(part) for part in acceptance.parts]
    return sign.join(texts)


def read(text: str) -> Acceptance:
    """The condition that HOA text denotes; & binds more tightly than |.

    Raises:
        ValueError: the text is not an acceptance condition, or uses negated sets (``Inf(!0)``), which Spot never does.
    """
    tokens = [match.groups() for match in TOKEN.finditer(text.strip())]
    position = 0

    def peek() -> str:
        return (tokens[position][3] or "") if position < len(tokens) else ""

    def joined(op: str, sign: str) -> Acceptance:
        nonlocal position
        parts = [joined("and", "&") if op == "or" else atom()]
        while peek() == sign:
            position += 1
            parts.append(joined("and", "&") if op == "or" else atom())
        return parts[0] if len(parts) == 1 else Acceptance(op, tuple(parts))

    def atom() -> Acceptance:
        nonlocal position
        if position == len(tokens):
            raise ValueError(f"acceptance condition ends too early: {text}")
        kind, negated, mark, sign, _ = tokens[position]
        position += 1
        if kind and not negated:
            return Acceptance(kind.lower(), mark=int(mark))
        if sign in ("t", "f"):
            return Acceptance("and" if sign == "t" else "or")
        if sign == "(":
            inside = joined("or", "|")
            if peek() == ")":
                position += 1
                return inside
        raise ValueError(f"not an acceptance condition: {text}")

    whole = joined("or", "|")
    if position < len(tokens):
        raise ValueError(f"not an acceptance condition: {text}")
    return whole
