"""The six kinds of refutation: Y ranks the policies as claimed, and X cannot; each rests on proofs/lemmas/<kind>.md."""

from specl.kernel.arithmetic import ONE, POINT, ZERO, Interval, Ratio, ratio
from specl.kernel.chains import Chain, Rows, at, explore, measure, push
from specl.kernel.claims import Claim, covers
from specl.kernel.objectives import rank
from specl.kernel.reading import Node

GAMMA = ratio((POINT.low, POINT.low + 1), (POINT.low + 1,))

def _order(left: tuple[Ratio, ...], right: tuple[Ratio, ...], on: Interval, where: Node) -> int:
    """1, 0, −1: left is above, level with, below right, the same at all points of the interval."""
    for a, b in zip(left, right, strict=True):
        taken = (a - b).signs(on)
        where.proves(len(taken) == 1, "how the ranks compare changes within the interval")
        if taken != {0}:
            return taken.pop()
    return 0

def _ranks(claim: Claim, evidence: Node) -> None:
    """Y orders the policies as claimed."""
    parts = dict(zip(claim.rows, evidence.fields(*claim.rows), strict=True))
    above = None
    for group in claim.ordering:
        for i, name in enumerate(group):
            found = rank(claim.objective, claim.rows[name], parts[name])
            wanted = 0 if i or above is None else 1
            right = _order(above or found, found, POINT, parts[name]) == wanted
            parts[name].proves(right, "the policy is not ranked as claimed")
            above = found

def _cancel(
    claim: Claim, terms: list[tuple[Rows, Ratio, Node]], discount: Ratio | None, on: Interval, where: Node
) -> None:
    """Σ weight·feature = 0, the features being the mass of every step and, for RRL, of every action distribution."""
    total: dict[object, Ratio] = {}
    for rows, weight, evidence in terms:
        chain = explore(claim.objective.environment, rows, evidence)
        for (s, _), mass, moves in zip(chain.nodes, measure(chain, discount, evidence, on), chain.moves, strict=True):
            parts: list[tuple[object, Ratio]] = [(move.step, mass * move.probability) for move in moves]
            if claim.refuted == "RRL":
                parts.append((frozenset(rows[s].items()), mass))
            for key, amount in parts:
                total[key] = total.get(key, ZERO) + weight * amount
    where.proves(set(total.values()) <= {ZERO}, "the weighted features do not cancel")

def _weights(claim: Claim, node: Node, on: Interval) -> dict[str, Ratio]:
    """The coefficient Σ weight·(better − worse) of each policy that occurs."""
    found: dict[str, Ratio] = {}
    strict = ZERO
    for part in node.items():
        better, worse, amount = part.tuple_of(3)
        pair = [name.one_of(claim.rows, "a policy") for name in (better, worse)]
        weight, apart = amount.value(on), claim.group(pair[1]) - claim.group(pair[0])
        right = apart == 0 or (apart > 0 and -1 not in weight.signs(on))
        part.proves(right, "the worse policy stands first, or the weight is negative")
        strict += weight if apart else ZERO
        found[pair[0]] = found.get(pair[0], ZERO) + weight
        found[pair[1]] = found.get(pair[1], ZERO) - weight
    node.proves(strict.signs(on) == {1}, "not everywhere on the interval has a strict pair a positive weight")
    return found

def _combination(claim: Claim, weights: Node, measures: Node, discount: Ratio | None, on: Interval) -> None:
    found = _weights(claim, weights, on)
    parts = zip(found.items(), measures.fields(*found), strict=True)
    _cancel(claim, [(claim.rows[name], weight, part) for (name, weight), part in parts], discount, on, weights)

def _lotteries(claim: Claim, weights: dict[str, Ratio], basis: Node, start: Node, closure: Node) -> None:
    """Σ weight·P(w) = 0 for every word w of steps, by induction: each vector reached is spanned, and sums to 0."""
    whole, steps = Chain([], [], []), claim.objective.environment.steps  # the disjoint union of the policies' chains
    vectors: list[list[Ratio]] = [[] for _ in basis.items()]
    for name, weight in weights.items():
        chain, size = explore(claim.objective.environment, claim.rows[name], basis), len(whole.nodes)
        whole.moves.extend([move._replace(target=move.target + size) for move in moves] for moves in chain.moves)
        whole.start.extend(weight * x for x in chain.start)
        whole.nodes.extend(chain.nodes)
        for vector, part in zip(vectors, basis.items(), strict=True):
            vector += part.fields(*weights)[list(weights).index(name)].values(len(chain.nodes), POINT)

    def spanned(wanted: list[Ratio], node: Node) -> None:
        for factor, vector in zip(node.values(len(vectors), POINT), vectors, strict=True):
            wanted = [a - factor * b for a, b in zip(wanted, vector, strict=True)]
        node.proves(set(wanted) <= {ZERO}, "the combination of the basis is another vector")

    spanned(whole.start, start)
    for vector, row in zip(vectors, closure.tuple_of(len(vectors)), strict=True):
        basis.proves(sum(vector, ZERO) == ZERO, "a vector does not sum to 0")
        for step, part in zip(steps, row.tuple_of(len(steps)), strict=True):
            spanned(push(whole, vector, step), part)

