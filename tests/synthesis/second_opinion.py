"""What Z3 says has no solution is put to cvc5 as well, in every test that asks Z3."""

from typing import Any

import cvc5
import pytest
import z3

MILLISECONDS = 3000


def second_opinion(text: str, milliseconds: int) -> str:
    """cvc5's answer to an SMT-LIB script with one check-sat: "sat", "unsat", or "unknown" when its time is up."""
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", str(milliseconds))
    solver.setLogic("QF_NRA")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "query")
    outcome = ""
    while not (command := parser.nextCommand()).isNull():
        outcome += str(command.invoke(solver, parser.getSymbolManager()))
    return outcome.strip()


@pytest.fixture(autouse=True)
def every_unsat_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """cvc5 may run out of time; it must never find a solution."""
    check = z3.Solver.check

    def checked(solver: Any, *assumptions: Any) -> Any:
        outcome = check(solver, *assumptions)
        if outcome == z3.unsat:
            assert not assumptions
            assert second_opinion(solver.to_smt2(), MILLISECONDS) in ("unsat", "unknown"), solver.to_smt2()
        return outcome

    monkeypatch.setattr(z3.Solver, "check", checked)
