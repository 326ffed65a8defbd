"""`specl check`: reads files, tells what is wrong in them, and runs their assertions and refutations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

import specl
from specl.cli.output import FINE, INPUT, NO, UNKNOWN, Json, Precision, print_json, report, styled, width_of

if TYPE_CHECKING:
    from specl.api.check import Checked, Outcome
    from specl.language.diagnostics import SpecErrors

MARKS = {
    "ok": ("ok", "green"),
    "failed": ("FAILED", "red"),
    "unknown": ("unknown", "yellow"),
}
STATUS = {"ok": FINE, "failed": NO, "unknown": UNKNOWN}


def run(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="One or more .spec files.")],
    lint: Annotated[
        bool, typer.Option("--lint", help="Also tell what is correct and surely not meant; the exit status stays.")
    ] = False,
    precision: Precision = None,
    json: Json = False,
) -> int:
    """Report what is wrong in .spec files and run their assertions."""
    from specl.language.diagnostics import SpecErrors, as_json
    from specl.language.source import Source

    statuses = set()
    documents: list[dict[str, Any]] = []
    outcomes: list[Outcome] = []
    errors: list[dict[str, Any]] = []
    for file in files:
        try:
            checked = specl.check(file, **width_of(precision), lint=lint)
            told = SpecErrors(checked.findings, Source(checked.document.text, file)) if lint else None
            faults = checked.errors
            statuses.add(STATUS[checked.verdict])
            outcomes += checked.outcomes
            outcomes_told = {"file": file, "outcomes": [outcome.json() for outcome in checked.outcomes]}
            documents.append(outcomes_told | ({} if told is None else {"findings": as_json(told)["errors"]}))
            if not json:
                _show(file, checked)
                if told is not None:
                    _show_findings(told)
        except SpecErrors as found:
            faults = found
        if faults is not None:
            statuses.add(INPUT)
            errors += as_json(faults)["errors"]
            if not json:
                report(faults)
    if json:
        print_json({"errors": errors} if errors else {"files": documents})
    elif len(files) > 1:
        print(f"{_count(len(files), 'file')}, {_summary(outcomes)}")
    return next((status for status in (INPUT, NO, UNKNOWN) if status in statuses), FINE)


def _show(file: str, checked: "Checked") -> None:
    outcomes = checked.outcomes
    document = checked.document
    holds = [
        _count(len(document.environments), "environment"),
        *([_count(len(document.alphabets), "alphabet")] if document.alphabets else []),
        _count(len(document.policies), "policy", "policies"),
        _count(len(document.objectives), "objective"),
    ]
    print(f"{styled(file, bold=True)}  {', '.join(holds)}")
    widest = max((len(MARKS[outcome.verdict][0]) for outcome in outcomes), default=0)
    for outcome in outcomes:
        mark, colour = MARKS[outcome.verdict]
        print(f"  {styled(mark.ljust(widest), fg=colour)}  {outcome.claim}")
        if outcome.reason and outcome.verdict in ("failed", "unknown"):
            print(f"  {' ' * widest}  line {outcome.line}: {outcome.reason}")
        elif outcome.claim.startswith("refute "):
            print(f"  {' ' * widest}  {outcome.reason}")
    print(f"  {_summary(outcomes)}")


def _show_findings(told: "SpecErrors") -> None:
    for line in str(told).split("\n") if told.diagnostics else ():
        print(f"  {line}")
    print(f"  {_count(len(told.diagnostics), 'finding')}" if told.diagnostics else "  no findings")


def _summary(outcomes: "Sequence[Outcome]") -> str:
    if not outcomes:
        return "no assertions"
    counts = {verdict: sum(outcome.verdict == verdict for outcome in outcomes) for verdict in MARKS}
    words = {"ok": "hold", "failed": "FAILED", "unknown": "unknown"}
    told = ", ".join(f"{number} {words[verdict]}" for verdict, number in counts.items() if number)
    return f"{_count(len(outcomes), 'claim')}: {told}"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
