"""The objective of the expressing formalism: its expressions and formulas, what it reads off a policy, how it ranks."""

from collections.abc import Container, Hashable, Mapping, Set
from fractions import Fraction
from functools import reduce
from math import prod
from typing import NamedTuple

from specl.kernel.arithmetic import ONE, POINT, ZERO, Interval, Ratio, spend
from specl.kernel.chains import Environment, Move, Rows, Step, explore, measure, read_step
from specl.kernel.reading import Node

FIELDS = {
    "MR": ("reward", "discount"), "RRL": ("reward", "discount", "strength", "regulariser"), "LAR": ("reward",),
    "RM": ("edges", "discount", "states", "start"), "LTL": ("atoms", "formula"),
    "ONMR": ("reward", "discount", "value"), "FPR": ("value",), "TLO": ("features", "keys"),
}
EXPRESSIONS = {"+": 2, "-": 2, "*": 2, "/": 2, "^": 2, "min": 2, "max": 2, "abs": 1, "<": 4, "<=": 4, "=": 4}
FORMULAS = {"true": 0, "false": 0, "not": 1, "and": 2, "or": 2, "X": 1, "F": 1, "G": 1, "U": 2, "R": 2}
CASES = {  # the signs of b − a for the first case, and for the second; min and max have both where a = b
    "<": ({1}, {-1, 0}), "<=": ({0, 1}, {-1}), "=": ({0}, {-1, 1}),
    "min": ({0, 1}, {-1, 0}), "max": ({-1, 0}, {0, 1}), "abs": ({-1, 0}, {0, 1}),
}
PLAIN = {"+": Ratio.__add__, "-": Ratio.__sub__, "*": Ratio.__mul__}
DUAL = {"true": "false", "and": "or", "X": "X", "F": "G", "U": "R", "atom": "other"}
DUAL |= {dual: head for head, dual in DUAL.items()}
DEPTH, COST = 32, 100  # COST: of reading a part of a tree, so that its size is bounded
Atoms = Mapping[str, Set[Step]]

class Tree(NamedTuple):
    """A part of an expression or formula; leaves carry names (var, atom and other: its negation) or a number."""

    head: str
    parts: tuple["Tree", ...] = ()
    names: tuple[str, ...] = ()
    number: Fraction = Fraction(0)

NOTHING = Tree("number")
Memory = frozenset[frozenset[Tree]]  # a disjunction of conjunctions of what must hold from here on
SATISFIED: Memory = frozenset({frozenset()})

def read_tree(node: Node, grammar: Mapping[str, int], leaves: Set[tuple[str, ...]], depth: int = 0) -> Tree:
    """An expression (grammar EXPRESSIONS) over variables, or a formula (FORMULAS) over atoms; leaves: their names."""
    if grammar is EXPRESSIONS and type(node.content) is str:
        return Tree("number", number=node.rational())
    node.proves(depth < DEPTH, f"deeper than {DEPTH}")
    spend(COST)
    leaf = "var" if grammar is EXPRESSIONS else "atom"
    first, *rest = node.items() or [node]
    head = first.one_of({leaf, *grammar}, "an operation")
    if head == leaf:
        names = tuple(part.text() for part in rest)
        node.form(names in leaves, "this name has no meaning here")
        return Tree(leaf, names=names)
    node.form(len(rest) == grammar[head], f"{head} takes {grammar[head]} arguments")
    parts = tuple(read_tree(part, grammar, leaves, depth + 1) for part in rest)
    if head == "^":
        node.form(parts[1].head == "number" and parts[1].number in range(17), "an exponent is an integer from 0 to 16")
    return Tree(head, parts)

