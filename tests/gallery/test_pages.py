"""The pages are whole: links lead somewhere, each gallery file and formalism has its page, arrows are the folder's."""

import re
from pathlib import Path

import pytest

from specl import formalisms, reductions
from tests.gallery.pages import GALLERY, PAGES, ROOT, anchors, links, name

SECTIONS = ("Written", "Evaluated", "Reductions", "Limits", "Source")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for link in links(text):
        if link.startswith(("https://", "http://")):
            continue
        target, _, anchor = link.partition("#")
        other = page.parent / target if target else page
        assert other.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in anchors(other.read_text("utf-8")), f"{link}: no such heading"


@pytest.mark.parametrize("spec", sorted(GALLERY.glob("*.spec")), ids=name)
def test_gallery_files_have_a_page_and_are_listed(spec: Path) -> None:
    page = spec.with_suffix(".md")
    assert page.exists()
    assert spec.name in links(page.read_text("utf-8"))
    assert page.name in links((GALLERY / "README.md").read_text("utf-8"))


def test_gallery_pages_have_a_file() -> None:
    pages = {page.stem for page in GALLERY.glob("*.md")} - {"README"}
    assert pages == {spec.stem for spec in GALLERY.glob("*.spec")}


@pytest.mark.parametrize("code", formalisms.codes())
def test_formalisms_have_a_page_with_the_arrows_of_the_folder(code: str) -> None:
    text = (ROOT / "docs" / "formalisms" / f"{code.lower()}.md").read_text("utf-8")
    assert text.startswith(f"# {code}: {formalisms.formalism(code).name}\n")
    assert [m for m in re.findall(r"^## (.*)$", text, re.MULTILINE) if m in SECTIONS] == list(SECTIONS)
    for line, arrows in (
        ("From below", {x for x, y in reductions.arrows() if y == code}),
        ("To above", {y for x, y in reductions.arrows() if x == code}),
    ):
        written = re.search(rf"^- {line}: (.*)$", text, re.MULTILINE)
        assert written
        assert set(re.findall(r"\[(\w+)\]", written[1])) == arrows


def test_every_formalism_page_belongs_to_a_formalism() -> None:
    pages = {page.stem.upper() for page in (ROOT / "docs" / "formalisms").glob("*.md")}
    assert pages == set(formalisms.codes())
    index = links((ROOT / "docs" / "README.md").read_text("utf-8"))
    assert {f"formalisms/{code.lower()}.md" for code in formalisms.codes()} <= set(index)
