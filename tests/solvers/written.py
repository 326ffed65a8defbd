"""Random environments and rewards as .spec text, dense enough that policies differ in all of their returns."""

import random
from collections.abc import Sequence


def world(seed: int, states: int = 3, actions: int = 2, branching: int = 2, starts: int = 2) -> str:
    """An environment with states s0, s1, … and actions a0, a1, …."""
    rng = random.Random(seed)
    names = [f"s{i}" for i in range(states)]
    lines = [
        "environment world {",
        f"  states {', '.join(names)}",
        f"  actions {', '.join(f'a{i}' for i in range(actions))}",
        f"  start {_spread(rng, names[:starts])}",
    ]
    for name in names:
        for a in range(actions):
            lines.append(f"  {name} --a{a}--> {_spread(rng, rng.sample(names, min(branching, states)))}")
    return "\n".join([*lines, "}\n"])


def paid(seed: int, names: str, states: int = 3, actions: int = 2, least: int = -5) -> str:
    """A reward for each letter, in fifths between ``least`` of them and 2."""
    rng = random.Random(f"{seed}{names}")
    rewards = []
    for name in names:
        amounts = [
            f"s{s} --a{a}--> _: {rng.randint(least, 10)}/5" for s in range(states) for a in range(actions)
        ]  # fmt: skip
        rewards.append(f"reward {name} {{ {', '.join(amounts)} }}")
    return "\n".join(rewards)


def _spread(rng: random.Random, targets: Sequence[str]) -> str:
    weights = [rng.randint(1, 4) for _ in targets]
    return "{ " + ", ".join(f"{t}: {w}/{sum(weights)}" for t, w in zip(sorted(targets), weights, strict=True)) + " }"
