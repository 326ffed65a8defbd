"""Best policies are those of the peers, and are found faster; the benchmark keeps what is done."""

from pathlib import Path

import pytest

pytest.importorskip("stormpy")

from specl.solvers.discounted import solve_discounted
from tests.benchmarks import vs_storm

SIDE = 60


@pytest.mark.parametrize(
    ("row", "peer", "least"),
    [
        ("grid, γ = 0.99", "Storm", 2.0),
        ("grid, γ = 0.99", "QuantEcon", 1.0),
        ("garnet, γ = 0.99", "Storm", 8.0),
        ("garnet, γ = 0.999", "Storm", 30.0),
        ("G F a & G F b & G !c", "Storm", 2.0),
    ],
)
def test_faster_than_peers(row: str, peer: str, least: float, tmp_path: Path) -> None:
    """The bounds are a third and less of what was measured: only a change of kind should fail."""
    if peer == "QuantEcon":
        pytest.importorskip("quantecon")
    runs = {who: run for who, run in vs_storm.rows(tmp_path)[row](SIDE).items() if who in ("specl", peer)}
    vs_storm.medians(runs, 1)
    taken, answers = vs_storm.medians(runs, 3)
    assert abs(answers["specl"] - answers[peer]) < 1e-3
    assert taken[peer] > least * taken["specl"]


def test_work_does_not_grow_where_chains_mix_fast() -> None:
    """Passes over the arrays, which no other load changes: neither with states nor with the horizon."""
    work = []
    for side in (50, 200):
        for discount in (0.9, 0.9999):
            model = vs_storm.MODELS["garnet"](side)
            found = solve_discounted(model, model.rewards["reward"], discount)
            assert found.is_precise
            work.append(found.sweeps + found.steps)
    assert max(work) < 3 * min(work)


@pytest.mark.parametrize("discount", [0.99, 0.999, 0.9999])
def test_long_horizons_on_the_grid(discount: float) -> None:
    """Modified policy iteration takes about 20,000 steps for 0.999."""
    model = vs_storm.MODELS["grid"](SIDE)
    found = solve_discounted(model, model.rewards["reward"], discount)
    assert found.is_precise
    assert 5 * found.sweeps + found.steps < 8000


def test_memory() -> None:
    """Half of the model's arrays and five vectors of values, at most."""
    taken, allowed = vs_storm.room(vs_storm.MODELS["grid"](SIDE))
    assert taken < allowed


def test_what_is_done_is_not_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "results.jsonl"
    arguments = ["--sides", "6", "--only", "read and solve, UMB", "--repeats", "1", "--results", str(kept)]
    vs_storm.main(arguments)
    first = kept.read_text(encoding="utf-8")
    vs_storm.main(arguments)
    assert kept.read_text(encoding="utf-8") == first
    assert capsys.readouterr().out.count("| 36 |") == 2 * first.count("\n")


def test_who_takes_too_long_is_left_out() -> None:
    late = vs_storm.supervised("garnet, γ = 0.99", 6, 1, 0.01)
    assert late["seconds"] == {}
    assert "| none |" in vs_storm.table([late])[-1]
