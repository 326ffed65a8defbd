"""Hypothesis strategies for wishes, and what of an answer can be checked without knowing how it was found."""

import itertools
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import networkx as nx
from hypothesis import strategies as st

from specl import formalisms
from specl.evaluation.ranks import compare_ranks
from specl.language.load import load_document
from specl.language.printer import show_item
from specl.language.source import Source
from specl.language.writing import objective_item
from specl.model.policy import Policy
from specl.reductions.writing import spec_of
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.wish import Pair, Wish
from tests.strategies import environments, policies


@st.composite
def wishes(
    draw: st.DrawFn,
    max_states: int = 3,
    max_actions: int = 2,
    max_policies: int = 5,
    discounts: Iterable[Fraction | None] = (None, Fraction(0), Fraction(1, 2), Fraction(9, 10)),
) -> Wish:
    """Some of the comparisons of a random total preorder; names of one policy are tied."""
    environment = draw(environments(max_states, max_actions, max_labels=1))
    count = draw(st.integers(2, max_policies))
    named = {f"p{i}": draw(policies(environment)) for i in range(count)}
    height: dict[Policy, int] = {}
    for policy in named.values():
        height.setdefault(policy, draw(st.integers(0, 3)))
    strict: list[Pair] = []
    ties: list[Pair] = []
    for left, right in itertools.permutations(named, 2):
        above, below = height[named[left]], height[named[right]]
        if above > below and draw(st.booleans()):
            strict.append((left, right))
        elif above == below and left < right and draw(st.integers(0, 3)) == 0:
            ties.append((left, right))
    return Wish("wish", environment, named, tuple(strict), tuple(ties), draw(st.sampled_from(list(discounts))))


def asked(wish: Wish, seconds: float = 1.0) -> Asking:
    """The wish put to all formalisms."""
    return Asking(wish, decide, seconds=seconds)


def grants(code: str, objective: Any, wish: Wish) -> bool:
    """Whether the objective, evaluated exactly, orders the policies as wished."""
    ranks = {name: formalisms.rank(code, objective, wish.environment, policy) for name, policy in wish.policies.items()}
    return all(compare_ranks(ranks[better], ranks[worse]) == 1 for better, worse in wish.strict) and all(
        compare_ranks(ranks[one], ranks[other]) == 0 for one, other in wish.ties
    )


def order_of(wish: Wish, more_ties: Iterable[Pair] = ()) -> "nx.DiGraph[str]":
    """An edge down for every strict comparison, edges both ways between policies that tie."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(wish.policies)
    for one, other in (*_level(wish), *more_ties):
        graph.add_edges_from([(one, other), (other, one)])
    graph.add_edges_from(wish.strict)
    return graph


def goes_in_a_circle(wish: Wish, more_ties: Iterable[Pair] = ()) -> bool:
    """Whether a strict comparison lies on a circle once these pairs tie."""
    groups = nx.strongly_connected_components(order_of(wish, more_ties))
    component = {name: i for i, group in enumerate(groups) for name in group}
    return any(component[better] == component[worse] for better, worse in wish.strict)


def follows(wish: Wish, pair: Pair, strict: bool) -> bool:
    """Whether the comparison follows from the wish."""
    if not strict:
        level: nx.Graph[str] = nx.Graph()
        level.add_nodes_from(wish.policies)
        level.add_edges_from(_level(wish))
        return bool(nx.has_path(level, *pair))
    graph = order_of(wish)
    return any(nx.has_path(graph, pair[0], p) and nx.has_path(graph, q, pair[1]) for p, q in wish.strict)


def _level(wish: Wish) -> list[Pair]:
    pairs = itertools.combinations(wish.policies, 2)
    return [*wish.ties, *((p, q) for p, q in pairs if wish.policies[p] == wish.policies[q])]


def shown(code: str, objective: Any, wish: Wish) -> str:
    """What a user sees."""
    fields = formalisms.formalism(code).write(objective, wish.environment)
    return show_item(objective_item(wish.environment, "o", code, fields))


def read_back(code: str, objective: Any, wish: Wish) -> Any:
    """The objective after a way through the text of a file."""
    text = spec_of(wish.environment, wish.policies, {"o": (code, objective)})
    return load_document(Source(text, "written.spec"), formalisms).objectives["o"].objective