def evaluate(tree: Tree, values: Mapping[tuple[str, ...], Ratio], on: Interval, where: Node) -> Ratio:
    """The value of an expression at every point of the interval, as one rational function."""
    if not tree.parts:
        return Ratio.of(tree.number) if tree.head == "number" else values[tree.names]
    a, *rest = [evaluate(part, values, on, where) for part in tree.parts[:2]]
    b = rest[0] if rest else -a  # |a| is the larger of a and −a
    if tree.head in CASES:
        taken, (first, second) = (b - a).signs(on), CASES[tree.head]
        where.proves(taken <= first or taken <= second, "which case applies changes within the interval")
        if len(tree.parts) == 4:
            return evaluate(tree.parts[2 if taken <= first else 3], values, on, where)
        return a if taken <= first else b
    if tree.head == "^":
        return prod([a] * int(tree.parts[1].number), start=ONE)
    if tree.head == "/":
        where.proves(0 not in b.signs(on), "division by 0 within the interval")
        return a / b
    return PLAIN[tree.head](a, b)

def _normal(formula: Tree, positive: bool) -> Tree:
    """Negation normal form of the formula, or of its negation."""
    if formula.head == "not":
        return _normal(formula.parts[0], not positive)
    head = formula.head if positive else DUAL[formula.head]
    return Tree(head, tuple(_normal(part, positive) for part in formula.parts), formula.names)

def _cosafe(formula: Tree) -> bool:
    return formula.head not in ("G", "R") and all(_cosafe(part) for part in formula.parts)

def read_goal(node: Node, atoms: Atoms) -> tuple[Tree, bool]:
    """The normal form of a formula and True, or of its negation and False: the one that is syntactically co-safe."""
    tree = read_tree(node, FORMULAS, {(name,) for name in atoms})
    positive = _cosafe(_normal(tree, True))
    goal = _normal(tree, positive)
    node.proves(_cosafe(goal), "neither the formula nor its negation is syntactically co-safe")
    return goal, positive

def _minimal(sets: Set[frozenset[Tree]]) -> Memory:
    spend(len(sets) * len(sets))
    return frozenset(s for s in sets if not any(other < s for other in sets))

def _both(left: Memory, right: Memory) -> Memory:
    return _minimal({a | b for a in left for b in right})

def _after(formula: Tree, step: Step, atoms: Atoms) -> Memory:
    """What must hold from the next step on for a co-safe formula to hold from this one on."""
    spend(1)
    if not formula.parts:
        holds = step in atoms[formula.names[0]] if formula.names else formula.head == "true"
        return SATISFIED if holds != (formula.head == "other") else frozenset()
    if formula.head == "X":
        return frozenset({frozenset(formula.parts)})
    first, last = ([_after(part, step, atoms) for part in formula.parts] * 2)[:2]
    if formula.head == "and":
        return _both(first, last)
    later = first if formula.head == "or" else frozenset({frozenset({formula})})
    return _minimal(last | (_both(first, later) if formula.head == "U" else later))

def progress(memory: Memory, step: Step, atoms: Atoms) -> Memory:
    """What must hold from the next step on for a disjunction of conjunctions to hold from this one on."""
    parts = [[_after(formula, step, atoms) for formula in conjunction] for conjunction in memory]
    return _minimal(frozenset().union(*(reduce(_both, part, SATISFIED) for part in parts)))

class Feature(NamedTuple):
    """The expected total of a payoff, which comes with the next memory, less a penalty for the policy's row at each
    step: discounted, or in the limit average (discount None)."""

    discount: Ratio | None
    move: Move
    initial: Hashable = None
    penalty: Tree = NOTHING

class Objective(NamedTuple):
    """Policies are compared by the keys, lexicographically, larger is better; their variables: features or (s, a)."""

    environment: Environment
    formalism: str
    features: dict[str, Feature]
    keys: list[Tree]

