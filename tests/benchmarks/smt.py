"""Deciding a wish by an SMT solver alone: the same linear program over the rationals, put to Z3."""

from fractions import Fraction

import z3

from specl.wishes.linear.features import step_features
from specl.wishes.wish import Wish


def feasible(wish: Wish, discount: Fraction, seconds: float) -> bool | None:
    """Whether Z3 finds a reward on (s,a) that grants the wish with this discount; None where its time is up."""
    keys, vectors = step_features(wish, discount)
    rewards = [z3.Real(f"r_{s}_{a}") for s, a in keys]
    solver = z3.SolverFor("QF_LRA")
    solver.set("timeout", int(1000 * seconds))

    def gap(a: str, b: str) -> z3.ArithRef:
        parts = [z3.RealVal(0)]
        for reward, x, y in zip(rewards, vectors[a], vectors[b], strict=True):
            if x != y:
                parts.append(z3.RealVal(str(x - y)) * reward)
        return z3.Sum(parts)

    solver.add([gap(a, b) >= 1 for a, b in wish.strict])
    solver.add([gap(a, b) == 0 for a, b in wish.ties])
    outcome = solver.check()
    return None if outcome == z3.unknown else bool(outcome == z3.sat)
