"""The syntax tree of a .spec file: what was written, before names are looked up. Spans do not count in equality."""

from dataclasses import dataclass, field
from typing import Literal

from specl.model.errors import Span
from specl.model.expression import COMPARISONS, Expression
from specl.model.formula import Formula

CONDITIONS = frozenset((*COMPARISONS, "and", "or", "not"))
"""The operations of an expression whose result is a truth value."""


@dataclass(frozen=True)
class Name:
    """An identifier, or the wildcard ``_``."""

    text: str
    at: Span | None = field(default=None, compare=False)


# --- keys of the variables of an expression that is not resolved yet ---


@dataclass(frozen=True)
class Reference:
    """A bare name."""

    name: str


@dataclass(frozen=True)
class Call:
    """``E(x)``, ``Var(x)``, ``P(φ)``, ``return(r, γ)``, ``average(r)``, ``m(s,a)``, ``pi(s,a)``, ``recover(o)``.

    Arguments are expressions (a name is a Reference; the wildcard is not allowed), or one formula for P.
    """

    function: str
    args: tuple[Expression | Formula, ...]


@dataclass(frozen=True)
class Index:
    """``p[action]``."""

    name: str
    index: Name


@dataclass(frozen=True)
class Bracket:
    """``[φ]``."""

    formula: Formula


# --- environments and alphabets ---


@dataclass(frozen=True)
class Distribution:
    """``name`` (one entry without a weight) or ``{ name: weight, … }``."""

    entries: tuple[tuple[Name, Expression | None], ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Pattern:
    """A state (action and target None) or a step ``s --a--> s'``; each name may be ``_``."""

    source: Name
    action: Name | None = None
    target: Name | None = None
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Names:
    """``states a, b``, ``actions …``."""

    keyword: Literal["states", "actions"]
    names: tuple[Name, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Start:
    distribution: Distribution
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Transition:
    source: Name
    action: Name
    targets: Distribution
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Label:
    """``label NAME = pattern, …``; without patterns, ``label NAME``, it holds nowhere, or is free in an alphabet."""

    name: Name
    patterns: tuple[Pattern, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class EnvironmentItem:
    name: Name
    body: tuple[Names | Start | Transition | Label, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class AlphabetItem:
    """``alphabet NAME { states …  actions …  label … }``; the grammar lets dynamics pass, which it cannot have."""

    name: Name
    body: tuple[Names | Start | Transition | Label, ...]
    at: Span | None = field(default=None, compare=False)


# --- policies and objectives ---


@dataclass(frozen=True)
class PolicyUse:
    """A policy's name, or a member ``gate(1/3)`` of a family."""

    name: Name
    arguments: tuple[Expression, ...] | None = None
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class PolicyItem:
    name: Name
    parameters: tuple[Name, ...] | None
    environment: Name | None
    rows: tuple[tuple[Name, Distribution], ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class RewardField:
    """``reward NAME { pattern: number, … }``; the name may be left out."""

    name: Name | None
    entries: tuple[tuple[Pattern, Expression], ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class MachineEdge:
    source: Name
    guard: Formula
    target: Name
    reward: Expression | RewardField | None  # a number or a reward block
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class MachineField:
    """``machine NAME { start u  edges }``; the name may be left out."""

    name: Name | None
    start: tuple[Name, ...]
    edges: tuple[MachineEdge, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class FormulaField:
    formula: Formula
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class ExpressionField:
    """``discount``, ``strength``, ``value``: a keyword and an expression."""

    keyword: Literal["discount", "strength", "value"]
    expression: Expression
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class RegulariserField:
    """``negentropy``, ``kl({…})`` (prior), ``tsallis(q)`` (order), or an expression over p[action]."""

    kind: Literal["negentropy", "kl", "tsallis", "expression"]
    prior: Distribution | None = None
    expression: Expression | None = None  # the order q of tsallis, or the expression itself
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class OrderField:
    """``lexicographic(x, …)``, ``x subject to c, …``, ``{ p > q ~ r }`` or ``recover(o)``.

    lexicographic: expressions are the keys; subject_to: the first is the value, the others comparisons;
    ranking: tiers, best first; recover: the one name in ``name``.
    """

    kind: Literal["lexicographic", "subject_to", "ranking", "recover"]
    expressions: tuple[Expression, ...] = ()
    tiers: tuple[tuple[PolicyUse, ...], ...] = ()
    name: Name | None = None
    at: Span | None = field(default=None, compare=False)


Field = RewardField | MachineField | FormulaField | ExpressionField | RegulariserField | OrderField


@dataclass(frozen=True)
class ObjectiveItem:
    name: Name
    environment: Name | None
    formalism: Name
    fields: tuple[Field, ...]
    at: Span | None = field(default=None, compare=False)


# --- orderings, assertions, refutations ---


@dataclass(frozen=True)
class PolicySet:
    """``{a, b}`` (its members tie) or ``[a, b]`` (they need not)."""

    members: tuple[PolicyUse, ...]
    tied: bool
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Others:
    """``others``: every deterministic policy that the ordering does not name."""

    at: Span | None = field(default=None, compare=False)


Term = PolicyUse | PolicySet | Others


@dataclass(frozen=True)
class Comparison:
    """A chain ``t0 > t1 ~ t2``: len(relations) = len(terms) − 1."""

    terms: tuple[Term, ...]
    relations: tuple[Literal[">", "~"], ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class OrderingItem:
    """``ordering n { chain, … }``, or ``ordering n = objective on { policies }`` (then ``chains`` is empty)."""

    name: Name
    environment: Name | None
    chains: tuple[Comparison, ...] = ()
    objective: Name | None = None
    policies: tuple[PolicyUse, ...] = ()
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Run:
    """A finite trajectory ``(s a s' a' …)``: names of states and actions in turn."""

    names: tuple[Name, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class RunComparison:
    """A chain ``(…) > (…) ~ (…)``: len(relations) = len(runs) − 1."""

    runs: tuple[Run, ...]
    relations: tuple[Literal[">", "~"], ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TrajectoryOrderingItem:
    """``ordering n over trajectories { chain, … }``."""

    name: Name
    environment: Name | None
    chains: tuple[RunComparison, ...]
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class CompareAssertion:
    """``p > q under o``, a chain being allowed."""

    chain: Comparison
    objective: Name


@dataclass(frozen=True)
class ExpressesAssertion:
    formalism: Name
    ordering: Name


@dataclass(frozen=True)
class EquivalentAssertion:
    left: Name
    right: Name


@dataclass(frozen=True)
class AssertItem:
    claim: CompareAssertion | ExpressesAssertion | EquivalentAssertion
    negated: bool
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class RefuteItem:
    """``refute CODE by KIND { field value … }``: fields objective, policies {…}, path, off, family."""

    formalism: Name
    kind: Name
    fields: tuple[tuple[Name, tuple[PolicyUse, ...]], ...]
    at: Span | None = field(default=None, compare=False)


Item = (
    EnvironmentItem
    | AlphabetItem
    | PolicyItem
    | ObjectiveItem
    | OrderingItem
    | TrajectoryOrderingItem
    | AssertItem
    | RefuteItem
)


@dataclass(frozen=True)
class File:
    """A whole .spec file."""

    items: tuple[Item, ...]
