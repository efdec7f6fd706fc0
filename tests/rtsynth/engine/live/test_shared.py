"""What crosses threads: no two things in one place, and the ring of events."""

import numpy as np

from rtsynth.engine.kernels.records import words_of
from rtsynth.engine.live import shared as sh
from rtsynth.host.core import EngineCore

RATE_HZ = 48_000


def test_words_of_slots_lie_behind_those_of_the_engine() -> None:
    assert sh.LOOKED < sh.NEXT
    blocks = [sh.NEXT, sh.CURRENT, sh.FADING, sh.FADE_LEFT, sh.SEEN, sh.MIXER]
    assert np.diff(blocks).tolist() == [sh.MAX_SLOTS] * 5
    assert sh.MIXER + words_of(sh.Mixer) == sh.ENGINE_WORDS
    assert sh.S_TAP < sh.S_SLOT
    assert sh.S_SLOT + words_of(sh.Slot) == sh.SLOT_WORDS


def test_the_event_ring_takes_no_more_than_there_is_room_for() -> None:
    core = EngineCore(RATE_HZ, 2)
    for number in range(sh.EVENT_CAPACITY):
        assert sh.push_event(core.words, number, 1, -2, 0.5 * number)
    assert not sh.push_event(core.words, 0, 1, 2, 3.0)
    assert sh.read_word(core.words, sh.EVENT_HEAD) == sh.EVENT_CAPACITY
    sh.write_word(core.words, sh.EVENT_TAIL, 3)
    for number in range(3):
        assert sh.push_event(core.words, 90 + number, 7, 4, 1.5)
    assert not sh.push_event(core.words, 0, 1, 2, 3.0)
    times, voices = core._rings[sh.EVENT_TIMES], core._rings[sh.EVENT_VOICES]
    targets, values = core._rings[sh.EVENT_TARGETS], core._rings[sh.EVENT_VALUES]
    assert times[:4].tolist() == [90, 91, 92, 3]
    assert voices[:4].tolist() == [7, 7, 7, 1]
    assert targets[:4].tolist() == [4, 4, 4, -2]
    assert values[:4].tolist() == [1.5, 1.5, 1.5, 1.5]
