"""Results of a large network for each code, kept while its conditioning stands still."""

import numpy as np

from rtsynth.engine.kernels import matrix as kernels
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import CODE


@jit()
def recall(header, arena, size, op):
    """Whether the result of a stretch of ops for the last code is known, for all voices.

    Then it is copied to where they would put it. Voices step together: where one does not know, all
    of them compute.
    """
    known = True
    voice = 0
    while voice < arena.size:
        conditioning, kept, stamps = voice + op.conditioning, voice + op.kept, voice + op.stamps
        moved = False
        for i in range(op.inputs):
            if arena[kept + i] != arena[conditioning + i]:
                arena[kept + i] = arena[conditioning + i]
                moved = True
        if moved:
            for i in range(op.levels):
                arena[stamps + i] = np.float32(0.0)
        if arena[stamps + header[voice // 2 + CODE]] == np.float32(0.0):
            known = False
        voice += size
    voice = 0
    while known and voice < arena.size:
        row = voice + op.table + header[voice // 2 + CODE] * op.size
        kernels.copy(arena, row, voice + op.target, op.size)
        voice += size
    return known


@jit()
def keep(header, arena, voice, op):
    """Keep the result for the last code of a voice."""
    code = header[voice // 2 + CODE]
    arena[voice + op.stamps + code] = np.float32(1.0)
    kernels.copy(arena, voice + op.target, voice + op.table + code * op.size, op.size)
