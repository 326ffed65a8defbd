"""What can be reached under some policy: states, steps, and what is beside them."""

from specl.model.environment import Environment, Step
from specl.model.machine import Machine, run
from specl.model.policy import Policy, reachable_states

MOST_STATES = 500
"""In larger environments no linear systems are solved in passing."""


def states(environment: Environment) -> frozenset[int]:
    """The states that some policy enters: those that the uniformly random one does."""
    width = len(environment.actions)
    return reachable_states(environment, Policy(tuple((1,) * width for _ in environment.states)))


def steps(environment: Environment) -> tuple[Step, ...]:
    """The steps that some policy makes, in lexicographic order."""
    entered = states(environment)
    return tuple(step for step in environment.steps if step[0] in entered)


def beside(environment: Environment, machine: Machine) -> frozenset[tuple[int, Step]]:
    """The pairs of a machine's state and a step that some policy makes while the machine is in it."""
    table = run(machine, environment)
    leaving: dict[int, list[Step]] = {}
    for step in environment.steps:
        leaving.setdefault(step[0], []).append(step)
    waiting = [(s, machine.start) for s, _ in environment.start]
    entered = set(waiting)
    made = set()
    for s, u in waiting:  # grows while it is walked
        for step in leaving[s]:
            made.add((u, step))
            place = (step[2], table[u, step][0])
            if place not in entered:
                entered.add(place)
                waiting.append(place)
    return frozenset(made)
