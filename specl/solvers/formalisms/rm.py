"""Reward Machines: the best policy is deterministic, and needs to know the machine's state beside the environment's."""

from specl.formalisms.rm import RM
from specl.model.environment import Environment
from specl.solvers.discounted_return import best_return
from specl.solvers.from_environment import with_machine
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: RM, environment: Environment, task: Task) -> Solved:
    """The largest E[Σ_t γ^t δ_R(u_t,u_{t+1})] among all policies.

    What a machine pays is a Markov reward on pairs of a state and a machine state (Toro Icarte, Klassen, Valenzano and
    McIlraith, Using reward machines for high-level task specification, 2018).
    """
    return best_return(with_machine(environment, objective.machine), "reward", objective.discount, task)
