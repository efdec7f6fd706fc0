"""The floating-point mode of whichever thread computes the sound: the same for all.

A thread belongs to whoever made it. A sound system, or a library that was built for speed, may have
it flush denormal numbers to zero, round another way, or trap: the sound would then depend on which
thread computed it. So everything compiled that computes sound begins in the mode of IEEE 754 that
every program starts in (round to nearest, denormals kept, no traps), and gives the thread its own
mode back at the end. Two instructions each way, no call.

What is computed in between of numbers in memory is computed in that mode. Of arguments it need not
be: LLVM, which knows of one mode only, may move it. So whoever enters takes addresses, no floats.
"""

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

X86_STANDARD = 0x1F80  # MXCSR: all exceptions masked, nearest, FTZ and DAZ off
ARM_STANDARD = 0  # FPCR: the same
llvm.initialize_native_asmparser()  # Numba does without
_WORD, _HALF = ir.IntType(64), ir.IntType(32)


def _cpu(builder: Any) -> str:
    name = str(builder.module.triple.split("-")[0])
    return "x86" if "86" in name else "arm" if name in ("aarch64", "arm64") else ""


def _emit(builder: Any, text: str, constraint: str, arguments: Any, result: Any) -> Any:
    """An instruction that what reads or writes memory is not moved across."""
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    return builder.asm(kind, text, f"{constraint},~{{memory}}", arguments, True)


def _read(builder: Any, cpu: str, memory: Any) -> Any:
    if cpu == "x86":
        _emit(builder, "stmxcsr ($0)", "r", [memory], ir.VoidType())
        return builder.zext(builder.load(memory), _WORD)
    return _emit(builder, "mrs $0, fpcr", "=r", [], _WORD)


def _write(builder: Any, cpu: str, memory: Any, mode: Any) -> None:
    if cpu == "x86":
        builder.store(builder.trunc(mode, _HALF), memory)
        _emit(builder, "ldmxcsr ($0)", "r", [memory], ir.VoidType())
    else:
        _emit(builder, "msr fpcr, $0", "r", [mode], ir.VoidType())


@intrinsic
def enter_standard_floats(typing_context: Any) -> Any:
    """Put this thread into the standard mode; returns its own, for `leave_standard_floats`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        cpu = _cpu(builder)
        if not cpu:
            return ir.Constant(_WORD, 0)
        memory = cgutils.alloca_once(builder, _HALF)
        before = _read(builder, cpu, memory)
        standard = X86_STANDARD if cpu == "x86" else ARM_STANDARD
        _write(builder, cpu, memory, ir.Constant(_WORD, standard))
        return before

    return types.int64(), codegen


@intrinsic
def leave_standard_floats(typing_context: Any, before: Any) -> Any:
    """Give this thread its own mode back."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if cpu := _cpu(builder):
            _write(builder, cpu, cgutils.alloca_once(builder, _HALF), args[0])
        return context.get_dummy_value()

    return types.none(types.int64), codegen
