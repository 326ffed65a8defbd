"""The best policy for an objective of a .spec file, evaluated again before it is believed."""

import time
from fractions import Fraction

from specl.api.confirmed import confirm
from specl.api.references import Reference
from specl.api.solution import Solution, spec_text
from specl.language.diagnostics import Diagnostic, SpecErrors
from specl.language.source import Source
from specl.model.errors import Undefined, Unsupported
from specl.solvers import formalisms as solvers
from specl.solvers.hurry import forget, was_pressed
from specl.solvers.task import Task
from specl.solvers.without_memory import without_memory


def of_objective(found: Reference, task: Task) -> Solution:
    """The solution of an objective.

    Raises:
        SpecErrors: it cannot be solved.
    """
    named, environment = found.objective, found.environment
    task.tell(f"solving {named.name}")
    begin = time.perf_counter()
    try:
        forget()
        solved = solvers.solve(named.code, named.objective, environment, task)
        is_interrupted = was_pressed()
    except (Undefined, Unsupported) as error:
        raise _unsolved(found, error) from None
    between = time.perf_counter()
    task.tell("evaluating the policy again")
    confirmed = confirm(named.code, named.objective, environment, solved, task.precision)
    spent = dict(solved.seconds) or {"solving": between - begin}
    spent["checking"] = time.perf_counter() - between
    if not is_interrupted and solved.memory is not None and confirmed.worth is not None and not confirmed.faults:
        simpler = without_memory(named.code, named.objective, environment, confirmed.solved, task)
        confirmed = confirm(named.code, named.objective, environment, simpler, task.precision)
        spent["without memory"] = time.perf_counter() - between - spent["checking"]
    text = None if confirmed.faults else spec_text(found.document, environment, confirmed.solved)
    wanted = Fraction(0) if task.is_exact else task.precision
    return Solution(
        named.name, named.code, environment, confirmed.solved, confirmed, wanted, spent, text, is_interrupted
    )


def _unsolved(found: Reference, error: Undefined | Unsupported) -> SpecErrors:
    code = "E091" if isinstance(error, Undefined) else "E092"
    document, named = found.document, found.objective
    diagnostic = Diagnostic(code, f"`{named.name}`: {error}", error.at or named.at, None, document.file)
    return SpecErrors((diagnostic,), Source(document.text, document.file))
