"""The Pareto front of an objective's rewards: what can be traded off against what."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from specl.api.references import Reference, refuse
from specl.api.solved_text import choice_text, columns, counted
from specl.evaluation.returns import expected_returns
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.quantities import RewardReturn
from specl.model.real import Real
from specl.render.number import show
from specl.render.pareto import draw
from specl.solvers.hurry import forget, was_pressed
from specl.solvers.outer.pareto import Front, HalfSpace, pareto
from specl.solvers.task import Task

MOST = 6
"""Reached states of a policy that is written out in the table."""

MOST_LINES = 20
"""Corners, mixtures and half-spaces that are written out."""

LONGEST = 10**6
"""Half-spaces with larger weights are divided by the largest of them."""


@dataclass(frozen=True, eq=False)
class ParetoFront:
    """The expected returns that some policy has while none has larger ones, with policies for the corners.

    Attributes:
        front: the corners, with which mixtures of them are on the front, and half-spaces that no policy passes.
        precision: the gap that was asked for between the two.
        faults: what the solver claimed and is not so; empty, or specl has a fault.
    """

    objective: str
    environment: Environment
    discount: Fraction
    front: Front
    precision: Fraction
    seconds: float
    faults: tuple[str, ...]
    interrupted: bool = False

    @property
    def status(self) -> Literal["precise", "wide", "fault"]:
        """Whether corners and half-spaces are as close as asked for."""
        if self.faults:
            return "fault"
        return "precise" if self.front.gap + self.front.error <= self.precision else "wide"

    def headline(self) -> str:
        """What it is, in a line."""
        head = f"Pareto front of {', '.join(self.front.rewards)} ({self.objective} in {self.environment.name})"
        if self.faults:
            return f"{head}: no answer"
        found = self.front
        known = "exact" if found.is_exact else f"known to {float(found.gap + found.error):.0e}"
        return f"{head}: {counted(len(found.corners), 'corner')}, {known}"

    def details(self) -> Iterator[str]:
        """The lines of `text` below the headline."""
        for fault in self.faults:
            yield f"  this is a fault of specl, not yours: {fault}"
        if self.faults:
            return
        yield ""
        error = self.front.error
        table = [["", *self.front.rewards, "policy"]]
        for k, corner in enumerate(self.front.corners[:MOST_LINES]):
            values = [show(Enclosure(x - error, x + error) if error else Real.of(x)) for x in corner.returns]
            table.append([str(k + 1), *values, self._policy(k)])
        yield from columns(table)
        if len(self.front.corners) > MOST_LINES:
            yield f"  and {len(self.front.corners) - MOST_LINES} more, which --json lists"
        yield ""
        mixtures = [face for face in self.front.faces if len(face) > 1]
        if mixtures:
            listed = ", ".join("-".join(str(i + 1) for i in face) for face in mixtures[:MOST_LINES])
            yield f"mixtures    on the front too: {listed}{', …' if len(mixtures) > MOST_LINES else ''}"
        shown = [half for half in self.front.half_spaces if sum(map(bool, half.weights)) == 1]
        shown += [half for half in self.front.half_spaces if half not in shown]
        for half in shown[:MOST_LINES]:
            yield f"always      {_inequality(half, self.front.rewards)}"
        if len(shown) > MOST_LINES:
            yield f"            and {len(shown) - MOST_LINES} more, which --json lists"
        yield f"time        {self.seconds:.2f} s"

    def text(self) -> str:
        """The corners, mixtures and half-spaces."""
        return "\n".join([self.headline(), *self.details()])

    def __str__(self) -> str:
        return self.text()

    def _policy(self, k: int) -> str:
        rows = self.front.corners[k].policy.rows
        texts = [
            f"{state}: {choice_text(self.environment.actions, dict(enumerate(row)))}"
            for state, row in zip(self.environment.states, rows, strict=True)
        ]
        return ", ".join(texts[:MOST]) + (", …" if len(texts) > MOST else "")

    def json(self) -> dict[str, Any]:
        """``{"rewards", "corners": [{"returns", "policy"}], "faces", "half_spaces": [{"weights", "bound"}], "exact",
        "error", "gap"}``, numbers as exact strings, and "objective", "status", "seconds"; "faults" instead, if any."""
        found = {"objective": self.objective, "status": self.status, "seconds": self.seconds}
        return found | ({"faults": list(self.faults)} if self.faults else self.front.as_json(self.environment))

    def svg(self) -> str:
        """The picture.

        Raises:
            SpecErrors: matplotlib is not installed.
        """
        try:
            return draw(self.front.as_json(self.environment))
        except ImportError:
            hint = "install it, for example by `pip install 'specl-rl[plots]'`"
            raise refuse("E090", "figures are drawn by matplotlib, which is not installed", hint) from None

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write the picture.

        Raises:
            SpecErrors: matplotlib is not installed.
            OSError: the file cannot be written.
        """
        Path(path).write_text(self.svg(), encoding="utf-8")

    def _repr_svg_(self) -> str:
        return self.svg()


def _inequality(half: HalfSpace, names: Sequence[str]) -> str:
    """``3 x + 2 y <= 5``; weights are whole numbers, unless these are long."""
    unit = max(half.weights) if max(half.weights) > LONGEST else Fraction(1)
    terms = [(w / unit, name) for w, name in zip(half.weights, names, strict=True) if w]
    total = " + ".join(name if w == 1 else f"{show(Real.of(w))} {name}" for w, name in terms)
    return f"{total} <= {show(Real.of(half.bound / unit))}"


def front_of(found: Reference, task: Task) -> ParetoFront:
    """The front of an objective's rewards; its corners are evaluated again.

    Raises:
        SpecErrors: the objective has not two or three rewards under one discount, or the front cannot be had.
    """
    named, environment = found.objective, found.environment
    rewards, discount = getattr(named.objective, "rewards", None), getattr(named.objective, "discount", None)
    if rewards is None or discount is None or len(rewards) not in (2, 3):
        hint = "OMORL, GOMORL and IMORL have several rewards under one discount"
        raise refuse("E090", f"`{named.name}` has not two or three rewards to trade off", hint)
    task.tell(f"the front of {', '.join(rewards)}")
    begin = time.perf_counter()
    try:
        forget()
        front = pareto(rewards, discount, environment, task)
        is_interrupted = was_pressed()
    except (Undefined, Unsupported) as error:
        raise refuse("E092", f"`{named.name}`: {error}", None, found.document.file) from None
    task.tell("evaluating the policies again")
    faults = []
    for corner in front.corners:
        value_of = expected_returns(environment, corner.policy, rewards, discount)
        for name, claimed in zip(front.rewards, corner.returns, strict=True):
            off = value_of(RewardReturn(name)) - claimed
            if off.absolute().compare("<=", Real.of(front.error)) is not True:
                faults.append(f"a corner's {name} is {value_of(RewardReturn(name))}, not {claimed}")
    wanted = Fraction(0) if task.is_exact else task.precision
    spent = time.perf_counter() - begin
    return ParetoFront(named.name, environment, discount, front, wanted, spent, tuple(faults), is_interrupted)
