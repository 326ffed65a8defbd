"""The lemma: functions of trajectories order all policies alike in every environment iff f = c·g + d_x with c > 0.

Where short lassos show no such c and d_x, the environment of the proof parts the two: what lassos are worth tells which
forks to take, and with which probabilities. Where there are such c and d_x, random environments show no difference.
"""

import itertools
from fractions import Fraction
from random import Random

import pytest

import specl
from specl.everywhere.difference import Side, difference
from specl.everywhere.pullback import pullback
from specl.everywhere.trials import CERTAIN, Fork, Sketch, Word, forked
from specl.formalisms import rank
from specl.model.alphabet import Alphabet
from specl.model.real import Real
from tests.everywhere import drawing

Pair = tuple[Real, Real]

ALPHABET = "alphabet w { states x, y  actions a, b }"
RETURNS = ("return(r, 1/2)", "return(s, 1/2)", "return(r, 1/3)", "return(r, 1/2)^2")
PARTS = (*RETURNS, "[F b]", "[X a]", "[G F (a & x)]", "average(s)")
STARTS = ("[x]", "[y]")


def combination(random: Random, parts: tuple[str, ...]) -> str:
    chosen = random.sample(parts, random.randint(1, 2))
    return " + ".join(f"({random.choice((-2, -1, 1, 1, 2))}) * {part}" for part in chosen)


def pair_of_objectives(random: Random) -> tuple[Alphabet, Side, Side]:
    """Two functions of the trajectory; of every second pair one is affine in the other, from each start."""
    one = combination(random, PARTS)
    other = combination(random, PARTS)
    if random.random() < 0.5:
        other = f"{random.choice(('1/2', '1', '3'))} * ({one}) + {combination(random, STARTS)}"
    rewards = "reward r { x --a--> _: 1, y --b--> x: 2 }  reward s { x --b--> y: 1, y --a--> y: -1 }"
    text = "".join(
        f"\nobjective {name} : FTR {{ {rewards}  value {value} }}" for name, value in (("f", one), ("g", other))
    )
    document = specl.load(ALPHABET + text)
    left, right = (Side(name, each.code, each.objective) for name, each in document.objectives.items())
    return document.alphabets["w"], left, right


def worth(alphabet: Alphabet, word: Word, sides: tuple[Side, Side]) -> Pair:
    """What the lasso is worth, by exact evaluation where it is the only trajectory."""
    sketch = Sketch.empty()
    sketch.follow(sketch.state((*word.stem, *word.cycle)[0][0][0]), word, (0, 1))
    trial = sketch.trial(alphabet, ((0, CERTAIN),))
    place, (policy, _) = trial.world(alphabet), trial.pair(alphabet)
    left, right = (rank(side.code, pullback(side.objective, place), place.environment, policy) for side in sides)
    return left, right


def first(word: Word) -> tuple[int, int]:
    """The state from which a lasso starts, and its first action."""
    (x, a, _), _ = (*word.stem, *word.cycle)[0]
    return x, a


def fork(weight: Fraction, one: Word, other: Word) -> Fork:
    return Fork(weight, first(one)[0], (), (one, other))


def signs(pair: Pair) -> tuple[int | None, int | None]:
    return pair[0].sign(), pair[1].sign()


def parting(forks: list[tuple[Word, Word, Pair]]) -> list[Fork] | None:
    """Forks of which the proof makes a difference; None where all the pairs lie on one line through 0 with c > 0."""
    for one, other, worths in forks:
        if signs(worths)[0] != signs(worths)[1]:
            return [fork(CERTAIN, one, other)]
    ahead = [(one, other, worths) for one, other, worths in forks if signs(worths) == (1, 1)]
    for (u, v, (f, g)), (w, z, (d, e)) in itertools.combinations(ahead, 2):
        ratios = (d / f).rational, (e / g).rational
        assert ratios[0] is not None
        assert ratios[1] is not None
        if ratios[0] != ratios[1]:  # p·f − (1 − p)·d and p·g − (1 − p)·e have different signs for p/(1 − p) in between
            odds = (ratios[0] + ratios[1]) / 2
            return [fork(odds / (1 + odds), u, v), fork(1 / (1 + odds), z, w)]
    return None


def check(random: Random) -> str:
    alphabet, left, right = pair_of_objectives(random)
    words = list(dict.fromkeys(drawing.words(alphabet, 2)))
    worths = {word: worth(alphabet, word, (left, right)) for word in random.sample(words, min(30, len(words)))}
    forks = [
        (one, other, (worths[one][0] - worths[other][0], worths[one][1] - worths[other][1]))
        for one, other in itertools.permutations(worths, 2)
        if first(one)[0] == first(other)[0] and first(one)[1] != first(other)[1]
    ]
    found = parting(forks)
    if found is not None:
        trial = forked(alphabet, found)
        assert difference(trial.world(alphabet), left, right, *trial.pair(alphabet)) is not None
        return "different"
    for _ in range(5):
        place = drawing.environment(alphabet, random)
        policies = drawing.policy(place, random), drawing.policy(place, random)
        assert difference(place, left, right, *policies) is None
    return "same"


def test_the_proof_parts_what_is_not_affine() -> None:
    random = Random(1)
    verdicts = [check(random) for _ in range(12)]
    assert set(verdicts) == {"same", "different"}


@pytest.mark.long
def test_the_proof_parts_what_is_not_affine_many_times() -> None:
    random = Random(2)
    verdicts = [check(random) for _ in range(400)]
    assert min(verdicts.count("same"), verdicts.count("different")) > 100
