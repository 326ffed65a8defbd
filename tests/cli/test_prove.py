"""`specl prove`: writes certificates that the kernel accepts, and says why there is none."""

from tests.cli.running import WORLD, Command

CLAIMS = """refute RM by limit { objective once  path gate }
refute LAR by indistinguishable { objective trips  policies { mover, lazy, sitter } }
"""


def test_certificates_are_written_beside_the_file(specl: Command) -> None:
    specl.write("a.spec", WORLD + CLAIMS.splitlines()[0] + "\n")
    ran = specl("prove", "a.spec")
    assert (ran.status, ran.err) == (0, "")
    assert "ok  rm-ltl-a-once" in ran.out
    assert ran.out.splitlines()[-1] == "1 refutation, 1 certificate in certificates"
    files = sorted(path.name for path in (specl.folder / "certificates").iterdir())
    assert files == ["rm-ltl-a-once.certificate.json", "rm-ltl-a-once.claim.json"]
    checked = specl("verify", ".")
    assert checked.status == 0
    assert "accepted  rm-ltl-a-once" in checked.out


def test_what_fails_is_told_and_not_written(specl: Command) -> None:
    specl.write("a.spec", WORLD + CLAIMS)
    ran = specl("prove", "a.spec", "--json")
    assert ran.status == 1
    first, second = ran.json["certificates"]
    assert [first["verdict"], second["verdict"]] == ["ok", "failed"]
    assert second["line"] == len(WORLD.splitlines()) + 2
    assert "limit frequencies" in second["reason"]
    assert len(list((specl.folder / "certificates").iterdir())) == 2
    assert "FAILED  lar-mr-a-trips" in specl("prove", "a.spec").out


def test_the_same_refutation_twice_makes_two_certificates(specl: Command) -> None:
    specl.write("a.spec", WORLD + 2 * (CLAIMS.splitlines()[0] + "\n"))
    assert [each["certificate"] for each in specl("prove", "a.spec", "--json").json["certificates"]] == [
        "rm-ltl-a-once", "rm-ltl-a-once-2",
    ]  # fmt: skip


def test_wrong_input(specl: Command) -> None:
    assert specl("prove", "nowhere.spec").status == 2
    (specl.folder / "empty").mkdir()
    ran = specl("prove", "empty")
    assert ran.status == 2
    assert "no .spec files" in ran.err
    specl.write("a.spec", WORLD + "refute RM by limit { objective once  path never }\n")
    assert "a.spec:" in specl("prove", "a.spec").err
    specl.write("b.spec", WORLD + CLAIMS)
    specl.write("certificates", "in the way")
    ran = specl("prove", "b.spec")
    assert ran.status == 2
    assert "cannot be written" in ran.err
