"""Is a claim true? Answered a second time, in floating point at sample points, by solving, averaging and projecting."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import nnls

from specl.kernel import objectives
from specl.kernel.reading import Node

Json = Any
Rows = dict[str, dict[str, float]]
DISCOUNTS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
CLOSE = 1e-7


def number(content: Json, x: float) -> float:
    if isinstance(content, str):
        return float(Fraction(content))
    if isinstance(content, list):
        return sum(float(Fraction(c)) * x**i for i, c in enumerate(content))
    return number(content["num"], x) / number(content["den"], x)


def policy(rows: Json, x: float = 0.0) -> Rows:
    return {s: {a: number(v, x) for a, v in row.items()} for s, row in rows.items()}


class Walk:
    """The chain of a policy beside a memory, as arrays."""

    def __init__(
        self, place: Json, rows: Rows, initial: Hashable = None,
        move: Callable[[Any, tuple[str, str, str]], tuple[Any, float]] = lambda memory, step: (memory, 0.0),
    ) -> None:
        self.nodes: list[tuple[str, Any]] = [(s, initial) for s in place["start"]]
        index = {node: i for i, node in enumerate(self.nodes)}
        self.steps: list[tuple[int, int, float, tuple[str, str, str]]] = []
        gains = []
        for i, (s, memory) in enumerate(self.nodes):
            gain = 0.0
            for a, weight in rows[s].items():
                for to, p in place["transitions"][s][a].items():
                    if weight > 0:
                        following, payoff = move(memory, (s, a, to))
                        if (to, following) not in index:
                            index[to, following] = len(self.nodes)
                            self.nodes.append((to, following))
                        self.steps.append((i, index[to, following], weight * float(Fraction(p)), (s, a, to)))
                        gain += weight * float(Fraction(p)) * payoff
            gains.append(gain)
        self.gains = np.array(gains)
        self.start = np.zeros(len(self.nodes))
        for i, p in enumerate(place["start"].values()):
            self.start[i] = float(Fraction(p))
        self.matrix = np.zeros((len(self.nodes), len(self.nodes)))
        for i, j, p, _ in self.steps:
            self.matrix[i, j] += p

    def masses(self, discount: float | None) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Discounted visits, or the average over 2^40 steps."""
        if discount is not None:
            return np.asarray(np.linalg.solve((np.eye(len(self.nodes)) - discount * self.matrix).T, self.start))
        mean, power = np.eye(len(self.nodes)), self.matrix
        for _ in range(40):
            mean, power = (mean + mean @ power) / 2, power @ power
            mean, power = (m / m.sum(axis=1, keepdims=True) for m in (mean, power))  # else errors grow
        return np.asarray(self.start @ mean)


def expression(tree: Json, names: dict[tuple[str, ...], float]) -> float:
    if isinstance(tree, str):
        return float(Fraction(tree))
    head, *parts = tree
    if head == "var":
        return names[tuple(parts)]
    a, *rest = [expression(part, names) for part in parts]
    b, *cases = rest or [0.0]
    relations = {"<": a < b - CLOSE, "<=": a <= b + CLOSE, "=": abs(a - b) < CLOSE}
    if head in relations:
        return cases[0] if relations[head] else cases[1]
    plain = {"+": a + b, "-": a - b, "*": a * b, "min": min(a, b), "max": max(a, b), "abs": abs(a)}
    return plain[head] if head in plain else a / b if head == "/" else a**b


def feature(place: Json, record: Json, rows: Rows) -> float:
    code = record["formalism"]
    if code == "LTL":
        atoms = {name: {tuple(step) for step in steps} for name, steps in record["atoms"].items()}
        goal, wanted = objectives.read_goal(Node(record["formula"], ""), atoms)

        def watch(memory: Any, step: tuple[str, str, str]) -> tuple[Any, float]:
            return objectives.progress(memory, step, atoms), float((memory == objectives.SATISFIED) == wanted)

        walk = Walk(place, rows, frozenset({frozenset({goal})}), watch)
        return float(walk.masses(None) @ walk.gains)
    if code == "RM":
        edges = {(u, s, a, to): (v, float(Fraction(x))) for u, s, a, to, v, x in record["edges"]}
        walk = Walk(place, rows, record["start"], lambda u, step: edges.get((u, *step), (u, 0.0)))
    else:
        table = {(s, a, to): float(Fraction(x)) for s, a, to, x in record["reward"]}
        walk = Walk(place, rows, None, lambda memory, step: (memory, table.get(step, 0.0)))
    masses = walk.masses(None if code == "LAR" else float(Fraction(record["discount"])))
    total = float(masses @ walk.gains)
    if code == "RRL":
        actions = place["actions"]
        for (s, _), mass in zip(walk.nodes, masses, strict=True):
            row: dict[tuple[str, ...], float] = {(a,): rows[s].get(a, 0.0) for a in actions}
            total -= mass * float(Fraction(record["strength"])) * expression(record["regulariser"], row)
    return total


