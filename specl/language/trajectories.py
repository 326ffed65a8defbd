"""Orderings of finite trajectories: whether the names are there, the steps possible, and the comparisons consistent."""

from specl.language.cycles import Pairs, check_cycles
from specl.language.diagnostics import Diagnostics
from specl.language.places import Place
from specl.language.syntax import Name, Run, TrajectoryOrderingItem
from specl.model.ordering import Trajectory, TrajectoryOrdering


def resolve_trajectories(
    item: TrajectoryOrderingItem, place: Place, diagnostics: Diagnostics
) -> TrajectoryOrdering | None:
    """The ordering that the chains of an item describe, or None after an error."""
    before = diagnostics.count
    found: dict[str, Trajectory] = {}
    pairs = Pairs()
    for chain in item.chains:
        names: list[str] = []
        for run in chain.runs:
            name = f"({' '.join(each.text for each in run.names)})"
            if name in names:
                diagnostics.error("E089", f"{name} stands twice in this chain", run.at)
            names.append(name)
            trajectory = _trajectory(run, place, diagnostics)
            if trajectory is not None:
                found[name] = trajectory
        for relation, left, right in zip(chain.relations, names, names[1:], strict=False):
            (pairs.strict if relation == ">" else pairs.ties).setdefault((left, right), chain.at)
    _check_lengths(item, diagnostics)
    if not pairs.strict and not pairs.ties:
        hint = "write `{ (s a t b) > (s b t a) }`"
        diagnostics.error("E080", "this ordering compares nothing", item.name.at, hint)
    if diagnostics.count == before:
        check_cycles(found, pairs, diagnostics)
    if diagnostics.count > before:
        return None
    return TrajectoryOrdering(item.name.text, place.environment.name, found, tuple(pairs.strict), tuple(pairs.ties))


def _trajectory(run: Run, place: Place, diagnostics: Diagnostics) -> Trajectory | None:
    environment = place.environment
    states = [place.state(name, diagnostics) for name in run.names[0::2]]
    actions = [place.action(name, diagnostics) for name in run.names[1::2]]
    s, a = [x for x in states if x is not None], [x for x in actions if x is not None]
    if len(s) < len(states) or len(a) < len(actions) or not place.sound:
        return None
    if s[0] not in {state for state, _ in environment.start}:
        message = f"no trajectory begins in `{environment.states[s[0]]}`"
        starts = ", ".join(f"`{environment.states[state]}`" for state, _ in environment.start)
        diagnostics.error("E087", message, run.names[0].at, f"the environment starts in {starts}")
    for t, target in enumerate(s[1:]):
        reached = {state for state, _ in environment.transitions[s[t]][a[t]]}
        if target not in reached:
            step = environment.show_step((s[t], a[t], target))
            leads = ", ".join(f"`{environment.states[state]}`" for state in sorted(reached))
            message, at = f"the step {step} is impossible", run.names[2 * t + 2].at
            diagnostics.error("E087", message, at, f"it leads to {leads}")
    return Trajectory(tuple(s), tuple(a))


def _check_lengths(item: TrajectoryOrderingItem, diagnostics: Diagnostics) -> None:
    """Tell of the first trajectory that is not as long as those before it, and of those without an action."""
    runs = [run for chain in item.chains for run in chain.runs]
    for run in runs:
        if len(run.names) < 2:
            diagnostics.error("E088", "a trajectory has an action at least", run.at, "write `(s a)`, or `(s a t)`")
            return
    for run in runs:
        if len(run.names) != len(runs[0].names):
            first, this = (_length(one.names) for one in (runs[0], run))
            hint = "all trajectories of an ordering have as many steps, and end alike: with an action or with a state"
            diagnostics.error("E088", f"this trajectory has {this}, and the first one {first}", run.at, hint)
            return


def _length(names: tuple[Name, ...]) -> str:
    actions, ends = len(names) // 2, len(names) % 2 == 1
    return f"{actions} action{'s' * (actions != 1)} and {'a' if ends else 'no'} last state"
