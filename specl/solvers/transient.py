"""Optimal values where every choice moves on: guessed by sweeps and policy iteration, then proved by induction.

The states in question, S, hold no end component in which nothing is paid, so that Bellman's equation on S, with given
values outside, has one solution that matters (Bertsekas and Tsitsiklis, An analysis of stochastic shortest path
problems, 1991; for reachability Haddad and Monmege, Interval iteration algorithm for MDPs and IMDPs, 2018). It is
approached by Gauss–Seidel sweeps, to and fro in the order of the distance from outside, and policy iteration (Howard
1960) whose equations `chain_equations` solves. Let x ≈ (I − P)⁻¹ r and w ≈ (I − P)⁻¹ 1 for the policy found, and ε > 0:
x + εw and x − εw are proved to be bounds by `inductive`, since what each step has to spare, ε, exceeds all rounding.
Where another choice is violated that is as good for x, but lasts longer, policy iteration goes on with r ± ε for r.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specl.solvers.bellman import UNIT
from specl.solvers.chain_equations import Chain, chain
from specl.solvers.compiled import compiled
from specl.solvers.graph import Predecessors
from specl.solvers.inductive import settle, variation
from specl.solvers.sparse import Floats, SparseModel

FIRST, BETWEEN = 12, 6
"""At most so many sweeps before the first policy is evaluated, and between two policies."""

ROUGH = 1e-3
"""How much of the residual may be left before the next improvement of the policy."""

ROUNDS = 200
"""At most so many policies are evaluated."""

SPARE = 64 * UNIT
"""What each step is to have to spare at least, times the variation of the values around it."""


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
    """

    model: SparseModel
    into: Predecessors
    order: NDArray[np.int32]
    values: Floats
    reward: Floats
    is_max: bool
    repair: Callable[[NDArray[np.int32]], None] = lambda _: None


@dataclass(frozen=True, eq=False)
class Bracket:
    """low ≤ value ≤ high in each state, in exact arithmetic, and a policy whose values lie there as well.

    Attributes:
        best: the choice of each state, numbered from 0 in the state.
        rounds: how many policies were evaluated.
        is_proved: whether an induction succeeded; if not, the bounds are trivial.
    """

    low: Floats
    high: Floats
    best: NDArray[np.int32]
    rounds: int
    sweeps: int
    is_proved: bool


def bracket(question: Question, precision: float, tell: Callable[[float], None] = lambda _: None) -> Bracket:
    """Values of all states of S within bounds whose width is at most ``precision`` where doubles suffice for that."""
    model, order, reward, x = question.model, question.order, question.reward, question.values.copy()
    best = np.zeros(model.size, dtype=np.int32)
    if len(order) == 0:
        return Bracket(x, x, best, 0, 0, True)
    sign = 1 if question.is_max else -1
    arrays = (model.choices, model.entries, model.targets, model.probabilities, reward)
    listed = np.sort(order)  # for loops whose order does not matter
    least = float(np.abs(reward).min()) if len(reward) else 0.0
    sweeps = _sweep_often((*arrays, order), x, best, sign, FIRST, 1e-3 * precision)
    rows, w, spare, is_far, is_new = chain(model, order), np.zeros(model.size), 0.0, False, True
    for rounds in range(1, ROUNDS + 1):  # noqa: B007 (it is the answer)
        if is_new:
            question.repair(best)
            rows.set(model, best)
            is_new = False
        scale = max(float(np.abs(x[order]).max()), 2.0**-500)
        noise = 16 * UNIT * scale
        _correct((*arrays, order), rows, x, best, 0.25 * noise, 0.0 if is_far else ROUGH)
        if not is_far:
            changed, worst = _improve(*arrays, listed, x, sign, best, noise, -np.inf)
            tell(worst)
            is_new, is_far = changed > 0, changed == 0 or worst <= 0.1 * precision
            if is_new and worst > 1e-6:
                sweeps += _sweep_often((*arrays, listed), x, best, sign, BETWEEN, noise)
            if is_far and not is_new:
                _correct((*arrays, order), rows, x, best, 0.25 * noise, 0.0)
        if is_far and not is_new:
            around = variation(model, reward, order, x, best)
            is_paid = least * precision > 2**12 * UNIT * scale * float(around.max())  # each step, more than all margins
            w[order] = x[order] if is_paid else rows.solve(around * rows.stay, 1e-3 * scale)
            longest = max(float(w.max()), scale)
            if spare * longest > 0.4 * precision or spare == 0.0:
                spare = max(SPARE, precision / (8 * longest))
            w *= spare
            changed, worst = _improve(*arrays, listed, x + sign * w, sign, best, noise, 0.0)
            tell(worst)
            if changed == 0:
                break
            is_new = True
    far = x + sign * w
    is_proved = settle(model, question.into, reward, listed, far, sign, None)
    near = x - sign * w
    if not settle(model, question.into, reward, listed, near, -sign, best, 1):
        near = x.copy()
        rounds += _hasten(question, rows, near, best, listed)
        is_proved = is_proved and settle(model, question.into, reward, listed, near, -sign, best)
    low, high = (near, far) if question.is_max else (far, near)
    return Bracket(low, high, best, rounds, sweeps, is_proved)


