"""The Hasse diagram in plain text: level by level, what says most at the top."""

from specl.render.diagram import Diagram, levels


def text(diagram: Diagram) -> str:
    """One block for each class, with the classes right below it; lines of at most 78 characters for usual names."""
    below: dict[int, list[str]] = {index: [] for index in range(len(diagram.classes))}
    unproved = [cover for cover in diagram.covers if not cover.strict]
    everywhere = len(unproved) == len(diagram.covers)
    for cover in diagram.covers:
        doubt = "" if cover.strict or everywhere else "?"
        below[cover.upper].append(diagram.classes[cover.lower][0] + doubt)
    width = max((len(code) for codes in diagram.classes for code in codes), default=0)
    names = max((len(name) for name in diagram.names.values()), default=0)
    lines = ["What ways of writing down an objective can say: the higher, the more.", ""]
    for row in levels(diagram):
        for index in row:
            under = f"above {', '.join(sorted(below[index]))}" if below[index] else ""
            for position, code in enumerate(diagram.classes[index]):
                mark = "▸" if code in diagram.marked else " "
                bracket = _bracket(position, len(diagram.classes[index]))
                line = f"{mark} {bracket} {code.ljust(width)}  {diagram.names[code].ljust(names)}"
                lines.append((line + (f"  {under}" if position == 0 else "")).rstrip())
        lines.append("")
    lines.append("┌│└ equally expressive; above: says all that these say, and what they are above.")
    if unproved:
        lines.append(f"Whether it says more is open{' for every one of them' if everywhere else ' where ? stands'}.")
    total = sum(diagram.counts.values())
    said = {"holds": "hold", "fails": "fail", "open": "are open"}
    parts = [f"{diagram.counts[status]} {verb}" for status, verb in said.items() if diagram.counts.get(status)]
    lines.append(f"Of {total} ordered pairs {', '.join(parts)}.")
    return "\n".join(lines)


def _bracket(position: int, size: int) -> str:
    if size == 1:
        return " "
    return "┌" if position == 0 else "└" if position == size - 1 else "│"
