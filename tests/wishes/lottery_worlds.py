"""Wishes about mixtures, whose lotteries depend on each other, and brute force on what trajectories can tell."""

import itertools
import json
import random
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import cvc5
from cvc5 import Kind
from hypothesis import strategies as st

from specl.kernel import check
from specl.model.environment import Environment
from specl.model.policy import Policy, deterministic
from specl.wishes.answer import Answer, No, Unknown
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.lotteries.trials import comparisons
from specl.wishes.wish import Pair, Wish
from tests.strategies import environments
from tests.wishes.drawing import follows

OWN = ("FTR", "RM", "INMR", "IMORL")


@st.composite
def mixed_wishes(
    draw: st.DrawFn,
    max_states: int = 3,
    max_policies: int = 5,
    discounts: Iterable[Fraction | None] = (None, Fraction(1, 2), Fraction(9, 10)),
) -> Wish:
    """Policies with probabilities 0, 1/2, 1 that differ in one or two states only: one lottery may then be the mean of
    two others."""
    environment = draw(environments(max_states, 2).filter(lambda each: len(each.actions) == 2))
    chances = [(x, 1 - x) for x in (Fraction(1), Fraction(1, 2), Fraction(0))]
    states = range(len(environment.states))
    varied = draw(st.lists(st.sampled_from(states), min_size=1, max_size=2, unique=True))
    all_of_them = [
        Policy(tuple(dict(zip(varied, rows, strict=True)).get(s, chances[0]) for s in states))
        for rows in itertools.product(chances, repeat=len(varied))
    ]
    drawn = draw(st.lists(st.sampled_from(all_of_them), min_size=2, max_size=max_policies, unique=True))
    found = {policy: draw(st.integers(0, 2)) for policy in drawn}
    names = {f"p{i}": policy for i, policy in enumerate(found)}
    strict: list[Pair] = []
    ties: list[Pair] = []
    for left, right in itertools.combinations(names, 2):
        above, below = found[names[left]], found[names[right]]
        if above == below:
            ties.append((left, right))
        else:
            strict.append((left, right) if above > below else (right, left))
    return Wish("wish", environment, names, tuple(strict), tuple(ties), draw(st.sampled_from(list(discounts))))


def alone(code: str, asking: Asking) -> Answer:
    """What the formalisms of lotteries answer, the others left out: their own work is then to be seen."""
    return decide(code, asking) if code in OWN else Unknown("left out")


def seeded(seed: int, discounts: Sequence[Fraction | None]) -> Wish:
    """A random wish of no particular shape, the same one for the same seed."""
    draw = random.Random(seed)
    size, width = draw.randint(1, 4), draw.randint(1, 3)

    def targets() -> tuple[tuple[int, Fraction], ...]:
        chosen = sorted(draw.sample(range(size), draw.randint(1, min(2, size))))
        parts = [draw.randint(1, 3) for _ in chosen]
        return tuple((t, Fraction(part, sum(parts))) for t, part in zip(chosen, parts, strict=True))

    states, actions = tuple("stuv"[:size]), tuple("abc"[:width])
    moves = tuple(tuple(targets() for _ in actions) for _ in states)
    environment = Environment("world", states, actions, targets(), moves, {})
    named: dict[str, Policy] = {}
    height: dict[Policy, int] = {}
    for i in range(draw.randint(2, 6)):
        rows = []
        for _ in states:
            parts = [draw.choice((0, 0, 1, 1, 2)) for _ in actions]
            parts[draw.randrange(width)] += 1
            rows.append(tuple(Fraction(part, sum(parts)) for part in parts))
        pure = deterministic(environment, [draw.randrange(width) for _ in states])
        named[f"p{i}"] = pure if draw.random() < 0.5 else Policy(tuple(rows))
        height.setdefault(named[f"p{i}"], draw.randint(0, 2))
    pairs = list(itertools.permutations(named, 2))
    strict = tuple((p, q) for p, q in pairs if height[named[p]] > height[named[q]] and draw.random() < 0.9)
    ties = tuple((p, q) for p, q in pairs if p < q and height[named[p]] == height[named[q]] and draw.random() < 0.8)
    return Wish("wish", environment, named, strict, ties, draw.choice(list(discounts)))


