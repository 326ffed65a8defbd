"""The six kinds of refutation: X cannot order policies as Y does, or as wished. See proofs/lemmas/<kind>.md."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from specl.kernel.arithmetic import ONE, POINT, UNIT, ZERO, Interval, Ratio, X, signs, spend
from specl.kernel.chains import Rows, at, explore, measure
from specl.kernel.claims import FIRST_STEP, Claim, covers
from specl.kernel.objectives import rank
from specl.kernel.reading import Node

Features = dict[object, Ratio]  # what X sees of a policy

def _order(left: tuple[Ratio, ...], right: tuple[Ratio, ...], on: Interval, where: Node) -> int:
    """1, 0, −1: left is above, level with, below right, the same at all points of the interval."""
    taken = [(a - b).signs(on) for a, b in zip(left, right, strict=True)]
    first = next((each for each in taken if each != {0}), {0})
    where.proves(len(first) == 1, "how the ranks compare changes within the interval")
    return first.pop()

def _evidence(claim: Claim, evidence: Node, *names: str) -> list[Node]:
    """These fields; beside them, if there is a Y, the ranks by which it orders the policies as claimed."""
    if not claim.objective.formalism:
        return evidence.fields(*names)
    ranks, *rest = evidence.fields("ranks", *names)
    parts = ranks.fields(*claim.ordering)
    worth = [rank(claim.objective, claim.rows[name], part) for name, part in zip(claim.ordering, parts, strict=True)]
    for pair, keys, part in zip(pairwise(claim.ordering), pairwise(worth), parts[1:], strict=True):
        part.proves(_order(*keys, POINT, part) == int(pair in claim.strict), "the policy is not ranked as claimed")
    return rest

def _features(claim: Claim, policies: Mapping[str, Rows], measures: Node, on: Interval | None) -> list[Features]:
    """The mass of every step and, for RRL, of every action distribution: discounted, with the discounts of an interval,
    or in the limit average."""
    found: list[Features] = []
    discount = X.along(on) if on else None
    for rows, evidence in zip(policies.values(), measures.fields(*policies), strict=True):
        found.append({})
        for mass, place in measure(explore(claim.objective.environment, rows), discount, evidence, on or POINT):
            for move in place.moves:  # one for each step from this state
                found[-1][move.step] = mass * move.probability
            if claim.refuted == "RRL":
                choice = frozenset(rows[place.state].items())
                found[-1][choice] = found[-1].get(choice, ZERO) + mass
    return found

def _cancel(weights: Iterable[Ratio], features: Iterable[Features], where: Node) -> None:
    """Σ weight·feature = 0."""
    total: Features = {}
    for weight, part in zip(weights, features, strict=True):
        for key, amount in part.items():
            total[key] = total.get(key, ZERO) + weight * amount
    where.proves(set(total.values()) <= {ZERO}, "the weighted features do not cancel")

def _weights(claim: Claim, node: Node, on: Interval = POINT, where: Ratio = ONE) -> dict[str, Ratio]:
    """The coefficient Σ weight·(better − worse) of each policy. A strict pair's weight is ≥ 0 wherever `where` is: it
    is, or its ratio to `where` is, ≥ 0 on the whole interval, without a pole."""
    found: dict[str, Ratio] = {}
    total = ZERO
    for part in node.items():
        better, worse, amount = part.tuple_of(3)
        pair, weight = (better.text(), worse.text()), amount.value(on)
        is_strict, choices = pair in claim.strict, (weight, weight / where)
        is_positive = any(0 not in signs(w.den, on) and -1 not in w.signs(on) for w in choices)
        right = is_positive if is_strict else pair in claim.ties
        part.proves(right, "the pair is not claimed, or its weight is negative")
        total += weight if is_strict else ZERO
        for name, change in zip(pair, (weight, -weight), strict=True):
            found[name] = found.get(name, ZERO) + change
    node.proves(total.signs(on) == {1}, "not everywhere on the interval has a strict pair a positive weight")
    return found

def _discounted(claim: Claim, pieces: Node) -> None:
    """For every discount that X may have there are weights under which the features cancel."""
    served: dict[tuple[Interval, Ratio], None] = {}
    for piece in pieces.items():
        given = ["where"] * ("where" in piece.members()) + ["measures"] * (not claim.trajectories)
        span, node, *rest = piece.fields("on", "weights", *given)
        on = span.interval()
        where = rest.pop(0).value(on) if "where" in given else ONE
        piece.form(where != ZERO, "where is 0")
        weights = _weights(claim, node, on, where)
        if rest:
            seen = _features(claim, {name: claim.rows[name] for name in weights}, rest[0], on)
        else:
            seen = [{step: x.along(on) for step, x in claim.trajectories[name].items()} for name in weights]
        _cancel(weights.values(), seen, node)
        served[on, where] = None
    whole = dict.fromkeys(on for on, where in served if -1 not in where.signs(on) or (on, -where) in served)
    pieces.proves(covers([*whole], claim.discounts), "the pieces do not cover the discounts")

def _lotteries(claim: Claim, weights: dict[str, Ratio], where: Node) -> None:
    """Σ weight·P(w) = 0 for every word w of steps. P(w) is Π π(a|s) times what is the same for all policies; for words
    that lead to one state, the vectors of these products are spanned by those that are kept here, and these cancel."""
    spans: dict[str, list[list[Ratio]]] = {s: [] for s in claim.objective.environment.states}
    reached = [(s, [ONE] * len(weights)) for s in claim.objective.environment.start]
    for s, vector in reached:  # grows while it is walked
        for row in spans[s]:
            pivot = next(i for i, x in enumerate(row) if x != ZERO)
            factor = vector[pivot] / row[pivot]
            vector = [a - factor * b for a, b in zip(vector, row, strict=True)]
        if set(vector) != {ZERO}:
            spans[s].append(vector)
            total = sum((weight * x for weight, x in zip(weights.values(), vector, strict=True)), ZERO)
            where.proves(total == ZERO, f"the weighted lotteries do not cancel after words that lead to {s}")
            for a, targets in claim.objective.environment.targets[s].items():
                after = [x * claim.rows[name][s].get(a, ZERO) for x, name in zip(vector, weights, strict=True)]
                spend(2 * len(after) * len(targets))
                reached += [(to, after) for to in targets]

def linear_dependence(claim: Claim, evidence: Node) -> None:
    if claim.refuted in ("MR", "RRL", *FIRST_STEP):
        _discounted(claim, _evidence(claim, evidence, "pieces")[0])
    elif claim.refuted == "LAR":
        node, measures = _evidence(claim, evidence, "weights", "measures")
        weights = _weights(claim, node)
        policies = {name: claim.rows[name] for name in weights}
        _cancel(weights.values(), _features(claim, policies, measures, None), node)
    else:  # a basis of the spans may be shown, and is not needed
        shown = [name for name in ("basis", "start", "closure") if name in evidence.members()]
        node = _evidence(claim, evidence, "weights", *shown)[0]
        _lotteries(claim, _weights(claim, node), node)

def indistinguishable(claim: Claim, evidence: Node) -> None:
    """Comparisons that go in a circle, where X ties the second policy of each with the first of the next."""
    given = "circle" if "circle" in evidence.members() else "pair"
    circle, *measures = _evidence(claim, evidence, given, *["measures"] * (claim.refuted != "TLO"))
    names = [part.text() for part in circle.items()]
    pairs = {*zip(names[::2], names[1::2], strict=False)}
    right = len(names) % 2 == 0 and pairs <= claim.strict | claim.ties and not claim.strict.isdisjoint(pairs)
    circle.proves(right, "pairs of the claim are expected, one of them strict")
    policies = {name: claim.rows[name] for name in names}
    if claim.refuted == "TLO":
        walks = [explore(claim.objective.environment, rows) for rows in policies.values()]
        seen: list[Features] = [{move.step: move.probability for p in walk for move in p.moves} for walk in walks]
    else:
        seen = _features(claim, policies, measures[0], None if claim.refuted == "LAR" else claim.discounts)
    found = dict(zip(policies, seen, strict=True))
    for one, other in zip(names[1::2], [*names[2::2], names[0]], strict=True):
        _cancel((ONE, -ONE), (found[one], found[other]), circle)

def two_values(claim: Claim, evidence: Node) -> None:
    policies, = _evidence(claim, evidence, "policies")
    names = [part.text() for part in policies.tuple_of(3)]
    policies.proves({*pairwise(names)} <= claim.strict, "the policies are not on three levels, best first")
    middle = explore(claim.objective.environment, claim.rows[names[1]])
    single = len(claim.objective.environment.start) == 1 and all(len(place.moves) == 1 for place in middle)
    policies.proves(single, "the policy in the middle has more than one trajectory")

def limit(claim: Claim, evidence: Node) -> None:
    along, end = evidence.fields("along", "end")
    _, path, side = claim.path[0]
    level = rank(claim.objective, path, along, UNIT._replace(closed_low=False))
    along.proves(all(value.slope() == ZERO for value in level), "the rank changes along the path")
    last = rank(claim.objective, at(path, POINT.low), end)
    end.proves(_order(last, level, POINT, end) == side, "the policy at t = 0 is not ranked as claimed")

def level_set(claim: Claim, evidence: Node) -> None:
    path, off = evidence.fields("path", "off")
    parts = path.tuple_of(len(claim.path))
    levels = [rank(claim.objective, rows, part, on) for (on, rows, _), part in zip(claim.path, parts, strict=True)]
    constant = all(found == levels[0] and all(value.slope() == ZERO for value in found) for found in levels)
    path.proves(constant, "the rank changes along the path")
    ends = {"first": at(claim.path[0][1], claim.path[0][0].low), "last": at(claim.path[-1][1], claim.path[-1][0].high)}
    for (on, rows, side), part in zip(claim.off, off.tuple_of(len(claim.off)), strict=True):
        ranks, share, measures = part.fields("ranks", "share", "measures")
        first = share.value(on)
        share.proves(-1 not in first.signs(on) | (ONE - first).signs(on), "the share is not in [0,1]")
        seen = _features(claim, {**ends, "off": rows}, measures, on)
        _cancel((first, ONE - first, -ONE), seen, measures)
        apart = _order(rank(claim.objective, rows, ranks, on), levels[0], on, ranks)
        ranks.proves(apart == side, "the policy off the path is not ranked as claimed")

def uncountable_chain(claim: Claim, evidence: Node) -> None:
    parts = evidence.fields("low", "high")
    on = claim.path[0][0]
    low, high = [rank(claim.objective, rows, part, on) for (_, rows, _), part in zip(claim.path, parts, strict=True)]
    is_rising = low[0] == high[0] and {1} <= low[0].slope().signs(on) <= {0, 1}
    evidence.proves(is_rising, "the first key is not equal for low and high, and increasing")
    evidence.proves(_order(low[1:], high[1:], on, evidence) == -1, "low is not below high")

KINDS = {f.__name__: f for f in (linear_dependence, indistinguishable, two_values, limit, level_set, uncountable_chain)}
