"""Ways of waiting in compiled code, without the GIL."""

import sys
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _call_system(builder: Any, name: str, result: Any, *arguments: Any) -> None:
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


@intrinsic
def nap(typing_context: Any, microseconds: Any) -> Any:
    """Sleep for so many microseconds (a millisecond at least on Windows)."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if sys.platform == "win32":
            _call_system(builder, "Sleep", ir.VoidType(), ir.IntType(32)(1))
        else:
            _call_system(builder, "usleep", ir.IntType(32), args[0])
        return context.get_dummy_value()

    return types.none(types.int32), codegen


@intrinsic
def yield_core(typing_context: Any) -> Any:
    """Let others have this core; goes on at once where nobody wants it, so it is never idle."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        name = "SwitchToThread" if sys.platform == "win32" else "sched_yield"
        _call_system(builder, name, ir.IntType(32))
        return context.get_dummy_value()

    return types.none(), codegen


@intrinsic
def pause(typing_context: Any) -> Any:
    """Tell the CPU that this is a spinning loop."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if "86" in builder.module.triple.split("-")[0]:
            _call_system(builder, "llvm.x86.sse2.pause", ir.VoidType())
        return context.get_dummy_value()

    return types.none(), codegen
