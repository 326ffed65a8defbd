"""Policies, families of policies, and the uses of both."""

from collections.abc import Collection, Mapping
from fractions import Fraction

from specl.language import families
from specl.language.constants import rational
from specl.language.diagnostics import Diagnostics, nearest_or_all, some_of
from specl.language.distributions import resolve, weights
from specl.language.parse import parse_use
from specl.language.places import Place
from specl.language.print_expressions import show_expression
from specl.language.records import NamedFamily, NamedPolicy
from specl.language.source import Source
from specl.language.syntax import Distribution, Name, PolicyItem, PolicyUse
from specl.model.digits import brief
from specl.model.environment import Environment
from specl.model.expression import Expression, constant
from specl.model.policy import Family, Policy


def resolve_policy(item: PolicyItem, place: Place, diagnostics: Diagnostics) -> NamedPolicy | NamedFamily | None:
    """The policy, or the family, that an item describes; None after an error."""
    before = diagnostics.count
    name, environment = item.name.text, place.environment
    entries = _entries(item, place, diagnostics)
    if item.parameters is None:
        rows = {s: _row(entry, place, diagnostics) for s, entry in entries.items()}
        if diagnostics.count > before:
            return None
        return NamedPolicy(name, environment.name, Policy(tuple(rows[s] for s in range(len(environment.states)))))
    parameters = tuple(parameter.text for parameter in item.parameters)
    for index, parameter in enumerate(item.parameters):
        if parameter.text in parameters[:index]:
            diagnostics.error("E031", f"the parameter `{parameter.text}` is named twice", parameter.at)
    expressions = {s: _parametric_row(entry, parameters, place, diagnostics) for s, entry in entries.items()}
    if diagnostics.count > before:
        return None
    family = Family(parameters, tuple(expressions[s] for s in range(len(environment.states))))
    return NamedFamily(name, environment.name, family)


def resolve_use(
    use: PolicyUse,
    policies: Mapping[str, NamedPolicy],
    known_families: Mapping[str, NamedFamily],
    environments: Mapping[str, Environment],
    diagnostics: Diagnostics,
    poisoned: Collection[str] = (),
) -> NamedPolicy | None:
    """The policy that is meant, or None after an error; names of faulty policies are known too."""
    name = use.name.text
    if name in policies:
        if use.arguments is None:
            return policies[name]
        message = f"`{name}` is a policy, not a family: it takes no parameters"
        diagnostics.error("E054", message, use.at, f"write `{name}`")
        return None
    family = known_families.get(name)
    if family is None:
        hint = nearest_or_all(name, [*policies, *known_families, *poisoned], "the file defines no policy")
        diagnostics.error("E023", f"there is no policy `{name}`", use.name.at, hint)
        return None
    parameters = family.family.parameters
    example = f"{name}({', '.join(['1/2'] * len(parameters))})"
    if use.arguments is None:
        message = f"`{name}` is a family of policies, and one policy is needed here"
        diagnostics.error("E054", message, use.at, f"give its parameters, as in `{example}`")
        return None
    if len(use.arguments) != len(parameters):
        message = f"`{name}` takes {_parameters(len(parameters))} ({', '.join(parameters)}), not {len(use.arguments)}"
        diagnostics.error("E051", message, use.at, f"as in `{example}`")
        return None
    return _member(family, use, diagnostics)


def policy_called(
    text: str,
    policies: Mapping[str, NamedPolicy],
    known_families: Mapping[str, NamedFamily],
    environments: Mapping[str, Environment],
) -> NamedPolicy:
    """The policy that a text outside a file calls: ``mover``, or ``gate(1/3)``.

    Raises:
        SpecErrors: there is none.
    """
    diagnostics = Diagnostics(Source(text, "policy"))
    found = resolve_use(parse_use(text, "policy"), policies, known_families, environments, diagnostics)
    diagnostics.raise_any()
    if found is None:
        raise AssertionError("a policy that is not found is an error")
    return found


def _member(family: NamedFamily, use: PolicyUse, diagnostics: Diagnostics) -> NamedPolicy | None:
    values: list[Fraction] = []
    for name, argument in zip(family.family.parameters, use.arguments or (), strict=True):
        value = rational(argument, diagnostics, "a rational parameter")
        if value is None:
            continue
        if not 0 <= value <= 1:
            message = f"the parameter {name} = {brief(value)} is outside [0, 1]"
            diagnostics.error("E052", message, argument.at)
        else:
            values.append(value)
    if len(values) < len(family.family.parameters):
        return None
    written = f"{family.name}({', '.join(show_expression(constant(value)) for value in values)})"
    try:
        return NamedPolicy(written, family.environment, family.family.member(values))
    except ValueError as error:
        diagnostics.error("E052", f"`{written}` is no policy: {error}", use.at)
        return None


def _entries(item: PolicyItem, place: Place, diagnostics: Diagnostics) -> dict[int, Distribution]:
    """State -> what is written for it; ``_`` covers the states that have no entry."""
    found: dict[int, Distribution] = {}
    rest: Distribution | None = None
    complete = True
    seen: dict[str, Name] = {}
    for name, distribution in item.rows:
        if name.text in seen:
            line = diagnostics.line_of(seen[name.text].at)
            what = "the other states have" if name.text == "_" else f"the state `{name.text}` has"
            diagnostics.error("E047", f"{what} two entries", name.at, f"the first stands on line {line}")
            continue
        seen[name.text] = name
        if name.text == "_":
            rest = distribution
            continue
        state = place.state(name, diagnostics)
        if state is None:
            complete = False
        else:
            found[state] = distribution
    states = place.environment.states
    missing = [s for s in range(len(states)) if s not in found]
    if missing and rest is None:
        if complete:
            message = f"the policy has no entry for {some_of(states[s] for s in missing)}"
            diagnostics.error("E050", message, item.name.at, "add it, or `_: …` for every other state")
        return found
    if rest is not None and not missing and item.parameters is None:
        # What `_` says is checked even where it applies to no state.
        _row(rest, place, diagnostics)
    return found | {s: rest for s in missing if rest is not None}


def _row(distribution: Distribution, place: Place, diagnostics: Diagnostics) -> tuple[Fraction, ...]:
    named = weights(distribution, diagnostics)
    if named is None:
        for name, _ in distribution.entries:
            place.action(name, diagnostics)
        return ()
    pairs = resolve(named, lambda name: place.action(name, diagnostics), diagnostics)
    found = dict(pairs or ())
    return tuple(found.get(a, Fraction(0)) for a in range(len(place.environment.actions)))


def _parametric_row(
    distribution: Distribution, parameters: tuple[str, ...], place: Place, diagnostics: Diagnostics
) -> tuple[Expression, ...]:
    before = diagnostics.count
    row = [constant(Fraction(0))] * len(place.environment.actions)
    seen: set[int] = set()
    for name, expression in distribution.entries:
        action = place.action(name, diagnostics)
        weight = constant(Fraction(1))
        if expression is not None:
            weight = families.parametric(expression, parameters, diagnostics) or weight
        if action in seen:
            diagnostics.error("E047", f"`{name.text}` has two weights here", name.at, "give it their sum, once")
        if action is not None:
            seen.add(action)
            row[action] = weight
    if diagnostics.count == before:
        families.check_row(row, parameters, distribution.at, diagnostics)
    return tuple(row)


def _parameters(count: int) -> str:
    return "one parameter" if count == 1 else f"{count} parameters"
