"""Each kind of argument: what is found is accepted by the kernel, and what cannot be found is told why."""

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

import specl
from specl import formalisms, obstructions
from specl.chains.chain import induced
from specl.chains.recurrence import frequencies
from specl.evaluation.ranks import order_policies
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.onmr import ONMR
from specl.language.claims import KINDS
from specl.model.environment import Environment
from specl.model.expression import Expression, constant, variable
from specl.model.policy import Policy
from specl.model.quantities import RewardReturn
from specl.model.real import Real
from specl.obstructions import NoCertificate
from tests.obstructions.asking import accepted, attempt, proof_in, verdict_on
from tests.strategies import discounts, environments, policies, rewards


def test_the_folder_lists_the_kinds_that_the_language_knows() -> None:
    assert set(obstructions.kinds()) == set(KINDS)
    for kind in obstructions.kinds():
        found = obstructions.obstruction(kind)
        assert found.argument.endswith((".", ";"))
        assert set(found.refutes) <= set(formalisms.codes())
    with pytest.raises(KeyError):
        obstructions.obstruction("claims")


# --- closed loops on random questions ---


def row(p: Fraction) -> tuple[Fraction, Fraction]:
    return p, 1 - p


GRID = [
    Policy((row(Fraction(p)), row(Fraction(q)), row(Fraction(0)))) for p in ("0", "1/2", "1") for q in ("0", "1/2", "1")
]


def crossing(once: bool) -> Environment:
    """Two choices in turn, or only one of them, and then nothing to choose: few policies, many relations."""
    after = ((2, Fraction(1)),)
    choice = ((2 if once else 1, Fraction(1)),)
    return Environment(
        "world", ("x", "y", "z"), ("a", "b"), ((0, Fraction(1)),), ((choice,) * 2, (after,) * 2, (after,) * 2), {}
    )


VALUE = variable(RewardReturn("r"))
ZERO, ONE, TWO = (constant(Fraction(n)) for n in range(3))
BENT = [
    Expression("^", (VALUE, TWO)),
    Expression("max", (VALUE, ZERO)),
    Expression("if", (Expression(">", (VALUE, ZERO)), ONE, ZERO)),
]
"""Functions that are not linear."""


@st.composite
def random_worlds(draw: st.DrawFn) -> tuple[Environment, list[Policy]]:
    environment = draw(environments(max_states=2))
    return environment, [draw(policies(environment)) for _ in range(draw(st.integers(2, 5)))]


@st.composite
def questions(draw: st.DrawFn) -> tuple[Environment, list[Policy], str, Any]:
    """A world, a few policies, and an objective."""
    environment, few = draw(random_worlds())
    bent = draw(st.sampled_from(BENT))
    code, record = draw(
        st.sampled_from(["ONMR", "ONMR", "MR", "LAR"]).flatmap(
            lambda code: st.tuples(
                st.just(code),
                {
                    "ONMR": st.builds(lambda r, g: ONMR({"r": r}, bent, g), rewards(environment), discounts()),
                    "MR": st.builds(MR, rewards(environment), discounts()),
                    "LAR": st.builds(LAR, rewards(environment)),
                }[code],
            )
        )
    )
    return environment, few, code, record


SAYS = {"MR": ("MR",), "RRL": ("MR",), "LAR": ("LAR",), "FTR": ("MR", "LAR")}
"""What these formalisms can say, among those that are asked about: it is never refuted."""


@pytest.mark.parametrize("refuted", ["MR", "RRL", "LAR", "FTR"])
def test_linear_dependence_is_accepted_or_there_is_none(refuted: str) -> None:
    @settings(max_examples=80, deadline=None)
    @given(questions())
    def run(question: tuple[Environment, list[Policy], str, Any]) -> None:
        environment, few, code, record = question
        proof = attempt(refuted, "linear_dependence", environment, few, code, record)
        if proof is not None:
            accepted(proof)
            assert code not in SAYS[refuted]

    run()


@pytest.mark.parametrize("refuted", ["MR", "RRL", "FTR"])
@pytest.mark.parametrize("once", [False, True])
def test_linear_dependence_of_bent_values_is_found_and_accepted(refuted: str, once: bool) -> None:
    environment = crossing(once)
    found = 0
    for bent, first, second in itertools.product(BENT, (-1, 1), (-2, 1)):
        reward = {(0, 0, 2 if once else 1): Real.of(first), (0, 1, 2 if once else 1): Real.of(-first)}
        reward |= {} if once else {(1, 0, 2): Real.of(second)}
        record = ONMR({"r": reward}, bent, Fraction(1, 2))
        proof = attempt(refuted, "linear_dependence", environment, GRID, "ONMR", record)
        if proof is not None:
            accepted(proof)
            found += 1
    assert (found > 0) == (refuted != "RRL" or not once)  # of one choice alone a regulariser can be any function


