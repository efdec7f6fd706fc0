"""Ways of waiting in compiled code, without the GIL.

A thread that has worked for long waits awake for as long: one that works for more than half of the
time never sleeps. Where cores are shared with other machines, one that sleeps is lent away, and
comes back late, or as the twin of the core that the other thread is on, where both together do the
work of one. Threads above the rest of the system sleep: a yield gives the core only to equals.
"""

import sys
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from rtsynth.engine.kernels.jit import jit

LONGEST_NS = 200_000_000  # that is waited awake


@jit()
def patience(left_ns, passed_ns, worked):
    """How long a thread may wait awake that could for `left_ns`, and then worked or waited."""
    return min(left_ns + passed_ns, LONGEST_NS) if worked else max(left_ns - passed_ns, 0)


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
    """Yield this core; returns at once where nobody wants it, so it is never idle."""

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
