"""Optimal values where every choice moves on: guessed by sweeps and policy iteration, then proved by induction.

The states in question, S, hold no end component in which nothing is paid, so that Bellman's equation on S, with given
values outside, has one solution that matters (Bertsekas and Tsitsiklis, An analysis of stochastic shortest path
problems, 1991; for reachability Haddad and Monmege, Interval iteration algorithm for MDPs and IMDPs, 2018). It is
approached by Gauss–Seidel sweeps, to and fro in the order of the distance from outside, and policy iteration (Howard
1960) whose equations `chain_equations` solves, and then proved by `inductive`.

Where a policy may stay for ever but for a minute probability, its equations are singular in doubles, and its values so
flat that no induction on them succeeds. Three things help. The largest value is bounded from below by a policy that is
optimal where each step loses a minute fraction of what comes after: it lingers nowhere, and the loss is what each step
has to spare. From above each step is given something in proportion to the variation of the values around it, as are
the margins that rounding needs; all steps of any policy together are given little, since relative perturbations of a
chain's probabilities, however long it lives, change its absorption little (O'Cinneide, Entrywise perturbation theory
and error analysis for Markov chains, Numerische Mathematik 65, 1993). And where that fails, sets of states in which
moving changes nothing are put together (`near_components`). Small models are left to the rationals if all fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specl.solvers.bellman import UNIT
from specl.solvers.chain_equations import Chain, chain
from specl.solvers.graph import Predecessors, grow, predecessors
from specl.solvers.inductive import settle, variation
from specl.solvers.near_components import near_components
from specl.solvers.rational_values import rational_values
from specl.solvers.sparse import Bools, Floats, SparseModel
from specl.solvers.undiscounted import commonest_width, improving, residual, sweeping

FIRST = 12
"""At most so many sweeps before the first policy is evaluated, unless told otherwise."""

BETWEEN = 6, 12
"""At most so many sweeps between two policies; where nothing is paid, and where something is."""

ROUGH = 1e-3
"""How much of the residual may be left before the next improvement of the policy."""

ROUNDS = 200
"""At most so many policies are evaluated in a row."""

SPARE = 64 * UNIT
"""What each step is to have to spare at least, times the variation of the values around it."""

LOSS = 1e-12
"""What a step loses of what comes after it in the search for policies that do not linger."""

SMALL = 300
"""Of so many states at most, values are found over the rationals where doubles don't suffice."""

