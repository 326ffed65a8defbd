"""Fractions with their confidence bands as a picture."""

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from specl.sampling.case import Column
from specl.sampling.census import Counts
from specl.sampling.setting import COUNTS, Setting

NAMES = {
    "actions": "number of actions",
    "states": "number of states",
    "discount": "discount γ",
    "entropy": "entropy of T(·|s,a), in bits",
    "spread": "spread of the acceptable policies",
    "size": "number of acceptable policies",
}

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Told apart by the colour-blind (Okabe and Ito 2008); markers and dashes tell the curves apart without colour."""
_MARKERS = "osD^vPX"
_DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))


def draw(counts: Counts) -> str:
    """The picture as SVG; the same counts give the same bytes.

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib  # slow to load, and an extra
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    plan = counts.plan
    with matplotlib.rc_context({**matplotlib.rcParamsDefault, "svg.hashsalt": "specl", "font.size": 10}):
        figure = Figure(figsize=(7.2, 4.2), layout="constrained")
        axes = figure.add_subplot()
        places = [float(value) for value in plan.values]
        for count, columns in enumerate(together(counts)):
            # a formalism looks the same in all figures of the same columns
            number = plan.columns.index(columns[0]) if len(plan.columns) <= len(_COLOURS) else count
            tallies = [row[columns[0]] for row in counts.tallies]
            known = [i for i, tally in enumerate(tallies) if tally.asked]
            x = [places[i] for i in known]
            low, high = zip(*(tallies[i].interval for i in known), strict=True) if known else ((), ())
            style = {"color": _COLOURS[number % len(_COLOURS)], "linestyle": _DASHES[number % len(_DASHES)]}
            marker = _MARKERS[number % len(_MARKERS)]
            y = [tallies[i].fraction or 0 for i in known]
            axes.fill_between(x, low, high, color=style["color"], alpha=0.13, linewidth=0)
            axes.plot(x, y, **style, marker=marker, markersize=5, linewidth=1.6, label=label(columns))
        axes.set_xlabel(NAMES[plan.vary])
        axes.set_ylabel("expressible, with 95 % confidence band")
        axes.set_ylim(-0.03, 1.03)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        if plan.vary in COUNTS:
            axes.set_xticks(places)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        figure.suptitle(title(counts), x=0.01, ha="left", fontsize=12, fontweight="bold")
        axes.set_title(subtitle(counts), loc="left", fontsize=8.5, color="#444444")
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, handlelength=3)
        written = io.BytesIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": "specl census"})
    return written.getvalue().decode()


def together(counts: Counts) -> tuple[tuple[Column, ...], ...]:
    """The columns in groups that were counted alike everywhere: they are one curve."""
    groups: dict[tuple[Any, ...], list[Column]] = {}
    for column in counts.plan.columns:
        groups.setdefault(tuple(row[column] for row in counts.tallies), []).append(column)
    return tuple(map(tuple, groups.values()))


def label(columns: Sequence[Column]) -> str:
    """What a curve is called: its columns, three a line."""
    names = [f"{column.code} (free γ)" if column.free else column.code for column in columns]
    return ",\n".join(", ".join(names[i : i + 3]) for i in range(0, len(names), 3))


def title(counts: Counts) -> str:
    """What the picture shows."""
    sets = {"equal": "equal-SOAPs: acceptable policies tie", "range": "range-SOAPs: acceptable policies in any order"}
    return f"Expressible {sets[counts.plan.notion]}"


def subtitle(counts: Counts) -> str:
    """What does not vary, and how many samples there are."""
    plan = counts.plan
    parts = [part for name, part in _parts(plan.setting).items() if name != plan.vary]
    return f"{', '.join(parts)}; {plan.samples} samples per point, seed {plan.seed}"


def _parts(setting: Setting) -> dict[str, str]:
    parts = {
        "actions": f"|A| = {setting.actions}",
        "states": f"|S| = {setting.states}",
        "size": f"{setting.size} acceptable",
        "discount": f"γ = {_decimal(setting.discount)}",
        "spread": f"spread {_decimal(setting.spread)}",
    }
    return parts | ({} if setting.entropy is None else {"entropy": f"{_decimal(setting.entropy)} bits"})


def _decimal(number: Fraction) -> str:
    return f"{float(number):.4g}"
