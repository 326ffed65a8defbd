"""The equation (I − γP) d = residual of one policy's chain, solved by sparse elimination."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, identity
from scipy.sparse.csgraph import reverse_cuthill_mckee
from scipy.sparse.linalg import splu

from specl.solvers.sparse import Floats, SparseModel

FILL = 10**8
"""Direct solution is tried where the band of the matrix has at most so many entries; what is really stored is a
fraction of them."""


def equations(model: SparseModel, best: NDArray[np.int32], discount: float) -> csc_matrix:
    """I − γP in double precision."""
    n = model.size
    rows = model.choices[:-1] + best
    starts, lengths = model.entries[rows], np.diff(model.entries)[rows]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    places = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - starts, lengths)
    chain = csr_matrix((model.probabilities[places], model.targets[places], offsets), shape=(n, n))
    return (identity(n, format="csc") - discount * chain).tocsc()


def is_banded(system: csc_matrix) -> bool:
    """Whether the unknowns can be put in an order (Cuthill and McKee 1969) in which the band is small enough."""
    n = system.shape[0]
    place = np.empty(n, dtype=np.int64)
    place[reverse_cuthill_mckee(system)] = np.arange(n)
    column = np.repeat(np.arange(n), np.diff(system.indptr))
    return bool(int(np.abs(place[system.indices] - place[column]).max()) * n <= FILL)


def direct(system: csc_matrix, residual: Floats) -> Floats:
    """The solution by sparse elimination (SuperLU: Demmel, Eisenstat, Gilbert, Li and Liu 1999), columns ordered by
    minimum degree; no pivoting, for I − γP is diagonally dominant."""
    factors = splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    found: Floats = factors.solve(residual)
    return found
