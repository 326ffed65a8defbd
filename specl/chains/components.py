"""Strongly connected components of a finite directed graph."""

from collections.abc import Iterable, Sequence


def components(successors: Sequence[Iterable[int]]) -> list[tuple[int, ...]]:
    """The strongly connected components, each after every component that it leads to.

    Tarjan, "Depth-first search and linear graph algorithms" (1972), with an explicit stack: depth costs no recursion.

    Args:
        successors: node -> the nodes that it has an edge to.

    Returns:
        Each component as its nodes in increasing order.
    """
    size = len(successors)
    entered = [-1] * size  # order of discovery
    lowest = [0] * size  # earliest node on the open path that the subtree reaches
    is_open = [False] * size
    path: list[int] = []
    found: list[tuple[int, ...]] = []
    clock = 0
    for root in range(size):
        if entered[root] >= 0:
            continue
        entered[root] = lowest[root] = clock
        clock += 1
        path.append(root)
        is_open[root] = True
        stack = [(root, iter(successors[root]))]
        while stack:
            node, rest = stack[-1]
            for target in rest:
                if entered[target] < 0:
                    entered[target] = lowest[target] = clock
                    clock += 1
                    path.append(target)
                    is_open[target] = True
                    stack.append((target, iter(successors[target])))
                    break
                if is_open[target]:
                    lowest[node] = min(lowest[node], entered[target])
            else:
                stack.pop()
                if stack:
                    parent = stack[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] == entered[node]:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(path.pop())
                    for member in component:
                        is_open[member] = False
                    found.append(tuple(sorted(component)))
    return found