def worth(claim: Json, rows: Rows) -> tuple[float, ...]:
    """What a policy is worth under the claim's objective."""
    place, objective = claim["environment"], claim["objective"]
    code = objective["formalism"]
    pairs = itertools.product(place["states"], place["actions"])
    names: dict[tuple[str, ...], float] = {(s, a): rows[s].get(a, 0.0) for s, a in pairs}
    if code == "FPR":
        return (expression(objective["value"], names),)
    if code == "TLO":
        for name, record in objective["features"].items():
            names[name,] = feature(place, record, rows)
        return tuple(expression(key, names) for key in objective["keys"])
    value = feature(place, objective, rows)
    return (expression(objective["value"], {("J",): value}) if code == "ONMR" else value,)


def order(left: tuple[float, ...], right: tuple[float, ...]) -> int:
    for a, b in zip(left, right, strict=True):
        if not math.isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE):
            return 1 if a > b else -1
    return 0


def features(claim: Json, rows: Rows, discount: float | None) -> dict[Any, float]:
    """What the refuted formalism sees of a policy."""
    walk = Walk(claim["environment"], rows)
    found: dict[Any, float] = {}
    if claim["refuted"] == "FTR":
        words: dict[Any, float] = {(i,): p for i, p in enumerate(walk.start)}
        for _ in range(4):
            for word, p in list(words.items()):
                for i, j, q, step in walk.steps:
                    if i == word[-1]:
                        words[(*word[:-1], step, j)] = words.get((*word[:-1], step, j), 0.0) + p * q
        return {tuple(str(part) for part in word[:-1]): p for word, p in words.items()}
    masses = walk.masses(discount)
    for i, _, p, step in walk.steps:
        found[step] = found.get(step, 0.0) + masses[i] * p
    if claim["refuted"] == "RRL":
        for (s, _), mass in zip(walk.nodes, masses, strict=True):
            row = tuple(rows[s].get(a, 0.0) for a in claim["environment"]["actions"])
            found[row] = found.get(row, 0.0) + mass
    return found


def separable(
    vectors: Mapping[str, Mapping[Any, float]], strict: Iterable[tuple[str, str]], ties: Iterable[tuple[str, str]]
) -> bool:
    """Whether some linear functional puts the first of each strict pair above the second, and ties the others.

    It is orthogonal to the differences of tied policies, and positive on those of the others. That is impossible iff
    weights that sum to 1 bring the sum of the latter, projected along the former, to 0 (least squares with
    nonnegative weights: Lawson and Hanson 1974).
    """
    keys = sorted({key for row in vectors.values() for key in row}, key=str)
    vector = {name: np.array([row.get(key, 0.0) for key in keys]) for name, row in vectors.items()}
    level = np.array([vector[one] - vector[other] for one, other in ties] or [np.zeros(len(keys))])
    _, sizes, basis = np.linalg.svd(level)
    basis = basis[: len(sizes)][sizes > CLOSE]
    above = [vector[better] - vector[worse] for better, worse in strict]
    apart = [v - basis.T @ (basis @ v) for v in above]
    system = np.vstack([np.column_stack(apart), np.ones(len(apart))])
    _, distance = nnls(system, np.append(np.zeros(len(keys)), 1.0))
    return bool(distance > CLOSE)


def true(claim: Json) -> bool:
    """Whether the claim holds at all sample points, as far as floating point can tell."""
    kind, policies = claim["kind"], claim["policies"]
    if "wish" in claim:
        return ungranted(claim)
    if "rows" in policies:
        values = {name: worth(claim, policy(rows)) for name, rows in policies["rows"].items()}
        groups = policies["ordering"]
        right = all(order(values[group[0]], values[other]) == 0 for group in groups for other in group) and all(
            order(values[better[0]], values[worse[0]]) == 1 for better, worse in itertools.pairwise(groups)
        )
        if kind == "two_values":
            return right and len(groups) >= 3  # each policy's single trajectory is looked at in the tests of the kind
        if claim["refuted"] == "TLO":
            return right and len(groups) > 1 and tied_lotteries(claim)
        strict = [(better[0], worse[0]) for better, worse in itertools.pairwise(groups)]
        ties = [(group[0], other) for group in groups for other in group]
        points = (None,) if claim["refuted"] in ("LAR", "FTR") else DISCOUNTS
        seen = [
            {name: features(claim, policy(rows), discount) for name, rows in policies["rows"].items()}
            for discount in points
        ]
        return right and len(strict) > 0 and not any(separable(vectors, strict, ties) for vectors in seen)
    samples = [i / 16 for i in range(17)]
    if kind == "limit":
        path = [worth(claim, policy(policies["path"], t)) for t in samples]
        side = {"above": 1, "below": -1}[policies["end"]]
        return all(order(path[1], value) == 0 for value in path[1:]) and order(path[0], path[1]) == side
    if kind == "level_set":
        return level(claim)
    low, high = ([worth(claim, policy(policies[name], p)) for p in samples] for name in ("low", "high"))
    return all(order(a, b) == -1 for a, b in zip(low, high, strict=True)) and all(
        order(high[i], low[j]) == -1 for i in range(17) for j in range(i + 1, 17)
    )


