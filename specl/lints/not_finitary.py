"""A formula that no number of steps decides.

C. Yang, M. Littman, M. Carbin: On the (in)tractability of reinforcement learning for LTL objectives. IJCAI 2022: an LTL
objective is PAC-learnable iff it is finitary, that is, iff for some n the first n steps of any trajectory decide it.
The theorem is about all environments. In one environment only its own trajectories count, and a formula that is
finitary on those is not told of.
"""

from collections.abc import Iterator

from specl.automata.hierarchy import formula_class, is_liveness
from specl.language.diagnostics import Diagnostic
from specl.language.document import Document, NamedObjective
from specl.lints.grounds.places import finding, objectives, over_alphabets
from specl.lints.grounds.settling import MOST_ATOMS, product
from specl.lints.grounds.spelled_out import spelled_out
from specl.model.environment import Environment, Step
from specl.model.errors import Unsupported
from specl.model.formula import Formula, atoms_of

CODE = "L004"
TITLE = "a formula that no number of steps decides"


def find(document: Document) -> Iterator[Diagnostic]:
    """The LTL objectives that are not finitary on the trajectories of their environment, or of all environments over
    their alphabet."""
    for named, environment in _objectives(document):
        if environment is None or len(atoms_of(named.objective.formula)) > MOST_ATOMS:
            continue
        formula = named.objective.formula
        try:
            beside = product(environment, formula)
        except Unsupported:
            continue
        lasso = beside.unsettled_lasso()
        if lasso is not None:
            message = f"`{named.name}` is not finitary: no number of steps decides it on {_shown(environment, *lasso)}"
            kind = _class(formula, environment.name, beside.formula_class())
            hint = f"{kind}; only finitary formulas are PAC-learnable (Yang, Littman, Carbin 2022)"
            yield finding(document, CODE, message, formula.at, hint)


def _objectives(document: Document) -> Iterator[tuple[NamedObjective, Environment | None]]:
    for named, environment, _ in objectives(document):
        if named.code == "LTL":
            yield named, environment
    for named, alphabet, _ in over_alphabets(document):
        if named.code == "LTL":
            yield named, spelled_out(alphabet, atoms_of(named.objective.formula))


def _class(formula: Formula, environment: str, here: str) -> str:
    everywhere = formula_class(formula)
    kind = f"a {everywhere} formula" if everywhere[0] != "o" else f"an {everywhere} formula"
    kind += " and a liveness formula" if is_liveness(formula) else ""
    return kind if here == everywhere else f"{kind}, on the trajectories of `{environment}` a {here} formula"


def _shown(environment: Environment, stem: tuple[Step, ...], loop: tuple[Step, ...]) -> str:
    """``a go b, then b stay for ever``."""

    def moves(steps: tuple[Step, ...]) -> str:
        named = (f"{environment.states[s]} {environment.actions[a]}" for s, a, _ in steps)
        return " ".join(each.strip().removesuffix(" {}") for each in named)

    return f"`{moves(stem)} ({moves(loop)})…`" if stem else f"`({moves(loop)})…`"
