"""Linear relations among the trajectory lotteries of stationary policies.

Σ c_π L_π = 0 iff Σ c_π P_π(w) = 0 for every finite word w of steps. P_π(w) = start_π·M_w·1 in the weighted automaton
of the policy's chain. Backwards, the span of all M_w·1 has a finite basis, so the relations are those of finitely many
numbers start_π·b; forwards, the span of all v·M_w for v = Σ c_π start_π has one, which shows a relation by induction
over w (Schützenberger 1961; Tzeng 1992).
"""

from collections import deque
from collections.abc import Callable, Mapping
from fractions import Fraction

from specl.model.environment import Environment, Step
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.exact.chain import Chain, Rows, explore
from specl.obstructions.exact.ratio import Json, Ratio, constant

Vector = tuple[Fraction, ...]
MOST_BASIS = 64


class Lotteries:
    """The lotteries of policies, as one weighted automaton on the disjoint union of their chains."""

    def __init__(self, environment: Environment, rows: Mapping[str, Rows]) -> None:
        self.environment = environment
        self.chains = {name: explore(environment, each) for name, each in rows.items()}
        self.first: dict[str, int] = {}
        self.size = 0
        self.moves: dict[Step, list[tuple[int, int, Fraction]]] = {step: [] for step in environment.steps}
        for name, chain in self.chains.items():
            self.first[name] = self.size
            for i, moves in enumerate(chain.moves):
                for move in moves:
                    entry = (self.size + i, self.size + move.target, _number(move.probability))
                    self.moves[move.step].append(entry)
            self.size += len(chain.nodes)

    def features(self) -> dict[str, list[Ratio]]:
        """Policy -> start·b for each b of a basis of the span of all M_w·1."""
        basis = _closure((Fraction(1),) * self.size, [self._backward(step) for step in self.moves])
        return {
            name: [constant(sum((x * b[i] for i, x in self._start(name)), Fraction(0))) for b in basis]
            for name in self.chains
        }

    def induction(self, coefficients: Mapping[str, Fraction]) -> dict[str, Json]:
        """`basis`, `start` and `closure` of a certificate that Σ c_π L_π = 0."""
        vector = [Fraction(0)] * self.size
        for name, coefficient in coefficients.items():
            for i, x in self._start(name):
                vector[i] += coefficient * x
        pushes = [self._forward(step) for step in self.moves]
        basis = _closure(tuple(vector), pushes)
        if len(basis) > MOST_BASIS:
            raise NoCertificate(f"an induction over more than {MOST_BASIS} vectors", decided=False)
        span = _Span(basis)
        return {
            "basis": [self._split(each) for each in basis],
            "start": [str(x) for x in span.combination(tuple(vector))],
            "closure": [[[str(x) for x in span.combination(push(each))] for push in pushes] for each in basis],
        }

    def _start(self, name: str) -> list[tuple[int, Fraction]]:
        chain: Chain = self.chains[name]
        return [(self.first[name] + i, _number(x)) for i, x in enumerate(chain.start) if not x.is_zero()]

    def _split(self, vector: Vector) -> Json:
        return {
            name: [str(x) for x in vector[self.first[name] :][: len(chain.nodes)]]
            for name, chain in self.chains.items()
        }

    def _forward(self, step: Step) -> "Map":
        def push(vector: Vector) -> Vector:
            found = [Fraction(0)] * self.size
            for i, j, probability in self.moves[step]:
                found[j] += vector[i] * probability
            return tuple(found)

        return push

    def _backward(self, step: Step) -> "Map":
        def pull(vector: Vector) -> Vector:
            found = [Fraction(0)] * self.size
            for i, j, probability in self.moves[step]:
                found[i] += probability * vector[j]
            return tuple(found)

        return pull


Map = Callable[[Vector], Vector]


class _Span:
    """The span of linearly independent vectors, kept in echelon form with the way back to those vectors."""

    def __init__(self, vectors: list[Vector] | None = None) -> None:
        self.rows: list[tuple[int, Vector, dict[int, Fraction]]] = []  # (pivot, vector, combination)
        self.count = 0
        for vector in vectors or []:
            self.add(vector)

    def add(self, vector: Vector) -> bool:
        """Whether it was independent of those so far."""
        rest, used = self._reduce(vector)
        pivot = next((i for i, x in enumerate(rest) if x), None)
        if pivot is None:
            return False
        combination = {k: -x for k, x in used.items()}
        combination[self.count] = combination.get(self.count, Fraction(0)) + 1
        self.rows.append((pivot, rest, combination))
        self.count += 1
        return True

    def combination(self, vector: Vector) -> list[Fraction]:
        """Its coordinates, for a vector of the span."""
        _, used = self._reduce(vector)
        return [used.get(k, Fraction(0)) for k in range(self.count)]

    def _reduce(self, vector: Vector) -> tuple[Vector, dict[int, Fraction]]:
        used: dict[int, Fraction] = {}
        for pivot, row, combination in self.rows:
            if vector[pivot]:
                factor = vector[pivot] / row[pivot]
                vector = tuple(x - factor * y for x, y in zip(vector, row, strict=True))
                for k, x in combination.items():
                    used[k] = used.get(k, Fraction(0)) + factor * x
        return vector, used


def _closure(vector: Vector, maps: list[Map]) -> list[Vector]:
    """A basis of the smallest space that holds the vector and is closed under the maps."""
    span, basis = _Span(), []
    queue = deque([vector])
    while queue:
        each = queue.popleft()
        if span.add(each):
            basis.append(each)
            queue.extend(move(each) for move in maps)
    return basis


def _number(value: Ratio) -> Fraction:
    found = value.rational
    assert found is not None  # the policies are constant
    return found
