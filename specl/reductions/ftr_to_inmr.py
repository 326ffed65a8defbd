"""The trajectory is read off the digits of the return: γ = 1/(N+1), rewards 0..N−1 on the N possible steps, f∘G⁻¹.

A function of the return of a single reward under a single discount needs no digits: it is the expression itself.
"""

from specl.formalisms.ftr import FTR
from specl.formalisms.inmr import INMR
from specl.model.environment import Environment
from specl.model.expression import Expression, substitute, variable, variables
from specl.model.quantities import Return, RewardReturn
from specl.reductions.recovery import recover, recovered_value, value_of
from specl.reductions.trajectories import digits

SOURCE = "FTR"
TARGET = "INMR"
PRESERVES = "value"


def reduce(objective: FTR, environment: Environment) -> INMR:
    reward, discount = digits(environment)
    program = recovered_value(objective.value)
    if program is not None:
        found: INMR = (
            program.objective if program.code == TARGET else INMR({"reward": reward}, objective.value, discount)
        )
        return found
    keys = variables(objective.value)
    if not keys:
        return INMR({"reward": reward}, objective.value, discount)
    if len(keys) == 1:
        (key,) = keys
        if isinstance(key, Return) and key.reward in objective.rewards:
            return INMR({key.reward: objective.rewards[key.reward]}, _of_return(objective.value), key.discount)
    return INMR({"reward": reward}, value_of(recover(SOURCE, objective)), discount)


def _of_return(value: Expression) -> Expression:
    def image(node: Expression) -> Expression:
        return variable(RewardReturn(node.key.reward)) if isinstance(node.key, Return) else node

    return substitute(value, image)
