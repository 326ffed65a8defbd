"""Finding certificates for the `refute` items of .spec files, and having the kernel check them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from specl import obstructions
from specl.api.certificates import CERTIFICATE, CLAIM, Files, proofs_folder
from specl.api.load import load
from specl.api.references import refuse
from specl.language.diagnostics import Diagnostic, SpecErrors
from specl.language.document import Document, Refutation
from specl.language.source import Source
from specl.obstructions.claims.writing import text

Verdict = Literal["ok", "failed", "unknown"]


@dataclass(frozen=True)
class Decided:
    """What came of one `refute` item.

    Attributes:
        name: what its files are called, in lower case: refuted, expressing, file, objective.
        claim: the item as it is written.
        file, line: where it stands.
        verdict: "ok" where the kernel accepts the certificate; "failed" where the argument does not go through, or
            the kernel refuses the certificate; "unknown" where the search was too narrow.
        reason: the claim in words, or why it is not proved.
        documents: the claim and the certificate as text; None where there is no certificate.
    """

    name: str
    claim: str
    file: str
    line: int
    verdict: Verdict
    reason: str
    documents: tuple[str, str] | None = None

    def json(self) -> dict[str, Any]:
        """``{"certificate", "claim", "file", "line", "verdict", "reason"}``."""
        return {
            "certificate": self.name,
            "claim": self.claim,
            "file": self.file,
            "line": self.line,
            "verdict": self.verdict,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Proved:
    """What came of the `refute` items of some files, and where the certificates were written."""

    outcomes: tuple[Decided, ...]
    folder: Path

    @property
    def verdict(self) -> Verdict:
        """The worst of them."""
        found = {each.verdict for each in self.outcomes}
        ranked: tuple[Verdict, ...] = ("failed", "unknown")
        return next((verdict for verdict in ranked if verdict in found), "ok")

    def json(self) -> dict[str, Any]:
        """``{"folder", "certificates": [{"certificate", "claim", "file", "line", "verdict", "reason"}, …]}``."""
        return {"folder": str(self.folder), "certificates": [each.json() for each in self.outcomes]}


def prove(path: str | os.PathLike[str] | None = None) -> Proved:
    """Find a certificate for each `refute` item, have the kernel check it, and write down those that it accepts.

    Args:
        path: a .spec file, or a folder of them; by default the project's own proofs. Claims and certificates go to
            the folder `certificates` beside the files. The same files always give the same bytes.

    Raises:
        SpecErrors: a file is not correct, or a refutation makes no claim that a certificate could carry; or the
            certificates cannot be written.
    """
    place = proofs_folder() if path is None else Path(path)
    files = sorted(place.glob("*.spec")) if place.is_dir() else [place]
    if not files:
        raise refuse("E001", f"there are no .spec files in {place}")
    documents = [load(file) for file in files]
    outcomes = _named_apart(decided for document in documents for decided in decide(document, document.refutations))
    folder = (place if place.is_dir() else place.parent) / "certificates"
    try:
        if any(each.documents for each in outcomes):
            folder.mkdir(exist_ok=True)
        for each in outcomes:
            for ending, document_text in zip((CLAIM, CERTIFICATE), each.documents or (), strict=False):
                (folder / (each.name + ending)).write_text(document_text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise refuse("E001", f"{folder} cannot be written: {error.strerror or error}") from None
    return Proved(outcomes, folder)


def decide(document: Document, refutations: Iterable[Refutation]) -> tuple[Decided, ...]:
    """Search a certificate for each, and hand it to the kernel.

    Raises:
        SpecErrors: refutations that make no claim that a certificate could carry.
    """
    source = Source(document.text, document.file)
    problems: list[Diagnostic] = []
    found = []
    for refutation in refutations:
        try:
            found.append(_decide(document, refutation, source))
        except obstructions.NoClaim as error:
            problems.append(Diagnostic(error.code, str(error), error.at, error.hint, document.file))
    if problems:
        raise SpecErrors(problems, source)
    return tuple(found)


def _decide(document: Document, refutation: Refutation, source: Source) -> Decided:
    objective = document.objectives[refutation.objective]
    stem = Path(document.file).stem
    name = "-".join((refutation.code.lower(), objective.code.lower(), stem, objective.name)).replace("'", "_")
    start, end = refutation.at
    written = " ".join(document.text[start:end].split())
    line = source.position(start)[0]

    def decided(verdict: Verdict, reason: str, documents: tuple[str, str] | None = None) -> Decided:
        return Decided(name, written, document.file, line, verdict, reason, documents)

    try:
        proof = obstructions.prove(document, refutation)
    except obstructions.NoCertificate as error:
        return decided("failed" if error.decided else "unknown", f"no certificate: {error}")
    documents = text(proof.claim), text(proof.certificate)
    verdict = Files(name, documents[0].encode(), documents[1].encode()).check().verdict
    if verdict.status != "ACCEPT":
        return decided("failed", f"{verdict.status} by the kernel: {verdict.reason} (at {verdict.where})")
    return decided("ok", verdict.words.split("\n", 1)[0], documents)


def _named_apart(outcomes: Iterable[Decided]) -> tuple[Decided, ...]:
    """Later ones of the same name get a number."""
    counts: dict[str, int] = {}
    found = []
    for each in outcomes:
        key = each.name.casefold()
        counts[key] = counts.get(key, 0) + 1
        found.append(each if counts[key] == 1 else replace(each, name=f"{each.name}-{counts[key]}"))
    return tuple(found)
