"""A Pareto front of two or three expected returns as a picture."""

import io
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

_INNER, _OUTER = "#0072B2", "#D55E00"
"""Told apart by the colour-blind (Okabe and Ito 2008)."""

_MOST_NUMBERS = 16
"""Corners are numbered, as in the table, where there are at most so many."""


def draw(front: Mapping[str, Any]) -> str:
    """The picture as SVG; the same front gives the same bytes.

    Of two rewards: the front, with its corners marked, and the border of the half-spaces that no policy passes. Of
    three: the front's faces in space.

    Args:
        front: rewards, corners, faces and half_spaces, as in the JSON of a front.

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib  # slow to load, and an extra
    from matplotlib.figure import Figure

    names = front["rewards"]
    corners = [[_float(corner["returns"][name]) for name in names] for corner in front["corners"]]
    settings = {**matplotlib.rcParamsDefault, "svg.hashsalt": "specl", "font.size": 10}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(5.6, 4.4), layout="constrained")
        if len(names) == 2:
            axes = figure.add_subplot()
            _plane(axes, front, corners)
        else:
            axes = figure.add_subplot(projection="3d")
            _space(axes, front, corners)
            axes.set_zlabel(f"expected {names[2]}")
        axes.set_xlabel(f"expected {names[0]}")
        axes.set_ylabel(f"expected {names[1]}")
        picture = io.StringIO()
        figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": "specl"})
    return picture.getvalue()


def _float(number: str) -> float:
    return float(Fraction(number))


def _plane(axes: Any, front: Mapping[str, Any], corners: list[list[float]]) -> None:
    xs, ys = zip(*corners, strict=True)
    margin_x = 0.08 * (max(xs) - min(xs)) or 1.0
    margin_y = 0.08 * (max(ys) - min(ys)) or 1.0
    left, bottom = min(xs) - 2 * margin_x, min(ys) - 2 * margin_y
    for face in front["faces"]:
        if len(face) > 1:
            axes.plot([xs[i] for i in face], [ys[i] for i in face], color=_INNER, linewidth=1.6)
    axes.plot(xs, ys, "o", color=_INNER, markersize=4, label="attainable, best trade-offs")
    for place, number in _numbered(corners):
        axes.annotate(number, place, xytext=(5, 4), textcoords="offset points", fontsize=8)
    outline = _outline(front, left, bottom)
    axes.plot([x for x, _ in outline], [y for _, y in outline], "--", color=_OUTER, linewidth=1, label="upper bound",
              zorder=1)  # fmt: skip
    axes.set_xlim(left, max(xs) + margin_x)
    axes.set_ylim(bottom, max(ys) + margin_y)
    axes.grid(alpha=0.25)
    axes.legend(loc="lower left", frameon=False)


def _outline(front: Mapping[str, Any], left: float, bottom: float) -> list[tuple[float, float]]:
    """The corners of the intersection of the half-spaces, from the upper left to the lower right."""
    names = front["rewards"]
    lines = []
    for half in front["half_spaces"]:
        w = [Fraction(half["weights"][name]) for name in names]
        lines.append((w[0], w[1], Fraction(half["bound"])))
    lines.sort(key=lambda line: line[0] / (line[0] + line[1]))
    steepest, flattest = lines[-1], lines[0]
    start = (Fraction(left), (flattest[2] - flattest[0] * Fraction(left)) / flattest[1])
    end = ((steepest[2] - steepest[1] * Fraction(bottom)) / steepest[0], Fraction(bottom))
    between = []
    for i, (a, b, c) in enumerate(lines):
        for d, e, f in lines[i + 1 :]:
            across = a * e - b * d
            if across:
                x, y = (c * e - b * f) / across, (a * f - c * d) / across
                if all(u * x + v * y <= w for u, v, w in lines):
                    between.append((x, y))
    return [(float(x), float(y)) for x, y in (start, *sorted(set(between)), end)]


def _space(axes: Any, front: Mapping[str, Any], corners: list[list[float]]) -> None:
    from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection  # type: ignore[import-untyped]

    triangles = [[corners[i] for i in face] for face in front["faces"] if len(face) == 3]
    edges = [[corners[i] for i in face] for face in front["faces"] if len(face) == 2]
    if triangles:
        axes.add_collection3d(
            Poly3DCollection(triangles, facecolors=_INNER, alpha=0.4, edgecolors=_INNER, linewidth=0.6, shade=True)
        )
    if edges:
        axes.add_collection3d(Line3DCollection(edges, color=_INNER, linewidth=1.2))
    axes.plot(*zip(*corners, strict=True), "o", color=_INNER, markersize=3)
    for place, number in _numbered(corners):
        axes.text(*place, f" {number}", fontsize=8)
    axes.view_init(elev=28, azim=38)  # from where all three returns are large, which the front faces


def _numbered(corners: list[list[float]]) -> list[tuple[list[float], str]]:
    return [(place, str(k + 1)) for k, place in enumerate(corners)] if len(corners) <= _MOST_NUMBERS else []
