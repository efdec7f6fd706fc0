"""Clocks that the audio thread may read: no GIL, no lock."""

import sys
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

# clock_gettime's CLOCK_MONOTONIC, which is also what Python's time.monotonic_ns reads.
_CLOCK_MONOTONIC = {"linux": 1, "darwin": 6}.get(sys.platform, 1)
_CLOCK_THREAD_CPUTIME_ID = {"linux": 3, "darwin": 16}.get(sys.platform, 3)


def _reader(clock: int, doc: str) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        word = ir.IntType(64)
        when = cgutils.alloca_once(builder, ir.LiteralStructType([word, word]))
        kind = ir.FunctionType(ir.IntType(32), [ir.IntType(32), when.type])
        function = cgutils.get_or_insert_function(builder.module, kind, "clock_gettime")
        builder.call(function, [ir.Constant(ir.IntType(32), clock), when])
        time = builder.load(when)
        seconds, nanoseconds = builder.extract_value(time, 0), builder.extract_value(time, 1)
        billion = ir.Constant(word, 1_000_000_000)
        return builder.add(builder.mul(seconds, billion), nanoseconds)

    def nanoseconds(typing_context: Any) -> Any:
        return types.int64(), codegen

    nanoseconds.__doc__ = doc
    return intrinsic(nanoseconds)


monotonic_ns = _reader(
    _CLOCK_MONOTONIC, "The clock of `time.monotonic_ns`; on Linux read without a system call."
)
cpu_ns = _reader(
    _CLOCK_THREAD_CPUTIME_ID, "How long the calling thread has computed, not counting its waits."
)
