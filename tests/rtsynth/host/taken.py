"""What is read back of a slot's generated parameters."""

import numpy as np

from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    VALUE,
)
from rtsynth.host.slot import Slot

SPAN = np.float32(5000)  # of the centroid, as networks see it; its low end is 0


def table(slot: Slot, name: str, voice: int = 0) -> float:
    """What the audio thread has in a voice's parameter table."""
    row = HEADER_FLOATS + slot._values.control(name).index * PARAMETER_FLOATS + VALUE
    size = int(slot.voice.compiled.program.config[CONFIG_ARENA_FLOATS])
    return float(slot.voice.arena[voice * size + row])


def knob(value: float) -> float:
    """What is read back for a knob at `value` Hz: it was a float32 as the network saw it."""
    return float(np.float32(value) / SPAN) * 5000
