"""For which discounts a wish is granted: [0,1) is taken apart, exactly, one sample after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specl.wishes.discounts.algebraic import Algebraic, Point, between, enclosure
from specl.wishes.discounts.constant import constant_weights
from specl.wishes.discounts.differences import Differences
from specl.wishes.discounts.evidence import Evidence, refuting, sampled, segments, signs_at
from specl.wishes.discounts.number_field import conflict_at, number_field
from specl.wishes.discounts.segment import ALL, Segment, common, point, without

LARGEST_DEGREE = 12
"""Of algebraic numbers at which a wish is decided by arithmetic with these numbers, if it takes that."""


@dataclass(frozen=True)
class Part:
    """Discounts of which each grants a wish, or none does.

    Attributes:
        is_granted: None at an irrational point where it was not decided.
        evidence: what shows it, maybe for more discounts than these; None at a point that was decided by itself.
    """

    segment: Segment
    is_granted: bool | None
    evidence: Evidence | None = None


def sweep(found: Differences, until_granted: bool = False) -> Iterator[Part]:
    """Disjoint parts that make up [0,1), in the order in which they are found; points come last.

    Args:
        until_granted: stop at the first rational discount at which the wish is granted; that alone is then a part.
    """
    if not found.strict:
        yield Part(ALL, True)
        return
    left = [ALL]
    is_granted: bool | None
    while left:
        each = next((each for each in left if not each.is_point), left[0])
        at = each.low if each.is_point else between(each.low, each.high)
        if isinstance(at, Algebraic):
            is_granted, evidence = _irrational(found, at)
        else:
            is_granted, evidence = sampled(found, at, "none" if until_granted else "far")
            if until_granted and is_granted:
                yield Part(point(at), True)
                return
        if left == [ALL] and not is_granted and (same := constant_weights(found)) is not None:
            yield Part(ALL, False, same)
            return
        for part in _around(left, at, is_granted, evidence):
            left = without(left, part.segment)
            yield part


def _irrational(found: Differences, at: Algebraic) -> tuple[bool | None, Evidence | None]:
    """What holds at an irrational discount, and the evidence if it extends; from nearby discounts if that will do.

    Where weights lose all strict comparisons there, they become a relation between ties, one of which therefore follows
    from the others and can be left out.
    """
    field = number_field(at)
    for near in (*enclosure(at, 32), *enclosure(at, 128)):
        is_granted, evidence = sampled(found, near, "near")
        if evidence is None:
            continue
        signs = signs_at(evidence, at)
        if evidence.holds(signs):
            return is_granted, evidence
        if not is_granted and not any(signs):
            follows = next(each for each, weight in evidence.weights[len(signs) :] if field.sign_of(weight))
            fewer = found.only([each.pair for each in found.all if each is not follows])
            is_granted_so, evidence = _irrational(fewer, at)
            return is_granted_so, None if is_granted_so else evidence
    if len(at.polynomial) > LARGEST_DEGREE + 1:
        return None, None
    conflict = conflict_at(found, field)
    return (True, None) if conflict is None else (False, refuting(*conflict))


def _around(left: Sequence[Segment], at: Point, is_granted: bool | None, evidence: Evidence | None) -> list[Part]:
    """What of the rest of [0,1) the evidence from a discount decides; that discount alone, if it does not extend."""
    alone = point(at)
    if evidence is not None:
        decided = segments(evidence)
        if any(common(each, alone) for each in decided):
            overlaps = [common(each, other) for each in decided for other in left]
            return [Part(each, is_granted, evidence) for each in overlaps if each is not None]
    return [Part(alone, is_granted)]
