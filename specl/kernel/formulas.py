"""Expressions and temporal formulas: reading, exact evaluation on an interval, progression."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from specl.kernel.arithmetic import ONE, Interval, Ratio, spend
from specl.kernel.reading import Node

EXPRESSIONS = {"+": 2, "-": 2, "*": 2, "/": 2, "^": 2, "min": 2, "max": 2, "abs": 1, "<": 4, "<=": 4, "=": 4}
FORMULAS = {"true": 0, "false": 0, "not": 1, "and": 2, "or": 2, "X": 1, "F": 1, "G": 1, "U": 2, "R": 2}
HOLDS = {"<": {1}, "<=": {0, 1}, "=": {0}}  # the signs of right − left for which left ∘ right
PLAIN = {"+": Ratio.__add__, "-": Ratio.__sub__, "*": Ratio.__mul__}
DUAL = {"true": "false", "and": "or", "X": "X", "F": "G", "U": "R", "atom": "other"}
DUAL |= {dual: head for head, dual in DUAL.items()}
DEPTH, MEMBERS, COST = 32, 64, 100  # COST: of reading a part of a tree, so that its size is bounded
Step = tuple[str, str, str]
Atoms = Mapping[str, Set[Step]]

@dataclass(frozen=True)
class Tree:
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

def _larger(a: Ratio, b: Ratio, on: Interval, where: Node) -> Ratio:
    taken = (a - b).signs(on)
    where.proves(not {-1, 1} <= taken, "which of two values is larger changes within the interval")
    return b if -1 in taken else a

def evaluate(tree: Tree, values: Mapping[tuple[str, ...], Ratio], on: Interval, where: Node) -> Ratio:
    """The value of an expression at every point of the interval, as one rational function."""
    if not tree.parts:
        return Ratio.of(tree.number) if tree.head == "number" else values[tree.names]
    a, b = ([evaluate(part, values, on, where) for part in tree.parts[:2]] * 2)[:2]  # one part stands for both
    if tree.head in HOLDS:
        taken, holds = (b - a).signs(on), HOLDS[tree.head]
        where.proves(taken <= holds or not taken & holds, "a condition changes within the interval")
        return evaluate(tree.parts[2 if taken <= holds else 3], values, on, where)
    if tree.head == "^":
        return prod([a] * int(tree.parts[1].number), start=ONE)
    if tree.head == "/":
        where.proves(0 not in b.signs(on), "division by 0 within the interval")
        return a / b
    if tree.head in PLAIN:
        return PLAIN[tree.head](a, b)
    if tree.head == "min":
        return -_larger(-a, -b, on, where)
    return _larger(a, b if tree.head == "max" else -a, on, where)

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
    found = frozenset(s for s in sets if not any(other < s for other in sets))
    Node(None, "").proves(len(found) <= MEMBERS, f"a progressed formula of more than {MEMBERS} sets")
    return found

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
    if formula.head == "or":
        return _minimal(first | last)
    later = frozenset({frozenset({formula})})
    return _minimal(last | (_both(first, later) if formula.head == "U" else later))

def progress(memory: Memory, step: Step, atoms: Atoms) -> Memory:
    """What must hold from the next step on for a disjunction of conjunctions to hold from this one on."""
    found: Memory = frozenset()
    for conjunction in memory:
        rest = SATISFIED
        for formula in conjunction:
            rest = _both(rest, _after(formula, step, atoms))
        found |= rest
    return _minimal(found)
