"""The answers to "who can express this ordering?": for a person, as JSON, and as files."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from specl.api.certificates import CERTIFICATE, CLAIM
from specl.api.granted import Granted
from specl.api.orderings import Stated
from specl.expressivity.preorder import Preorder
from specl.language.printer import show_item
from specl.language.syntax import OrderingItem, TrajectoryOrderingItem
from specl.obstructions.claims.writing import text as json_text
from specl.wishes.answer import No
from specl.wishes.discounts.algebraic import Algebraic
from specl.wishes.discounts.stretches import Stretch
from specl.wishes.trajectories import TrajectoryWish
from specl.wishes.trajectory_values import CODES
from specl.wishes.wish import Wish
from specl.wishes.words import comparison_chains, show_chain

Verdict = Literal["yes", "no", "unknown"]
LONGEST = 72
"""Characters that a row of the overview has for its reason."""


@dataclass(frozen=True)
class Answered:
    """Whether a formalism can express the ordering.

    Attributes:
        reason: how the objective was made, the conflict, or the limit that was hit, in words.
        granted: for "yes", the objective; it has been ranked again.
        refutation: for "no", what the kernel has accepted; it refutes this formalism or one above it.
    """

    code: str
    verdict: Verdict
    reason: str
    granted: Granted | None = None
    refutation: No | None = None

    @property
    def phrase(self) -> str:
        """The answer in a few words: the objective, if it is short, or the reason."""
        if self.refutation is not None and self.refutation.refuted != self.code:
            return f"not even {self.refutation.refuted} can"
        fields = self.granted.fields if self.granted else []
        short = re.split(r"; |, but |\. ", self.reason, maxsplit=1)[0]
        brief = [field if _fits(field, LONGEST // 2) else f"{field.split()[0]} …" for field in fields]
        for text in ("  ".join(fields), short, *fields[-1:], "  ".join(brief)):
            if text and _fits(text, LONGEST):
                return text
        return short if len(short) <= LONGEST else short[: LONGEST - 2].rsplit(" ", 1)[0] + " …"

    def json(self) -> dict[str, Any]:
        """``{"verdict", "objective", "certificate", "reason"}``, the parts that there are not being null."""
        no = self.refutation
        certificate = {"refuted": no.refuted, "claim": no.claim, "certificate": no.certificate} if no else None
        text = self.granted.text if self.granted else None
        return {"verdict": self.verdict, "objective": text, "certificate": certificate, "reason": self.reason}


@dataclass(frozen=True)
class Expressed:
    """What came of an ordering.

    Attributes:
        answers: code -> answer, less expressive formalisms first.
        interrupted: whether Ctrl-C ended the work.
        discounts: code -> stretches that make up [0, 1), each allowing the formalism to express the ordering or not, or
            why that is not known; None where it was not asked for.
    """

    stated: Stated
    order: Preorder
    answers: Mapping[str, Answered]
    interrupted: bool = False
    discounts: Mapping[str, tuple[Stretch, ...] | str] | None = None

    @property
    def verdict(self) -> Verdict:
        """Yes where all can, no where one cannot, else unknown."""
        found = {each.verdict for each in self.answers.values()}
        ranked: tuple[Verdict, ...] = ("no", "unknown")
        return next((verdict for verdict in ranked if verdict in found), "yes")

    @cached_property
    def weakest(self) -> tuple[str, ...]:
        """Those that can while none below them is known to, of equally expressive ones all."""
        able = [code for code, each in self.answers.items() if each.verdict == "yes"]
        return tuple(code for code in able if not any(self._above(code, other) for other in able))

    def _above(self, upper: str, lower: str) -> bool:
        holds = [self.order.evidence(*pair).verdict == "holds" for pair in ((upper, lower), (lower, upper))]
        return holds == [True, False]

    # --- for a person ---

    def headline(self) -> str:
        """The ordering in a line."""
        wish = self.stated.wish
        about = f" in {wish.environment.name}" if len(self.stated.document.environments) > 1 else ""
        fixed = f", with the discount {wish.discount}" if wish.discount is not None else ""
        return f"{wish.name}{about}{fixed}: {self._written() or ', '.join(map(show_chain, self._chains()))}"

    def overview(self) -> Iterator[tuple[str, Verdict, str]]:
        """(code, verdict, a few words), row by row."""
        yield from ((code, each.verdict, each.phrase) for code, each in self.answers.items())

    def reasons(self) -> Iterator[tuple[str, str]]:
        """(who, why not or why that is unknown); formalisms that share a reason share a line."""
        groups: dict[tuple[str, str, str], list[str]] = {}
        for code, each in self.answers.items():
            if each.verdict != "yes":
                above = each.refutation.refuted if each.refutation else ""
                groups.setdefault((each.verdict, above, each.reason), []).append(code)
        for (_, above, reason), members in groups.items():
            rest = ", ".join(code for code in members if code != above)
            yield (f"{above} and so {rest}" if above and rest else above or rest), reason

    def notes(self) -> Iterator[str]:
        """What else is to be known of the answers."""
        if self.stated.undecided:
            pairs = ", ".join(f"{left} and {right}" for left, right in self.stated.undecided)
            yield f"left open, being too close to tell apart: {pairs}"
        unasked = [code for code in self.order.codes if code not in self.answers]
        if isinstance(self.stated.wish, TrajectoryWish) and set(unasked) == set(self.order.codes) - set(CODES):
            yield f"{', '.join(unasked)} rank policies only: a finite trajectory has no value under them"

    def text(self) -> str:
        """The overview, the reasons, the objectives, and the weakest formalisms that can."""
        widest = max(map(len, self.answers), default=0)
        lines = [self.headline(), ""]
        lines += [f"  {code:{widest}}  {verdict:7}  {phrase}".rstrip() for code, verdict, phrase in self.overview()]
        return "\n".join([*lines, *self.details()])

    def details(self) -> Iterator[str]:
        """The lines of `text` below the overview."""
        for note in self.notes():
            yield f"  {note}"
        told = list(self.reasons())
        if told:
            yield ""
        for who, reason in told:
            yield f"{who}: {reason}"
        if any(each.refutation for each in self.answers.values()):
            yield "Each no rests on a certificate that the kernel has accepted in this run."
        if self.discounts is not None:
            yield ""
            yield "Discounts with which it can be expressed:"
        for code, stretches in (self.discounts or {}).items():
            yield f"  {code}: {stretches if isinstance(stretches, str) else _shown(stretches)}"
        for code, each in self.answers.items():
            if each.granted is not None:
                yield ""
                yield f"// {code}: {each.reason}" if each.reason else f"// {code}"
                yield each.granted.text.rstrip("\n")
        if len(self.answers) > 1:
            yield ""
            yield f"weakest that can: {', '.join(self.weakest) or 'none of them'}"

    def __str__(self) -> str:
        return self.text()

    def _written(self) -> str | None:
        """The comparisons as they stand in the file, where they do and fit into a line."""
        for item in self.stated.document.syntax.items:
            if isinstance(item, OrderingItem | TrajectoryOrderingItem) and item.name.text == self.stated.wish.name:
                text = show_item(item)
                if item.chains and "\n" not in text:
                    return text.partition("{ ")[2].removesuffix(" }")
        return None

    def _chains(self) -> list[list[list[str]]]:
        wish = self.stated.wish
        shape = wish if isinstance(wish, Wish) else wish.order
        ties = [pair for group in shape.classes for pair in itertools.pairwise(group)]
        return comparison_chains(shape.covers, ties)

    # --- for programs ---

    def json(self) -> dict[str, Any]:
        """``{"ordering", "discount", "answers": {code: answer}, "weakest": [code, …]}``, with answers as in `Answered`;
        "undecided" too, where an induced ordering leaves pairs open, and "discounts", where they were asked for."""
        wish = self.stated.wish
        found: dict[str, Any] = {
            "ordering": wish.name,
            "discount": None if wish.discount is None else str(wish.discount),
            "answers": {code: each.json() for code, each in self.answers.items()},
            "weakest": list(self.weakest),
        }
        if self.stated.undecided:
            found["undecided"] = [list(pair) for pair in self.stated.undecided]
        if self.discounts is not None:
            found["discounts"] = {
                code: {"unknown": stretches} if isinstance(stretches, str) else [each.json() for each in stretches]
                for code, stretches in self.discounts.items()
            }
        return found

    # --- as files ---

    def spec(self) -> str:
        """The document with the objectives that were found, and assertions that they order the policies as wished."""
        parts = [self.stated.document.text.rstrip("\n")]
        for code, each in self.answers.items():
            if each.granted is not None:
                head = f"// {code} expresses {self.stated.wish.name}" + (f": {each.reason}" if each.reason else "")
                parts.append("\n".join([head, each.granted.text.rstrip("\n"), *self._assertions(each.granted.name)]))
        return "\n\n".join(parts) + "\n"

    def save(self, folder: Path) -> tuple[Path, ...]:
        """Write ORDERING.spec and a claim and a certificate for each different refutation; the files.

        Raises:
            OSError: they cannot be written.
        """
        name = self.stated.wish.name.replace("'", "_")
        files = {f"{name}.spec": self.spec()} if any(each.granted for each in self.answers.values()) else {}
        for no in {id(each.refutation): each.refutation for each in self.answers.values()}.values():
            if no is not None:
                stem = f"{no.refuted.lower()}-{name}"
                files |= {stem + CLAIM: json_text(no.claim), stem + CERTIFICATE: json_text(no.certificate)}
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (folder / file).write_text(content, encoding="utf-8", newline="\n")
        return tuple(folder / file for file in files)

    def _assertions(self, objective: str) -> list[str]:
        """Of the policies that have names to be called by."""
        if not isinstance(self.stated.wish, Wish):
            return []
        chains = [
            [[name for name in group if not name.startswith("{")] for group in chain] for chain in self._chains()
        ]
        shown = [" > ".join(" ~ ".join(group) for group in chain if group) for chain in chains]
        return [f"assert {chain} under {objective}" for chain in shown if " " in chain]


def _fits(text: str, width: int) -> bool:
    return len(text) <= width and "\n" not in text


def _shown(stretches: tuple[Stretch, ...]) -> str:
    """The discounts that allow it, with what irrational ends are."""
    told = []
    for granted, word in ((True, ""), (None, "undecided: ")):
        segments = [each.segment for each in stretches if each.is_granted is granted]
        if segments:
            told.append(word + " and ".join(map(str, segments)))
    ends = dict.fromkeys(
        end for each in stretches for end in (each.segment.low, each.segment.high) if isinstance(end, Algebraic)
    )
    explained = ", with " + " and ".join(end.explained for end in ends) if ends else ""
    return ("; ".join(told) or "none") + explained
