"""Claims that no objective of a formalism grants a wish, with the evidence: documents for whoever checks them.

A claim holds the policies and comparisons of one conflict only, not the whole wish. docs/certificate-format.md has the
form of the documents, proofs/lemmas/ the reasons why such evidence is enough.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from specl.model.environment import Environment
from specl.model.ordering import Trajectory
from specl.model.policy import Policy
from specl.obstructions.claims.question import environment_json, rows_json
from specl.obstructions.exact.chain import Rows
from specl.obstructions.exact.interval import DISCOUNTS, POINT, Interval
from specl.obstructions.exact.ranks import step_masses
from specl.obstructions.exact.ratio import Json, Ratio, X, constant
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Pair, Wish

Weighted = tuple[tuple[str, str, Ratio], ...]
"""Pairs with their weights."""

Documents = tuple[Json, Json]
"""A claim and a certificate for it."""

WITH_DISCOUNT = ("MR", "RRL", "RM", "INMR", "IMORL", "OMO")
"""The refuted formalisms whose claims say it where the wish has a discount."""


@dataclass(frozen=True)
class Piece:
    """Weights under which the features of policies cancel, for the discounts γ of an interval.

    Attributes:
        strict: (better, worse, weight in γ); the weights are ≥ 0 and their sum is positive.
        ties: (one, other, weight in γ), of any sign.
        where: the piece serves those γ alone at which this is ≥ 0; another piece on the same interval has −where.
    """

    on: Interval
    strict: Weighted
    ties: Weighted
    where: Ratio | None = None

    @property
    def policies(self) -> tuple[str, ...]:
        """Those that occur, in the order in which they first do."""
        return _used((*self.strict, *self.ties))


def at_discount(discount: Fraction, conflict: Conflict) -> Piece:
    """The only piece of a conflict at one discount."""
    return Piece(Interval(discount, discount), _constant(conflict.strict), _constant(conflict.ties))


def by_masses(wish: Wish, code: str, pieces: Sequence[Piece]) -> Documents:
    """Weights under which the discounted masses of the steps cancel and, for RRL, those of the action distributions.

    Args:
        code: MR, RRL; RM, INMR, IMORL where the wish has the discount 0.
        pieces: cover [0,1) in order; one on [g,g] where the wish has the discount g.

    Raises:
        NoCertificate: a chain is too large.
    """
    claim = _claim(wish, code, "linear_dependence", *_comparisons(pieces))
    general: dict[str, Json] = {}  # on proper intervals one measure serves all pieces
    shown = []
    for piece in pieces:
        if piece.on.low < piece.on.high:
            missing = [name for name in piece.policies if name not in general]
            general |= _visits(wish, missing, X, DISCOUNTS)
            measures = {name: general[name] for name in piece.policies}
        else:
            measures = _visits(wish, piece.policies, constant(piece.on.low), piece.on)
        shown.append({**_piece_json(piece), "measures": measures})
    return claim, _certificate(claim, {"pieces": shown})


def by_frequencies(wish: Wish, conflict: Conflict) -> Documents:
    """Weights under which the limit frequencies of the steps cancel, so that LAR cannot.

    Raises:
        NoCertificate: a chain is too large.
    """
    claim = _claim(wish, "LAR", "linear_dependence", *_plain(conflict))
    weights = (*_constant(conflict.strict), *_constant(conflict.ties))
    measures = {name: _frequencies(wish, name) for name in _used(weights)}
    return claim, _certificate(claim, {"weights": _weights_json(weights), "measures": measures})


def by_lotteries(wish: Wish, conflict: Conflict) -> Documents:
    """Weights under which the lotteries over trajectories cancel, so that FTR cannot."""
    claim = _claim(wish, "FTR", "linear_dependence", *_plain(conflict))
    weights = (*_constant(conflict.strict), *_constant(conflict.ties))
    return claim, _certificate(claim, {"weights": _weights_json(weights)})


def indistinguishable(wish: Wish, code: str, better: str, worse: str) -> Documents:
    """Two policies that the formalism must tie; otherwise as `indistinguishable_circle`."""
    return indistinguishable_circle(wish, code, [(better, worse)])


def indistinguishable_circle(wish: Wish, code: str, pairs: Sequence[Pair], ties: Collection[Pair] = ()) -> Documents:
    """Comparisons that go in a circle, because the formalism must tie each second policy with the next pair's first.

    Args:
        code: LAR, where such policies have equal limit frequencies; OMO, where they have equal masses at the wish's
            discount; TLO, where they act alike wherever they go.
        pairs: (better, worse) or (one, other), in the order of the circle.
        ties: those of the pairs that are ties.

    Raises:
        NoCertificate: a chain is too large.
        ValueError: OMO, and the wish has no discount.
    """
    circle = [name for pair in pairs for name in pair]
    evidence: dict[str, Json] = {"circle": circle}
    if code == "LAR":
        evidence["measures"] = {name: _frequencies(wish, name) for name in circle}
    if code == "OMO":
        if wish.discount is None:
            raise ValueError("the occupancy measures are equal at a discount, and the wish has none")
        on = Interval(wish.discount, wish.discount)
        evidence["measures"] = _visits(wish, circle, constant(wish.discount), on)
    strict = [pair for pair in dict.fromkeys(pairs) if pair not in ties]
    claim = _claim(wish, code, "indistinguishable", strict, [pair for pair in dict.fromkeys(pairs) if pair in ties])
    return claim, _certificate(claim, evidence)


def two_values(wish: Wish, names: tuple[str, str, str]) -> Documents:
    """Three policies, best first; the one in the middle has a single trajectory, so that LTL gives it 0 or 1."""
    claim = _claim(wish, "LTL", "two_values", [(names[0], names[1]), (names[1], names[2])], [])
    return claim, _certificate(claim, {"policies": list(names)})


def of_trajectories(
    environment: Environment,
    trajectories: Mapping[str, Trajectory],
    pieces: Sequence[Piece],
    discount: Fraction | None = None,
) -> Documents:
    """Weights under which the discounted steps of finite trajectories cancel, so that MR cannot order them.

    Args:
        trajectories: by names. If one ends with an action, its last step counts with the environment's probabilities.
        pieces: about these names; they cover [0,1) in order, or are one on [g,g] for the discount g.
    """
    strict, ties = _comparisons(pieces)
    used = dict.fromkeys(name for pair in (*strict, *ties) for name in pair)
    policies = {"trajectories": {name: _names(environment, trajectories[name]) for name in used}}
    claim = _written(environment, "MR", "linear_dependence", _wish_json(strict, ties, discount), policies)
    return claim, _certificate(claim, {"pieces": [_piece_json(piece) for piece in pieces]})


# --- claims ---


def _claim(wish: Wish, code: str, kind: str, strict: Iterable[Pair], ties: Iterable[Pair]) -> Json:
    part = wish.restricted(strict, ties)
    environment = wish.environment
    rows = {name: rows_json(environment, _rows(policy)) for name, policy in part.policies.items()}
    discount = wish.discount if code in WITH_DISCOUNT else None
    return _written(environment, code, kind, _wish_json(part.strict, part.ties, discount), {"rows": rows})


def _wish_json(strict: Iterable[Pair], ties: Iterable[Pair], discount: Fraction | None) -> Json:
    found: dict[str, Json] = {"strict": [list(pair) for pair in strict], "ties": [list(pair) for pair in ties]}
    if discount is not None:
        found["discount"] = str(discount)
    return found


def _written(environment: Environment, code: str, kind: str, wish: Json, policies: Json) -> Json:
    return {
        "format": "specl-claim/1",
        "kind": kind,
        "refuted": code,
        "environment": environment_json(environment),
        "wish": wish,
        "policies": policies,
    }


def _comparisons(pieces: Sequence[Piece]) -> tuple[list[Pair], list[Pair]]:
    """The comparisons of all pieces, each once."""
    strict = dict.fromkeys((better, worse) for piece in pieces for better, worse, _ in piece.strict)
    ties: dict[frozenset[str], Pair] = {}
    for piece in pieces:
        for one, other, _ in piece.ties:
            ties.setdefault(frozenset((one, other)), (one, other))
    return list(strict), list(ties.values())


def _plain(conflict: Conflict) -> tuple[list[Pair], list[Pair]]:
    return [(one, other) for one, other, _ in conflict.strict], [(one, other) for one, other, _ in conflict.ties]


def _names(environment: Environment, trajectory: Trajectory) -> list[str]:
    states = (environment.states[s] for s in trajectory.states)
    actions = (environment.actions[a] for a in trajectory.actions)
    return [name for pair in zip_longest(states, actions) for name in pair if name is not None]


# --- evidence ---


def _certificate(claim: Json, evidence: Json) -> Json:
    return {"format": "specl-certificate/1", "kind": claim["kind"], "evidence": evidence}


def _piece_json(piece: Piece) -> dict[str, Json]:
    found: dict[str, Json] = {"on": str(piece.on), "weights": _weights_json((*piece.strict, *piece.ties))}
    if piece.where is not None:
        found["where"] = piece.where.json()
    return found


def _weights_json(weights: Weighted) -> Json:
    return [[one, other, weight.json()] for one, other, weight in weights]


def _visits(wish: Wish, names: Iterable[str], discount: Ratio, on: Interval) -> dict[str, Json]:
    return {
        name: step_masses(wish.environment, _rows(wish.policies[name]), discount, on).measure.json for name in names
    }


def _frequencies(wish: Wish, name: str) -> Json:
    return step_masses(wish.environment, _rows(wish.policies[name]), None, POINT).measure.json


def _rows(policy: Policy) -> Rows:
    return tuple(tuple(constant(weight) for weight in row) for row in policy.rows)


def _constant(weights: Iterable[tuple[str, str, Fraction]]) -> Weighted:
    return tuple((one, other, constant(weight)) for one, other, weight in weights)


def _used(weights: Iterable[tuple[str, str, object]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for *pair, _ in weights for name in pair))
