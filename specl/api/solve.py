"""The best policy for an objective, with bounds on its value that are proved."""

import os
import time
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from specl.api.asked import Asked
from specl.api.references import objective_in, refuse
from specl.model.errors import Undefined, Unsupported
from specl.solvers.task import Task

if TYPE_CHECKING:  # what loads numba and SciPy waits until it is needed
    from specl.api.front import ParetoFront
    from specl.api.model_solution import ModelSolution
    from specl.api.solution import Solution
    from specl.language.document import Document
    from specl.solvers.sparse import SparseModel

PRECISION = Fraction(1, 10**6)
"""The width of the bounds."""

GYMNASIUM = "gymnasium:"
"""What stands before the name of a Gymnasium environment."""


def solve(
    objective: "str | os.PathLike[str] | SparseModel",
    document: "Document | str | os.PathLike[str] | None" = None,
    precision: Fraction = PRECISION,
    exact: bool = False,
    seconds: float = 20.0,
    watch: Callable[[str], None] | None = None,
    *,
    reward: str | None = None,
    discount: Fraction | None = None,
    average: bool = False,
    until: str | None = None,
    reach: str | None = None,
    formula: str | None = None,
    minimise: bool | None = None,
    pareto: bool = False,
) -> "Solution | ModelSolution | ParetoFront":
    """The best policy for an objective, and its value.

    Of an objective in a .spec file: the policy is evaluated again by the formalism's own definition, and all bounds
    are held against that. Of a model: one of the questions below, which have a policy's value or probability as answer.

    Args:
        objective: a name in `document`, or ``file.spec:name``, or a file with one objective; or a model: arrays, a
            file (UMB, DRN, PRISM explicit), or ``gymnasium:NAME``.
        precision: the width that the bounds are to have.
        exact: whether to end with the exact optimum, where it is rational; only of objectives.
        seconds: how long a search without an end of its own may go on.
        watch: is told what is being worked on.
        reward, discount: of a model: the discounted return of the reward.
        reward, average: its long-run average.
        reward, until: its least total until the label holds.
        reach: the probability that the label ever holds.
        formula: the probability of a formula of temporal logic over the labels.
        minimise: whether the least value is the best.
        pareto: of an objective with two or three rewards: the Pareto front of their expected returns instead.

    Raises:
        SpecErrors: nothing of that name, a file that is not correct, or an objective that cannot be solved.
    """
    asked = Asked(reward, discount, average, until, reach, formula, minimise)
    task = Task(precision, exact, watch or (lambda _: None), seconds)
    if not isinstance(objective, str | os.PathLike):
        _need_objective(pareto)
        return _of_model(objective, "the model", asked, task)
    text = os.fspath(objective)
    if document is None and _is_model(text):
        _need_objective(pareto)
        told: list[str] = []
        task.tell(f"reading {text}")
        begin = time.perf_counter()
        model = _read(text, told.append)
        return _of_model(model, text, asked, task, told, {"reading": time.perf_counter() - begin})
    if not asked.is_empty or minimise is not None:
        message = "what is asked stands in the objective; rewards, labels and formulas are for models"
        raise refuse("E090", message, "see `specl solve --help`")
    found = objective_in(text, document)
    if pareto:
        from specl.api.front import front_of

        return front_of(found, task)
    from specl.api.on_objective import of_objective

    return of_objective(found, task)


def _need_objective(pareto: bool) -> None:
    if pareto:
        raise refuse("E090", "a Pareto front is of an objective with two or three rewards, not of a model")


def _is_model(text: str) -> bool:
    if text.startswith(GYMNASIUM):
        return True
    from specl.interchange import by_ending

    return by_ending(os.path.basename(text)) is not None


def _read(text: str, tell: Callable[[str], None]) -> "SparseModel":
    from specl.interchange import read
    from specl.interchange.gymnasium import from_gymnasium

    return from_gymnasium(text.removeprefix(GYMNASIUM)) if text.startswith(GYMNASIUM) else read(text, tell)


def _of_model(
    model: "SparseModel",
    name: str,
    asked: Asked,
    task: Task,
    told: list[str] | None = None,
    spent: dict[str, float] | None = None,
) -> "ModelSolution":
    from specl.api.model_solution import ModelSolution
    from specl.api.on_model import answer

    if task.is_exact:
        raise refuse("E090", "a model has floating-point probabilities: exact answers are for .spec environments")
    question = asked.words(model)
    task.tell(question)
    begin = time.perf_counter()
    try:
        found = answer(asked, model, task)
    except (Undefined, Unsupported) as error:
        raise refuse("E091" if isinstance(error, Undefined) else "E092", str(error)) from None
    seconds = {**(spent or {}), **(found.seconds or {"solving": time.perf_counter() - begin})}
    return ModelSolution(name, model, question, found, task.precision, seconds, told or ())
