"""Values of policies under objectives, and the orderings that they give."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl import formalisms
from specl.api.policy_file import Remembering, read_policy
from specl.api.references import document_of, objective_named, refuse
from specl.evaluation.beside import rank_beside
from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.ranks import order_policies
from specl.language.diagnostics import Diagnostic, SpecErrors
from specl.language.document import Document, NamedObjective, NamedPolicy
from specl.language.source import Source
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy
from specl.render.number import exact
from specl.render.table import ordering_line, values_html

PRECISION = Fraction(1, 10**6)
"""Width of the enclosures of what cannot be computed exactly."""


@dataclass(frozen=True)
class Evaluated:
    """The table of values; a notebook shows it as one.

    Attributes:
        values: objective -> policy -> its rank: an exact real, an enclosure, or a tuple of them.
        orderings: objective -> groups of policies that tie, best first.
        undecided: objective -> pairs of policies whose order the precision leaves open.
        formalisms, environments: objective -> the code of its formalism, the name of its environment.
        errors: what has no value, and why; None where everything has one.
        interrupted: whether Ctrl-C ended the work; then values are missing.
    """

    values: Mapping[str, Mapping[str, Rank]]
    orderings: Mapping[str, tuple[tuple[str, ...], ...]]
    undecided: Mapping[str, tuple[tuple[str, str], ...]]
    formalisms: Mapping[str, str]
    environments: Mapping[str, str]
    errors: SpecErrors | None = None
    interrupted: bool = False

    def json(self) -> dict[str, Any]:
        """``{"values": {objective: {policy: number}}, "orderings": {objective: [[best, …], …, [worst, …]]}}``, and
        ``"undecided": {objective: [[policy, policy], …]}`` where there is such a pair."""
        document: dict[str, Any] = {
            "values": {o: {p: exact(rank) for p, rank in column.items()} for o, column in self.values.items()},
            "orderings": {o: [list(group) for group in groups] for o, groups in self.orderings.items()},
        }
        open_pairs = {o: [list(pair) for pair in pairs] for o, pairs in self.undecided.items() if pairs}
        return document | ({"undecided": open_pairs} if open_pairs else {})

    def ordering(self, objective: str) -> str:
        """``a > b ~ c``."""
        return ordering_line(self.orderings[objective], self.undecided[objective])

    def _repr_html_(self) -> str:
        orderings = {o: (groups, self.undecided[o]) for o, groups in self.orderings.items()}
        return values_html(self.values, self.formalisms, orderings)


def evaluate(
    document: Document | str | os.PathLike[str],
    objective: str | Iterable[str] | None = None,
    policy: str | Iterable[str] | None = None,
    precision: Fraction = PRECISION,
    watch: Callable[[str], None] | None = None,
) -> Evaluated:
    """What policies are worth under objectives: all of the document's that are about environments, or those that are
    named.

    Ctrl-C ends the work, not the answer: it has the values that were computed until then.

    Args:
        document: a document, or what `specl.load` takes.
        objective: names of objectives.
        policy: names of policies, members of families such as ``gate(1/3)``, or files that ``specl solve --export``
            has written, ``NAME.json``.
        precision: the width that enclosures are narrowed to, where a value cannot be exact.
        watch: is told what is evaluated next.

    Raises:
        SpecErrors: a file that is not correct, a name that is not in it, or an objective over an alphabet. What has no
        value is told in `errors`.
    """
    document = document_of(document)
    about_environments = [name for name, each in document.objectives.items() if not each.everywhere]
    everything = about_environments or document.objectives
    objectives = [objective_named(document, name) for name in _several(objective, everything)]
    policies = [_policy(document, name) for name in _several(policy, document.policies)]
    for each in objectives:
        document.environment_of(each)
    if not objectives:
        raise refuse("E024", "there is no objective to evaluate", None, document.file)
    values: dict[str, dict[str, Rank]] = {}
    problems: list[Diagnostic] = []
    interrupted = False
    for each in objectives:
        column = values.setdefault(each.name, {})
        for one in policies:
            if interrupted or one.environment != each.environment:
                continue
            try:
                if watch is not None:
                    watch(f"evaluating {each.name} of {one.name}")
                column |= rank_all(document, each, [one], precision, problems)
            except KeyboardInterrupt:
                interrupted = True
    rows = {each.name: each.policy if isinstance(each, NamedPolicy) else each for each in policies}
    ordered = {name: _ordering(column, rows) for name, column in values.items()}
    return Evaluated(
        values,
        {name: groups for name, (groups, _) in ordered.items()},
        {name: undecided for name, (_, undecided) in ordered.items()},
        {each.name: each.code for each in objectives},
        {each.name: each.environment for each in objectives},
        SpecErrors(problems, Source(document.text, document.file)) if problems else None,
        interrupted,
    )


def _ordering(
    ranks: Mapping[str, Rank], policies: Mapping[str, Policy | Remembering]
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, str], ...]]:
    """Like `order_policies`; names of one policy tie, also where its rank is only enclosed."""
    alike: dict[Policy | Remembering, list[str]] = {}
    for name in ranks:
        alike.setdefault(policies[name], []).append(name)
    groups, undecided = order_policies({names[0]: ranks[names[0]] for names in alike.values()})
    members = {names[0]: names for names in alike.values()}
    return tuple(tuple(each for name in group for each in members[name]) for group in groups), undecided


def rank_all(
    document: Document,
    objective: NamedObjective,
    policies: Iterable[NamedPolicy | Remembering],
    precision: Fraction,
    problems: list[Diagnostic],
) -> dict[str, Rank]:
    """Policy -> rank under the objective; a policy that has none is left out, and told in `problems`."""
    environment = document.environment_of(objective)
    evaluation = Evaluation(rank=formalisms.rank, precision=precision)
    ranks: dict[str, Rank] = {}
    for policy in policies:
        try:
            ranks[policy.name] = _rank(objective, environment, policy, evaluation)
        except (Undefined, Unsupported) as error:
            code = "E091" if isinstance(error, Undefined) else "E092"
            message = f"`{objective.name}` of `{policy.name}`: {error}"
            problems.append(Diagnostic(code, message, error.at or objective.at, None, document.file))
    return ranks


def _rank(
    objective: NamedObjective, environment: Environment, policy: NamedPolicy | Remembering, evaluation: Evaluation
) -> Rank:
    code, record = objective.code, objective.objective
    if isinstance(policy, NamedPolicy):
        return formalisms.rank(code, record, environment, policy.policy, evaluation)
    return rank_beside(code, record, environment, policy.memory, policy.weights, evaluation)


def _several(names: str | Iterable[str] | None, everything: Iterable[str]) -> tuple[str, ...]:
    if names is None:
        return tuple(everything)
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))


def _policy(document: Document, text: str) -> NamedPolicy | Remembering:
    if text.endswith(".json"):
        return read_policy(text, document.environments)
    return document.policies[text] if text in document.policies else document.policy(text)
