"""What deciding a wish costs without any certificate: occupancies and a linear program in floating point, as one would
write it with NumPy and SciPy."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from specl.wishes.wish import Wish

Array = npt.NDArray[np.float64]


def feasible(wish: Wish, discount: Fraction, method: str = "highs-ds") -> bool:
    """Whether HiGHS says that some reward on (s,a) grants the wish with this discount.

    Args:
        method: "highs-ds" for the simplex method, "highs-ipm" for interior points.
    """
    features = occupancies(wish, float(discount))
    above = np.array([features[a] - features[b] for a, b in wish.strict])
    level = np.array([features[a] - features[b] for a, b in wish.ties])
    solved = linprog(
        np.zeros(above.shape[1]),
        A_ub=-above,
        b_ub=-np.ones(len(above)),
        A_eq=level if len(level) else None,
        b_eq=np.zeros(len(level)) if len(level) else None,
        bounds=(None, None),
        method=method,
    )
    return bool(solved.status == 0)


def occupancies(wish: Wish, discount: float) -> dict[str, Array]:
    """m_π(s,a), flattened."""
    environment = wish.environment
    size, width = len(environment.states), len(environment.actions)
    moves = np.zeros((size, width, size))
    for s, row in enumerate(environment.transitions):
        for a, targets in enumerate(row):
            for t, p in targets:
                moves[s, a, t] = float(p)
    start = np.zeros(size)
    for s, p in environment.start:
        start[s] = float(p)
    found = {}
    for name, policy in wish.policies.items():
        choices = np.array([[float(x) for x in row] for row in policy.rows])
        chain = np.einsum("sa,sat->st", choices, moves)
        visits = np.linalg.solve(np.eye(size) - discount * chain.T, start)
        found[name] = (visits[:, None] * choices).ravel()
    return found
