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


def plain(term: Any) -> Any:
    """The same term without sums of one summand, which Z3 writes and SMT-LIB does not know."""
    parts = [plain(part) for part in term.children()]
    if z3.is_add(term) and len(parts) == 1:
        return parts[0]
    return term.decl()(*parts) if parts else term


@pytest.fixture(autouse=True)
def every_unsat_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """cvc5 may run out of time; it must never find a solution."""
    check = z3.Solver.check

    def checked(solver: Any, *assumptions: Any) -> Any:
        outcome = check(solver, *assumptions)
        if outcome == z3.unsat:
            assert not assumptions
            again = z3.SolverFor("QF_NRA", ctx=solver.ctx)
            again.add(*map(plain, solver.assertions()))
            assert second_opinion(again.to_smt2(), MILLISECONDS) in ("unsat", "unknown"), again.to_smt2()
        return outcome

    monkeypatch.setattr(z3.Solver, "check", checked)
