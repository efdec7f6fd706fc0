"""A voice that goes on as another one that plays: see `rtsynth.engine.live.carry`."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.alike import difference
from rtsynth.engine.kernels.records import put
from rtsynth.engine.live import shared as sh
from rtsynth.host.moments import parts_of
from rtsynth.host.voice import Voice, new_memory


class NotAlikeError(ValueError):
    """Voices differ by more than their weights; the text is what differs, in a few words."""


def go_on_as(voice: Voice, other: Voice) -> None:
    """Let a voice that has not played go on as another, if it is played right after that.

    From the sample at which it begins it is what the other one is, parameters, notes and states
    that are kept included; only the weights are its own. What it puts out is kept in its tap.

    Raises:
        NotAlikeError: they differ by more than that.
    """
    problem = difference(other.compiled, voice.compiled)
    if problem is None and other.voices != voice.voices:
        problem = "voices"
    if problem is not None:
        raise NotAlikeError(problem)
    kept = other.slot.bank
    bank = kept._replace(waiting=np.zeros_like(kept.waiting), joint=np.zeros_like(kept.joint))
    voice.slot = voice.slot._replace(bank=bank)
    put(voice.words, sh.S_SLOT, voice.slot)
    voice.after, voice.carried = other.number, _table(other, voice)
    voice.tap = new_memory(sh.TAP_CAPACITY, np.float32) if other.tap is None else other.tap
    voice.words[sh.S_TAP] = voice.tap.ctypes.data
    voice.words[sh.S_AFTER] = other.number
    voice.words[sh.S_CARRIED] = voice.carried.ctypes.data


def _table(other: Voice, voice: Voice) -> NDArray[np.int64]:
    """Where what is carried is, there and here, int64 [1 + n, 3]."""
    rows = [
        (there.ctypes.data, here.ctypes.data, there.nbytes // 4)
        for there, here in zip(parts_of(other), parts_of(voice), strict=True)
    ]
    return np.array([(len(rows), 0, 0), *rows], np.int64)
