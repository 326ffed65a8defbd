"""What random environments and sets of policies are like, and which of these quantities is varied."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from math import log2
from typing import Any

MOST = 4096
"""As many deterministic policies an environment may have: every one of them is compared."""


@dataclass(frozen=True)
class Setting:
    """The quantities of Abel et al. 2021 ("On the Expressivity of Markov Reward", NeurIPS).

    Attributes:
        actions, states: |A| and |S|.
        discount: γ, where it is not left free.
        entropy: of T(·|s,a) for every s and a, in bits; None where distributions are drawn at random.
        spread: in (0,1]: how far the acceptable policies lie from one of them; at 1 they are drawn independently.
        size: the number of acceptable policies.
    """

    actions: int = 3
    states: int = 3
    discount: Fraction = Fraction(9, 10)
    entropy: Fraction | None = None
    spread: Fraction = Fraction(1)
    size: int = 2

    @property
    def policies(self) -> int:
        """|A|^|S|, the number of deterministic policies."""
        return int(self.actions**self.states)

    def at(self, axis: str, value: Fraction) -> "Setting":
        """The setting where one quantity has another value; it must be a whole number where it counts something."""
        changed: dict[str, Any] = {axis: int(value) if axis in COUNTS else value}
        return replace(self, **changed)

    def json(self) -> dict[str, int | str | None]:
        """Each quantity under its name, rationals as text."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) if isinstance(value, Fraction) else value for name, value in values.items()}


COUNTS = frozenset({"actions", "states", "size"})

AXES: Mapping[str, tuple[Fraction, ...]] = {
    "actions": tuple(map(Fraction, (2, 3, 4, 5))),
    "states": tuple(map(Fraction, (1, 2, 3, 4))),
    "discount": tuple(map(Fraction, ("0", "0.01", "0.5", "0.9", "0.99"))),
    "entropy": tuple(map(Fraction, ("0", "0.25", "0.5", "0.75", "1", "1.25", "1.5"))),
    "spread": tuple(map(Fraction, ("0.05", "0.2", "0.4", "0.6", "0.8", "1"))),
    "size": tuple(map(Fraction, (1, 2, 3, 4, 5))),
}
"""Quantity -> the values that it takes where nothing else is asked for."""


def fault(setting: Setting) -> str | None:
    """Why nothing can be drawn with this setting; None if it can."""
    for name in sorted(COUNTS):
        if getattr(setting, name) < 1:
            return f"the number of {name if name != 'size' else 'acceptable policies'} must be at least 1"
    if not 0 <= setting.discount < 1:
        return f"the discount {setting.discount} is not in [0, 1)"
    if not 0 < setting.spread <= 1:
        return f"the spread {setting.spread} is not in (0, 1]"
    if setting.entropy is not None and not 0 <= setting.entropy <= log2(setting.states):
        most = f"{log2(setting.states):.4g}"
        return f"the entropy {setting.entropy} is not between 0 and the {most} bits that {setting.states} states allow"
    if setting.states > 64 or setting.policies > MOST:
        return f"there would be {setting.actions}^{setting.states} deterministic policies; they may be {MOST} at most"
    if setting.size >= setting.policies:
        return f"of {setting.policies} deterministic policies, {setting.size} cannot be better than others"
    return None
