"""The picture says what the preorder says, and nothing reaches the reader's terminal but the picture."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from specl.render.diagram import Cover, Diagram, dot, levels
from specl.render.layout import draw
from specl.render.levels import text

NAMES = {"A": "First & foremost", "B": "Second", "C": "Third", "D": "Fourth"}
DIAMOND = Diagram(
    (("A",), ("B", "C"), ("D",)),
    (Cover(0, 1, True), Cover(1, 2, None)),
    NAMES,
    {"holds": 7, "fails": 2, "open": 3},
    ("A", "B"),
)


def test_levels_have_what_says_most_at_the_top() -> None:
    assert levels(DIAMOND) == ((2,), (1,), (0,))
    wide = Diagram(
        (("A",), ("B",), ("C",), ("D",)), (Cover(0, 1, None), Cover(1, 3, None), Cover(2, 3, None)), NAMES, {}
    )
    assert levels(wide) == ((3,), (1, 2), (0,))


def test_the_picture_shows_every_name_arrow_and_count() -> None:
    picture = ElementTree.fromstring(draw(dot(DIAMOND), "svg"))
    space = "{http://www.w3.org/2000/svg}"
    words = " ".join("".join(node.itertext()) for node in picture.iter(f"{space}text"))
    for word in (*NAMES, *NAMES.values(), "7 of 12 pairs", "2 of 12 pairs", "3 of 12 pairs"):
        assert word in words
    edges = [node for node in picture.iter(f"{space}g") if node.get("class") == "edge"]
    assert len(edges) == 2
    dashed = [edge for edge in edges if any(part.get("stroke-dasharray") for part in edge.iter(f"{space}path"))]
    assert len(dashed) == 1


def test_arrows_point_up() -> None:
    picture = ElementTree.fromstring(draw(dot(DIAMOND), "svg"))
    space = "{http://www.w3.org/2000/svg}"
    heights: dict[str, float] = {}
    for node in picture.iter(f"{space}text"):
        heights.setdefault("".join(node.itertext()), float(node.get("y", "nan")))
    assert heights["D"] < heights["B"] < heights["C"] < heights["A"]


def test_png() -> None:
    assert draw(dot(DIAMOND), "png").startswith(b"\x89PNG\r\n")


def test_what_graphviz_does_not_accept_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match=r"\S"):
        draw("digraph { a -> ", "svg")


def test_the_text_has_a_line_for_every_formalism_and_marks_what_is_open() -> None:
    lines = text(DIAMOND).splitlines()
    assert [line.split()[-1] for line in lines if re.search(r"\babove\b", line) and ";" not in line] == ["B?", "A"]
    assert any(line.startswith("▸") and "First & foremost" in line for line in lines)
    assert lines[-1] == "Of 12 ordered pairs 7 hold, 2 fail, 3 are open."


def test_drawing_leaves_the_standard_error_alone() -> None:
    program = (
        "import sys; from specl.render.layout import draw; "
        "draw('digraph { a -> b }', 'svg'); sys.stderr.write('still here')"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={"HOME": "/nonexistent"})
    assert run.returncode == 0
    assert run.stderr == "still here"
