"""The Hasse diagram of the formalisms: one box for each class, arrows up to what says more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

INK, QUIET, PAPER = "#1b1f24", "#59636e", "#ffffff"
BOX, EDGE = "#f3f6fa", "#3d4650"
MARKED, MARKED_BOX = "#0b5fb4", "#dcebfb"  # blue: tells from the rest in every common kind of colour blindness
FONT = "Helvetica,Arial,sans-serif"


@dataclass(frozen=True)
class Cover:
    """An arrow from a class to one right above it; ``strict`` is True where it is proved that the lower one cannot
    say all that the upper one can, None where that is open."""

    lower: int
    upper: int
    strict: bool | None


@dataclass(frozen=True)
class Diagram:
    """What is drawn.

    Attributes:
        classes: the codes of each class; equally expressive, so one box.
        covers: the arrows, between indices of ``classes``.
        names: code -> the formalism's name.
        counts: status of an ordered pair ("holds", "fails", "open") -> how many there are.
        marked: codes of the formalisms to bring out, in the order in which the legend lists them.
    """

    classes: tuple[tuple[str, ...], ...]
    covers: tuple[Cover, ...]
    names: Mapping[str, str]
    counts: Mapping[str, int]
    marked: tuple[str, ...] = ()


def levels(diagram: Diagram) -> tuple[tuple[int, ...], ...]:
    """Indices of the classes by height, the top first; a class stands right below the lowest of those above it."""
    above: dict[int, list[int]] = {index: [] for index in range(len(diagram.classes))}
    for cover in diagram.covers:
        above[cover.lower].append(cover.upper)
    depth: dict[int, int] = {}

    def depth_of(index: int) -> int:
        if index not in depth:
            depth[index] = 1 + max((depth_of(upper) for upper in above[index]), default=-1)
        return depth[index]

    rows: dict[int, list[int]] = {}
    for index in above:
        rows.setdefault(depth_of(index), []).append(index)
    return tuple(tuple(rows[row]) for row in sorted(rows))


def dot(diagram: Diagram) -> str:
    """The diagram in the DOT language."""
    import graphviz  # only here, so that `specl --help` does not wait for it

    graph = graphviz.Digraph("specl")
    graph.attr(rankdir="BT", bgcolor=PAPER, pad="0.3", nodesep="0.35", ranksep="0.55", fontname=FONT)
    graph.attr(label=_title(), labelloc="t", tooltip="Hasse diagram of objective-specification formalisms")
    graph.attr(
        "node", shape="box", style="rounded,filled", margin="0.14,0.08", fontname=FONT, fontcolor=INK, fontsize="13"
    )
    graph.attr("edge", arrowsize="0.85", penwidth="1.4", color=EDGE)
    marked = {index for index, codes in enumerate(diagram.classes) if set(codes) & set(diagram.marked)}
    for index, codes in enumerate(diagram.classes):
        colours = {"color": MARKED, "fillcolor": MARKED_BOX, "penwidth": "2.2"} if index in marked else {}
        tip = " = ".join(codes)
        graph.node(
            _node(index), _box(codes, diagram.names), tooltip=tip, **({"color": EDGE, "fillcolor": BOX} | colours)
        )
    for cover in diagram.covers:
        lower, upper = diagram.classes[cover.lower][0], diagram.classes[cover.upper][0]
        style = {} if cover.strict else {"style": "dashed", "arrowhead": "onormal"}
        tip = f"{upper} says all that {lower} says" + ("" if cover.strict else "; whether more is open")
        if {cover.lower, cover.upper} <= marked:
            style |= {"color": MARKED, "penwidth": "2.6"}
        graph.edge(_node(cover.lower), _node(cover.upper), tooltip=tip, **style)
    graph.node("legend", _legend(diagram), shape="plain", style="", tooltip="legend")
    rows = levels(diagram)
    if rows:  # the top row has room beside it
        with graph.subgraph() as top:
            top.attr(rank="same")
            top.node(_node(rows[0][0]))
            top.node("legend")
    return str(graph.source)


def _node(index: int) -> str:
    return f"class{index}"


def _title() -> str:
    return _table(
        [
            _row([_text("What ways of writing down an objective can say", 20, INK, bold=True)], 20),
            _row([_text("one box: equally expressive · higher: more expressive", 12, QUIET)], 12),
        ]
    )


def _box(codes: Iterable[str], names: Mapping[str, str]) -> str:
    return _table(
        [_row([_text(code, 13, INK, bold=True), "", _text(names[code], 13, INK)], 13, "left") for code in codes]
    )


def _legend(diagram: Diagram) -> str:
    arrows = {bool(cover.strict) for cover in diagram.covers}
    lines = []
    if True in arrows:
        lines.append(("——▶", "strictly more expressive (proved)"))
    if False in arrows:
        lines.append(("– – ▷", "at least as expressive; whether strictly so is open"))
    if diagram.marked:
        lines.append(("blue", ", ".join(diagram.marked)))
    total = sum(diagram.counts.values())
    for status, words in (
        ("holds", "hold: the first says all that the second says"),
        ("fails", "fail: the first cannot say all that the second says"),
        ("open", "are open: no fact settles them yet"),
    ):
        if diagram.counts.get(status):
            lines.append((f"{diagram.counts[status]} of {total} pairs", words))
    rows = [
        _row(["", _text(left, 11, INK, bold=True), "", _text(right, 11, QUIET), ""], 11, "left")
        for left, right in lines
    ]
    gap = '<tr><td height="4"></td></tr>'
    return _table([gap, *rows, gap], f'border="1" color="#c9d1d9" bgcolor="{PAPER}" style="rounded"')


def _table(rows: Iterable[str], attributes: str = 'border="0"') -> str:
    return f'<<table cellborder="0" cellspacing="0" cellpadding="2" {attributes}>{"".join(rows)}</table>>'


def _row(cells: Iterable[str], points: int, align: str = "center") -> str:
    """A row of a table, of a height that its letters need: on a machine without any font Graphviz cannot know it."""
    inside = "".join(f'<td align="{align}" height="{points * 3 // 2 + 2}">{cell}</td>' for cell in cells)
    return f"<tr>{inside}</tr>"


def _text(text: str, points: int, colour: str, bold: bool = False) -> str:
    inside = f"<b>{escape(text)}</b>" if bold else escape(text)
    return f'<font point-size="{points}" color="{colour}">{inside}</font>'
