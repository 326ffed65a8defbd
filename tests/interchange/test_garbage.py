"""Files of anything are refused, quickly and in little memory, with the place."""

import os
import resource
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.interchange import read, write
from specl.language.diagnostics import SpecErrors, as_json
from tests.interchange.models import grid
from tests.interchange.test_drn import DRN
from tests.interchange.test_prism_explicit import LAB, TRA


@pytest.mark.parametrize("ending", [".umb", ".drn", ".tra", ""])
@given(data=st.binary(max_size=600))
@settings(max_examples=40, deadline=None)
def test_random_bytes(ending: str, data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / f"garbage{ending[1:]}{ending}"
    path.write_bytes(data)
    with pytest.raises(SpecErrors) as caught:
        read(path)
    assert as_json(caught.value)["errors"][0]["file"] == str(path)


@given(
    place=st.integers(0, 10_000), new=st.sampled_from([b"", b" ", b"\n", b"-", b"9", b"x", b"[", b'"', b"\xff", b"\0"])
)
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize(("ending", "text"), [(".drn", DRN), (".tra", TRA), (".lab", LAB)])
def test_small_damage(ending: str, text: str, place: int, new: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A changed byte gives an error with its line, or another model; never anything else."""
    folder = tmp_path_factory.getbasetemp()
    (folder / "d.tra").write_text(TRA)
    (folder / "d.lab").write_text(LAB)
    data = text.encode()
    place %= len(data)
    path = folder / f"d{ending}"
    path.write_bytes(data[:place] + new + data[place + 1 :])
    caught = None
    try:
        read(path if ending == ".drn" else folder / "d.tra")
    except SpecErrors as errors:
        caught = errors
    assert caught is None or as_json(caught)["errors"][0]["file"].startswith(str(folder))


@pytest.mark.parametrize("ending", [".umb", ".drn", ".tra"])
@pytest.mark.parametrize("head", [b"", b"@type: MDP\n@nr_states\n1\n@model\n", b"3 4 6\n", b"\x1f\x8b\x08"])
def test_two_gigabytes(ending: str, head: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"m{ending}"
    path.write_bytes(head)
    os.truncate(path, 2**31)  # sparse: takes no space
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SpecErrors):
        read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**19  # KiB


def test_what_is_no_file(tmp_path: Path) -> None:
    write(grid(), tmp_path / "m.umb")
    for path, code in (
        (tmp_path, "E001"),
        (tmp_path / "none", "E001"),
        (tmp_path / "none.tra", "E001"),
        ("", "E001"),
        ("a\0b", "E001"),
        ("a\0b.umb", "E001"),
        ("/dev/null", "E001"),
        ("/dev/zero", "E001"),
        ("x" * 5000, "E001"),
    ):
        with pytest.raises(SpecErrors, match=code):
            read(path)
    os.mkfifo(tmp_path / "pipe.drn")
    (tmp_path / "folder.umb").mkdir()
    with pytest.raises(SpecErrors, match="E001"):
        read(tmp_path / "pipe.drn")
    with pytest.raises(SpecErrors, match="E001"):
        read(tmp_path / "folder.umb")
    (tmp_path / "empty.drn").touch()
    (tmp_path / "empty").touch()
    for name in ("empty.drn", "empty"):
        with pytest.raises(SpecErrors, match="E003"):
            read(tmp_path / name)
    (tmp_path / "ring.spec").write_text("environment e { }")
    with pytest.raises(SpecErrors, match="E100"):
        read(tmp_path / "ring.spec")
