"""One random environment with one random set of acceptable policies, and the wish that they be better than others."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Literal, get_args

from specl.model.policy import deterministic
from specl.sampling.draw import acceptable, environment, others
from specl.sampling.setting import Setting
from specl.wishes.wish import Wish

Notion = Literal["equal", "range"]
"""Acceptable policies tie, or may be ranked among themselves; either way they are better than all others."""

NOTIONS: tuple[Notion, ...] = get_args(Notion)

Verdict = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, order=True)
class Column:
    """Who is asked: a formalism, with the setting's discount or with any that it likes."""

    code: str
    free: bool = False

    def __str__(self) -> str:
        return f"{self.code}:free" if self.free else self.code


@dataclass(frozen=True)
class Case:
    """What is asked about one sample; everything random in it follows from `seed` and `sample`.

    Samples of one number are drawn alike in all settings, as far as the settings allow: what differs between settings
    is less due to chance than if each had samples of its own.

    Attributes:
        point: the number of the setting among those that are compared.
    """

    point: int
    sample: int
    seed: int
    setting: Setting
    notion: Notion
    columns: tuple[Column, ...]

    def wish(self, free: bool) -> Wish:
        """The sample as a wish, at the setting's discount or at any."""
        world = environment(self.setting, Random(f"{self.seed}/{self.sample}/environment"))
        good = acceptable(self.setting, Random(f"{self.seed}/{self.sample}/policies"))
        bad = others(self.setting, good)
        names = {choice: ",".join(world.actions[a] for a in choice) for choice in (*good, *bad)}
        above = good[:1] if self.notion == "equal" else good  # what ties with the first is better as well
        ties = tuple(itertools.pairwise(names[p] for p in good)) if self.notion == "equal" else ()
        return Wish(
            "acceptable",
            world,
            {name: deterministic(world, choice) for choice, name in names.items()},
            tuple((names[p], names[q]) for p, q in itertools.product(above, bad)),
            ties,
            None if free else self.setting.discount,
        )


@dataclass(frozen=True)
class Plan:
    """Which quantity takes which values while the others stay, and who is asked how often.

    Attributes:
        vary: a field of `Setting`.
        samples: the number of samples at each value.
    """

    vary: str
    values: tuple[Fraction, ...]
    setting: Setting
    notion: Notion
    columns: tuple[Column, ...]
    samples: int
    seed: int

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The settings that are compared, in the order of the values."""
        return tuple(self.setting.at(self.vary, value) for value in self.values)

    def cases(self) -> Iterator[Case]:
        """Every case; all values get their first sample before any gets its second."""
        for sample in range(self.samples):
            for point, setting in enumerate(self.settings):
                yield Case(point, sample, self.seed, setting, self.notion, self.columns)

