"""Every answer of Z3 that there is no solution is put to cvc5 here."""

from tests.synthesis.second_opinion import every_unsat_is_asked_again

__all__ = ["every_unsat_is_asked_again"]