@settings(max_examples=80, deadline=None)
@given(questions())
def test_where_there_is_no_dependence_a_limit_average_orders_the_policies(
    question: tuple[Environment, list[Policy], str, Any],
) -> None:
    """Motzkin's alternative, by Z3: the reward is its witness."""
    environment, few, code, record = question
    ranks = {f"p{i}": formalisms.rank(code, record, environment, policy) for i, policy in enumerate(few)}
    groups, _ = order_policies(ranks)
    masses = {f"p{i}": frequencies(induced(environment, policy)) for i, policy in enumerate(few)}
    pay = {step: z3.Real(f"r{i}") for i, step in enumerate(environment.steps)}

    def value(name: str) -> z3.ArithRef:
        return z3.Sum([z3.Q(m.numerator, m.denominator) * pay[step] for step, m in masses[name].items()])

    solver = z3.Solver()
    for group in groups:
        solver.add([value(a) == value(group[0]) for a in group])
    solver.add([value(a[0]) > value(b[0]) for a, b in itertools.pairwise(groups)])
    expressible = solver.check() == z3.sat
    assert (attempt("LAR", "linear_dependence", environment, few, code, record) is None) == expressible


@settings(max_examples=80, deadline=None)
@given(questions())
def test_indistinguishable_policies_are_accepted_or_there_are_none(
    question: tuple[Environment, list[Policy], str, Any],
) -> None:
    environment, few, code, record = question
    proof = attempt("LAR", "indistinguishable", environment, few, code, record)
    if proof is not None:
        accepted(proof)
        assert code != "LAR"
    # equal lotteries are equal under all of these objectives
    assert attempt("TLO", "indistinguishable", environment, few, code, record) is None


def test_a_limit_average_forgets_where_it_began() -> None:
    record = MR({(0, 0, 2): Real.of(1)}, Fraction(1, 2))
    proof = attempt("LAR", "indistinguishable", crossing(once=True), GRID, "MR", record)
    assert proof is not None
    assert len(accepted(proof)["pair"]) == 2


@settings(max_examples=60, deadline=None)
@given(questions())
def test_three_ranks_of_single_trajectories(question: tuple[Environment, list[Policy], str, Any]) -> None:
    environment, few, code, record = question
    proof = attempt("LTL", "two_values", environment, few, code, record)
    if proof is None:
        return
    accepted(proof)
    assert code != "LTL"
    chosen = [few[int(name[1:])] for name in proof.certificate["evidence"]["policies"]]
    ranks = {formalisms.rank(code, record, environment, policy) for policy in chosen}
    assert len(ranks) == 3
    assert len(environment.start) == 1


# --- what is told where there is no certificate ---

DOOR = """
environment door {
  states  in, out, over
  actions stay, leave
  start   in
  in   --stay-->  in
  in   --leave--> out
  out  --_-->     over
  over --_-->     over
}
policy late(t)    { in: { leave: t, stay: 1 - t }, _: stay }
policy two(t, u)  { in: { leave: t, stay: 1 - t }, out: { stay: u, leave: 1 - u }, over: stay }
policy never      { _: stay }
policy now        { _: leave }
policy soon       { in: { leave: 1/2, stay: 1/2 }, _: stay }
objective gone    : LTL { formula F over }
objective kept    : LTL { formula G in }
objective at_once : LTL { formula X out }
objective steps   : MR { discount 1/2  reward { in --leave--> _: 1 } }
objective first   : TLO { order lexicographic(P(X out), P(leave & X stay)) }
objective second  : TLO { order lexicographic(P(X stay | stay), P(X out)) }
"""

