"""The search for a witness: all ways at once, smallest environments first, until a checker accepts one."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice, product
from random import Random

from specl.obstructions import Proof
from specl.separation.checking import Accepts, checked
from specl.separation.proposal import Proposal, Shape
from specl.separation.routes import Route, kind

SLICE = 8
"""So many proposals or failures are taken from one search before it is the turn of the next."""

LARGEST = 12
"""No more states and actions together, where the size is left open."""


@dataclass(frozen=True)
class Size:
    """How large a witness must be: numbers of states and actions; at most so many policies; None where it is open."""

    states: int | None = None
    actions: int | None = None
    policies: int | None = None


@dataclass(frozen=True)
class Found:
    """A witness, and by which way it came.

    Attributes:
        tried: how many environments were looked at, roughly: what searches proposed, or gave up.
    """

    route: Route
    proposal: Proposal
    proof: Proof
    tried: int


class TimeUp(Exception):
    """The time is up before there was a witness; the message says what was tried."""


@dataclass
class Search:
    """One run, which goes on where it was left."""

    routes: Sequence[Route]
    size: Size
    seed: int
    accepts: Accepts
    watch: Callable[[str], None] = lambda _: None
    deadline: float = float("inf")
    tried: int = 0
    rejected: int = 0
    largest: Shape = field(default_factory=lambda: Shape(0, 0, 0))
    _begin: float = field(default_factory=time.monotonic)

    def run(self) -> Found:
        """The first witness that is accepted.

        Raises:
            TimeUp: there was none in time, or all has been tried.
        """
        random = Random(self.seed)
        ways = sorted(self.routes, key=lambda route: (route.length, random.random()))
        turns = [_Turn(route, self.size, random.getrandbits(64)) for route in ways]
        for round_ in count(1):  # the k-th way joins in the k-th round
            for turn in turns[:round_]:
                for shape, proposal in islice(turn.proposals, SLICE):
                    self._tell(turn.route, shape)
                    if proposal is not None and (proof := self._accepted(proposal)) is not None:
                        return Found(turn.route, proposal, proof, self.tried)
            turns = [turn for turn in turns if not turn.is_over]
            if not turns:
                break
        raise TimeUp(f"nothing is left to try: {self.summary}")

    def _tell(self, route: Route, shape: Shape) -> None:
        self.tried += 1
        self.largest = max(self.largest, shape, key=lambda each: (each.states * each.actions, each.states))
        if time.monotonic() > self.deadline:
            raise TimeUp(f"no witness in time: {self.summary}")
        self.watch(
            f"{route.refuted} ⋡ {route.expressing} by {route.kind}: {shape.states} states, {shape.actions} actions; "
            f"{self.tried} tried, {time.monotonic() - self._begin:.0f} s"
        )

    @property
    def summary(self) -> str:
        """What was tried so far."""
        largest = f"{self.largest.states} × {self.largest.actions}"
        return f"{self.tried} tried, up to {largest} (states × actions); {self.rejected} were proposed and refused"

    def _accepted(self, proposal: Proposal) -> Proof | None:
        proof = checked(proposal, self.accepts)
        self.rejected += proof is None
        return proof


class _Turn:
    """A way, and its searches in all shapes side by side: each round starts one more, and lets every one go on."""

    def __init__(self, route: Route, size: Size, seed: int) -> None:
        self.route = route
        self.is_over = False
        self.proposals = self._all(size, Random(seed))

    def _all(self, size: Size, random: Random) -> Iterator[tuple[Shape, Proposal | None]]:
        search = kind(self.route.kind)
        waiting = shapes(search.SMALLEST, size)
        live: list[tuple[Shape, Iterator[Proposal | None]]] = []
        while True:
            shape = next(waiting, None)
            if shape is not None:
                own = Random(random.getrandbits(64))
                live.append((shape, search.propose(self.route.refuted, self.route.expressing, shape, own)))
            for each in list(live):
                taken = list(islice(each[1], SLICE))
                yield from ((each[0], proposal) for proposal in taken)
                if len(taken) < SLICE:
                    live.remove(each)
            if not live and shape is None:
                self.is_over = True
                return


def shapes(smallest: Shape, size: Size) -> Iterator[Shape]:
    """The shapes that a search may have, small ones first."""
    policies = size.policies if size.policies is not None else smallest.policies
    if size.states is not None and size.actions is not None:
        yield Shape(size.states, size.actions, policies)
        return
    for total in count(2):
        for states, actions in product(range(1, total), repeat=2):
            if states + actions != total or states < smallest.states or actions < smallest.actions:
                continue
            if size.states in (None, states) and size.actions in (None, actions):
                yield Shape(states, actions, policies)
        if total >= max(LARGEST, 2 * (size.states or 0), 2 * (size.actions or 0)):
            return
