"""Every .spec file of the documentation loads, and its assertions hold; so does every block that a page shows."""

from pathlib import Path

import pytest

import specl
from specl import formalisms
from specl.api.check import Checked
from specl.language.document import Expresses
from tests.gallery.pages import PAGES, ROOT, SPECS, Block, blocks, name

BLOCKS = [(page, block) for page in PAGES for block in blocks(page.read_text("utf-8"), "spec")]
WRONG = ROOT / "docs" / "errors.md"  # its blocks are faulty on purpose; tests/language checks each one's error
WHOLE = [
    (page, block)
    for page, block in BLOCKS
    if page != WRONG and ("environment " in block.text or "alphabet " in block.text)
]


def holds(checked: Checked) -> None:
    assert checked.errors is None
    for outcome in checked.outcomes:
        assert outcome.verdict == "ok", f"line {outcome.line}: {outcome.claim}: {outcome.reason}"


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_files_load_and_their_assertions_hold(spec: Path) -> None:
    checked = specl.check(spec)
    assert checked.outcomes or checked.document.alphabets  # nothing can be asserted over an alphabet
    holds(checked)


@pytest.mark.parametrize(("page", "block"), WHOLE, ids=lambda part: name(part) if isinstance(part, Path) else "")
def test_whole_blocks_load_and_their_assertions_hold(page: Path, block: Block) -> None:
    holds(specl.check(specl.load(block.text)))


def test_other_blocks_are_passages_of_files() -> None:
    files = [spec.read_text("utf-8") for spec in SPECS]
    ours = {page for page, _ in BLOCKS} - {ROOT / "docs" / "language.md", WRONG}
    for page, block in BLOCKS:
        if page in ours and (page, block) not in WHOLE:
            assert any(block.text.strip() in text for text in files), f"{name(page)}: in no file:\n{block.text}"


def test_the_gallery_says_of_every_formalism_what_it_can_and_cannot_express() -> None:
    claims = [claim for spec in SPECS for claim in specl.load(spec).assertions if isinstance(claim, Expresses)]
    assert {claim.code for claim in claims if not claim.negated} == set(formalisms.codes())
    assert {claim.code for claim in claims if claim.negated} == set(formalisms.codes()) - {"FPR", "PO"}
