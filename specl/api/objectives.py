"""Comparing two objectives of one environment, on all its stationary policies."""

from dataclasses import dataclass
from typing import Any

from specl.api.references import Reference, refuse
from specl.api.status import Status, of_verdict
from specl.expressivity import shaping_text
from specl.expressivity.compare import Comparison, Side, compare
from specl.expressivity.witness import Ranked
from specl.language.printer import show_item
from specl.language.writing import policy_item
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.render.number import exact, show
from specl.render.table import columns


@dataclass(frozen=True)
class ObjectivesCompared:
    """Whether two objectives order all stationary policies of their environment alike."""

    comparison: Comparison
    environment: Environment

    @property
    def verdict(self) -> str:
        """ "same", "different" or "unknown"."""
        return self.comparison.verdict

    @property
    def status(self) -> Status:
        """Whether they are the same."""
        return of_verdict(self.verdict)

    @property
    def reason(self) -> str:
        """Why, in words."""
        return self.comparison.reason

    @property
    def policies(self) -> tuple[tuple[str, Ranked], ...]:
        """The two policies of the witness, with what they are called; none where there is no witness."""
        witness, names = self.comparison.witness, self.comparison.names
        if witness is None or names is None:
            return ()
        return tuple(zip(names, (witness.first, witness.second), strict=True))

    @property
    def definitions(self) -> tuple[str, ...]:
        """The policies of the witness that the file has no name for, as it would define them."""
        return tuple(self._spec(name, ranked.policy) for name, ranked in self.policies if ranked.name is None)

    def text(self) -> str:
        """The verdict, the reason, and the witness: two policies with four values."""
        left, right = self.comparison.left, self.comparison.right
        scope = self.comparison.scope
        headline = {
            "same": f"{left} and {right} order all policies of {scope} alike.",
            "different": f"{left} and {right} differ in {scope}.",
        }.get(self.verdict, f"Whether {left} and {right} order all policies of {scope} alike is unknown.")
        lines = [headline, f"  {self.reason}."]
        if self.comparison.shaping is not None:
            shaped = shaping_text.in_environment(self.comparison.shaping, self.environment, left, right)
            lines += ["", *(f"  {line}" for line in shaped.split("\n"))]
        if self.policies:
            lines += ["", *columns(["", left, right], [self._row(name, ranked) for name, ranked in self.policies])]
            lines += [""] * (len(self.definitions) > 0)
            lines += [f"  {definition}" for definition in self.definitions]
        return "\n".join(lines)

    def json(self) -> dict[str, Any]:
        """``{"verdict", "scope", "witness": {"policies": [p, q], "values": {objective: [of p, of q]}}, "reason"}``; a
        policy without a name in the file is given as the text of one. Where potential shaping makes two objectives
        the same, ``"shaping": {"factor", "discount", "potential": {state: Φ}, "redistributed": [steps]}`` besides."""
        comparison = self.comparison
        witness = None
        if self.policies:
            witness = {
                "policies": [ranked.name or self._spec(name, ranked.policy) for name, ranked in self.policies],
                "values": {
                    comparison.left: [exact(ranked.left) for _, ranked in self.policies],
                    comparison.right: [exact(ranked.right) for _, ranked in self.policies],
                },
            }
        document: dict[str, Any] = {
            "verdict": self.verdict,
            "scope": comparison.scope,
            "witness": witness,
            "reason": self.reason,
        }
        if comparison.shaping is not None:
            document["shaping"] = shaping_text.as_json(comparison.shaping, self.environment)
        return document | ({"tried": list(comparison.tried)} if comparison.tried else {})

    def _row(self, name: str, ranked: Ranked) -> list[str]:
        return [name, show(ranked.left), show(ranked.right)]

    def _spec(self, name: str, policy: Policy) -> str:
        return " ".join(show_item(policy_item(self.environment, name, policy)).split())

    def __str__(self) -> str:
        return self.text()


def compare_objectives(left: Reference, right: Reference) -> ObjectivesCompared:
    """Compare two objectives of one environment.

    Raises:
        SpecErrors: they are about different environments.
    """
    environment = left.environment
    if environment != right.environment:
        names = f"{left.objective.environment} and {right.objective.environment}"
        message = f"`{left.objective.name}` and `{right.objective.name}` are about different environments"
        raise refuse("E090", message, f"one is about {names}, and they are not the same", left.document.file)
    alike = left.objective.name == right.objective.name
    first, second = (
        Side(
            f"{each.document.file}:{each.objective.name}" if alike else each.objective.name,
            each.objective.code,
            each.objective.objective,
        )
        for each in (left, right)
    )
    documents = [left.document] if left.document is right.document else [left.document, right.document]
    policies = {
        policy.name: policy.policy
        for document in documents
        for policy in document.policies.values()
        if document.environments[policy.environment] == environment
    }
    families = {
        family.name: family.family
        for document in documents
        for family in document.families.values()
        if document.environments[family.environment] == environment
    }
    taken = {
        name
        for document in documents
        for names in (document.environments, document.policies, document.families, document.objectives)
        for name in names
    }
    answer = compare(environment, first, second, policies, families, taken=taken)
    return ObjectivesCompared(answer, environment)
