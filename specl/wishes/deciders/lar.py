"""Limit Average Rewards: linear in the limit frequencies of state and action."""

from specl.formalisms.lar import LAR
from specl.obstructions.claims.failure import NoCertificate
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.certificates import Documents, by_frequencies, indistinguishable
from specl.wishes.linear.at_discount import average
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Wish
from specl.wishes.words import conflict_words


def decide(asking: Asking) -> Answer:
    """A reward, or weights that cancel the frequencies."""
    found = average(asking.wish)
    if isinstance(found, LAR):
        return Yes(found)
    reason = conflict_words(found.strict, found.ties, "any limit-average reward")
    try:
        return No("LAR", reason, *_documents(asking.wish, found))
    except NoCertificate as error:
        return Unknown(f"{reason}; but this has no certificate: {error}")


def _documents(wish: Wish, conflict: Conflict) -> Documents:
    if len(conflict.strict) == 1 and not conflict.ties:  # two policies with the same frequencies
        better, worse, _ = conflict.strict[0]
        return indistinguishable(wish, "LAR", better, worse)
    return by_frequencies(wish, conflict)
