"""Voices: made of a plugin for a device, and what of them is heard."""

import numpy as np

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import CLOCK, CONFIG_SOUND, SOUND_SAMPLES
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import make_voice, new_queue
from tests.rtsynth.engine.ahead import AheadDriver

RATE_HZ = 48_000


def test_each_voice_has_a_number_and_memory_of_its_own(compiled: Compiled) -> None:
    one, other = make_voice(compiled, RATE_HZ, 5), make_voice(compiled, RATE_HZ, 5, voices=3)
    assert 0 < one.number < other.number
    assert one.address == one.words.ctypes.data
    assert other.arena.size == 3 * one.arena.size
    assert one.words[sh.S_ORIGIN] == -1


def test_a_queue_has_the_room_that_is_said() -> None:
    assert {len(column) for column in new_queue()} == {sh.QUEUE_CAPACITY}


def test_where_nothing_is_ahead_it_is_heard_as_it_is(compiled: Compiled) -> None:
    voice = make_voice(compiled, RATE_HZ)
    assert voice.heard() is voice.arena


def test_what_is_heard_is_what_it_was_when_that_was_computed(compiled: Compiled) -> None:
    core, voice = EngineCore(RATE_HZ, 2), make_voice(compiled, RATE_HZ, voices=2)
    driver = AheadDriver(core, 4800, voice)
    core.play(0, voice)
    driver.turns(2)
    driver.run_all(core.counter(sh.OUT_HEAD), 1000)  # up to here: the state right now
    before = voice.arena.copy()
    driver.turns()
    heard = voice.heard()
    sound = int(compiled.program.config[CONFIG_SOUND])  # it is not computed with, and left out
    for each in (heard.reshape(2, -1), before.reshape(2, -1)):
        each[:, sound : sound + SOUND_SAMPLES] = 0
    np.testing.assert_array_equal(heard, before)
    assert heard.view(np.int64)[CLOCK] < voice.slot.header[CLOCK]
    core.end_moments()
    assert voice.heard() is voice.arena
