"""`specl compare` of rewards: the factor, the potential, and whether rewards had to be redistributed."""

import pytest

from tests.cli.running import Command

ROOMS = """
environment rooms { states hall, plant  actions go, stay  start hall
  hall --go--> { plant: 3/4, hall: 1/4 }
  hall --stay--> self
  plant --_--> hall }
objective plain  : MR { discount 9/10  reward { hall --go--> plant: 1, plant: 2 } }
objective mean   : MR { discount 9/10  reward { hall --go--> _: 3/2, plant: 4 } }
objective shaped : MR { discount 9/10
  reward { hall --stay--> _: -1/10, hall --go--> hall: -1/10, hall --go--> plant: 1, plant: 49/10 } }
objective watch  : RM { discount 9/10  machine { start u
  u --hall--> v: { hall --go--> _: 3/2 }  u --plant--> u: 4
  v --hall--> u: { hall --go--> _: 3/2 }  v --plant--> v: 4 } }
"""

LETTERS = """
alphabet rooms { states hall, plant  actions go, stay  label lit }
objective plain  : MR { discount 9/10  reward { hall --go--> plant: 1, plant: 2 } }
objective shaped : MR { discount 9/10
  reward { hall --_--> hall: -1/10, hall --stay--> plant: -1, hall --go--> plant: 1,
           plant --_--> hall: 49/10, plant --_--> plant: 4 } }
objective mean   : MR { discount 9/10  reward { hall --go--> _: 3/2, plant: 4 } }
objective once   : RM { discount 1/2  machine { start u  u --lit--> v: 1 } }
"""


@pytest.fixture
def rooms(specl: Command) -> Command:
    specl.write("rooms.spec", ROOMS)
    specl.write("letters.spec", LETTERS)
    return specl


def test_the_potential_in_an_environment(rooms: Command) -> None:
    ran = rooms("compare", "--in-environment", "rooms.spec:shaped", "rooms.spec:plain")
    assert ran.status == 0
    assert "shaped = 2·plain + 9/10·Φ(s') − Φ(s) on every step that can be reached, where" in ran.out
    assert "Φ(hall)  = 1\n" in ran.out
    assert "Φ(plant) = 0\n" in ran.out
    shaping = rooms("compare", "rooms.spec:shaped", "rooms.spec:plain", "--json").json["shaping"]
    assert shaping == {
        "factor": "2",
        "discount": "9/10",
        "potential": {"hall": "1", "plant": "0"},
        "redistributed": [],
    }


@pytest.mark.parametrize("other", ["mean", "watch"])
def test_redistribution_is_told(rooms: Command, other: str) -> None:
    ran = rooms("compare", "rooms.spec:plain", f"rooms.spec:{other}")
    assert ran.status == 0
    assert f"plain = 1/2·{other} in the mean over the states s' that are entered" in ran.out
    assert "S'-redistribution is needed" in ran.out
    shaping = rooms("compare", "rooms.spec:plain", f"rooms.spec:{other}", "--json").json["shaping"]
    assert shaping["redistributed"] == ["hall --go--> hall", "hall --go--> plant"]


def test_without_a_future_the_first_steps_alone_are_told_of(specl: Command) -> None:
    """With discount 0 there is no potential of the next state, and nothing is said of later steps."""
    text = """environment e { states s, t  actions a, b  start t  s --_--> t  t --a--> t  t --b--> { s: 1/2, t: 1/2 } }
      objective one : MR { discount 0  reward { t --a--> _: 3 } }
      objective two : MR { discount 0  reward { t --a--> _: 5, t --b--> s: -2, s: 7 } }"""
    specl.write("e.spec", text)
    ran = specl("compare", "two", "one", "--in", "e.spec")
    assert "two = 2·one + d in the mean over the states s' that the first step enters, where d = -1" in ran.out
    assert "Φ" not in ran.out


def test_what_is_redistributed_is_not_the_same_everywhere(rooms: Command) -> None:
    ran = rooms("compare", "--every-environment", "rooms.spec:plain", "rooms.spec:mean", "-o", "parts.spec")
    assert ran.status == 1
    assert "no c > 0 and Φ make plain = c·mean + 9/10·Φ(s') − Φ(s) on all steps" in ran.out
    assert rooms("check", "parts.spec").status == 0


def test_the_potential_in_every_environment(rooms: Command) -> None:
    ran = rooms("compare", "letters.spec:shaped", "letters.spec:plain")
    assert ran.status == 0
    assert "shaped = 2·plain + 9/10·Φ(s') − Φ(s) on each of the 8 steps that an objective can see" in ran.out
    assert "Φ(hall)  = 1\n" in ran.out


def test_one_environment_is_needed(rooms: Command) -> None:
    ran = rooms("compare", "--in-environment", "letters.spec:shaped", "letters.spec:plain")
    assert ran.status == 2
    assert "E033" in ran.err
    assert "letters.spec" in ran.err
    assert rooms("compare", "--in-environment", "MR", "RM").status == 2
    ran = rooms("compare", "--in-environment", "--every-environment", "rooms.spec:plain", "rooms.spec:mean")
    assert ran.status == 2
    assert "exclude each other" in ran.err


def test_objectives_are_separated(rooms: Command) -> None:
    ran = rooms("separate", "letters.spec:once", "letters.spec:plain", "-o", "parts.spec")
    assert ran.status == 0
    assert rooms("check", "parts.spec").status == 0
    assert rooms("separate", "letters.spec:shaped", "letters.spec:plain").status == 1
    ran = rooms("separate", "letters.spec:once", "letters.spec:plain", "--actions", "3")
    assert ran.status == 2
    assert "2 actions" in ran.err
    ran = rooms("separate", "letters.spec:once", "letters.spec:plain", "--states", "2", "--json")
    assert ran.status == 0
    assert ran.json["seed"] == 0
    assert "hall" in ran.json["witness"]["environment"]
