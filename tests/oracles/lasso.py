"""LTL on one ultimately periodic trajectory, by fixpoints: the semantics of the operators as they are defined."""

from collections.abc import Callable, Mapping, Sequence

from specl.model.environment import Environment, Step
from specl.model.formula import Formula
from specl.model.policy import Policy


def holds(
    formula: Formula, prefix: Sequence[Step], cycle: Sequence[Step], atoms: Mapping[str, frozenset[Step]]
) -> bool:
    """Whether prefix·cycle^ω ⊨ φ. The cycle is not empty."""
    steps = [*prefix, *cycle]
    following = [*range(1, len(steps)), len(prefix)]

    def fixpoint(start: bool, update: Callable[[int, bool], bool]) -> list[bool]:
        """The least (from false) or greatest (from true) solution of x_i = update(i, x_{i+1})."""
        truth = [start] * len(steps)
        while True:
            after = [update(i, truth[following[i]]) for i in range(len(steps))]
            if after == truth:
                return truth
            truth = after

    def walk(node: Formula) -> list[bool]:
        parts = [walk(part) for part in node.args]
        match node.op:
            case "atom":
                return [step in atoms[node.name] for step in steps]
            case "true" | "false":
                return [node.op == "true"] * len(steps)
            case "&":
                return [all(column) for column in zip(*parts, strict=True)]
            case "|":
                return [any(column) for column in zip(*parts, strict=True)]
        x, y = parts[0], parts[-1]
        match node.op:
            case "!":
                return [not value for value in x]
            case "X":
                return [x[following[i]] for i in range(len(steps))]
            case "F":
                return fixpoint(False, lambda i, later: x[i] or later)
            case "G":
                return fixpoint(True, lambda i, later: x[i] and later)
            case "->":
                return [not a or b for a, b in zip(x, y, strict=True)]
            case "<->":
                return [a == b for a, b in zip(x, y, strict=True)]
            case "U" | "W":
                return fixpoint(node.op == "W", lambda i, later: y[i] or (x[i] and later))
            case "M" | "R":
                return fixpoint(node.op == "R", lambda i, later: y[i] and (x[i] or later))
        raise ValueError(f"no operator of LTL: {node.op}")

    return walk(formula)[0]


def only_trajectory(environment: Environment, policy: Policy) -> tuple[list[Step], list[Step]] | None:
    """(prefix, cycle) of the policy's trajectory; None if it has more than one."""
    if len(environment.start) > 1:
        return None
    state = environment.start[0][0]
    path: list[Step] = []
    entered: dict[int, int] = {}
    while state not in entered:
        entered[state] = len(path)
        options = [(s, a, t) for s, a, t in environment.steps if s == state and policy.rows[s][a] > 0]
        if len(options) > 1:
            return None
        path.append(options[0])
        state = options[0][2]
    return path[: entered[state]], path[entered[state] :]
