"""What can be asked of a model: a reward discounted, averaged or summed, a label that is reached, a formula."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from specl.api.references import refuse
from specl.language.diagnostics import nearest_or_all

if TYPE_CHECKING:
    from specl.solvers.sparse import SparseModel

Kind = Literal["discounted", "average", "total", "reach", "formula"]


@dataclass(frozen=True)
class Asked:
    """What is asked of a model.

    Attributes:
        reward: a reward's name; the only one where it is left out.
        discount: its discounted return is asked for.
        average: its long-run average.
        until: its total until this label holds for the first time.
        reach: the probability that this label ever holds.
        formula: the probability of a formula of temporal logic over the labels.
        minimise: whether the smallest value is asked for; of a total it is, where this is None.
    """

    reward: str | None = None
    discount: Fraction | None = None
    average: bool = False
    until: str | None = None
    reach: str | None = None
    formula: str | None = None
    minimise: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self == Asked(minimise=self.minimise)

    @property
    def is_min(self) -> bool:
        """Whether the smallest value is the best."""
        return self.until is not None if self.minimise is None else self.minimise

    @property
    def kind(self) -> Kind:
        """What is computed.

        Raises:
            SpecErrors: nothing is asked, or more than one thing.
        """
        kinds: dict[Kind, bool] = {
            "discounted": self.discount is not None,
            "average": self.average,
            "total": self.until is not None,
            "reach": self.reach is not None,
            "formula": self.formula is not None,
        }
        found = [kind for kind, is_asked in kinds.items() if is_asked]
        ways = "--reward NAME with --discount G, --average or --until LABEL; --reach LABEL; or --formula TEXT"
        if len(found) != 1:
            message = "more than one thing is asked of the model" if found else "nothing is asked of the model"
            raise refuse("E090", message, ways)
        if self.reward is not None and found[0] in ("reach", "formula"):
            raise refuse("E090", "a probability is asked for, and a reward given", ways)
        if self.discount is not None and not 0 <= self.discount < 1:
            raise refuse("E063", f"a discount lies in [0, 1), and {self.discount} does not")
        return found[0]

    def words(self, model: "SparseModel") -> str:
        """The question, for a reader."""
        what = "least" if self.is_min else "largest"
        match self.kind:
            case "reach":
                return f"{what} probability of F {self.reach}"
            case "formula":
                return f"{what} probability of {self.formula}"
            case "discounted":
                return f"{what} {reward_name(self, model)}, discounted by {self.discount},"
            case "average":
                return f"{what} long-run average of {reward_name(self, model)}"
            case "total":
                return f"{what} total of {reward_name(self, model)} until {self.until}"


def reward_name(asked: Asked, model: "SparseModel") -> str:
    """The reward that is meant.

    Raises:
        SpecErrors: the model has none of that name, or several and none is named.
    """
    if asked.reward is None:
        if len(model.rewards) == 1:
            return next(iter(model.rewards))
        message = f"the model has {len(model.rewards)} rewards" if model.rewards else "the model has no reward"
        raise refuse("E028", message, nearest_or_all("", model.rewards, None))
    if asked.reward not in model.rewards:
        hint = nearest_or_all(asked.reward, model.rewards, "the model has no reward")
        raise refuse("E028", f"there is no reward `{asked.reward}`", hint)
    return asked.reward
