"""How long a formula is for a reader."""

from specl.model.formula import Formula

OPERATORS = {"&": 1, "|": 1, "<->": 1, "->": 1, "U": 2, "R": 2, "W": 2, "M": 2}
"""Binary operators and their sizes: until and its kin take more thought. Atoms, unary operators and pairs of brackets
after them count 1."""


def size(formula: Formula) -> int:
    """The sum of the sizes of its parts; of an operator of many arguments, once between any two."""
    inner = sum(map(size, formula.args))
    if formula.op in OPERATORS:
        return inner + OPERATORS[formula.op] * (len(formula.args) - 1)
    return inner + 1 + (bool(formula.args) and formula.args[0].op in OPERATORS)
