"""The monotonic clock, readable from the audio thread: no GIL, no system call on Linux."""

import sys
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

# clock_gettime's CLOCK_MONOTONIC, which is also what Python's time.monotonic_ns reads.
_CLOCK_MONOTONIC = {"linux": 1, "darwin": 6}.get(sys.platform, 1)


@intrinsic
def monotonic_ns(typing_context: Any) -> Any:
    """Nanoseconds of the clock of `time.monotonic_ns`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        word = ir.IntType(64)
        when = cgutils.alloca_once(builder, ir.LiteralStructType([word, word]))
        kind = ir.FunctionType(ir.IntType(32), [ir.IntType(32), when.type])
        function = cgutils.get_or_insert_function(builder.module, kind, "clock_gettime")
        builder.call(function, [ir.Constant(ir.IntType(32), _CLOCK_MONOTONIC), when])
        time = builder.load(when)
        seconds, nanoseconds = builder.extract_value(time, 0), builder.extract_value(time, 1)
        billion = ir.Constant(word, 1_000_000_000)
        return builder.add(builder.mul(seconds, billion), nanoseconds)

    return types.int64(), codegen
