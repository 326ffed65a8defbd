"""What a message proposes: the nearest name, those that there are, or what another language's sign is here."""

import subprocess
import sys

import pytest

from specl import formalisms
from specl.language.diagnostics import SpecErrors, draw
from specl.language.load import load_document
from specl.language.source import Source, read_source

RING = """environment ring { states a, b  actions go, stay  start a  _ --go--> b  _ --stay--> self }
policy mover { _: go }
objective o : LTL { formula F b }
"""


def _told(text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(SpecErrors) as caught:
        load_document(Source(RING + text), formalisms)
    return [(one.message, one.hint) for one in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("assert mvoer > mover under o", "did you mean `mover`?"),
        ("assert mover > walker under o", "there is `mover`"),
        ("assert MR expresses w", "the file defines none"),
        ("assert MR expresses o", "`o` is an objective: `ordering NAME = o on { … }` makes an ordering of it"),
        ("objective x : LTL { formula F True }", "did you mean `true`?"),
        ("objective x : FPR { value recover(oo) }", "did you mean `o`?"),
        ("objective x : FPR { value recover(z) }\nobjective y : LTL { formula F a }", "there are `o`, `x`, `y`"),
        ("policy f(t) { _: { go: u, stay: 1 - t } }", "there is `t`"),
        ("assert mover >= mover under o", "policies are compared by `>` (better) and `~` (as good)"),
        ("assert mover < mover under o", "policies are compared by `>` (better) and `~` (as good)"),
        ("ordering w { mover = mover }", "policies are compared by `>` (better) and `~` (as good)"),
        ("objective x : MR { discount: 1/2  reward { } }", "write `discount …`, without `:`"),
        ("objective x : MR { discount 1/2; reward { } }", "fields stand one after another, without `;`"),
        ("policy q { _: go };", "items stand one after another, without `;`"),
        ("policy q { a: go _: go }", "several are separated by `,`"),
        ("policy _q { _: go }", "a name begins with a letter; `_` alone stands for every state or action"),
        ("objective x : FPR { value .5 }", "a decimal has digits on both sides of the point: `0.5`"),
        ("objective x : FPR { value 2 pi(a, go) }", "a product is written `2 * pi`"),
        (
            "environment e { states c d  actions go  start c  c --go--> d  d --go--> c }",
            "names in a list are separated by `,`, with none after the last; a transition is `s --a--> t`",
        ),
        (
            "objective x : RM { discount 0  machine { start u  u -a-> v } }",
            "an edge is written `u --GUARD--> v`",
        ),
        ("objective x : RM { discount 0  machine { start u  u --_--> v } }", "what holds on every step is `true`"),
        ("environment e { states 1, 2  actions go  start 1 }", "a name begins with a letter"),
        ("policy é { _: go }", "a name is made of the letters A to Z and a to z, digits, `_` and `'`"),
        ("objective x : FPR { value pi(if, go) }", "`if` begins a choice here, and cannot be a name"),
        (
            "objective x : RRL { discount 0  reward { }  strength 1  regulariser entropy }",
            "did you mean `negentropy`?",
        ),
    ],
)
def test_hint(text: str, hint: str) -> None:
    assert [told for _, told in _told(text)] == [hint]


def test_names_of_faulty_items_are_known() -> None:
    text = "policy wlaker { _: og }\nordering w { wlaker > x }\nassert walker > mover under o\nassert MR expresses v"
    assert _told(text)[1:] == [
        ("there is no policy `x`", "there are `mover`, `wlaker`"),
        ("there is no policy `walker`", "did you mean `wlaker`?"),
        ("there is no ordering `v`", "there is `w`"),
    ]


def test_invisible_characters_are_called_by_their_codes() -> None:
    assert "found the character U+00A0 (no-break space)" in _told("policy q { _: go\u00a0}")[0][0]
    assert "found the character U+0000 (a control character)" in _told("\0")[0][0]


def test_long_numbers_are_cut_short_in_messages() -> None:
    ((message, _),) = _told("objective x : MR { discount 10^10000 / 3  reward { } }")
    assert message.endswith("this is 3.33333…e9999")


def test_messages_do_not_depend_on_the_seed_of_hashes() -> None:
    text = RING + "".join(f"policy p{n} {{ _: og }}\n" for n in range(9)) + "assert xyz > mover under o"
    program = (
        "import sys; from specl.language.source import Source; from specl.language.load import load_document\n"
        "from specl import formalisms\n"
        "try: load_document(Source(sys.argv[1]), formalisms)\n"
        "except Exception as error: print(error)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program, text], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert b"there are `mover`, `p0`, `p1`" in told.pop()


def test_a_line_may_end_with_a_carriage_return_alone(tmp_path: object) -> None:
    path = f"{tmp_path}/mac.spec"
    with open(path, "w", newline="") as file:
        file.write(RING.replace("\n", "\r") + "// a comment\rpolicy q { _: og }\r")
    with pytest.raises(SpecErrors) as caught:
        load_document(read_source(path), formalisms)
    assert "mac.spec:5:15: E021" in draw(caught.value)


def test_utf16_is_recognised(tmp_path: object) -> None:
    path = f"{tmp_path}/wide.spec"
    with open(path, "wb") as file:
        file.write(RING.encode("utf-16"))
    with pytest.raises(SpecErrors) as caught:
        read_source(path)
    assert caught.value.diagnostics[0].hint == "this looks like UTF-16: save the file as UTF-8"
