"""Storm's exact engine on decision processes with rational probabilities."""

import itertools
from collections.abc import Mapping, Sequence, Set
from fractions import Fraction

import stormpy
from stormpy import datastructures, environments, models

Q = stormpy.Rational


def answers(
    rows: Sequence[Sequence[Mapping[int, Fraction]]],
    labels: Mapping[str, Set[int]],
    paid: Sequence[Sequence[Fraction]],
    query: str,
) -> list[Fraction | None]:
    """What Storm says of each state; None for infinity.

    Args:
        rows: ``rows[s][a]``, the distribution of a choice.
        labels: where they hold.
        paid: a reward of each choice, "paid" in queries.
    """
    lines = [row for choices in rows for row in choices]
    first = [0, *itertools.accumulate(map(len, rows))]
    builder = datastructures.SparseMatrixBuilder[Q](
        len(lines), len(rows), sum(map(len, lines)), has_custom_row_grouping=True
    )
    for line, row in enumerate(lines):
        if line in first:
            builder.new_row_group(line)
        for t, p in sorted(row.items()):
            builder.add_next_value(line, t, Q(p))
    labeling = models.StateLabeling(len(rows))
    for name, holds in {"init": {0}, **labels}.items():
        labeling.add_label(name)
        for s in holds:
            labeling.add_label_to_state(name, s)
    reward = models.SparseRewardModel[Q](optional_state_action_reward_vector=[Q(r) for row in paid for r in row])
    model = models.SparseMdp[Q](
        models.SparseModelComponents[Q](
            transition_matrix=builder.build(), state_labeling=labeling, reward_models={"paid": reward}
        )
    )
    wanted = stormpy.parse_properties(query)[0]
    found = stormpy.model_checking(model, wanted, environment=environments.exact())
    texts = [str(found.get_value(s)) for s in range(len(rows))]
    return [None if "inf" in text else Fraction(text) for text in texts]
