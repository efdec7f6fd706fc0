"""What an engine that plays in a test is asked: its parameter table, and its journal of changes."""

import time
from collections.abc import Callable

from rtsynth.engine.program.layout import HEADER_FLOATS, PARAMETER_FLOATS, VALUE
from rtsynth.host.changes import Journal, ValueChange
from rtsynth.host.slot import Slot

DEADLINE_S = 60.0


def until(condition: Callable[[], object]) -> None:
    """Wait for the audio thread."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "the engine never got there"
        time.sleep(0.002)


def row(slot: Slot, index: int, column: int = VALUE) -> float:
    """What the audio thread has in its parameter table."""
    return float(slot.voice.arena[HEADER_FLOATS + index * PARAMETER_FLOATS + column])


def value(slot: Slot, name: str) -> float:
    """The row of a control there."""
    return row(slot, slot._values.control(name).index)


def heard_by(journal: Journal) -> list[tuple[int, str, float]]:
    """(slot, control, value) of the values that changed since the last call."""
    changes = journal.take()
    return [(c.slot, c.control.name, c.value) for c in changes if isinstance(c, ValueChange)]
