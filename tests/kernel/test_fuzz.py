"""Whatever the documents are: a verdict, soon, never an exception and never ACCEPT without a proof."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.kernel import check
from specl.kernel.__main__ import main
from specl.kernel.reading import Malformed, read_text
from tests.kernel import corpus, mutate, oracle

ACCEPTED = [corpus.pair("accept", name) for name in corpus.names("accept")]
LIMIT = 30  # seconds; a full budget of work takes less
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["0", "1", "-1", "1/2", "[0,1)", "var", "atom", "F", "a", "x", "1/0", "9" * 500, "LTL", "above"])
)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def verdict(claim: Any, certificate: Any) -> str:
    started = time.monotonic()
    status = check(claim, certificate).status
    assert time.monotonic() - started < LIMIT
    return status


@given(documents, documents)
@settings(max_examples=100, deadline=None)
def test_any_documents(claim: Any, certificate: Any) -> None:
    assert verdict(claim, certificate) == "MALFORMED"
    assert verdict(ACCEPTED[0][0], certificate) in ("MALFORMED", "REJECT")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_part_replaced_by_anything(data: st.DataObject) -> None:
    claim, certificate = data.draw(st.sampled_from(ACCEPTED))
    both = {"claim": claim, "certificate": certificate}
    path, _ = data.draw(st.sampled_from([place for place in mutate.places(both) if len(place[0]) > 1]))
    others = [other for _, other in mutate.places(both)]
    mutant = mutate.replaced(both, path, data.draw(documents | st.sampled_from(others)))
    if verdict(mutant["claim"], mutant["certificate"]) == "ACCEPT":
        assert path[0] == "certificate" or oracle.true(mutant["claim"])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_bytes_changed(data: st.DataObject) -> None:
    text = json.dumps(data.draw(st.sampled_from(ACCEPTED))).encode()
    at = data.draw(st.integers(0, len(text)))
    changed = text[:at] + data.draw(st.binary(max_size=6)) + text[at + data.draw(st.integers(0, 6)):]
    with contextlib.suppress(Malformed):
        read_text(changed)


@given(st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_any_file(content: bytes) -> None:
    path = Path(__file__).with_name("accept") / f"{corpus.names('accept')[0]}.json"
    try:
        document = read_text(content)
    except Malformed:
        document = None
    assert verdict(document, json.loads(path.read_text())["certificate"]) == "MALFORMED"


def test_documents_that_contain_themselves() -> None:
    claim, certificate = corpus.pair("accept", "tlo_fpr")
    loop: list[Any] = ["abs"]
    loop.append(loop)
    claim["objective"]["value"] = loop
    assert verdict(claim, certificate) == "REJECT"
    wide: Any = "1"
    for _ in range(31):
        wide = ["+", wide, wide]  # 2^31 parts, all the same few objects
    claim["objective"]["value"] = wide
    assert verdict(claim, certificate) == "REJECT"


def test_keys_that_are_no_text() -> None:
    assert verdict({1: 2}, {}) == "MALFORMED"
    assert verdict({"\ud800": 2}, {}) == "MALFORMED"


def test_much_arithmetic_ends_soon() -> None:
    """Values of high degree with long coefficients, in every place: the budget ends it."""
    claim, certificate = corpus.pair("accept", "onmr_lar")
    long = ["9" * 399 + str(i % 7) for i in range(33)]
    for path, _ in list(mutate.places(certificate)):
        if len(path) > 2 and path[-2] in ("visits", "frequency", "deviation"):
            certificate = mutate.replaced(certificate, path, {"num": long, "den": long[::-1]})
    assert verdict(claim, certificate) == "REJECT"


def test_main_never_raises(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for content in (b"null", b'"\\ud800"', b"{}", b"[[]]", b"\x00"):
        path.write_bytes(content)
        assert main([str(path), str(path)]) == 2