def _hasten(
    question: Question, rows: Chain, x: Floats, best: NDArray[np.int32], listed: NDArray[np.int32]
) -> int:
    """Policy iteration where each step costs more than all rounding; the policy and its values x. How many rounds.

    Of policies that are as good, this finds one that lingers nowhere, where the values of one that does are too flat
    for an induction in doubles.
    """
    model, reward, sign = question.model, question.reward, 1 if question.is_max else -1
    arrays = (model.choices, model.entries, model.targets, model.probabilities)
    noise = 16 * UNIT * max(float(np.abs(x[listed]).max()), 2.0**-500)
    longest = int(np.diff(model.entries).max())
    cost = 2 * noise + 2 * (longest + 10) * UNIT * float(variation(model, reward, listed, x, best).max())
    paid = (reward if len(reward) else np.zeros(1)) - sign * cost
    for rounds in range(1, ROUNDS + 1):  # noqa: B007 (it is the answer)
        question.repair(best)
        rows.set(model, best)
        _correct((*arrays, paid, question.order), rows, x, best, 0.25 * noise, 0.0)
        changed, _ = _improve(*arrays, reward, listed, x, sign, best, noise, -np.inf)
        if changed == 0:
            break
    return rounds


Arrays = tuple[Any, ...]


def _sweep_often(arrays: Arrays, x: Floats, best: NDArray[np.int32], sign: int, most: int, enough: float) -> int:
    """Sweeps to and fro until values change by at most ``enough``; how many."""
    for sweep in range(1, most + 1):
        if _sweep(*arrays, x, float(sign), best, sweep % 2 == 1) <= enough:
            return sweep
    return most


def _correct(arrays: Arrays, rows: Chain, x: Floats, best: NDArray[np.int32], wanted: float, factor: float) -> None:
    """Add to x what it lacks to solve x = r + P x, until the residual is at most ``wanted``, or ``factor`` times what
    was."""
    residual = np.empty(len(rows.order))
    first = _residual(*arrays, x, best, rows.stay, residual)
    goal = max(wanted, min(factor, 1.0) * first)
    for _ in range(4):
        x[rows.order] += rows.solve(residual, 0.5 * goal)
        found = _residual(*arrays, x, best, rows.stay, residual)
        if found <= goal or not found < 0.5 * first:
            break
        first = found


@compiled
def _sweep(choices, entries, targets, probabilities, reward, order, x, sign, best, ahead):  # type: ignore[no-untyped-def]
    """One Gauss–Seidel sweep, the self-loops of choices solved for; the largest change."""
    most, q = 0.0, len(order)
    for i in range(q):
        s = order[i] if ahead else order[q - 1 - i]
        first, top, arg = choices[s], -np.inf, 0
        for k in range(first, choices[s + 1]):
            total, stay = 0.0, 0.0
            for j in range(entries[k], entries[k + 1]):
                t = targets[j]
                if t == s:
                    stay += probabilities[j]
                else:
                    total += probabilities[j] * x[t]
            if len(reward) > 0:
                total += reward[k]
            if stay > 0.0:
                if stay >= 1.0:
                    continue
                total /= 1.0 - stay
            total *= sign
            if total > top:
                top, arg = total, k - first
        if top > -np.inf:
            top *= sign
            most = max(most, abs(top - x[s]))
            x[s] = top
            best[s] = arg
    return most


@compiled
def _improve(choices, entries, targets, probabilities, reward, order, x, sign, best, tolerance, enough):  # type: ignore[no-untyped-def]
    """Switch to choices that are better for x by more than ``tolerance`` and gain more than ``enough``; how many, and
    the largest gain of all."""
    changed, worst = 0, -np.inf
    for i in range(len(order)):
        s = order[i]
        first, top, arg, now = choices[s], -np.inf, 0, -np.inf
        for k in range(first, choices[s + 1]):
            rise = 0.0
            for j in range(entries[k], entries[k + 1]):
                rise += probabilities[j] * (x[targets[j]] - x[s])
            if len(reward) > 0:
                rise += reward[k]
            rise *= sign
            if k - first == best[s]:
                now = rise
            if rise > top:
                top, arg = rise, k - first
        if not top <= max(now + tolerance, enough):
            best[s] = arg
            changed += 1
        worst = max(worst, top)
    return changed, worst


@compiled
def _residual(choices, entries, targets, probabilities, reward, order, x, best, stay, out):  # type: ignore[no-untyped-def]
    """(r + P x − x) / (1 − p(s|s)) for the choices ``best``; its largest absolute value. One reward is everybody's."""
    most = 0.0
    for i in range(len(order)):
        s = order[i]
        k = choices[s] + best[s]
        rise = 0.0
        for j in range(entries[k], entries[k + 1]):
            rise += probabilities[j] * (x[targets[j]] - x[s])
        if len(reward) > 0:
            rise += reward[k] if len(reward) > 1 else reward[0]
        out[i] = rise * stay[i]
        most = max(most, abs(out[i]))
    return most
