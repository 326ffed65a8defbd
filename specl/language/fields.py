"""What a formalism reads an objective from: its fields, checked and exact.

A formalism's `read` asks for what it has declared in its FIELDS; how often each field stands is checked before.
Where a field is wrong the error is taken down and something of the right type is given back, so that the other
fields are checked too; the record that comes of it is thrown away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from specl.language.constants import rational, real
from specl.language.diagnostics import Diagnostics
from specl.language.formulas import resolve_formula
from specl.language.orders import resolve_order
from specl.language.places import Place
from specl.language.records import NamedPolicy
from specl.language.regularisers import resolve_regulariser
from specl.language.rewards import resolve_machine, resolve_reward
from specl.language.syntax import (
    Call,
    ExpressionField,
    Field,
    FormulaField,
    MachineField,
    Name,
    ObjectiveItem,
    OrderField,
    PolicyUse,
    Reference,
    RegulariserField,
    RewardField,
)
from specl.language.values import Context, Scope, resolve_value
from specl.model.digits import brief
from specl.model.environment import Environment
from specl.model.errors import Span
from specl.model.expression import Expression, constant, variable
from specl.model.formula import TRUE, Formula
from specl.model.machine import Machine, Reward
from specl.model.order import Lexicographic, Order
from specl.model.quantities import Recovered
from specl.model.real import ZERO, Real

F = TypeVar("F", RewardField, MachineField, FormulaField, RegulariserField, OrderField)


@dataclass(frozen=True)
class Fields:
    """The fields of one objective.

    Attributes:
        policy: a policy's use -> the policy, or None after an error.
        recovered: an objective's name -> what ``recover`` of it is, or None after an error.
    """

    item: ObjectiveItem
    place: Place
    policy: Callable[[PolicyUse], NamedPolicy | None]
    recovered: Callable[[Name], Recovered | None]
    diagnostics: Diagnostics

    @property
    def environment(self) -> Environment:
        """The environment that the objective is about."""
        return self.place.environment

    def discount(self) -> Fraction:
        """γ in [0, 1)."""
        expression = self._number("discount")
        value = rational(expression, self.diagnostics, "a rational discount")
        if value is not None and not 0 <= value < 1:
            message = f"a discount is at least 0 and less than 1, and this is {brief(value)}"
            hint = "for γ = 1 the limit average is meant: that is LAR" if value == 1 else None
            self.diagnostics.error("E063", message, expression.at, hint)
        return Fraction(0) if value is None else value

    def reward(self) -> Reward:
        """The reward of an objective that has one."""
        return next(iter(self.rewards().values()), {})

    def rewards(self) -> dict[str, Reward]:
        """All rewards by name, in the order of the text; an unnamed one is called ``reward``."""
        found: dict[str, Reward] = {}
        for field in self._all(RewardField):
            resolved = resolve_reward(field, self.place, self.diagnostics)
            self._add(found, "reward" if field.name is None else field.name.text, resolved, field)
        return found

    def machine(self) -> Machine:
        """The machine of an objective that has one."""
        return next(iter(self.machines().values()), Machine(("u",), 0, ()))

    def machines(self) -> dict[str, Machine]:
        """All machines by name, in the order of the text; an unnamed one is called ``machine``."""
        rewards = self.rewards()
        found: dict[str, Machine] = {}
        taken: dict[str, object] = dict(rewards)
        for field in self._all(MachineField):
            resolved = resolve_machine(field, self.place, rewards, self.diagnostics)
            name = "machine" if field.name is None else field.name.text
            self._add(taken, name, resolved, field)
            found.setdefault(name, resolved)
        return found

    def formula(self) -> Formula:
        """The LTL formula."""
        for field in self._all(FormulaField):
            return resolve_formula(field.formula, self.place, self.diagnostics) or TRUE
        return TRUE

    def strength(self) -> Real:
        """α, any real number."""
        return real(self._number("strength"), self.diagnostics) or ZERO

    def regulariser(self) -> Expression:
        """F, over `Weight`."""
        for field in self._all(RegulariserField):
            return resolve_regulariser(field, self._scope("weight"))
        return constant(Fraction(0))

    def value(self, context: Context) -> Expression:
        """f, over the quantities of the context; or a `Recovered` alone."""
        expression = self._number("value")
        match expression:
            case Expression(key=Call("recover", (Expression(op="variable", key=Reference(name), at=at),))):
                recovered = self.recovered(Name(name, at))
                return constant(Fraction(0)) if recovered is None else replace(variable(recovered), at=expression.at)
        return resolve_value(expression, self._scope(context))

    def order(self, context: Context) -> Order:
        """The total preorder, over the quantities of the context; policies can be ranked where it is "policy"."""
        for field in self._all(OrderField):
            if field.kind == "recover" and field.name is not None:
                return self.recovered(field.name) or Lexicographic(())
            return resolve_order(field, self._scope(context), self.policy)
        return Lexicographic(())

    def error(self, code: str, message: str, span: Span | None = None, hint: str | None = None) -> None:
        """Take down an error that only the formalism can see; without a span it points to the objective's name."""
        self.diagnostics.error(code, message, span or self.item.name.at, hint)

    def _all(self, kind: type[F]) -> list[F]:
        return [field for field in self.item.fields if isinstance(field, kind)]

    def _number(self, keyword: str) -> Expression:
        for field in self.item.fields:
            if isinstance(field, ExpressionField) and field.keyword == keyword:
                return field.expression
        return constant(Fraction(0))

    def _scope(self, context: Context) -> Scope:
        named = [
            field.name.text if field.name else field_keyword(field)
            for field in self.item.fields
            if isinstance(field, RewardField | MachineField)
        ]
        code = self.item.formalism.text
        return Scope(code, context, self.place, tuple(dict.fromkeys(named)), self.diagnostics)

    def _add(self, found: dict[str, object] | dict[str, Reward], name: str, value: object, field: Field) -> None:
        if name not in found:
            found[name] = value  # type: ignore[assignment]
            return
        message = f"this objective has something called `{name}` already"
        at = field.name.at if isinstance(field, RewardField | MachineField) and field.name else field.at
        self.diagnostics.error("E031", message, at, f"give it another name: `{field_keyword(field)} {name}' {{ … }}`")


def field_keyword(field: Field) -> str:
    """The keyword with which a field begins."""
    if isinstance(field, ExpressionField):
        return field.keyword
    return _KEYWORDS[type(field)]


_KEYWORDS: Mapping[type, str] = {
    RewardField: "reward",
    MachineField: "machine",
    FormulaField: "formula",
    RegulariserField: "regulariser",
    OrderField: "order",
}