def assert_proved(answer: No, wish: Wish) -> None:
    """The kernel accepts the certificate, and what is claimed is about this wish and follows from it."""
    verdict = check(json.loads(json.dumps(answer.claim)), json.loads(json.dumps(answer.certificate)))
    assert verdict.status == "ACCEPT", (verdict, answer.claim)
    claimed = answer.claim["wish"]
    assert claimed["strict"]
    assert all(follows(wish, (better, worse), True) for better, worse in claimed["strict"])
    assert all(follows(wish, (one, other), False) for one, other in claimed["ties"])
    names = wish.environment.states, wish.environment.actions
    for name, rows in answer.claim["policies"]["rows"].items():
        for s, state in enumerate(names[0]):
            shown = [Fraction(rows[state].get(action, "0")) for action in names[1]]
            assert tuple(shown) == wish.policies[name].rows[s]


def all_prefixes(environment: Environment, policies: Sequence[Policy], longest: int) -> set[tuple[Fraction, ...]]:
    """(P_π(w))_π for every choice of states and actions w of this length or shorter, up to positive factors."""
    level = {(s, (Fraction(1),) * len(policies)) for s, _ in environment.start}
    found: set[tuple[Fraction, ...]] = set()
    for _ in range(longest):
        following = set()
        for s, mass in level:
            for a, targets in enumerate(environment.transitions[s]):
                moved = tuple(x * policy.rows[s][a] for x, policy in zip(mass, policies, strict=True))
                if any(moved):
                    scaled = tuple(x / max(moved) for x in moved)
                    found.add(scaled)
                    following |= {(t, scaled) for t, _ in targets}
        level = following
    return found


def independent(vectors: Iterable[Sequence[Fraction]]) -> list[Sequence[Fraction]]:
    """A basis among the vectors."""
    rows: list[tuple[int, list[Fraction]]] = []
    kept: list[Sequence[Fraction]] = []
    for vector in vectors:
        rest = list(vector)
        for pivot, row in rows:
            factor = rest[pivot] / row[pivot]
            rest = [x - factor * y for x, y in zip(rest, row, strict=True)]
        place = next((i for i, x in enumerate(rest) if x), None)
        if place is not None:
            rows.append((place, rest))
            kept.append(vector)
    return kept


def is_linear(wish: Wish, vectors: Sequence[Sequence[Fraction]]) -> bool:
    """Whether some combination of the vectors, each with one entry for each policy, orders them; by cvc5."""
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    solver.setLogic("QF_LRA")
    weights = [terms.mkConst(terms.getRealSort(), f"w{k}") for k in range(len(vectors))]
    place = {name: i for i, name in enumerate(wish.policies)}
    zero = terms.mkReal(0)

    def difference(one: str, other: str) -> cvc5.Term:
        parts = [
            terms.mkTerm(Kind.MULT, terms.mkReal(str(vector[place[one]] - vector[place[other]])), weight)
            for vector, weight in zip(vectors, weights, strict=True)
        ]
        return terms.mkTerm(Kind.ADD, zero, zero, *parts)

    strict, ties = comparisons(wish)
    for better, worse in strict:
        solver.assertFormula(terms.mkTerm(Kind.GT, difference(better, worse), zero))
    for one, other in ties:
        solver.assertFormula(terms.mkTerm(Kind.EQUAL, difference(one, other), zero))
    outcome = solver.checkSat()
    assert outcome.isSat() or outcome.isUnsat()
    return bool(outcome.isSat())


def rooms(size: int, width: int, height: Callable[[str], int]) -> Wish:
    """Rooms visited in turn, in each the same actions; the deterministic policies, named by the first letters of their
    choices ("lr"), are to be ordered by height."""
    environment = Environment(
        "rooms",
        tuple("xyzvw"[:size]),
        ("left", "right", "up")[:width],
        ((0, Fraction(1)),),
        tuple((((((s + 1) % size), Fraction(1)),),) * width for s in range(size)),
        {},
    )
    choices = itertools.product(range(width), repeat=size)
    named = {"".join("lru"[a] for a in each): deterministic(environment, each) for each in choices}
    pairs = list(itertools.permutations(named, 2))
    strict = tuple((p, q) for p, q in pairs if height(p) > height(q))
    return Wish("wish", environment, named, strict, tuple((p, q) for p, q in pairs if p < q and height(p) == height(q)))
