"""Storm as an oracle: exact answers of a model checker on the Markov chain of an environment under a policy.

Storm labels states, our atoms speak of steps. So the states of Storm's chain are *the steps* of the environment
that the policy takes, with one state before the first step: φ on our trajectories is ``X φ`` from there.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import stormpy
from stormpy import datastructures, environments, models

from specl.model.environment import Environment, Step
from specl.model.formula import Formula, atom
from specl.model.policy import Policy

Q = stormpy.Rational


def probability(environment: Environment, policy: Policy, formula: Formula) -> Fraction:
    """P(ξ ⊨ φ), exactly."""
    return _check(_model(environment, policy, {}, None), f"P=? [X {in_storms_syntax(formula)}]")


def reaches(environment: Environment, policy: Policy, goal: frozenset[Step]) -> Fraction:
    """The probability that a step of the set is ever made."""
    labels = Environment(
        environment.name,
        environment.states,
        environment.actions,
        environment.start,
        environment.transitions,
        {"goal": goal},
    )
    return probability(labels, policy, Formula("F", (atom("goal"),)))


def limit_average(environment: Environment, policy: Policy, reward: Mapping[Step, Fraction]) -> Fraction:
    """lim (1/n) E[Σ_{t<n} R], exactly."""
    return _by_signs(reward, lambda part: _check(_model(environment, policy, part, None), 'R{"reward"}=? [LRA]'))


def discounted(
    environment: Environment, policy: Policy, reward: Mapping[Step, Fraction], discount: Fraction
) -> Fraction:
    """E[Σ γ^t R], exactly: after each step the chain goes on with probability γ, and dies otherwise."""
    return _by_signs(
        reward, lambda part: _check(_model(environment, policy, part, discount), 'R{"reward"}=? [F "dead"]')
    )


def _by_signs(reward: Mapping[Step, Fraction], value: Callable[[dict[Step, Fraction]], Fraction]) -> Fraction:
    """Expected rewards are linear; Storm wants them nonnegative."""
    gains = {step: amount for step, amount in reward.items() if amount > 0}
    losses = {step: -amount for step, amount in reward.items() if amount < 0}
    return value(gains) - value(losses)


def _model(environment: Environment, policy: Policy, reward: Mapping[Step, Fraction], discount: Fraction | None) -> Any:
    chances = {
        (s, a, t): policy.rows[s][a] * probability
        for s, row in enumerate(environment.transitions)
        for a, targets in enumerate(row)
        for t, probability in targets
        if policy.rows[s][a] > 0
    }
    steps = list(chances)
    dead = len(steps) + 1
    goes_on = Fraction(1) if discount is None else discount
    builder = datastructures.SparseMatrixBuilder[Q]()

    def add_row(row: int, before: Mapping[int, Fraction], scale: Fraction) -> None:
        for column, step in enumerate(steps, start=1):
            weight = scale * before.get(step[0], Fraction(0)) * chances[step]
            if weight > 0:
                builder.add_next_value(row, column, Q(weight))
        if scale < 1:
            builder.add_next_value(row, dead, Q(1 - scale))

    add_row(0, dict(environment.start), Fraction(1))
    for row, step in enumerate(steps, start=1):
        add_row(row, {step[2]: Fraction(1)}, goes_on)
    builder.add_next_value(dead, dead, Q(1))

    labeling = models.StateLabeling(dead + 1)
    for name in ("init", "dead", "always", *map(_label, environment.atoms)):
        labeling.add_label(name)
    for row in range(dead + 1):
        labeling.add_label_to_state("always", row)
    labeling.add_label_to_state("init", 0)
    labeling.add_label_to_state("dead", dead)
    for name, members in environment.atoms.items():
        for row, step in enumerate(steps, start=1):
            if step in members:
                labeling.add_label_to_state(_label(name), row)
    rewards = [Q(0), *(Q(reward.get(step, Fraction(0))) for step in steps), Q(0)]
    return models.SparseDtmc[Q](
        models.SparseModelComponents[Q](
            transition_matrix=builder.build(),
            state_labeling=labeling,
            reward_models={"reward": models.SparseRewardModel[Q](optional_state_reward_vector=rewards)},
        )
    )


def _check(model: Any, query: str) -> Fraction:
    result = stormpy.model_checking(model, stormpy.parse_properties(query)[0], environment=environments.exact())
    return Fraction(str(result.get_value(0)))


def _label(name: str) -> str:
    """Apart from Storm's own labels."""
    return f"atom_{name}"


def in_storms_syntax(formula: Formula) -> str:
    """In Storm's syntax, of which we use ! & | X F G U only (it takes constants inside formulas for labels)."""
    match formula.op:
        case "atom":
            return f'"{_label(formula.name)}"'
        case "true":
            return '"always"'
        case "false":
            return '(! "always")'
        case "!" | "X" | "F" | "G" as op:
            return f"({op} {in_storms_syntax(formula.args[0])})"
        case "&" | "|" as op:
            return "(" + f" {op} ".join(map(in_storms_syntax, formula.args)) + ")"
    left, right = map(in_storms_syntax, formula.args)
    match formula.op:
        case "->":
            return f"((! {left}) | {right})"
        case "<->":
            return f"(({left} & {right}) | ((! {left}) & (! {right})))"
        case "U":
            return f"({left} U {right})"
        case "W":
            return f"(({left} U {right}) | (G {left}))"
        case "R":
            return f"(({right} U ({left} & {right})) | (G {right}))"
        case "M":
            return f"({right} U ({left} & {right}))"
    raise ValueError(f"no operator of LTL: {formula.op}")
