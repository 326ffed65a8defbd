"""New counterexamples: an environment that shows that one formalism cannot express what another can."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from specl import kernel, reductions
from specl.api.references import refer, refuse
from specl.api.separated import Separated, Witnessed
from specl.expressivity.explain import construction
from specl.kernel.reading import read_text
from specl.language.diagnostics import nearest_or_all
from specl.obstructions import Proof
from specl.obstructions.claims.writing import text
from specl.separation.driver import Found, Search, Size, TimeUp
from specl.separation.routes import kinds, routes
from specl.separation.shrink import shrink

if TYPE_CHECKING:
    from specl.api.parting import Parted
    from specl.language.document import Document


def separate(
    left: str,
    right: str,
    document: Document | str | os.PathLike[str] | None = None,
    *,
    states: int | None = None,
    actions: int | None = None,
    policies: int | None = None,
    kind: str | None = None,
    seed: int = 0,
    seconds: float = 60.0,
    watch: Callable[[str], None] = lambda _: None,
) -> Separated | Parted:
    """An environment, found by search, in which `left` cannot express what `right` can; or two objectives differ.

    Of two formalisms: the environment comes with an objective of `right` and policies, and with a certificate that the
    kernel has accepted; it is made smaller for as long as the kernel accepts. The search takes nothing from the
    project's proofs. Of two objectives: an environment over their alphabet and two policies that they rank differently.

    Args:
        left, right: two codes of formalisms; or two objectives, as `specl.compare` takes them.
        states, actions: how many the environment is to have; otherwise as few as possible.
        policies: how many there may be at most, of formalisms, for kinds of argument that list policies.
        kind: the kind of argument, of formalisms; any by default.
        seed: the same seed gives the same witness, other seeds give others.
        seconds: how long to search and to shrink. Ctrl-C ends either; what has been found is returned.
        watch: is told what is worked on.

    Raises:
        SpecErrors: nothing of that name, one of each kind, or numbers that no environment has.
    """
    for name, number in (("states", states), ("actions", actions), ("policies", policies)):
        if number is not None and number < 1:
            raise refuse("E090", f"there must be at least 1 of the {name}, not {number}")
    first, second = refer(left, document), refer(right, document)
    if isinstance(first, str) and isinstance(second, str):
        return _of_formalisms(first, second, Size(states, actions, policies), kind, seed, seconds, watch)
    if isinstance(first, str) or isinstance(second, str):
        formalism, objective = (left, right) if isinstance(first, str) else (right, left)
        raise refuse(
            "E090", f"`{formalism}` is a formalism and `{objective}` an objective: two of a kind are separated"
        )
    if policies is not None or kind is not None:
        raise refuse("E090", "two objectives are parted by two policies; `--policies` and `--kind` are for formalisms")
    from specl.api.parting import part  # what decides equality is not needed for formalisms

    return part(first, second, states=states, actions=actions, seed=seed, seconds=seconds, watch=watch)


def _of_formalisms(
    upper: str, lower: str, size: Size, kind: str | None, seed: int, seconds: float, watch: Callable[[str], None]
) -> Separated:
    begin = time.monotonic()
    if kind is not None and kind not in kinds():
        raise refuse("E096", f"there is no search for a refutation by `{kind}`", nearest_or_all(kind, kinds()))
    held = _held(upper, lower)
    if held is not None:
        return Separated(upper, lower, "holds", held, seed)
    ways = routes(upper, lower, kind)
    if not ways:
        by = f" by {kind}" if kind else ""
        return Separated(upper, lower, "unknown", f"no search for {upper} ⋡ {lower}{by} is known", seed)
    deadline = begin + seconds
    search = Search(ways, size, seed, accepted, watch, deadline)
    try:
        found = search.run()
    except TimeUp as over:
        return Separated(upper, lower, "unknown", str(over), seed)
    except KeyboardInterrupt:
        return Separated(upper, lower, "unknown", f"interrupted: {search.summary}", seed, interrupted=True)
    return _shrunk(upper, lower, found, size, seed, watch, (begin, deadline))


def _shrunk(
    upper: str, lower: str, found: Found, size: Size, seed: int, watch: Callable[[str], None],
    times: tuple[float, float],
) -> Separated:  # fmt: skip
    begin, deadline = times
    between = time.monotonic()
    smaller = shrink(found.proposal, found.proof, accepted, size, watch, deadline)
    claim, certificate = text(smaller.proof.claim), text(smaller.proof.certificate)
    reason = _verdict(smaller.proof).words.split("\n", 1)[0]
    seconds = between - begin, time.monotonic() - between
    witness = Witnessed(found, smaller, reason, claim, certificate, seconds)
    return Separated(upper, lower, "found", reason, seed, witness, smaller.interrupted)


def _held(upper: str, lower: str) -> str | None:
    """Why there is nothing to find; None where no reductions lead up."""
    try:
        chain = reductions.path(lower, upper)
    except reductions.NoReduction:
        return None
    if len(chain) == 1:
        return f"there is no such environment: {upper} and {lower} are the same."
    told = (f"  {a} → {b}: {construction(a, b)}" for a, b in pairwise(chain))
    return "\n".join([f"there is no such environment: {upper} ⪰ {lower}, by {' → '.join(chain)}.", *told])


def accepted(proof: Proof) -> bool:
    """Whether the kernel accepts the certificate, both documents read from their text."""
    return _verdict(proof).status == kernel.ACCEPT


def _verdict(proof: Proof) -> kernel.Verdict:
    claim, certificate = (read_text(text(part).encode()) for part in (proof.claim, proof.certificate))
    return kernel.check(claim, certificate)
