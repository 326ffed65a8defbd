"""Models and questions for Storm."""

from collections.abc import Callable
from typing import Any

import numpy as np

from specl.solvers.sparse import SparseModel

PRECISION = 1e-6


def storm_model(model: SparseModel) -> Any:
    """The same for Storm, with its labels of states; the start is the first state, "steps" pays 1 for each step."""
    from stormpy import datastructures, models

    labeling = models.StateLabeling(model.size)
    for name, holds in {**model.labels, "init": np.arange(model.size) == 0}.items():
        labeling.add_label(name)
        for s in np.flatnonzero(holds).tolist():
            labeling.add_label_to_state(name, s)
    m = len(model.entries) - 1
    builder = datastructures.SparseMatrixBuilder[float](m, model.size, len(model.targets), has_custom_row_grouping=True)
    rows = np.repeat(np.arange(m), np.diff(model.entries))
    builder.add_next_values(
        rows.tolist(), model.targets.tolist(), model.probabilities.tolist(), model.choices[:-1].tolist()
    )
    rewards = {
        name: models.SparseRewardModel[float](optional_state_action_reward_vector=paid.tolist())
        for name, paid in {**model.rewards, "steps": np.ones(m)}.items()
    }
    return models.SparseMdp[float](
        models.SparseModelComponents[float](
            transition_matrix=builder.build(), state_labeling=labeling, reward_models=rewards
        )
    )


def storm_answer(model: Any, query: str, is_sound: bool = True) -> Callable[[], float]:
    """Storm's value in the first state, to an absolute precision, by its sound methods or by its default ones."""
    import stormpy
    from stormpy import environments

    environment = environments.sound() if is_sound else environments.Environment()
    solver = environment.solver().min_max()
    solver.precision = stormpy.Rational(PRECISION)
    solver.relative_termination_criterion = False
    wanted = stormpy.parse_properties(query)[0]
    return lambda: float(stormpy.model_checking(model, wanted, environment=environment).get_value(0))
