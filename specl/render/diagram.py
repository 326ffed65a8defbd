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
    return (
        f'<<table border="0" cellborder="0" cellpadding="2"><tr><td><font point-size="20" color="{INK}">'
        "<b>What ways of writing down an objective can say</b></font></td></tr>"
        f'<tr><td><font point-size="12" color="{QUIET}">one box: equally expressive · higher: more expressive</font>'
        "</td></tr></table>>"
    )


def _box(codes: Iterable[str], names: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><td align="left"><b>{escape(code)}</b></td><td></td><td align="left">{escape(names[code])}</td></tr>'
        for code in codes
    )
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="2">{rows}</table>>'


def _legend(diagram: Diagram) -> str:
    arrows = {bool(cover.strict) for cover in diagram.covers}
    lines = []
    if True in arrows:
        lines.append(("——▶", "strictly more expressive (proved)"))
    if False in arrows:
        lines.append(("– – ▷", "at least as expressive; whether strictly so is open"))
    if diagram.marked:
        lines.append(("blue", ", ".join(diagram.marked)))
    holds, fails, unsettled = (diagram.counts.get(status, 0) for status in ("holds", "fails", "open"))
    total = holds + fails + unsettled
    lines.append((f"{holds} of {total} pairs", "hold: the first says all that the second says"))
    if fails:
        lines.append((f"{fails} of {total} pairs", "fail: the first cannot say all that the second says"))
    if unsettled:
        lines.append((f"{unsettled} of {total} pairs", "are open: no fact settles them yet"))
    rows = "".join(
        f'<tr><td align="right"><font color="{INK}"><b>{left}</b></font></td>'
        f'<td></td><td align="left"><font color="{QUIET}">{right}</font></td></tr>'
        for left, right in lines
    )
    gap = '<tr><td height="4"></td></tr>'
    return (
        f'<<font point-size="11"><table border="1" color="#c9d1d9" bgcolor="{PAPER}" cellborder="0" cellspacing="0" '
        f'cellpadding="3" style="rounded">{gap}{rows}{gap}</table></font>>'
    )
