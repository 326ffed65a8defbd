"""A `refute` item with everything that it speaks of, and the claim and certificate that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specl.language.document import Document, NamedFamily, NamedPolicy, Refutation
from specl.model.environment import Environment
from specl.model.policy import Family
from specl.obstructions.claims.failure import NoCertificate, NoClaim
from specl.obstructions.claims.objective import Carried, carry
from specl.obstructions.exact.chain import Rows
from specl.obstructions.exact.interval import Interval
from specl.obstructions.exact.ranks import Ranked, order, rank
from specl.obstructions.exact.ratio import Json, Ratio, constant, of_expression


@dataclass(frozen=True)
class Question:
    """What is to be refuted, and by which policies.

    Attributes:
        objective: of the formalism that expresses, as a claim carries it.
        code: the formalism that is refuted.
    """

    environment: Environment
    objective: Carried
    code: str
    refutation: Refutation

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """Policy -> its rows, constant."""
        return {named.name: constant_rows(named) for named in self.refutation.policies}

    @cached_property
    def ranks(self) -> dict[str, Ranked]:
        """Policy -> what it is worth."""
        return {name: rank(self.environment, self.objective, rows) for name, rows in self.rows.items()}

    @cached_property
    def ordering(self) -> tuple[tuple[str, ...], ...]:
        """The policies in groups that tie, best first."""
        groups: list[list[str]] = []
        for name, ranked in self.ranks.items():
            for at, group in enumerate(groups):
                found = order(ranked.keys, self.ranks[group[0]].keys)
                if found == 0:
                    group.append(name)
                    break
                if found > 0:
                    groups.insert(at, [name])
                    break
            else:
                groups.append([name])
        return tuple(map(tuple, groups))

    def group(self, policy: str) -> int:
        """The number of the policy's group, 0 for the best."""
        return next(i for i, group in enumerate(self.ordering) if policy in group)

    def rank(self, rows: Rows, on: Interval) -> Ranked:
        """What policies are worth along an interval."""
        return rank(self.environment, self.objective, rows, on)

    def policies_json(self) -> Json:
        """The `policies` of a claim about finitely many of them."""
        rows = {name: rows_json(self.environment, rows) for name, rows in self.rows.items()}
        return {"rows": rows, "ordering": [list(group) for group in self.ordering]}

    def ranks_json(self) -> Json:
        """The `ranks` of a certificate about finitely many policies."""
        return {name: ranked.json for name, ranked in self.ranks.items()}


@dataclass(frozen=True)
class Answer:
    """The `policies` of a claim, and the `evidence` of its certificate."""

    policies: Json
    evidence: Json


@dataclass(frozen=True)
class Proof:
    """A claim and a certificate for it, as JSON documents."""

    kind: str
    refuted: str
    expressing: str
    claim: Json
    certificate: Json


def ask(document: Document, refutation: Refutation) -> Question:
    """The question that an item puts.

    Raises:
        NoClaim: its objective cannot be carried.
    """
    environment = document.environment_of(refutation)
    objective = carry(environment, document.objectives[refutation.objective])
    return Question(environment, objective, refutation.code, refutation)


def proof(question: Question, answer: Answer) -> Proof:
    """The two documents."""
    kind, expressing = question.refutation.kind, question.objective.json["formalism"]
    claim = {
        "format": "specl-claim/1",
        "kind": kind,
        "refuted": question.code,
        "environment": environment_json(question.environment),
        "objective": question.objective.json,
        "policies": answer.policies,
    }
    certificate = {"format": "specl-certificate/1", "kind": kind, "evidence": answer.evidence}
    return Proof(kind, question.code, expressing, claim, certificate)


def environment_json(environment: Environment) -> Json:
    """The environment; only what is positive is listed."""
    return {
        "states": list(environment.states),
        "actions": list(environment.actions),
        "start": {environment.states[s]: str(weight) for s, weight in environment.start},
        "transitions": {
            state: {
                action: {environment.states[t]: str(weight) for t, weight in cell}
                for action, cell in zip(environment.actions, row, strict=True)
            }
            for state, row in zip(environment.states, environment.transitions, strict=True)
        },
    }


def rows_json(environment: Environment, rows: Rows) -> Json:
    """A policy; actions that are never taken are left out."""
    return {
        state: {
            action: weight.json()
            for action, weight in zip(environment.actions, row, strict=True)
            if not weight.is_zero()
        }
        for state, row in zip(environment.states, rows, strict=True)
    }


def constant_rows(named: NamedPolicy) -> Rows:
    """The rows of one policy."""
    return tuple(tuple(constant(weight) for weight in row) for row in named.policy.rows)


def family_rows(family: Family, arguments: Mapping[str, Ratio], on: Interval, name: str) -> Rows:
    """The rows of a family, its parameters given as functions of the variable, which lives on the interval.

    Raises:
        NoCertificate: a weight is negative or undefined somewhere.
    """
    rows = tuple(tuple(of_expression(weight, dict(arguments)) for weight in row) for row in family.rows)
    for weight in (weight for row in rows for weight in row):
        if weight.has_pole(on) or -1 in weight.signs(on):
            raise NoCertificate(f"{name} has a weight that is negative or undefined for some parameter in {on}")
    return rows


def rows_at(rows: Rows, x: Any) -> Rows:
    """The member at a point."""
    return tuple(tuple(weight.at(x) for weight in row) for row in rows)


def one_parameter(named: NamedFamily, at: Any) -> str:
    """The name of the only parameter of a family.

    Raises:
        NoClaim: it has more than one.
    """
    if len(named.family.parameters) != 1:
        message = f"a family with one parameter is needed, and `{named.name}` has {len(named.family.parameters)}"
        raise NoClaim("E096", message, at, f"write it as `policy {named.name}(t) {{ … }}`")
    return named.family.parameters[0]