def _table(node: Node, environment: Environment, names: Container[str] | None = None) -> Move:
    """The edges [u, s, a, s', v, reward] of a machine, or, if there are no names, a reward's [s, a, s', reward]."""
    table: dict[tuple[Hashable, Step], tuple[Hashable, Ratio]] = {}
    for part in node.items():
        *ends, amount = part.tuple_of(6 if names else 4)
        source = ends.pop(0).one_of(names, "a state of the machine") if names else None
        target = ends.pop().one_of(names, "a state of the machine") if names else None
        key = source, read_step(ends, environment)
        part.form(key not in table, "a step is listed twice")
        table[key] = target, Ratio.of(amount.rational())
    return lambda memory, step: table.get((memory, step), (memory, ZERO))

def _probability(atoms: Node, formula: Node, environment: Environment) -> Feature:
    """P(φ): the limit frequency with which a co-safe φ has been satisfied, or its co-safe negation has not."""
    lists = {name: part.items() for name, part in atoms.members().items()}
    sets = {name: {read_step(part.tuple_of(3), environment) for part in parts} for name, parts in lists.items()}
    goal, wanted = read_goal(formula, sets)
    paid = {wanted: ONE, not wanted: ZERO}
    start = frozenset({frozenset({goal})})
    return Feature(None, lambda memory, step: (progress(memory, step, sets), paid[memory == SATISFIED]), start)

def _parts(node: Node, choices: Container[str]) -> tuple[str, dict[str, Node]]:
    code = node.members().get("formalism", node).one_of(choices, "a formalism that can be evaluated here")
    return code, dict(zip(FIELDS[code], node.fields(*FIELDS[code], "formalism"), strict=False))

def _feature(parts: dict[str, Node], environment: Environment) -> Feature:
    """The feature that an objective is, or (ONMR) that its value is a function of."""
    if "formula" in parts:
        return _probability(parts["atoms"], parts["formula"], environment)
    discount = Ratio.of(parts["discount"].discount()) if "discount" in parts else None
    names = parts["states"].names() if "states" in parts else None
    initial = parts["start"].one_of(names, "a state of the machine") if names else None
    found = Feature(discount, _table(parts["edges" if names else "reward"], environment, names), initial)
    if "strength" not in parts:
        return found
    strength = Tree("number", number=parts["strength"].rational())
    regulariser = read_tree(parts["regulariser"], EXPRESSIONS, {(a,) for a in environment.actions})
    return found._replace(penalty=Tree("*", (strength, regulariser)))

def read_objective(node: Node, environment: Environment) -> Objective:
    code, parts = _parts(node, FIELDS)
    inner = {"J": parts} if code != "TLO" else {
        name: _parts(part, ("MR", "LAR", "RM", "LTL"))[1] for name, part in parts["features"].members().items()
    }
    features = {name: _feature(part, environment) for name, part in inner.items() if code != "FPR"}
    entries = {(s, a) for s in environment.states for a in environment.actions}
    variables = entries if code == "FPR" else {(name,) for name in features}
    keys = parts["keys"].items() if code == "TLO" else [parts.get("value", Node(["var", "J"], ""))]
    node.form(len(keys) > 0, "a key is expected")
    return Objective(environment, code, features, [read_tree(key, EXPRESSIONS, variables) for key in keys])

def rank(objective: Objective, rows: Rows, evidence: Node, on: Interval = POINT) -> tuple[Ratio, ...]:
    """What a policy is worth, at every point of the interval, from checked measures."""
    actions = objective.environment.actions
    found: dict[tuple[str, ...], Ratio] = {(s, a): rows[s].get(a, ZERO) for s in rows for a in actions}
    given = evidence.fields(*objective.features)
    for (name, feature), part in zip(objective.features.items(), given, strict=True):
        chain = explore(objective.environment, rows, feature.initial, feature.move)
        found[name,] = ZERO
        for mass, place in measure(chain, feature.discount, part, on):
            here: dict[tuple[str, ...], Ratio] = {(a,): rows[place.state].get(a, ZERO) for a in actions}
            paid = sum((move.probability * move.payoff for move in place.moves), ZERO)
            found[name,] += mass * (paid - evaluate(feature.penalty, here, on, part))
    return tuple(evaluate(key, found, on, evidence) for key in objective.keys)
