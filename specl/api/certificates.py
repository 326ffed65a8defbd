"""Claims and certificates on disk, and what the kernel says of them."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from specl import kernel
from specl.kernel.reading import Malformed, read_text

CLAIM, CERTIFICATE = ".claim.json", ".certificate.json"


@dataclass(frozen=True)
class Checked:
    """A claim, a certificate, and the kernel's verdict on them.

    Attributes:
        name: what both files are called.
        claim, certificate: the documents; None where one could not be read.
    """

    name: str
    verdict: kernel.Verdict
    claim: Any
    certificate: Any

    @property
    def accepted(self) -> bool:
        """Whether the kernel accepts the certificate for the claim."""
        return self.verdict.status == "ACCEPT"


@dataclass(frozen=True)
class Files:
    """A claim and a certificate as bytes, nothing of which is believed yet; None where the file is missing."""

    name: str
    claim: bytes | None
    certificate: bytes | None

    def check(self) -> Checked:
        """What the kernel says."""
        if self.claim is None or self.certificate is None:
            what, ending = ("claim", CLAIM) if self.claim is None else ("certificate", CERTIFICATE)
            verdict = kernel.Verdict("MALFORMED", f"there is no {what}", self.name + ending)
            return Checked(self.name, verdict, None, None)
        verdict, documents = _check(self.claim, self.certificate)
        return Checked(self.name, verdict, *documents)

    @property
    def says(self) -> tuple[str, str, str] | None:
        """(refuted, expressing, kind) as the claim has it, unchecked; None where it is not even that readable."""
        try:
            claim: Any = read_text(self.claim or b"")
            said = claim["refuted"], claim["objective"]["formalism"], claim["kind"]
        except (Malformed, LookupError, TypeError):
            return None
        return said if all(isinstance(part, str) for part in said) else None


def proofs_folder() -> Path:
    """The project's own proofs: inside the installed package, or beside it in a checkout.

    Raises:
        FileNotFoundError: they are not there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package, package.parent):
        if (folder / "proofs").is_dir():
            return folder / "proofs"
    raise FileNotFoundError("the folder proofs is not installed with the package")


def read_folder(path: str | os.PathLike[str] | None = None) -> tuple[Files, ...]:
    """Every claim and certificate in a folder, or in its subfolder `certificates`; by name. By default specl's own.

    Raises:
        OSError: the folder, or a file in it, cannot be read.
    """
    folder = proofs_folder() if path is None else Path(path)
    inner = folder / "certificates"
    folder = inner if inner.is_dir() else folder
    found: dict[str, dict[str, bytes]] = {}
    for file in sorted(folder.iterdir()):
        for ending in (CLAIM, CERTIFICATE):
            if file.name.endswith(ending):
                found.setdefault(file.name.removesuffix(ending), {})[ending] = file.read_bytes()
    return tuple(Files(name, parts.get(CLAIM), parts.get(CERTIFICATE)) for name, parts in found.items())


@cache
def _check(claim: bytes, certificate: bytes) -> tuple[kernel.Verdict, tuple[Any, Any]]:
    documents = []
    for data, where in ((claim, "claim"), (certificate, "certificate")):
        try:
            documents.append(read_text(data))
        except Malformed as error:
            return kernel.Verdict("MALFORMED", error.args[0], where), (None, None)
    return kernel.check(documents[0], documents[1]), (documents[0], documents[1])
