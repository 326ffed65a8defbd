"""The objective of a claim: its plain record, and what it reads off a policy.

Whatever the formalism, a policy is worth a tuple of keys, and each key is an expression in the policy's entries or in
*features*: expected totals of payoffs, discounted or in the limit average, beside a memory.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from specl.language.document import NamedObjective
from specl.language.print_expressions import show_formula
from specl.model.environment import Environment, Step
from specl.model.errors import Span
from specl.model.expression import Expression, add, constant, multiply
from specl.model.formula import Formula, atoms_of
from specl.model.machine import Machine, Reward, run
from specl.model.order import Lexicographic, Order, Ranking
from specl.model.quantities import Average, Choice, Expectation, Indicator, Recovered, Return, RewardReturn, Weight
from specl.model.real import Real
from specl.obstructions.claims import expressions, formulas
from specl.obstructions.claims.failure import uncarried
from specl.obstructions.exact.ratio import Json

Advance = Callable[[Hashable, Step], tuple[Hashable, Fraction]]
"""(memory, step) -> the next memory, and the payoff of the step."""

CARRIED = ("FPR", "LAR", "LTL", "MR", "ONMR", "RM", "RRL", "TLO")
"""The formalisms whose objectives certificates can carry."""


@dataclass(frozen=True)
class Feature:
    """The expected total of a payoff: discounted, or in the limit average (discount None).

    ``strength`` times the regulariser (an expression over ("var", action)) of the row is taken off at each step.
    """

    discount: Fraction | None
    advance: Advance
    initial: Hashable = None
    strength: Fraction = Fraction(0)
    regulariser: Json = "0"


@dataclass(frozen=True)
class Carried:
    """An objective as a claim carries it: its record, its features by name, and the keys by which policies compare."""

    json: Json
    features: Mapping[str, Feature]
    keys: tuple[Json, ...]


def carry(environment: Environment, objective: NamedObjective) -> Carried:
    """The objective's record, and how it is evaluated.

    Raises:
        NoClaim: certificates cannot carry it; the message says which part, and where it stands.
    """
    return _Writer(environment, objective.code, objective.at).write(objective.objective)


@dataclass
class _Writer:
    environment: Environment
    code: str
    at: Span | None
    features: dict[str, Feature] = field(default_factory=dict)
    records: dict[str, Json] = field(default_factory=dict)

    def write(self, record: Any) -> Carried:
        head = {"formalism": self.code}
        match self.code:
            case "MR":
                return self._single(self.returns(record.reward, record.discount))
            case "LAR":
                return self._single(self.average(record.reward))
            case "RM":
                return self._single(self.machine(record.machine, record.discount))
            case "LTL":
                return self._single(self.probability(record.formula))
            case "ONMR":
                [reward] = record.rewards.values()
                written, feature = self.returns(reward, record.discount)
                key = expressions.carry(self._whole(record.value), self._reward_return, self.at)
                return Carried(head | {**written, "formalism": "ONMR", "value": key}, {"J": feature}, (key,))
            case "RRL":
                return self._regularised(record)
            case "FPR":
                key = expressions.carry(self._whole(record.value), self._choice, self.at)
                return Carried(head | {"value": key}, {}, (key,))
            case "TLO":
                keys = tuple(
                    expressions.carry(key, lambda quantity, at: self._lottery(record, quantity, at), self.at)
                    for key in self._keys(record.order)
                )
                return Carried(head | {"features": self.records, "keys": list(keys)}, self.features, keys)
        hint = f"they carry objectives of {', '.join(CARRIED)}"
        raise uncarried(f"certificates cannot carry objectives of {self.code}", self.at, hint)

    # --- features, each with its record ---

    def returns(self, reward: Reward, discount: Fraction) -> tuple[dict[str, Json], Feature]:
        table = self._table(reward)
        record = {"formalism": "MR", "reward": self._listed(table), "discount": str(discount)}
        return record, Feature(discount, _payer(table))

    def average(self, reward: Reward) -> tuple[dict[str, Json], Feature]:
        table = self._table(reward)
        return {"formalism": "LAR", "reward": self._listed(table)}, Feature(None, _payer(table))

    def machine(self, machine: Machine, discount: Fraction | None) -> tuple[dict[str, Json], Feature]:
        table = {
            key: (target, expressions.rational(reward, self.at, "the reward"))
            for key, (target, reward) in run(machine, self.environment).items()
        }
        edges = [
            [machine.states[u], *self._names(step), machine.states[target], str(reward)]
            for (u, step), (target, reward) in sorted(table.items())
            if target != u or reward
        ]
        record = {
            "formalism": "RM",
            "states": list(machine.states),
            "start": machine.states[machine.start],
            "edges": edges,
            "discount": str(discount),
        }
        return record, Feature(discount, lambda u, step: table[u, step], machine.start)  # type: ignore[index]

    def probability(self, formula: Formula) -> tuple[dict[str, Json], Feature]:
        goal, wanted = formulas.goal(formula)
        atoms = {name: self.environment.atoms[name] for name in sorted(atoms_of(formula))}

        def advance(memory: Any, step: Step) -> tuple[Hashable, Fraction]:
            return formulas.progress(memory, step, atoms), Fraction((memory == formulas.SATISFIED) is wanted)

        listed = {name: [self._names(step) for step in sorted(steps)] for name, steps in atoms.items()}
        record = {"formalism": "LTL", "atoms": listed, "formula": formulas.carry(formula)}
        return record, Feature(None, advance, frozenset((frozenset((goal,)),)))

    # --- the formalisms with more than one feature ---

    def _single(self, found: tuple[dict[str, Json], Feature]) -> Carried:
        return Carried(found[0], {"J": found[1]}, (["var", "J"],))

    def _regularised(self, record: Any) -> Carried:
        written, feature = self.returns(record.reward, record.discount)
        strength = expressions.rational(record.strength, self.at, "the strength")
        regulariser = expressions.carry(record.regulariser, self._weight, self.at) if strength else "0"
        record_json = written | {"formalism": "RRL", "strength": str(strength), "regulariser": regulariser}
        whole = Feature(feature.discount, feature.advance, None, strength, regulariser)
        return Carried(record_json, {"J": whole}, (["var", "J"],))

    def _keys(self, order: Order) -> tuple[Expression, ...]:
        if isinstance(order, Lexicographic):
            return order.keys
        if isinstance(order, Ranking | Recovered):
            raise uncarried("certificates carry orders by the values of expressions only", self.at)
        met = Expression("if", (Expression("and", order.constraints), constant(1), constant(0)))
        return (met, order.value) if order.constraints else (order.value,)

    def _lottery(self, record: Any, quantity: Any, at: Span | None) -> Json:
        if not isinstance(quantity, Expectation):
            raise uncarried("certificates carry expectations and probabilities, no variances", at, "write E(…) or P(…)")
        expanded = self._linear(quantity.of, Fraction(1), at)
        terms = [multiply((constant(factor), variable)) for variable, factor in expanded]
        return expressions.carry(
            add(term.args[1] if term.args[0].key == 1 else term for term in terms),
            lambda each, _: self._feature(record, each, at),
            at,
        )

    def _linear(self, node: Expression, factor: Fraction, at: Span | None) -> list[tuple[Expression, Fraction]]:
        """The terms of an expression that is linear in quantities; a constant c is c·P(true)."""
        match node.op:
            case "variable":
                return [(node, factor)]
            case "number":
                value = expressions.rational(node.key, node.at or at, "the number")  # type: ignore[arg-type]
                return [(Expression("variable", key=Indicator(Formula("true"))), factor * value)]
            case "neg":
                return self._linear(node.args[0], -factor, at)
            case "+":
                return [term for part in node.args for term in self._linear(part, factor, at)]
            case "/" if node.args[1].op == "number":
                by = expressions.rational(node.args[1].key, at, "the number")  # type: ignore[arg-type]
                return self._linear(node.args[0], factor / by, at)
            case "*":
                numbers = [part for part in node.args if part.op == "number"]
                others = [part for part in node.args if part.op != "number"]
                if len(others) == 1:
                    for part in numbers:
                        factor *= expressions.rational(part.key, at, "the number")  # type: ignore[arg-type]
                    return self._linear(others[0], factor, at)
        message = "certificates carry expectations of sums of indicators, returns and averages"
        raise uncarried(message, node.at or at)

    def _feature(self, record: Any, quantity: Any, at: Span | None) -> Json:
        match quantity:
            case Indicator(formula):
                name, found = f"P({show_formula(formula)})", self.probability(formula)
            case Return(reward, discount) if reward in record.machines:
                name, found = f"return({reward},{discount})", self.machine(record.machines[reward], discount)
            case Return(reward, discount):
                name, found = f"return({reward},{discount})", self.returns(record.rewards[reward], discount)
            case Average(reward) if reward not in record.machines:
                name, found = f"average({reward})", self.average(record.rewards[reward])
            case _:
                raise uncarried("certificates cannot carry the limit average of a machine", at)
        if len(name) > 64:
            same = [known for known, written in self.records.items() if written == found[0]]
            name = same[0] if same else f"feature {len(self.records) + 1}"
        self.records[name], self.features[name] = found
        return ["var", name]

    # --- variables ---

    def _reward_return(self, quantity: RewardReturn, at: Span | None) -> Json:
        return ["var", "J"]

    def _choice(self, quantity: Choice, at: Span | None) -> Json:
        return ["var", self.environment.states[quantity.state], self.environment.actions[quantity.action]]

    def _weight(self, quantity: Weight, at: Span | None) -> Json:
        return ["var", self.environment.actions[quantity.action]]

    def _whole(self, expression: Expression) -> Expression:
        if expression.op == "variable" and isinstance(expression.key, Recovered):
            raise uncarried("certificates cannot carry `recover`", expression.at or self.at)
        return expression

    # --- steps ---

    def _names(self, step: Step) -> list[str]:
        s, a, t = step
        return [self.environment.states[s], self.environment.actions[a], self.environment.states[t]]

    def _table(self, reward: Mapping[Step, Real]) -> dict[Step, Fraction]:
        found = {step: expressions.rational(value, self.at, "the reward") for step, value in sorted(reward.items())}
        return {step: value for step, value in found.items() if value}

    def _listed(self, table: Mapping[Step, Fraction]) -> Json:
        return [[*self._names(step), str(value)] for step, value in table.items()]


def _payer(table: Mapping[Step, Fraction]) -> Advance:
    return lambda memory, step: (memory, table.get(step, Fraction(0)))