def ends(text: str) -> tuple[float, float]:
    low, high = text[1:-1].split(",")
    return float(Fraction(low)), float(Fraction(high))


def level(claim: Json) -> bool:
    path = [(ends(piece["on"]), piece["rows"]) for piece in claim["policies"]["path"]]
    points = [(low + (high - low) * i / 8, rows) for (low, high), rows in path for i in range(9)]
    levels = [worth(claim, policy(rows, t)) for t, rows in points]
    if any(order(levels[0], value) for value in levels):
        return False
    for piece in claim["policies"]["off"]:
        low, high = ends(piece["on"])
        for discount in [low + (high - low) * i / 8 for i in range(8)]:
            off = policy(piece["rows"], discount)
            if order(worth(claim, off), levels[0]) != {"above": 1, "below": -1}[piece["rank"]]:
                return False
            first, last, here = (
                features(claim, rows, discount)
                for rows in (policy(points[0][1], points[0][0]), policy(points[-1][1], points[-1][0]), off)
            )
            keys = {*first, *last, *here}
            a, b, c = (np.array([table.get(key, 0.0) for key in keys]) for table in (first, last, here))
            share = float((c - b) @ (a - b) / max(float((a - b) @ (a - b)), 1e-30))
            if not -CLOSE <= share <= 1 + CLOSE or not np.allclose(share * a + (1 - share) * b, c, atol=CLOSE):
                return False
    return True


def tied_lotteries(claim: Json) -> bool:
    """Whether two policies of different groups have the same rows where they go."""
    place, rows = claim["environment"], claim["policies"]["rows"]
    for better, worse in itertools.combinations(claim["policies"]["ordering"], 2):
        for p, q in itertools.product(better, worse):
            one, two = policy(rows[p]), policy(rows[q])
            reached = {s for s, _ in Walk(place, one).nodes}
            if all(one[s].get(a, 0.0) == two[s].get(a, 0.0) for s in reached for a in place["actions"]):
                return True
    return False


# --- wishes ---


def ungranted(claim: Json) -> bool:
    """Whether no objective grants the wish, as far as this kind of argument reaches."""
    wish, code = claim["wish"], claim["refuted"]
    strict, ties = ([(one, other) for one, other in wish[name]] for name in ("strict", "ties"))
    if claim["kind"] == "two_values":
        known = claim["policies"]["rows"]
        single = {name for name, rows in known.items() if has_one_trajectory(claim, policy(rows))}
        below = {name: falls(name, strict, ties) for name in known}
        return any(middle in single and below[middle] for name in known for middle in below[name])
    if "discount" in wish:
        points: tuple[float | None, ...] = (float(Fraction(wish["discount"])),)
    else:
        points = (None,) if code in ("LAR", "FTR", "TLO") else DISCOUNTS
    for point in points:
        vectors = seen(claim, point)
        if code in ("TLO", "OMO"):
            names = itertools.combinations(vectors, 2)
            alike = [pair for pair in names if close(vectors[pair[0]], vectors[pair[1]])]
            if not any(name in falls(name, strict, [*ties, *alike]) for name in vectors):
                return False
        elif not strict or separable(vectors, strict, ties):
            return False
    return True


def seen(claim: Json, discount: float | None) -> dict[str, dict[Any, float]]:
    """What the formalism sees of each policy, or of each trajectory."""
    if "trajectories" not in claim["policies"]:
        lottery = {**claim, "refuted": "FTR"} if claim["refuted"] == "TLO" else claim
        return {name: features(lottery, policy(rows), discount) for name, rows in claim["policies"]["rows"].items()}
    found: dict[str, dict[Any, float]] = {}
    for name, path in claim["policies"]["trajectories"].items():
        found[name] = {}
        for time in range(len(path) // 2):
            s, a, *to = path[2 * time : 2 * time + 3]
            cell = {to[0]: "1"} if to else claim["environment"]["transitions"][s][a]
            for target, weight in cell.items():
                amount = (discount or 0.0) ** time * float(Fraction(weight))
                found[name][s, a, target] = found[name].get((s, a, target), 0.0) + amount
    return found


def close(left: Mapping[Any, float], right: Mapping[Any, float]) -> bool:
    return all(math.isclose(left.get(key, 0.0), right.get(key, 0.0), abs_tol=CLOSE) for key in {*left, *right})


def falls(name: str, strict: list[tuple[str, str]], ties: list[tuple[str, str]]) -> set[str]:
    """What lies below a policy by a chain of comparisons, at least one of them strict."""
    level = [*ties, *((other, one) for one, other in ties)]
    found, waiting = {(name, False)}, [(name, False)]
    while waiting:
        here, is_below = waiting.pop()
        steps = [(q, True) for p, q in strict if p == here] + [(q, is_below) for p, q in level if p == here]
        waiting += [step for step in steps if step not in found]
        found |= {*steps}
    return {other for other, is_below in found if is_below}


def has_one_trajectory(claim: Json, rows: Rows) -> bool:
    walk = Walk(claim["environment"], rows)
    return len(claim["environment"]["start"]) == 1 and all(p == 1.0 for _, _, p, _ in walk.steps)
