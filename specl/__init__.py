"""specl: write down what an agent should want; see exactly what that way of writing can and cannot say.

    document = specl.load("office.spec")
    specl.evaluate(document)                      # exact values and orderings
    specl.compare("MR", "LTL")                    # two formalisms
    specl.compare("speed", "long_run", document)  # two objectives
    specl.solve("office.spec:speed")              # the best policy, and its value with proved bounds
    specl.express("office.spec:wish")             # who can say it: objectives, or proofs that there is none
    specl.translate("speed", "FTR", document)     # along the reductions
    specl.hasse()                                 # the diagram
    specl.prove("proofs")                         # certificates for the `refute` items of .spec files
    specl.verify("proofs")                        # and what the kernel says of them
    specl.separate("RRL", "LAR", seed=1)          # a new environment that shows what RRL cannot say, found by search
    specl.census("states", samples=20)            # how many random sets of policies can be expressed

The names here are the whole public interface. Each is loaded when it is first used, so `import specl` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specl.api.census import census as census
    from specl.api.check import check as check
    from specl.api.compare import compare as compare
    from specl.api.evaluate import evaluate as evaluate
    from specl.api.express import express as express
    from specl.api.hasse import hasse as hasse
    from specl.api.load import load as load
    from specl.api.prove import prove as prove
    from specl.api.separate import separate as separate
    from specl.api.solve import solve as solve
    from specl.api.translate import translate as translate
    from specl.api.verify import verify as verify
    from specl.solvers.sparse import SparseModel as SparseModel

__all__ = [
    "SparseModel", "census", "check", "compare", "evaluate", "express", "hasse", "load", "prove", "separate", "solve",
    "translate", "verify",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in __all__:
        module = "specl.solvers.sparse" if name == "SparseModel" else f"specl.api.{name}"
        found = getattr(importlib.import_module(module), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'specl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
