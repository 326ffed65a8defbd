"""An object file for a loop over arrays, made by numba, that runs without numba.

numba compiles a function of the table of arguments (`specl.solvers.machine_code`) around the loop. Of the module that
comes out, only that function and what it calls is left. What numba's code needs of numba when it runs has to do with
arrays that it allocates and exceptions that it raises; where a loop does neither, nothing of that is left.
"""

from collections.abc import Sequence
from types import CellType, FunctionType
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm
import numba
from numba import types
from numba.extending import intrinsic

from specl.solvers.native import ENTRY, Kind, processor, used_by

if TYPE_CHECKING:
    from specl.solvers.compiled import Loop

NO_FREEING = "define void @NRT_MemInfo_call_dtor(ptr %array) {\n  ret void\n}"
"""What is called when an array that numba has allocated is used no more, which those it is given never are."""


def object_code(loop: "Loop", kinds: Sequence[Kind]) -> bytes:
    """How results are read from the table, in a line, and the object file; nothing where the loop needs numba.

    The line: one letter of `struct` for a number, letters in brackets for several, nothing for none.
    """
    inner = by_numba(loop)
    numbers = [numba.from_dtype(dtype) for dtype, _ in kinds]
    inner.compile(
        tuple(
            number if ndim is None else types.Array(number, ndim, "C")
            for number, (_, ndim) in zip(numbers, kinds, strict=True)
        )
    )
    results = _letters(inner.nopython_signatures[0].return_type)
    signature: Any = tuple(map(types.CPointer, (types.int64, types.float64)))
    entry = numba.njit(error_model="numpy")(_entry(inner, kinds, results))
    entry.compile(signature)
    made: Any = entry.overloads[signature]
    module = llvm.parse_assembly(made.library.get_llvm_str())
    module.link_in(llvm.parse_assembly(NO_FREEING))
    for function in module.functions:
        if function.name == made.fndesc.llvm_func_name:
            function.name = ENTRY
        elif not function.is_declaration:
            function.linkage = "internal"
    machine = processor()
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    needed = [function.name for function in module.functions if function.is_declaration]
    is_free = not any(name.startswith(("NRT_", "numba_", "Py")) for name in needed)
    return results.encode() + b"\n" + (machine.emit_object(module) if is_free else b"")


def by_numba(loop: "Loop", cache: bool = False) -> Any:
    """The loop as numba compiles it. numba knows no loops but its own, so those that it calls are replaced."""
    function = loop.function
    loops = {name: by_numba(used) for name, used in used_by(function).items() if isinstance(used, type(loop))}
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    inside = tuple(CellType(loops.get(name, cell.cell_contents)) for name, cell in cells)
    copy = FunctionType(function.__code__, {**function.__globals__, **loops}, function.__name__, None, inside)
    return numba.njit(fastmath=set(loop.liberties), error_model="numpy", nogil=True, cache=cache)(copy)


def _letters(returned: Any) -> str:
    if isinstance(returned, types.NoneType):
        return ""
    if isinstance(returned, types.Tuple | types.UniTuple):
        return f"({''.join(map(_letters, returned.types))})"
    return "?" if isinstance(returned, types.Boolean) else "d" if isinstance(returned, types.Float) else "q"


def _entry(inner: Any, kinds: Sequence[Kind], results: str) -> Any:
    """The function of the table, which it sees as whole numbers and as floats."""
    names: dict[str, Any] = {"inner": inner, "carray": numba.carray, "pointer": _pointer}  # type: ignore[attr-defined]
    lines, arguments, word = [f"def {ENTRY}(words, floats):"], [], 0
    for i, (dtype, ndim) in enumerate(kinds):
        names[f"type{i}"] = dtype.type
        if ndim is not None:
            shape = "".join(f"words[{word + 1 + axis}], " for axis in range(ndim))
            value = f"carray(pointer(words[{word}]), ({shape}), type{i})"
        elif dtype.kind == "b":
            value = f"words[{word}] != 0"
        else:
            value = f"type{i}({'floats' if dtype.kind == 'f' else 'words'}[{word}])"
        lines.append(f"    a{i} = {value}")
        arguments.append(f"a{i}")
        word += 1 + (ndim or 0)
    lines.append(f"    found = inner({', '.join(arguments)})")
    for i, letter in enumerate(results.strip("()")):
        place = f"{'floats' if letter == 'd' else 'words'}[{word + i}]"
        lines.append(f"    {place} = found{f'[{i}]' if results.startswith('(') else ''}")
    exec("\n".join(lines), names)
    return names[ENTRY]


@intrinsic
def _pointer(_: Any, address: Any) -> Any:
    """An address as a pointer."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return types.voidptr(address), build
