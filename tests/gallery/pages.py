"""Reading the documentation: fenced blocks, tables of values, links and commands in Markdown pages."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery"
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "proofs" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)
SPECS = tuple(sorted((ROOT / "docs").rglob("*.spec")))

FENCE = re.compile(r"^```([a-z-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: what it is said to be, its text, and where the text starts on the page."""

    kind: str
    text: str
    start: int


def name(path: Path) -> str:
    """The path from the root, for the names of tests."""
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, kind: str) -> list[Block]:
    """The fenced blocks of one kind."""
    return [Block(m[1], m[2], m.start(2)) for m in FENCE.finditer(text) if m[1] == kind]


def links(text: str) -> list[str]:
    """The targets of the links outside fenced blocks."""
    return LINK.findall(FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """What ``#…`` can point to on a page, by GitHub's rule for headings."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def value_tables(text: str) -> list[dict[str, dict[str, str]]]:
    """Tables whose first column is headed ``policy``, as head -> policy -> cell."""
    tables = []
    rows: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if rows and rows[0][0] == "policy":
            head, _, *body = rows
            tables.append(
                {objective: {row[0]: row[column] for row in body} for column, objective in enumerate(head) if column}
            )
        rows = []
    return tables
