"""The folder is the list: files, arrows, paths and the documentation agree."""

import ast
import itertools
from pathlib import Path

import pytest

from specl import reductions
from specl.formalisms import codes
from specl.reductions import NoReduction, arrows, path, reduction, translate

FOLDER = Path(reductions.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "reductions.md"


def test_arrows_are_the_files_of_the_folder() -> None:
    files = {tuple(file.stem.upper().split("_TO_")) for file in FOLDER.glob("*_to_*.py")}
    assert set(arrows()) == files
    assert len(arrows()) >= 24


def test_ends_are_formalisms() -> None:
    assert {code for arrow in arrows() for code in arrow} == set(codes())


@pytest.mark.parametrize(("source", "target"), arrows())
def test_file_says_what_its_name_says(source: str, target: str) -> None:
    tree = ast.parse((FOLDER / f"{source}_to_{target}.py".lower()).read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert (constants["SOURCE"], constants["TARGET"]) == (source, target)
    arrow = reduction(source, target)
    assert (arrow.source, arrow.target) == (source, target)
    assert arrow.preserves == constants["PRESERVES"]
    assert arrow.preserves in ("value", "ordering")
    assert arrow.construction.endswith(".")
    assert "\n" not in arrow.construction


@pytest.mark.parametrize(("source", "target"), arrows())
def test_page_has_a_line_for_the_arrow(source: str, target: str) -> None:
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {source} → {target} |")
    ]
    assert len(rows) == 1
    assert rows[0].endswith(f"| {reduction(source, target).preserves} |")


def test_page_has_no_other_arrow() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "→" in line]
    assert len(rows) == len(arrows())


def _reaches(source: str) -> set[str]:
    """By repeated extension, apart from the search under test."""
    found = {source}
    for _ in arrows():
        found |= {target for start, target in arrows() if start in found}
    return found


@pytest.mark.parametrize("source", codes())
def test_paths_are_chains_of_arrows_wherever_one_exists(source: str) -> None:
    for target in codes():
        if target not in _reaches(source):
            with pytest.raises(NoReduction, match=f"from {source} to {target}"):
                path(source, target)
            continue
        chain = path(source, target)
        assert (chain[0], chain[-1]) == (source, target)
        assert set(itertools.pairwise(chain)) <= set(arrows())
        assert len(set(chain)) == len(chain)


def test_paths_are_shortest() -> None:
    assert path("MR", "MR") == ("MR",)
    assert path("RM", "IMORL") == ("RM", "FTR", "INMR", "IMORL")
    assert path("LTL", "PO") in {("LTL", "FTR", "FTLR", "FPR", "PO"), ("LTL", "FTR", "FTLR", "TLO", "PO")}


def test_no_arrow_leads_down() -> None:
    for source, target in (("PO", "MR"), ("FPR", "TLO"), ("TLO", "FPR"), ("FTR", "RM"), ("FTLR", "FTR")):
        with pytest.raises(NoReduction):
            path(source, target)
        with pytest.raises(NoReduction):
            reduction(source, target)


def test_translation_to_itself_is_the_objective_itself() -> None:
    objective = object()
    assert translate("LTL", objective, None, "LTL") == (("LTL",), objective)  # type: ignore[arg-type]
