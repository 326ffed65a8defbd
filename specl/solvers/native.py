"""What machine code is made for and what it is made from: this processor, and all that a loop uses."""

from collections.abc import Callable
from functools import cache
from typing import Any

import llvmlite.binding as llvm

Kind = tuple[Any, int | None]
"""Of an argument: the type of its numbers, and the number of axes; None for a number."""

ENTRY = "entry"
"""What the function in an object file is called."""


def processor() -> Any:
    """This processor, as LLVM's target."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(*features(), opt=3, reloc="static", codemodel="jitdefault", jit=True)


@cache
def features() -> tuple[str, str]:
    """The name of this processor, and what it can do, as LLVM says it."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def used_by(function: Callable[..., Any]) -> dict[str, Any]:
    """What the names stand for that a function uses."""
    code = function.__code__
    inside = {name: cell.cell_contents for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True)}
    return {name: function.__globals__[name] for name in code.co_names if name in function.__globals__} | inside
