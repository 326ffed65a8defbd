"""What a solution says, in lines: values with the digits that are certain, policies as tables, memories, times."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specl.model.digits import exponent, written
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.real import Real
from specl.render.number import exact, show
from specl.solvers.solved import Bounds, Memory, Solved

MOST = 20
"""States of a large policy, and moves of a memory, that are listed."""

WIDEST = 100
"""Characters across a table with a column for each state of a memory."""

DIGITS = 17
"""After the point of bounds that are narrower still."""

LONGEST = 60
"""Characters of an exact number that is written out."""

OVER: Mapping[str, str] = {
    "all policies": "all policies, those with memory included",
    "stationary policies": "all stationary policies, stochastic ones included",
    "deterministic stationary policies": "the deterministic stationary policies",
    "policies that were looked at": "the policies that were looked at",
}


def number(bounds: Bounds) -> Any:
    """The bounds as what numbers are printed by: an exact real, or an enclosure with as many digits as doubles have."""
    if not bounds.width:
        return Real.of(bounds.low)
    around = Enclosure(bounds.low, bounds.high)
    return around.rounded(DIGITS) if exponent(bounds.width) < -DIGITS else around


def rank(bounds: Sequence[Bounds]) -> Any:
    """Several as a tuple, one by itself."""
    return number(bounds[0]) if len(bounds) == 1 else tuple(map(number, bounds))


def value_text(bounds: Sequence[Bounds]) -> str:
    """``8/13 exactly``, or the certain digits and the width: ``0.615384… (known to 3e-9)``; of orders a list."""
    if len(bounds) == 1:
        return _one(bounds[0])
    return f"({', '.join(map(_one, bounds))})"


def brief(bounds: Sequence[Bounds]) -> str:
    """The same, where exact numbers of many digits and the width do not matter."""
    texts = [certain_digits(each) + ("" if each.width or len(bounds) > 1 else " exactly") for each in bounds]
    return texts[0].replace("… exactly", "…") if len(texts) == 1 else f"({', '.join(texts)})"


def _one(bounds: Bounds) -> str:
    if not bounds.width:
        text, full = show(number(bounds)), written(bounds.low)
        if "…" not in text:
            return f"{text} exactly"
        return f"{full} = {text}" if len(full) <= LONGEST else f"{text} (known exactly)"
    return f"{certain_digits(bounds)} (known to {width_text(bounds.width)})"


def certain_digits(bounds: Bounds) -> str:
    """The digits in which low and high agree, ``0.6153…``; the interval where these are few; exact numbers as such."""
    if not bounds.width:
        return show(number(bounds))
    if max(abs(bounds.low), abs(bounds.high)) < Fraction(1, 10**15):  # no digit that is worth a line
        return "0.000000"
    if bounds.low >= 0 or bounds.high <= 0:
        small, large = sorted((abs(bounds.low), abs(bounds.high)))
        most = min(max(0, 1 - exponent(bounds.width)), 15)
        found = (p for p in range(most, 0, -1) if math.floor(small * 10**p) == math.floor(large * 10**p))
        places = next(found, 0)
        digits = str(math.floor(small * 10**places)).rjust(places + 1, "0")
        if places and places > most - 3 and digits.strip("0"):  # 0.39999 and 0.40001 have few digits in common
            return f"{'-' if bounds.high <= 0 else ''}{digits[:-places]}.{digits[-places:]}…"
    return show(number(bounds))


def width_text(width: Fraction) -> str:
    """One digit, rounded up: ``3e-9``."""
    e = exponent(width)
    digit = math.ceil(width / Fraction(10) ** e)
    return f"{digit}e{e}" if digit < 10 else f"1e{e + 1}"


def choice_text(names: Sequence[str], row: Mapping[int, Fraction]) -> str:
    """``work``, or ``work 1/3, rest 2/3``."""
    chosen = [(a, weight) for a, weight in sorted(row.items()) if weight]
    if len(chosen) == 1:
        return names[chosen[0][0]]
    return ", ".join(f"{names[a]} {show(Real.of(weight))}" for a, weight in chosen)


def policy_lines(environment: Environment, solved: Solved, reached: Collection[Any]) -> Iterator[str]:
    """The policy as a table by the names of states, and of the memory's where there is one; the first MOST states.

    Args:
        reached: the states that the policy enters, beside a memory the pairs; others are marked, or left out.
    """
    weights: Mapping[Any, Mapping[int, Fraction]] = solved.policy or {}
    states, actions = environment.states, environment.actions
    if solved.memory is None:
        rows = [
            [states[s], choice_text(actions, row), "" if s in reached else "(never reached)"]
            for s, row in sorted(weights.items())
        ]
    else:
        rows = _beside(environment, solved.memory, {place: weights[place] for place in weights if place in reached})
    yield from columns(rows[:MOST])
    if len(rows) > MOST:
        yield f"  … and {len(rows) - MOST} more; --export FILE writes all of them"


def _beside(
    environment: Environment, memory: Memory, weights: Mapping[tuple[int, int], Mapping[int, Fraction]]
) -> list[list[str]]:
    """A column for each state of the memory where that is not too wide, else a row for each pair."""
    states, actions = environment.states, environment.actions
    used = sorted({u for _, u in weights})
    table = [["", *(memory.states[u] for u in used)]]
    for s in sorted({s for s, _ in weights}):
        cells = [choice_text(actions, weights[s, u]) if (s, u) in weights else "-" for u in used]
        table.append([states[s], *cells])
    if sum(max(map(len, column)) + 2 for column in zip(*table, strict=True)) <= WIDEST:
        return table
    return [[states[s], memory.states[u], choice_text(actions, row)] for (s, u), row in sorted(weights.items())]


def memory_lines(environment: Environment, solved: Solved, reached: Collection[Any]) -> Iterator[str]:
    """Where the memory starts, and on which steps of the policy it goes from one state to another.

    Args:
        reached: the pairs of a state and the memory's that the policy enters.
    """
    memory, number = solved.memory, {step: i for i, step in enumerate(environment.steps)}
    assert memory is not None
    weights: Mapping[Any, Mapping[int, Fraction]] = solved.policy or {}
    yield f"memory ({memory.kind}): {counted(len(memory.states), 'state')}, starts in {memory.states[memory.start]}"
    groups: dict[tuple[int, int], list[str]] = {}
    for s, u in sorted(reached, key=lambda place: (place[1], place[0])):
        for a, weight in sorted(weights.get((s, u), {0: Fraction(1)}).items()):
            for t, _ in environment.transitions[s][a] if weight else ():
                v = memory.next[u][number[s, a, t]]
                if v != u:
                    groups.setdefault((u, v), []).append(environment.show_step((s, a, t)))
    for (u, v), steps in list(groups.items())[:MOST]:
        more = f", and {len(steps) - 3} more" if len(steps) > 4 else ""
        yield f"  {memory.states[u]} -> {memory.states[v]} on {', '.join(steps[:3] if more else steps)}{more}"
    if len(groups) > MOST:
        yield f"  … and {len(groups) - MOST} more such pairs"


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells, aligned and indented."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def counted(count: int, what: str) -> str:
    """``1 state``, ``2 states``."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def times(seconds: Mapping[str, float]) -> str:
    """``model 0.01 s, sweeps 0.20 s``."""
    return ", ".join(f"{phase} {spent:.2f} s" for phase, spent in seconds.items())


def json_value(bounds: Sequence[Bounds] | None) -> Any:
    """A number, an enclosure, or a list of them; null for None."""
    return None if bounds is None else exact(rank(bounds))
