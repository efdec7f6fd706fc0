"""Run as a program: prints the names that a freshly compiled callback can still call.

With --listening it is the callback of an input instead, with --helper the life of a helper thread,
with --ahead that of the thread that computes ahead, with --raising a callback that can fail.

The entry is compiled without the cache (a cached one has no IR); what it calls comes from the cache
as bitcode and is linked into its module. Every function in it but the entry is made internal, and
LLVM itself propagates constants between them: it finds that no function ever returns anything but
status 0 and removes the entry's error branch. What is left and called is printed, one name a line.
"""

import importlib
import sys

import llvmlite.binding as llvm

from rtsynth.engine.kernels import jit

# Imported while the cache is on: the minutes of compiling are in these.
CALLED = ("rtsynth.engine.live.moments", "rtsynth.engine.live.device_clock")


def reachable_calls(text: str) -> set[str]:
    """Names called anywhere in the module `text` once LLVM has removed what cannot happen."""
    module = llvm.parse_assembly(text)
    for function in module.functions:
        if not function.is_declaration and not function.name.startswith("cfunc."):
            function.linkage = "internal"
    machine = llvm.Target.from_default_triple().create_target_machine()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options())
    passes = llvm.create_new_module_pass_manager()
    passes.add_ipsccp_pass()
    passes.add_simplify_cfg_pass()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, builder)
    defined = {function.name for function in module.functions if not function.is_declaration}
    called = set()
    for function in module.functions:
        for block in function.blocks:
            for instruction in block.instructions:
                if instruction.opcode in ("call", "invoke", "callbr"):
                    # The callee is the last operand; one without a name is called by pointer.
                    callee = list(instruction.operands)[-1]
                    if callee.value_kind != llvm.ValueKind.inline_asm:  # an instruction
                        called.add(callee.name or "(by pointer)")
    return called - defined


def main() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for module in CALLED:
        importlib.import_module(module)
    jit.OPTIONS["cache"] = False
    if sys.argv[1:] == ["--raising"]:
        # The control: the same analysis of a callback that can fail.
        from numba import cfunc, types

        @cfunc(types.int64(types.int64), error_model="python")
        def callback(x):
            return 100 // x

    elif sys.argv[1:] in (["--helper"], ["--ahead"]):
        from numba import cfunc

        from rtsynth.engine.run import team
        from rtsynth.host import ahead

        life = team._help if sys.argv[1:] == ["--helper"] else ahead._keep_ahead
        options = {name: value for name, value in jit.OPTIONS.items() if name != "nogil"}
        callback = cfunc("void(int64)", **options)(life)
    elif sys.argv[1:] == ["--listening"]:
        from rtsynth.engine.live.listen import listening_callback as callback
    else:
        from rtsynth.engine.live.callback import stream_callback as callback
    print("\n".join(sorted(reachable_calls(callback.inspect_llvm()))))


if __name__ == "__main__":
    main()
