"""Transition structures worth trying for a reward machine: with two states, with a purpose, folded from prefixes."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence

from specl.wishes.lotteries.alphabet import Alphabet, Letters
from specl.wishes.lotteries.prefixes import Prefix
from specl.wishes.lotteries.structures import Structure, reachable

MOST_STRUCTURES = 5_000
"""Structures with two states are all tried if there are no more."""


def two_states(alphabet: Alphabet, read: Letters) -> tuple[bool, Iterator[tuple[int, Structure]]]:
    """Structures that leave their first state on some letters and return to it on others, after the size of their
    guards, small ones first; and whether these are all there are."""
    subsets = 2 ** len(read)
    is_complete = subsets * subsets <= MOST_STRUCTURES
    if is_complete:
        sets = [frozenset(each) for n in range(len(read) + 1) for each in itertools.combinations(sorted(read), n)]
    else:
        positive = [term.letters & read for term in alphabet.terms]
        sets = list(dict.fromkeys([frozenset(), *positive, *(read - letters for letters in positive)]))
    size = {letters: alphabet.guard(letters, alphabet.all - read).size for letters in sets}
    pairs = sorted(
        ((size[leave] + size[back], leave, back) for leave in sets if leave for back in sets), key=lambda pair: pair[0]
    )
    letters = range(len(alphabet.letters))
    return is_complete, (
        (total, (tuple(int(i in leave) for i in letters), tuple(int(i not in back) for i in letters)))
        for total, leave, back in pairs
    )


def remembering(alphabet: Alphabet, read: Letters) -> list[Structure]:
    """Structures that remember the last or the first of something, or count steps; those with few states first."""
    letters = range(len(alphabet.letters))
    found: list[Structure] = []
    for kind in ([s for s, _ in alphabet.choices], [a for _, a in alphabet.choices], list(letters)):
        kinds = sorted({kind[i] for i in read})
        place = {value: k for k, value in enumerate(kinds)}
        now = [place.get(value, 0) for value in kind]
        last = [[now] * len(kinds), [[k + 1 for k in now]] * (len(kinds) + 1)]
        first = [[k + 1 for k in now], *([k + 1] * len(now) for k in range(len(kinds)))]
        found += [tuple(map(tuple, table)) for table in (*last, first)]
        for term in alphabet.terms[1:]:  # the last kind that came with the term
            where = term.letters & read
            if where and len({now[i] for i in where}) > 1:
                inner = sorted({now[i] for i in where})
                found.append(
                    tuple(
                        tuple(inner.index(now[i]) + 1 if i in where else u for i in letters)
                        for u in range(len(inner) + 1)
                    )
                )
    for count in range(3, 9):
        found.append(tuple((min(u + 1, count - 1),) * len(letters) for u in range(count)))
        found.append(tuple(((u + 1) % count,) * len(letters) for u in range(count)))
    sizes = [reachable(structure, sorted(read)) for structure in found]
    return sorted(dict.fromkeys(sizes), key=len)


Tree = list[dict[int, int]]
"""``tree[u][ℓ]``: where ℓ leads from u; letters that are absent lead to a state that is never left."""


def prefix_tree(alphabet: Alphabet, prefixes: Sequence[Prefix]) -> Tree:
    """The structure that recognises each of the prefixes by its last letter."""
    tree: Tree = [{}]
    for prefix in prefixes:
        nodes = [0]
        for choice in prefix[:-1]:
            following = []
            for u in nodes:
                for i, other in enumerate(alphabet.choices):
                    if other == choice:
                        if i not in tree[u]:
                            tree.append({})
                            tree[u][i] = len(tree) - 1
                        following.append(tree[u][i])
            nodes = following
    return tree


def folded(
    tree: Tree, letters: Letters, does: Callable[[Structure], bool], is_over: Callable[[], bool], seed: int = 0
) -> Structure:
    """The tree with states merged as long as the structure still does: each state, breadth first, into an earlier one
    where that goes, whatever then has to be merged below it (after Oncina and García 1992, who infer automata so).

    Args:
        does: whether a structure does; the tree does.
        is_over: whether time is up; what has been merged until then is returned.
        seed: 0 to try the earliest states first; another number for another order.
    """
    shuffle = random.Random(seed)
    width = max(letters) + 1
    kept = [0]
    k = 0
    while k < len(kept):
        for i in sorted(letters):
            v = tree[kept[k]].get(i)
            if v is None or v in kept:
                continue
            for u in shuffle.sample(kept, len(kept)) if seed else kept:
                merged = _merged(tree, kept[k], i, u)
                if is_over() or not does(complete(merged, letters, width)):
                    continue
                tree = merged
                break
            else:
                kept.append(v)
        k += 1
    best = complete(tree, letters, width)
    for other in (None, *kept):  # what ended in the state that is never left: stay, or go elsewhere
        rows = [tuple(row.get(i, u if other is None else other) for i in range(width)) for u, row in enumerate(tree)]
        closed = reachable(tuple(rows), sorted(letters))
        if len(closed) < len(best) and not is_over() and does(closed):
            best = closed
    return best


def complete(tree: Tree, letters: Letters, width: int) -> Structure:
    """The tree as a structure, what of it can be reached."""
    end = len(tree)
    rows = [tuple(row.get(i, end) for i in range(width)) for row in tree]
    return reachable((*rows, (end,) * width), sorted(letters))


def _merged(tree: Tree, parent: int, letter: int, into: int) -> Tree:
    """The tree where the letter leads from the parent into another state, which takes over what lay below: that is a
    tree still, so this ends."""
    found = [dict(row) for row in tree]
    below = found[parent][letter]
    found[parent][letter] = into
    waiting = [(below, into)]
    while waiting:
        source, target = waiting.pop()
        for i, v in found[source].items():
            if i in found[target]:
                if found[target][i] != v:
                    waiting.append((v, found[target][i]))
            else:
                found[target][i] = v
    return found