REASONS = [
    ("refute RM by limit { objective at_once  path late }", "is not constant: at t = 1/2 and t = 1 it is 1/2 and 1"),
    ("refute RM by limit { objective steps  path late }", "is not constant"),
    ("refute LTL by two_values { objective steps  policies { never, now, soon } }", "no policy that is strictly"),
    ("refute LAR by indistinguishable { objective gone  policies { now, never } }", "the same limit frequencies"),
    ("refute LAR by indistinguishable { objective gone  policies { now, soon } }", "ranks all these policies alike"),
    ("refute TLO by indistinguishable { objective gone  policies { now, never } }", "same lottery"),
    ("refute LAR by linear_dependence { objective gone  policies { now, never } }", "LAR does order these policies"),
    ("refute FTR by linear_dependence { objective gone  policies { now, never } }", "FTR does order these policies"),
    ("refute MR by linear_dependence { objective gone  policies { now, never } }", "with the discount 1/2 the form"),
    ("refute ONMR by level_set { objective gone  path late  off never }", "recurrent states change there"),
    ("refute ONMR by level_set { objective steps  path late  off never }", "does not tie the policies of the path"),
    ("refute ONMR by level_set { objective gone  path { late, late }  off never }", "the path is broken"),
    ("refute FPR by uncountable_chain { objective gone  family two }", "does not increase with t"),
    ("refute FPR by uncountable_chain { objective second  family two }", "depends on u: t alone must decide it"),
]


@pytest.mark.parametrize(("item", "reason"), REASONS)
def test_why_there_is_no_certificate(item: str, reason: str) -> None:
    with pytest.raises(NoCertificate) as caught:
        proof_in(DOOR + item)
    assert reason in str(caught.value)
    [outcome] = specl.check(DOOR + item).outcomes
    assert outcome.verdict in ("failed", "unknown")
    assert reason in outcome.reason


MISFITS = [
    ("refute MR by two_values { objective gone  policies { now, never } }", "does not refute MR"),
    ("refute RM by limit { objective gone }", "needs `path`"),
    ("refute RM by limit { objective gone  path { late, late } }", "has one path"),
    ("refute RM by limit { objective gone  path two }", "one parameter is needed, and `two` has 2"),
    ("refute RM by limit { objective gone  path late  policies { now } }", "no use for `policies`"),
    ("refute ONMR by level_set { objective gone  path late }", "needs `off`"),
    ("refute ONMR by level_set { objective kept  path two  off now }", "one parameter is needed"),
    ("refute FPR by uncountable_chain { objective gone  family late }", "two parameters"),
]


@pytest.mark.parametrize(("item", "message"), MISFITS)
def test_refutations_that_make_no_claim_are_errors_with_a_place(item: str, message: str) -> None:
    checked = specl.check(DOOR + item)
    errors = checked.errors
    assert errors is not None
    assert checked.verdict == "unknown"
    [diagnostic] = errors.diagnostics
    assert (diagnostic.code, diagnostic.span) == ("E096", (len(DOOR), len(DOOR) + len(item)))
    assert message in diagnostic.message


PROVED = [
    "refute RM by limit { objective gone  path late }",
    "refute MR by limit { objective gone  path late }",
    "refute RM by limit { objective kept  path late }",
    "refute FPR by uncountable_chain { objective first  family two }",
    "refute MR by uncountable_chain { objective first  family two }",
]


@pytest.mark.parametrize("item", PROVED)
def test_limits_and_chains_are_accepted(item: str) -> None:
    proof = proof_in(DOOR + item)
    if "kept" in item:
        assert proof.claim["policies"]["end"] == "above"
    accepted(proof)


def test_a_certificate_proves_no_other_claim() -> None:
    first, second = (proof_in(DOOR + item) for item in (PROVED[0], PROVED[3]))
    crossed = obstructions.Proof(first.kind, "RM", "LTL", first.claim, second.certificate)
    assert verdict_on(crossed).status != "ACCEPT"


def test_a_formula_cannot_be_refuted_by_itself() -> None:
    """An LTL objective never has three values on policies with a single trajectory."""
    world = Environment("w", ("s",), ("a", "b", "c"), ((0, Fraction(1)),), ((((0, Fraction(1)),),) * 3,), {})
    formula = specl.load(DOOR).objectives["gone"].objective.formula.args[0]
    few = [Policy((tuple(Fraction(int(a == b)) for b in range(3)),)) for a in range(3)]
    record = LTL(type(formula)("atom", name="a"))
    assert attempt("LTL", "two_values", world, few, "LTL", record) is None


@pytest.mark.parametrize("kind", obstructions.kinds())
def test_a_kind_has_its_lemma(kind: str) -> None:
    page = Path(__file__).resolve().parents[2] / "proofs" / "lemmas" / f"{kind}.md"
    assert page.read_text(encoding="utf-8").startswith("# ")