def linear_dependence(claim: Claim, evidence: Node) -> None:
    if claim.refuted == "FTR":
        ranks, weights, basis, start, closure = evidence.fields("ranks", "weights", "basis", "start", "closure")
        _lotteries(claim, _weights(claim, weights, POINT), basis, start, closure)
    elif claim.refuted == "LAR":
        ranks, weights, measures = evidence.fields("ranks", "weights", "measures")
        _combination(claim, weights, measures, None, POINT)
    else:
        ranks, pieces = evidence.fields("ranks", "pieces")
        intervals = []
        for piece in pieces.items():
            on, weights, measures = piece.fields("on", "weights", "measures")
            intervals.append(on.interval())
            _combination(claim, weights, measures, GAMMA, intervals[-1])
        pieces.proves(covers(intervals), "the pieces do not cover [0,1)")
    _ranks(claim, ranks)

def indistinguishable(claim: Claim, evidence: Node) -> None:
    ranks, pair, *rest = evidence.fields("ranks", "pair", *["measures"] * (claim.refuted == "LAR"))
    names = [part.one_of(claim.rows, "a policy") for part in pair.tuple_of(2)]
    pair.proves(claim.group(names[0]) != claim.group(names[1]), "the two policies are tied")
    first, second = (claim.rows[name] for name in names)
    if claim.refuted == "LAR":
        parts = rest[0].fields(*names)
        _cancel(claim, [(first, ONE, parts[0]), (second, -ONE, parts[1])], None, POINT, rest[0])
    else:
        reached = explore(claim.objective.environment, first, pair).nodes
        pair.proves(all(first[s] == second[s] for s, _ in reached), "the policies differ in a state that is reached")
    _ranks(claim, ranks)

def two_values(claim: Claim, evidence: Node) -> None:
    ranks, policies = evidence.fields("ranks", "policies")
    names = [part.one_of(claim.rows, "a policy") for part in policies.tuple_of(3)]
    policies.proves(len({claim.group(name) for name in names}) == 3, "the policies are not of three groups")
    for name in names:
        chain = explore(claim.objective.environment, claim.rows[name], policies)
        single = len(claim.objective.environment.start) == 1 and all(len(moves) == 1 for moves in chain.moves)
        policies.proves(single, f"{name} has more than one trajectory")
    _ranks(claim, ranks)

def limit(claim: Claim, evidence: Node) -> None:
    along, end = evidence.fields("along", "end")
    _, path, side = claim.path[0]
    level = rank(claim.objective, path, along, Interval(POINT.low, POINT.low + 1, False))
    along.proves(all(value.slope() == ZERO for value in level), "the rank changes along the path")
    last = rank(claim.objective, at(path, POINT.low), end)
    end.proves(_order(last, level, POINT, end) == side, "the policy at t = 0 is not ranked as claimed")

def level_set(claim: Claim, evidence: Node) -> None:
    path, off = evidence.fields("path", "off")
    level: tuple[Ratio, ...] | None = None
    for (on, rows, _), part in zip(claim.path, path.tuple_of(len(claim.path)), strict=True):
        found = rank(claim.objective, rows, part, on)
        level = level or found
        constant = found == level and all(value.slope() == ZERO for value in level)
        part.proves(constant, "the rank changes along the path")
    ends = at(claim.path[0][1], claim.path[0][0].low), at(claim.path[-1][1], claim.path[-1][0].high)
    for (on, rows, side), part in zip(claim.off, off.tuple_of(len(claim.off)), strict=True):
        ranks, share, measures = part.fields("ranks", "share", "measures")
        first, last, here = measures.fields("first", "last", "off")
        portion = share.value(on)
        share.proves(-1 not in portion.signs(on) | (ONE - portion).signs(on), "the share is not in [0,1]")
        terms = [(ends[0], portion, first), (ends[1], ONE - portion, last), (rows, -ONE, here)]
        _cancel(claim, terms, GAMMA, on, measures)
        apart = _order(rank(claim.objective, rows, ranks, on), level or (), on, ranks)
        ranks.proves(apart == side, "the policy off the path is not ranked as claimed")

def uncountable_chain(claim: Claim, evidence: Node) -> None:
    parts = evidence.fields("low", "high")
    on = claim.path[0][0]
    low, high = [rank(claim.objective, rows, part, on) for (_, rows, _), part in zip(claim.path, parts, strict=True)]
    slope = low[0].slope()
    increasing = slope != ZERO and -1 not in slope.signs(on)
    evidence.proves(low[0] == high[0] and increasing, "the first key is not equal for low and high, and increasing")
    evidence.proves(_order(low[1:], high[1:], on, evidence) == -1, "low is not below high")

KINDS = {f.__name__: f for f in (linear_dependence, indistinguishable, two_values, limit, level_set, uncountable_chain)}
