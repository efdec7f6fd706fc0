"""Which of a slot's voices a state is of, or goes into. Whoever asks counts from 1; 0 is all."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError
from rtsynth.host.notes import NEWEST
from rtsynth.host.slot import Slot

F32 = NDArray[np.float32]


def voice_of(slot: Slot, voice: int) -> int | None:
    """A voice from 0; None for all of them, which is 0 for whoever counts from 1.

    Raises:
        ControlError: there is none.
    """
    if not 0 <= voice <= slot.voices:
        raise ControlError(f"voice {voice}: slot {slot.number} has voices 1 to {slot.voices}")
    return voice - 1 if voice else None


def asked_voice(slot: Slot, voice: int) -> int | None:
    """`voice_of`, also for NEWEST: which one that is turns out when it is done."""
    return NEWEST if voice == NEWEST else voice_of(slot, voice)


def state_of_voice(slot: Slot, state: F32, voice: int | None) -> F32:
    """What one voice (from 0, or NEWEST) was, for all voices of the slot; None: as it is."""
    if voice is None:
        return state
    rows = state.reshape(slot.voices, -1)
    found: F32 = np.tile(rows[slot.player.newest if voice == NEWEST else voice], slot.voices)
    return found
