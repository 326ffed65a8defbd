"""The smallest witnesses by linear dependence, found, and nothing smaller, proved."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from specl.api.references import formalism_code, refuse
from specl.api.separate import accepted
from specl.separation.driver import Search, Size, TimeUp
from specl.separation.minimal import Excluded, below, candidates, pairs
from specl.separation.proposal import Proposal, Shape
from specl.separation.routes import Route
from specl.separation.shrink import shrink
from specl.separation.written import witness_file

Status = Literal["yes", "unknown"]
KIND = "linear_dependence"


@dataclass(frozen=True)
class Least:
    """A size that nothing smaller is left beside, a witness of it (None where none was found), and why the sizes with
    one number less are excluded."""

    shape: Shape
    witness: Proposal | None
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True)
class Minimal:
    """The smallest sizes of a witness for ``upper ⋡ lower`` by linear dependence: all of them if each has a witness."""

    upper: str
    lower: str
    sizes: tuple[Least, ...]

    @property
    def status(self) -> Status:
        """Whether the smallest sizes are known."""
        return "yes" if all(least.witness is not None for least in self.sizes) else "unknown"

    def text(self) -> str:
        """The sizes, what excludes smaller ones, and a witness of each as a file."""
        lines = []
        for least in self.sizes:
            attained = "" if least.witness else ": no witness found, so open"
            lines.append(f"{self.upper} ⋡ {self.lower} by {KIND}: {show_shape(least.shape)}{attained}")
            for each in least.excluded:
                lines.append(f"  not {show_shape(each.shape)}: {each.lemma.statement}{_confirmation(each)}")
        parts = ["\n".join(lines)]
        for least in self.sizes:
            if least.witness is not None:
                title = f"{self.upper} ⋡ {self.lower}, with {show_shape(least.shape)}."
                parts.append(witness_file(least.witness, None, [title]).rstrip("\n"))
        return "\n\n".join(parts)

    def json(self) -> dict[str, Any]:
        """``{"upper", "lower", "status", "sizes": [{"states", "actions", "policies", "spec", "excluded": [{"states",
        "actions", "policies", "lemma", "statement", "z3"}, …]}, …]}``; "z3" is null where it was not asked."""
        return {
            "upper": self.upper,
            "lower": self.lower,
            "status": self.status,
            "sizes": [
                vars(least.shape)
                | {
                    "spec": witness_file(least.witness) if least.witness else None,
                    "excluded": [
                        vars(each.shape)
                        | {
                            "lemma": each.lemma.name,
                            "statement": each.lemma.statement,
                            "z3": each.is_confirmed if each.checked else None,
                        }
                        for each in least.excluded
                    ],
                }
                for least in self.sizes
            ],
        }


def minimal(
    upper: str, lower: str, *, seed: int = 0, seconds: float = 60.0, watch: Callable[[str], None] = lambda _: None
) -> Minimal:
    """The smallest sizes (states, actions, policies) of an environment and policies that show ``upper ⋡ lower`` by
    linear dependence, over all environments, all probabilities, and all stationary policies.

    Args:
        upper, lower: codes of formalisms; `upper` is one that linear dependence refutes.
        seed: of the searches for witnesses.
        seconds: for each search, and for each question to Z3.
        watch: is told what is worked on.

    Raises:
        SpecErrors: no such formalisms, or there are no witnesses by linear dependence for them.
    """
    first, second = formalism_code(upper), formalism_code(lower)
    if (first, second) not in set(pairs()):
        known = ", ".join(f"{x} ⋡ {y}" for x, y in pairs())
        raise refuse("E096", f"no witness for {first} ⋡ {second} by {KIND} is searched", f"there are some for {known}")
    return Minimal(first, second, tuple(_least(first, second, seed, seconds, watch)))


def minimal_table(
    *, seed: int = 0, seconds: float = 60.0, watch: Callable[[str], None] = lambda _: None
) -> tuple[Minimal, ...]:
    """The same for every pair of formalisms that linear dependence can tell apart."""
    return tuple(minimal(upper, lower, seed=seed, seconds=seconds, watch=watch) for upper, lower in pairs())


def table_text(rows: Sequence[Minimal]) -> str:
    """The table in Markdown: one line for each smallest size."""
    lines = [
        "| refutation | states | actions | policies | excluded below by | by Z3 too |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        for least in row.sizes:
            shape = least.shape
            numbers = f"{shape.states} | {shape.actions} | {shape.policies}"
            names = "; ".join(dict.fromkeys(each.lemma.name for each in least.excluded))
            confirmed = "; ".join(_numbers(each.shape) for each in least.excluded if each.is_confirmed) or "–"
            attained = "" if least.witness else " (open)"
            lines.append(f"| {row.upper} ⋡ {row.lower} | {numbers}{attained} | {names} | {confirmed} |")
    return "\n".join(lines)


def _least(upper: str, lower: str, seed: int, seconds: float, watch: Callable[[str], None]) -> list[Least]:
    found = []
    for shape in candidates(upper, lower):
        watch(f"{upper} ⋡ {lower}: {show_shape(shape)}")
        size = Size(shape.states, shape.actions, shape.policies)
        route = Route(KIND, (upper,), (lower,))
        deadline = time.monotonic() + seconds
        try:
            found_here = Search((route,), size, seed, accepted, watch, deadline).run()
            witness = shrink(found_here.proposal, found_here.proof, accepted, size, watch, deadline).proposal
        except TimeUp:
            witness = None
        watch(f"{upper} ⋡ {lower}: what is smaller than {show_shape(shape)}")
        found.append(Least(shape, witness, below(upper, lower, shape, seconds)))
    return found


def show_shape(shape: Shape) -> str:
    """The size in words."""
    counted = ((shape.states, "state"), (shape.actions, "action"), (shape.policies, "policy"))
    return ", ".join(f"{n} {one if n == 1 else one.replace('policy', 'policie') + 's'}" for n, one in counted)


def _confirmation(excluded: Excluded) -> str:
    if not excluded.checked:
        return ""
    if not excluded.is_confirmed:
        return " (Z3 does not settle it)"
    systems = sum(each.patterns for each in excluded.checked)
    if not systems:
        return " (the patterns of equal rows show it, too)"
    return f" (Z3 agrees: {systems} systems of polynomials, of which none has a solution)"


def _numbers(shape: Shape) -> str:
    return f"({shape.states}, {shape.actions}, {shape.policies})"
