"""What a large network makes of a code, kept while what it is conditioned with stands still."""

import numpy as np

from rtsynth.engine.kernels import matrix as kernels
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import CODE


@jit()
def recall(header, arena, size, op):
    """Whether what a stretch of ops makes of the last code is known, for all voices.

    Then it is brought where they would put it. Voices step together: one that does not know makes
    all of them compute.
    """
    known = True
    voice = 0
    while voice < arena.size:
        conditioning, kept, stamps = voice + op[1], voice + op[3], voice + op[4]
        moved = False
        for i in range(op[2]):
            if arena[kept + i] != arena[conditioning + i]:
                arena[kept + i] = arena[conditioning + i]
                moved = True
        if moved:
            for i in range(op[5]):
                arena[stamps + i] = np.float32(0.0)
        if arena[stamps + header[voice // 2 + CODE]] == np.float32(0.0):
            known = False
        voice += size
    voice = 0
    while known and voice < arena.size:
        row = voice + op[6] + header[voice // 2 + CODE] * op[8]
        kernels.copy(arena, row, voice + op[7], op[8])
        voice += size
    return known
