"""Run as a program: renders a plugin file, prints a digest of the samples, one line a precision.

Arguments: the plugin file, the number of samples, then precisions.
"""

import hashlib
import sys

import numpy as np

from rtsynth.compiler import calibrate
from rtsynth.compiler.compile import compile_plugin, new_arena
from rtsynth.compiler.packed_cache import PackedCache
from rtsynth.engine.kernels.cpu import PATH
from rtsynth.engine.program.layout import header_of, no_events
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import load


def main() -> None:
    path, samples, *precisions = sys.argv[1:]
    plugin = load(path)
    print(f"path\t{PATH.name}")
    calibrate.MOST_SAMPLES = calibrate.FEWEST_SAMPLES  # quick, and as good for the purpose
    for precision in precisions:
        kept = PackedCache(plugin, precision).path
        kept.unlink(missing_ok=True)
        compiled = compile_plugin(plugin, precision)
        kept.unlink(missing_ok=True)  # the next run shall round the weights anew
        arena = new_arena(compiled, seed=3)
        out = np.empty(int(samples), np.float32)
        render_block(compiled.program, header_of(arena), arena, no_events(), 0, out)
        digest = hashlib.sha256(out.tobytes() + arena.tobytes()).hexdigest()[:16]
        print(f"{precision}\t{digest} {np.unique(out).size}")


if __name__ == "__main__":
    main()
