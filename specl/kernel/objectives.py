"""The objective of the expressing formalism: what it reads off a policy (features), and how it ranks by that (keys)."""

from collections.abc import Container, Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.kernel import formulas
from specl.kernel.arithmetic import POINT, ZERO, Interval, Ratio
from specl.kernel.chains import Environment, Move, Rows, explore, measure, read_step
from specl.kernel.formulas import Step
from specl.kernel.reading import Node

FIELDS = {
    "MR": ("reward", "discount"), "RRL": ("reward", "discount", "strength", "regulariser"), "LAR": ("reward",),
    "RM": ("edges", "discount", "states", "start"), "LTL": ("atoms", "formula"),
    "ONMR": ("reward", "discount", "value"), "FPR": ("value",), "TLO": ("features", "keys"),
}
EDGES = 512

@dataclass(frozen=True)
class Feature:
    """The expected total of a payoff: discounted, or in the limit average (discount None).

    move gives the next memory and the payoff; strength·regulariser of the policy's row is taken off at each step.
    """

    discount: Ratio | None
    move: Move
    initial: Hashable = None
    strength: Fraction = Fraction(0)
    regulariser: formulas.Tree = formulas.NOTHING

@dataclass(frozen=True)
class Objective:
    """Policies are compared by the keys, lexicographically, larger is better; their variables: features or (s, a)."""

    environment: Environment
    formalism: str
    features: dict[str, Feature]
    keys: tuple[formulas.Tree, ...]

def _table(node: Node, environment: Environment, names: tuple[str, ...] = ()) -> Move:
    """The edges [u, s, a, s', v, reward] of a machine, or, if there are no names, a reward's [s, a, s', reward]."""
    table: dict[tuple[Hashable, Step], tuple[Hashable, Fraction]] = {}
    for part in node.items(EDGES):
        first, *ends, amount = [*[part][:not names], *part.tuple_of(6 if names else 4)]
        source = first.one_of(names, "a state of the machine") if names else None
        target = ends.pop().one_of(names, "a state of the machine") if names else None
        key = source, read_step(ends, environment)
        part.form(key not in table, "a step is listed twice")
        table[key] = target, amount.rational()
    return lambda memory, step: table.get((memory, step), (memory, Fraction(0)))

def _probability(atoms: Node, formula: Node, environment: Environment) -> Feature:
    """P(φ): the limit frequency with which a co-safe φ has been satisfied, or its co-safe negation has not."""
    listed = {name: part.items(EDGES) for name, part in atoms.members().items()}
    sets = {name: {read_step(part.tuple_of(3), environment) for part in parts} for name, parts in listed.items()}
    goal, wanted = formulas.read_goal(formula, sets)

    def move(memory: Any, step: Step) -> tuple[Any, Fraction]:
        return formulas.progress(memory, step, sets), Fraction((memory == formulas.SATISFIED) == wanted)

    return Feature(None, move, frozenset({frozenset({goal})}))

def _feature(node: Node, environment: Environment, code: str) -> Feature:
    """The feature that an objective is, or (ONMR) that its value is a function of."""
    parts = node.fields(*FIELDS[code], "formalism")
    if code == "LTL":
        return _probability(parts[0], parts[1], environment)
    if code == "LAR":
        return Feature(None, _table(parts[0], environment))
    parts[1].form(0 <= parts[1].rational() < 1, "a discount lies in [0,1)")
    discount = Ratio.of(parts[1].rational())
    if code == "RM":
        names = parts[2].names()
        return Feature(discount, _table(parts[0], environment, names), parts[3].one_of(names, "a state of the machine"))
    if code == "RRL":
        regulariser = formulas.read_tree(parts[3], formulas.EXPRESSIONS, {(a,) for a in environment.actions})
        return Feature(discount, _table(parts[0], environment), None, parts[2].rational(), regulariser)
    return Feature(discount, _table(parts[0], environment))

def read_objective(node: Node, environment: Environment) -> Objective:
    code = _code(node, FIELDS)
    features = {}
    variables: set[tuple[str, ...]] = {("J",)}
    if code == "TLO":
        parts, order, _ = node.fields(*FIELDS[code], "formalism")
        for name, part in parts.members().items():
            features[name] = _feature(part, environment, _code(part, ("MR", "LAR", "RM", "LTL")))
        keys, variables = order.items(), {(name,) for name in features}
        order.form(len(keys) > 0, "a key is expected")
    elif code == "FPR":
        keys = node.fields(*FIELDS[code], "formalism")[:1]
        variables = {(s, a) for s in environment.states for a in environment.actions}
    else:
        features["J"] = _feature(node, environment, code)
        keys = [node.members().get("value", Node(["var", "J"], ""))]
    trees = [formulas.read_tree(key, formulas.EXPRESSIONS, variables) for key in keys]
    return Objective(environment, code, features, tuple(trees))

def _code(node: Node, choices: Container[str]) -> str:
    return node.members().get("formalism", node).one_of(choices, "a formalism that can be evaluated here")

def rank(objective: Objective, rows: Rows, evidence: Node, on: Interval = POINT) -> tuple[Ratio, ...]:
    """What a policy is worth, at every point of the interval, from checked measures."""
    found: dict[tuple[str, ...], Ratio] = {(s, a): rows[s][a] for s in rows for a in rows[s]}
    given = evidence.fields(*objective.features)
    for (name, feature), part in zip(objective.features.items(), given, strict=True):
        chain = explore(objective.environment, rows, part, feature.initial, feature.move)
        found[name,] = ZERO
        for node, mass, moves in zip(chain.nodes, measure(chain, feature.discount, part, on), chain.moves, strict=True):
            here: dict[tuple[str, ...], Ratio] = {(a,): weight for a, weight in rows[node[0]].items()}
            worth = -Ratio.of(feature.strength) * formulas.evaluate(feature.regulariser, here, on, part)
            for move in moves:
                worth += move.probability * Ratio.of(move.payoff)
            found[name,] += mass * worth
    return tuple(formulas.evaluate(key, found, on, evidence) for key in objective.keys)
