"""Syntax tree to document: every name looked up, every number computed, everything that is wrong told at once.

What depends on something faulty is left alone: its own errors would only follow from those that are told already.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from specl.language import syntax
from specl.language.alphabets import resolve_alphabet
from specl.language.claims import find_objective, resolve_assertion, resolve_refutation
from specl.language.diagnostics import Diagnostics, nearest_or_all, some_of
from specl.language.document import Claim, Document, NamedObjective, Refutation
from specl.language.environments import resolve_environment
from specl.language.fields import Fields
from specl.language.objectives import Formalisms, check_fields, formalism_of, lookup_recovered, reading_order
from specl.language.orderings import named, resolve_ordering
from specl.language.parse import Broken
from specl.language.places import Place
from specl.language.policies import resolve_policy, resolve_use
from specl.language.records import NamedFamily, NamedPolicy
from specl.language.source import Source
from specl.language.syntax import (
    AlphabetItem,
    EnvironmentItem,
    Name,
    ObjectiveItem,
    OrderingItem,
    PolicyUse,
    TrajectoryOrderingItem,
)
from specl.language.trajectories import resolve_trajectories
from specl.model.alphabet import Alphabet
from specl.model.ordering import Induced, Ordering, TrajectoryOrdering
from specl.model.policy import Policy
from specl.model.quantities import Recovered

AnyOrderingItem = OrderingItem | TrajectoryOrderingItem
_WITHOUT_DYNAMICS = "an alphabet says what can be seen, not what happens: add `environment NAME { … }`"

Item = TypeVar("Item", bound=EnvironmentItem | AlphabetItem | syntax.PolicyItem | ObjectiveItem | AnyOrderingItem)


def resolve(file: syntax.File, source: Source, formalisms: Formalisms) -> Document:
    """The document that a syntax tree describes.

    Raises:
        SpecErrors: everything that is wrong in it.
    """
    diagnostics = Diagnostics(source)
    document = resolve_items(file, (), formalisms, diagnostics)
    diagnostics.raise_any()
    return document


def resolve_items(
    file: syntax.File, broken: Collection[Broken], formalisms: Formalisms, diagnostics: Diagnostics
) -> Document:
    """As much of a document as can be made out; errors go to ``diagnostics``, none about names of broken items."""
    return _Resolver(file, formalisms, diagnostics).run(broken)


@dataclass
class _Poison(Collection[str]):
    """Names of faulty items; all names where one of them could not even be told."""

    names: dict[str, None] = field(default_factory=dict)  # in the order of the text
    every: bool = False

    def add(self, name: str | None) -> None:
        self.every = self.every or name is None
        self.names.update({} if name is None else {name: None})

    def __contains__(self, name: object) -> bool:
        return self.every or name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


@dataclass
class _Resolver:
    file: syntax.File
    formalisms: Formalisms
    diagnostics: Diagnostics
    places: dict[str, Place] = field(default_factory=dict)
    alphabets: dict[str, Alphabet] = field(default_factory=dict)
    letters: dict[str, Place] = field(default_factory=dict)  # of the alphabets
    policies: dict[str, NamedPolicy] = field(default_factory=dict)
    families: dict[str, NamedFamily] = field(default_factory=dict)
    objectives: dict[str, NamedObjective] = field(default_factory=dict)
    orderings: dict[str, Ordering | Induced | TrajectoryOrdering] = field(default_factory=dict)
    poisoned: dict[str, _Poison] = field(
        default_factory=lambda: {kind: _Poison() for kind in ("environment", "policy", "objective", "ordering")}
    )
    told_missing: bool = False

    def run(self, broken: Collection[Broken]) -> Document:
        for one in broken:
            kind = "environment" if one.keyword == "alphabet" else one.keyword
            if kind in self.poisoned:
                self.poisoned[kind].add(one.name)
        scopes: dict[str, EnvironmentItem | AlphabetItem]
        scopes = self._unique("environment or alphabet", EnvironmentItem, AlphabetItem)
        for name, scope in scopes.items():
            if isinstance(scope, EnvironmentItem):
                self.places[name] = resolve_environment(scope, self.diagnostics)
            else:
                self.alphabets[name], self.letters[name] = resolve_alphabet(scope, self.diagnostics)
        for policy_item in self._unique("policy", syntax.PolicyItem).values():
            self._policy(policy_item)
        self._objectives()
        orderings: dict[str, AnyOrderingItem] = self._unique("ordering", OrderingItem, TrajectoryOrderingItem)
        for ordering_item in orderings.values():
            self._ordering(ordering_item)
        assertions, refutations = self._claims()
        environments = {name: place.environment for name, place in self.places.items()}
        source = self.diagnostics.source
        return Document(
            source.file,
            source.text,
            self.file,
            environments,
            self.policies,
            self.families,
            self.objectives,
            self.orderings,
            assertions,
            refutations,
            self.alphabets,
        )

    def _unique(self, word: str, *kinds: type[Item]) -> dict[str, Item]:
        """The items of these kinds by name; a second one of the same name is an error, and the first counts."""
        found: dict[str, Item] = {}
        for item in self.file.items:
            if not isinstance(item, kinds):
                continue
            name = item.name
            if name.text in found:
                line = self.diagnostics.line_of(found[name.text].name.at)
                message = f"a second {word} is called `{name.text}`"
                self.diagnostics.error("E031", message, name.at, f"the first stands on line {line}")
            else:
                found[name.text] = item
        return found

    def _scope(self, item: ObjectiveItem) -> Place | None:
        """The environment or the alphabet that an objective is about; None as for `_place`."""
        if item.environment is not None and item.environment.text in self.letters:
            return self.letters[item.environment.text]
        faulty = self.poisoned["environment"]
        if item.environment is None and len(self.letters) == 1 and not (self.places or faulty.names or faulty.every):
            return next(iter(self.letters.values()))
        return self._place(item.environment, item.name, self.letters)

    def _place(self, scope: Name | None, item: Name, also: Collection[str] = ()) -> Place | None:
        """The environment that an item is about, or None after an error or where it is faulty itself; ``also`` are
        names of what it may be about instead."""
        faulty = self.poisoned["environment"]
        if scope is not None and scope.text in self.letters:
            message = f"`{scope.text}` is an alphabet, and `{item.text}` needs an environment"
            self.diagnostics.error("E033", message, scope.at, _WITHOUT_DYNAMICS)
            return None
        if scope is not None:
            if scope.text not in self.places and scope.text not in faulty:
                hint = nearest_or_all(scope.text, [*self.places, *also, *faulty])
                self.diagnostics.error("E026", f"there is no environment `{scope.text}`", scope.at, hint)
            return self.places.get(scope.text)
        if len(self.places) == 1 and not faulty.names and not faulty.every:
            return next(iter(self.places.values()))
        if len(self.places) < 2 and (faulty.names or faulty.every):
            return None
        if not self.places and self.letters and not also:
            message = f"`{item.text}` needs an environment, and the file has none"
            self.diagnostics.error("E033", message, item.at, _WITHOUT_DYNAMICS)
            return None
        if not self.places and not also:
            if not self.told_missing:
                message = "the file has no environment"
                self.diagnostics.error("E032", message, item.at, "add `environment NAME { … }`")
            self.told_missing = True
            return None
        known = [*self.places, *also, *faulty]
        message = f"it is not said which environment `{item.text}` is about: there are {some_of(known)}"
        self.diagnostics.error("E032", message, item.at, f"write `{item.text} in {known[0]}`")
        return None

    def _use(self, use: PolicyUse) -> NamedPolicy | None:
        name = use.name.text
        if name in self.poisoned["policy"] and name not in self.policies and name not in self.families:
            return None
        environments = {name: place.environment for name, place in self.places.items()}
        faulty = self.poisoned["policy"]
        return resolve_use(use, self.policies, self.families, environments, self.diagnostics, faulty)

    def _policy(self, item: syntax.PolicyItem) -> None:
        place = self._place(item.environment, item.name)
        resolved = None if place is None else resolve_policy(item, place, self.diagnostics)
        match resolved:
            case NamedPolicy():
                self.policies[item.name.text] = resolved
            case NamedFamily():
                self.families[item.name.text] = resolved
            case _:
                self.poisoned["policy"].add(item.name.text)

    def _objectives(self) -> None:
        items = self._unique("objective", ObjectiveItem)
        order, circular = reading_order(items, self.diagnostics)
        for name in order:
            resolved = None if name in circular else self._objective(items[name])
            if resolved is None:
                self.poisoned["objective"].add(name)
            else:
                self.objectives[name] = resolved

    def _objective(self, item: ObjectiveItem) -> NamedObjective | None:
        before = self.diagnostics.count
        formalism = formalism_of(item.formalism, self.formalisms, self.diagnostics)
        place = self._scope(item)
        if formalism is None:
            return None
        item = check_fields(item, formalism, self.diagnostics)
        if place is None:
            return None
        silent = False
        names = [each.name.text for each in self.file.items if isinstance(each, ObjectiveItem)]
        faulty = self.poisoned["objective"]
        look_up = lookup_recovered(item, place.environment.name, self.objectives, faulty, names, self.diagnostics)

        def policy(use: PolicyUse) -> NamedPolicy | None:
            nonlocal silent
            found = self._use(use)
            silent = silent or found is None
            return found

        def recovered(name: Name) -> Recovered | None:
            nonlocal silent
            found = look_up(name)
            silent = silent or found is None
            return found

        record = formalism.read(Fields(item, place, policy, recovered, self.diagnostics))
        if silent or self.diagnostics.count > before:
            return None
        about = place.environment.name
        return NamedObjective(item.name.text, about, item.formalism.text, record, item.at, about in self.alphabets)

    def _ordering(self, item: AnyOrderingItem) -> None:
        before = self.diagnostics.count
        place = self._place(item.environment, item.name)
        resolved: Ordering | Induced | TrajectoryOrdering | None = None
        if place is not None:
            if isinstance(item, TrajectoryOrderingItem):
                resolved = resolve_trajectories(item, place, self.diagnostics)
            elif item.objective is None:
                resolved = resolve_ordering(item, place, self._use, self.diagnostics)
            else:
                resolved = self._induced(item, place)
        if resolved is None or self.diagnostics.count > before:
            self.poisoned["ordering"].add(item.name.text)
        else:
            self.orderings[item.name.text] = resolved

    def _induced(self, item: OrderingItem, place: Place) -> Induced | None:
        name = item.objective
        if name is None:
            return None
        objective = find_objective(name, self.objectives, self.poisoned["objective"], self.diagnostics)
        before = self.diagnostics.count
        policies: dict[str, Policy] = {}
        for use in item.policies:
            policies |= named(use, place, self._use, self.diagnostics)
        if objective is None or any(self._use(use) is None for use in item.policies):
            return None
        if objective.environment != place.environment.name:
            message = f"`{objective.name}` is about `{objective.environment}`, not `{place.environment.name}`"
            self.diagnostics.error("E082", message, name.at)
        elif len(policies) < 2 and self.diagnostics.count == before:
            self.diagnostics.error("E080", "this ordering compares nothing", item.name.at, "list two policies at least")
        return Induced(item.name.text, place.environment.name, objective.name, policies)

    def _claims(self) -> tuple[tuple[Claim, ...], tuple[Refutation, ...]]:
        assertions: list[Claim] = []
        refutations: list[Refutation] = []
        for item in self.file.items:
            if isinstance(item, syntax.AssertItem):
                claim = resolve_assertion(
                    item,
                    self._use,
                    self.objectives,
                    self.orderings,
                    self.poisoned,
                    self.formalisms,
                    self.diagnostics,
                )
                assertions += [] if claim is None else [claim]
            elif isinstance(item, syntax.RefuteItem):
                refutation = resolve_refutation(
                    item,
                    self._use,
                    self.families,
                    self.objectives,
                    self.poisoned,
                    self.formalisms,
                    self.diagnostics,
                )
                refutations += [] if refutation is None else [refutation]
        return tuple(assertions), tuple(refutations)