FLAT = (1e-13, 1e-11, 1e-9)
"""Moves that change values by at most so much are free in near end components, one after the other."""


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked.

    Attributes:
        into: the predecessors in the model.
        order: the states of S, nearest first.
        values: float64 [n]: the values outside of S, and where to start inside.
        reward: of each choice, float64 [m]; empty for none.
        is_max: whether the largest values are asked for, or the smallest.
        repair: changes a policy so that it surely leaves S, where some do not.
        sweeps: at most so many before the first policy is evaluated.
    """

    model: SparseModel
    into: Predecessors
    order: NDArray[np.int32]
    values: Floats
    reward: Floats
    is_max: bool
    repair: Callable[[NDArray[np.int32]], None] = lambda _: None
    sweeps: int = FIRST


@dataclass(frozen=True, eq=False)
class Bracket:
    """low ≤ value ≤ high in each state, in exact arithmetic, and a policy whose values lie there as well.

    Attributes:
        low, high: infinite on S where nothing was proved.
        best: the choice of each state, numbered from 0 in the state.
        rounds: how many policies were evaluated.
        is_proved: whether both inductions succeeded, or the values were found over the rationals.
        is_rational: whether they were found over the rationals.
    """

    low: Floats
    high: Floats
    best: NDArray[np.int32]
    rounds: int
    sweeps: int
    is_proved: bool
    is_rational: bool = False


def bracket(question: Question, precision: float, tell: Callable[[float], None] = lambda _: None) -> Bracket:
    """Values of all states of S within bounds whose width is at most ``precision`` where doubles suffice for that."""
    model, x = question.model, question.values.copy()
    best = np.zeros(model.size, dtype=np.int32)
    if len(question.order) == 0:
        return Bracket(x, x, best, 0, 0, True)
    found = _search(question, x, best, tell)
    found.sweep(question.sweeps, 1e-4 * precision)
    is_lossy = question.is_max and len(question.reward) == 0
    found.iterate(precision, LOSS if is_lossy else 0.0)
    near, chosen = found.x.copy(), found.best.copy()
    far, is_bounded = found.beyond(precision)
    if not is_lossy:
        near, chosen = found.x.copy(), found.best.copy()
        near[found.inside] += near[found.inside] - far[found.inside]
    elif _gap(near, far) > precision:
        found.iterate(precision, 1e-2 * LOSS)
        near, chosen = found.x.copy(), found.best.copy()
    is_attained = found.settle(near, -found.sign, chosen)
    if not is_attained:
        near = found.x.copy()
        found.hasten(near)
        chosen = found.best
        is_attained = found.settle(near, -found.sign, chosen)
    if not is_attained:
        near[found.inside] = -found.sign * np.inf
    if not is_bounded:
        far[found.inside] = found.sign * np.inf
    if len(question.order) <= SMALL and not (is_attained and is_bounded and _gap(near, far) <= precision):
        question.repair(chosen)
        exact = rational_values(model, question.order, question.values, question.reward, question.is_max, chosen)
        if exact is not None:
            return Bracket(exact.low, exact.high, exact.best, found.rounds + exact.rounds, found.sweeps, True, True)
    low, high = (near, far) if question.is_max else (far, near)
    return Bracket(low, high, chosen, found.rounds, found.sweeps, is_attained and is_bounded)


def _gap(near: Floats, far: Floats) -> float:
    return float(np.abs(np.subtract(far, near, out=np.zeros_like(far), where=far != near)).max())


def _search(question: Question, x: Floats, best: NDArray[np.int32], tell: Callable[[float], None]) -> "_Search":
    inside, order = np.zeros(question.model.size, dtype=np.bool_), question.order
    inside[order] = True
    listed = np.sort(order)
    outwards = _outwards(order, listed)
    kind = commonest_width(question.model), len(question.reward) > 0
    return _Search(
        question, chain(question.model, outwards), x, best, inside, listed, outwards, tell,
        sweeping(*kind), improving(*kind),
    )  # fmt: skip


def _outwards(order: NDArray[np.int32], listed: NDArray[np.int32]) -> NDArray[np.int32]:
    """The order, or one that memory likes better if it is about the same: that of the numbers, up or down."""
    part = max(len(order) // 4, 1)
    drift = float(np.median(order[-part:])) - float(np.median(order[:part]))
    if abs(drift) < 0.5 * len(order):
        return order
    return listed if drift > 0 else listed[::-1].copy()


@dataclass(eq=False)
class _Search:
    """A policy ``best``, about its values x, and how they were come by. S is ``inside``; in increasing order, for loops
    in which the order does not matter, ``listed``; and about from near to far ``outwards``."""

    question: Question
    rows: Chain
    x: Floats
    best: NDArray[np.int32]
    inside: Bools
    listed: NDArray[np.int32]
    outwards: NDArray[np.int32]
    tell: Callable[[float], None]
    _sweep: Callable[..., float]
    _improve: Callable[..., Any]
    rounds: int = 0
    sweeps: int = 0

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What the compiled loops read of the model."""
        model = self.question.model
        return model.choices, model.entries, model.targets, model.probabilities, self.question.reward

    @property
    def sign(self) -> int:
        """1 where large values are wanted, −1 where small ones are."""
        return 1 if self.question.is_max else -1

    def scale(self) -> float:
        """The largest of the values."""
        return max(float(np.abs(self.x[self.listed]).max()), 2.0**-500)

    def sweep(self, most: int, enough: float) -> None:
        """Sweeps until values change by at most ``enough``, or ``most`` of them: outwards where something is paid, as
        payments add up in this direction, else to and fro."""
        is_paid = len(self.question.reward) > 0
        for i in range(most):
            self.sweeps += 1
            ahead = is_paid or i % 2 == 0
            if self._sweep(*self.arrays, self.outwards, self.x, float(self.sign), self.best, ahead) <= enough:
                break

    def iterate(self, precision: float, loss: float) -> None:
        """Policy iteration where each step loses the fraction ``loss`` of what comes after, so that lingering is not
        free; to the end, or where nothing is lost until little is to be gained: where each step is paid, less than a
        small part of that."""
        is_new, is_exact = True, False
        for _ in range(ROUNDS):
            self.rounds += 1
            if is_new:
                self._take(loss)
            noise = 16 * UNIT * self.scale()
            paid = self._small(precision)
            self._correct(max(0.25 * noise, 0.05 * paid), 0.0 if is_exact else ROUGH, loss)
            changed, worst = self._improve(
                *self.arrays, self.listed, self.x, self.sign, self.best, loss, noise, -np.inf
            )
            self.tell(worst)
            is_new = changed > 0
            if (not is_new and (is_exact or loss == 0.0)) or (loss == 0.0 and worst <= (paid or 0.1 * precision)):
                break
            is_exact = not is_new
            if is_new and (paid > 0.0 or worst > 1e-6):
                self.sweep(BETWEEN[paid > 0.0], noise)

    def _small(self, precision: float) -> float:
        """Where each step is paid, a small part of what it may be off if values are to be that precise; else 0."""
        reward = self.question.reward
        return 0.05 * precision * float(np.abs(reward).min()) / self.scale() if len(reward) else 0.0

    def beyond(self, precision: float) -> tuple[Floats, bool]:
        """Values on the far side of the optimal ones, and whether that was proved."""
        far = self._spared(precision)
        if self.settle(far, self.sign, None):
            return far, True
        if len(self.question.reward) == 0:
            for delta in FLAT:
                lifted = self._lifted(precision, delta)
                if lifted is not None and self.settle(lifted, self.sign, None):
                    return lifted, True
        return far, False

    def _spared(self, precision: float) -> Floats:
        """Values of which each step of the optimal policy has more to spare than rounding can take: a little times the
        variation of the values around it.

        Policy iteration goes on until no other choice has less; it ends where values exceed what can be, which tells
        that doubles do not suffice to evaluate a policy.
        """
        model, reward, values = self.question.model, self.question.reward, self.question.values
        least = float(np.abs(reward).min()) if len(reward) else 0.0
        most = np.inf if len(reward) else float(values.max()) + 1e-6
        w, spare, changed, far = np.zeros(model.size), 0.0, 1, self.x.copy()
        for _ in range(ROUNDS):
            self.rounds += 1
            if changed:
                self._take(0.0)
            before, scale = self.x.copy(), self.scale()
            self._correct(max(4 * UNIT * scale, 0.05 * self._small(precision)), 0.0, 0.0)
            if spare > 0.0 and not self.scale() <= most:
                self.x[:] = before
                break
            around = variation(model, reward, self.outwards, self.x, self.best)
            is_paid = least * precision > 2**12 * UNIT * scale * float(around.max())  # each step, more than all margins
            if is_paid:
                w[self.listed] = self.x[self.listed]
            else:
                rounded = 0.5 * scale if len(reward) else 0.0  # times SPARE more than the rounding of values
                w[self.outwards] = self.rows.solve((around + rounded) * self.rows.stay, 1e-12 * scale)
            longest = max(float(w.max()), scale)
            if spare * longest > 0.4 * precision or spare == 0.0:
                spare = max(SPARE, precision / (8 * longest))
            w *= self.sign * spare
            far = self.x + w
            changed, worst = self._improve(
                *self.arrays, self.listed, far, self.sign, self.best, 0.0, 16 * UNIT * scale, 0.0
            )
            self.tell(worst)
            if changed == 0:
                break
        return far

    def _lifted(self, precision: float, delta: float) -> Floats | None:
        """The same for the model in which near end components are one state each."""
        question = self.question
        quotient = near_components(question.model, question.into, question.order, self.x, delta)
        if quotient is None:
            return None
        small, of = quotient.model, quotient.of
        values, within = np.zeros(small.size), np.zeros(small.size, dtype=np.bool_)
        values[of] = self.x
        within[of[question.order]] = True
        into = predecessors(small)
        order = grow(small, into, ~within, within)[1][int((~within).sum()) :].copy()
        asked = Question(small, into, order, values, question.reward, question.is_max)
        found = _search(asked, values.copy(), np.zeros(small.size, dtype=np.int32), self.tell)
        found.iterate(precision, LOSS if question.is_max else 0.0)
        far = found._spared(precision)[of]
        self.rounds += found.rounds
        self.sweeps += found.sweeps
        return np.where(self.inside, far, question.values)

    def hasten(self, x: Floats) -> None:
        """Policy iteration where each step costs more than all rounding, from and to values x.

        Of policies that are as good, this finds one that lingers nowhere, where the values of one that does are too
        flat for an induction in doubles.
        """
        question, self.x = self.question, x
        longest = int(np.diff(question.model.entries).max())
        around = variation(question.model, question.reward, self.outwards, x, self.best)
        cost = 32 * UNIT * self.scale() + 2 * (longest + 12) * UNIT * float(around.max())
        paid = (question.reward if len(question.reward) else np.zeros(1)) - self.sign * cost
        for _ in range(ROUNDS):
            self.rounds += 1
            self._take(0.0)
            noise = 16 * UNIT * self.scale()
            self._correct(0.25 * noise, 0.0, 0.0, paid)
            changed, _ = self._improve(*self.arrays, self.listed, x, self.sign, self.best, 0.0, noise, -np.inf)
            if changed == 0:
                break

    def settle(self, x: Floats, sign: int, best: NDArray[np.int32] | None) -> bool:
        """Make x inductive (see `inductive.settle`)."""
        question = self.question
        return settle(question.model, question.into, question.reward, self.listed, x, sign, best)

    def _take(self, loss: float) -> None:
        self.question.repair(self.best)
        self.rows.set(self.question.model, self.best, loss)

    def _correct(self, wanted: float, factor: float, loss: float, paid: Floats | None = None) -> None:
        """Add to x what it lacks to solve x = r + (1 − loss) P x, until the residual is at most ``wanted``, or
        ``factor`` times what it was."""
        rows, order = self.rows, self.rows.order
        arrays = (*self.arrays[:4], self.arrays[4] if paid is None else paid, order)
        short = np.empty(len(order))
        first = residual(*arrays, self.x, self.best, rows.stay, loss, short)
        goal = max(wanted, factor * first)
        for _ in range(6):
            if first <= goal:
                break
            self.x[order] += rows.solve(short, 0.5 * goal)
            found = residual(*arrays, self.x, self.best, rows.stay, loss, short)
            if found > goal and not found < 0.5 * first:
                if rows.is_stiff:
                    break
                rows.is_stiff = True  # what BiCGSTAB took for its residual was none
            first = found
