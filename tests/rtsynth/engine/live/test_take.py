"""What a block takes: noted where moments are kept, so that it can be taken again."""

import numpy as np

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import GAIN, TEMPERATURE
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.ahead import AheadDriver
from tests.rtsynth.engine.driver import Driver, started

RATE_HZ = 48_000


def journal(core: EngineCore) -> list[list[int]]:
    """Time, voice and target of what is noted."""
    records = core.moments._memory[sh.JOURNAL][: core.counter(sh.JOURNAL_HEAD)]
    rows: list[list[int]] = records.tolist()
    return rows


def test_an_event_for_now_is_noted_with_the_frame_of_its_block(compiled: Compiled) -> None:
    core, voice = EngineCore(RATE_HZ, 2), make_voice(compiled, RATE_HZ)
    driver = AheadDriver(core, 4800, voice)
    core.play(0, voice)
    driver.turns(1)
    frame = core.counter(sh.FRAMES)
    driver.push(GAIN, 0.25)
    driver.push(TEMPERATURE, 0.75, 9000)
    core.push_setting(sh.PAN, 0.5)
    nowhere = make_voice(compiled, RATE_HZ)
    core.push(nowhere, GAIN, 0.5)  # nobody has it, the second time either
    driver.turns(1)
    number = voice.number
    assert journal(core) == [
        [frame, number, GAIN], [9000, number, TEMPERATURE], [frame, sh.MIXER_VOICE, sh.PAN],
        [frame, nowhere.number, GAIN],
    ]  # fmt: skip
    assert core.counter(sh.JOURNAL_TAIL) == 4
    assert core.counter(sh.EVENT_TAIL) == 4


def test_what_is_noted_is_taken_again_before_what_is_new(compiled: Compiled) -> None:
    core, voice = EngineCore(RATE_HZ, 2), make_voice(compiled, RATE_HZ)
    sh.write_word(core.words, sh.LOGGING, 1)
    driver = AheadDriver(core, 4800, voice)
    core.play(0, voice)
    driver.turns(1)
    driver.push(GAIN, 0.25)
    driver.turns(1)
    core.words[sh.JOURNAL_TAIL] = 0
    driver.push(GAIN, 0.5)
    core.take_log()
    driver.turns(1)
    rows, values = core.take_log()
    events = rows[:, sh.LOG_KIND] == sh.LOGGED_EVENT
    assert values[events].tolist() == [0.25, 0.5]
    assert core.counter(sh.JOURNAL_HEAD) == core.counter(sh.JOURNAL_TAIL) == 2


def test_without_moments_nothing_is_noted_and_now_stays_now(compiled: Compiled) -> None:
    driver = started(compiled, RATE_HZ)
    core = driver.core
    sh.write_word(core.words, sh.LOGGING, 1)
    driver.run(64, 64)
    driver.push(GAIN, 0.25)
    driver.run(64, 64)
    rows, _ = core.take_log()
    assert rows[rows[:, sh.LOG_KIND] == sh.LOGGED_EVENT, sh.LOG_TIME].tolist() == [sh.NOW]
    assert core.counter(sh.JOURNAL_HEAD) == core.counter(sh.LATEST_NOW) == 0


def test_what_a_full_queue_has_no_room_for_waits(compiled: Compiled) -> None:
    """Events of one block: all of them are taken in the end, and in order."""
    core, voice = EngineCore(RATE_HZ, 2), make_voice(compiled, RATE_HZ)
    driver = Driver(core, voice)
    core.play(0, voice)
    driver.run(64, 64)
    for number in range(sh.QUEUE_CAPACITY + 10):
        assert driver.push(GAIN, number / 2000)
    driver.run(64, 64)
    assert core.counter(sh.EVENT_HEAD) - core.counter(sh.EVENT_TAIL) == 10
    driver.run(64, 64)
    assert core.counter(sh.EVENT_HEAD) == core.counter(sh.EVENT_TAIL)
    assert core.counter(sh.LOST_EVENTS) == 0
    assert np.isfinite(voice.arena[: voice.slot.buffer.size]).all()
