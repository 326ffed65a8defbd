"""Compiled loops compute what they say in Python, are kept, and run without numba."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specl.solvers import machine_code
from specl.solvers.compiled import Loop, compiled


@compiled
def _double(value):  # type: ignore[no-untyped-def]
    return 2 * value


@compiled
def _fold(numbers, table, is_signed, shift, out):  # type: ignore[no-untyped-def]
    """Of everything something: two axes, a flag, numbers of both kinds, another loop."""
    total, count = 0.0, 0
    for i in range(len(numbers)):
        for j in range(table.shape[1]):
            total += _double(numbers[i]) * table[i, j] - shift
            count += 1
        out[i] = total
    return -total if is_signed else total, count, total > 0


@compiled
def _allocating(n):  # type: ignore[no-untyped-def]
    return np.arange(n).sum()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where loops are kept in this test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "specl"


def _fresh(loop: Loop) -> Loop:
    """The same, not compiled in this process yet."""
    return Loop(loop.function, loop.liberties)


@pytest.mark.parametrize("kind", [np.int32, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("flag", [True, np.bool_(False)])
def test_as_in_python(kind: Any, flag: Any) -> None:
    numbers, table = np.arange(5).astype(kind), np.arange(15.0).reshape(5, 3)
    ours, theirs = np.empty(5), np.empty(5)
    found = _fold(numbers, table, flag, np.float32(0.5), ours)
    assert found == _fold.function(numbers, table, flag, np.float32(0.5), theirs)
    assert (ours == theirs).all()
    assert [type(one) for one in found] == [float, int, bool]


def test_a_number_and_nothing() -> None:
    @compiled
    def silent(out):  # type: ignore[no-untyped-def]
        out[0] = 1

    out = np.zeros(1)
    assert silent(out) is None
    assert out[0] == 1
    assert _double(21) == 42
    assert _double(0.25) == 0.5


def test_arrays_with_gaps_are_refused() -> None:
    with pytest.raises(TypeError, match="gaps"):
        _double_all(np.zeros(6)[::2])


@compiled
def _double_all(values):  # type: ignore[no-untyped-def]
    for i in range(len(values)):
        values[i] *= 2


def test_what_allocates_is_left_to_numba(folder: Path) -> None:
    assert _fresh(_allocating)(10) == 45
    assert _fresh(_allocating)(11) == 55
    kept = [path.read_bytes()[32:] for path in folder.iterdir()]
    assert kept == [b"q\n"]


def test_a_damaged_file_is_made_again(folder: Path) -> None:
    assert _fresh(_double)(4) == 8
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert _fresh(_double)(5) == 10
    assert len(path.read_bytes()) == len(whole)


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert _fresh(_double)(6) == 12


def test_what_is_called_and_what_is_named_count() -> None:
    def around(inner: Loop, width: int) -> Loop:
        @compiled
        def outer(x):  # type: ignore[no-untyped-def]
            return inner(x) + width

        return outer

    kinds = [(np.dtype(float), None)]
    loops = around(_double, 1), around(_double, 2), around(_double_all, 1)
    assert len({machine_code._digest(loop, kinds) for loop in loops}) == 3
    assert machine_code._digest(around(_double, 1), kinds) == machine_code._digest(loops[0], kinds)
    assert around(_double, 3)(4.0) == 11.0


LATER = """
import sys
from specl.solvers.discounted import solve_discounted
from specl.solvers.sparse import SparseModel
model = SparseModel.from_arrays([0, 2, 3], [0, 1, 3, 4], [0, 0, 1, 1], [1, 0.5, 0.5, 1], rewards=[0, 1, 2])
values = solve_discounted(model, model.rewards["reward"], 0.5).values
sys.stdout.write(f"{values.round(6).tolist()} {[name for name in ('numba', 'scipy') if name in sys.modules]}")
"""


def test_a_second_process_loads_neither_numba_nor_scipy(folder: Path) -> None:
    says = [
        subprocess.run([sys.executable, "-c", LATER], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert says == ["[2.666667, 4.0] ['numba', 'scipy']", "[2.666667, 4.0] []"]


def test_where_numba_has_changed_it_runs_the_loop_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise AttributeError("get_llvm_str")

    monkeypatch.setattr("specl.solvers.object_code.object_code", fails)
    assert _fresh(_double)(2.5) == 5.0
    assert [file.read_bytes()[32:] for file in folder.iterdir()] == [b"\n"]
    assert _fresh(_double)(2.5) == 5.0
