"""The log ring: what was taken, in which block; and what there was no room for."""

import numpy as np

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.log import log_record
from rtsynth.engine.program.layout import GAIN, TEMPERATURE
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.driver import Driver

RATE_HZ = 48_000


def logging(core: EngineCore) -> Driver:
    sh.write_word(core.words, sh.LOGGING, 1)
    return Driver(core)


def taken(core: EngineCore) -> list[tuple[int, ...]]:
    """(kind, frame, voice, time, number, value) of everything since the last call."""
    rows, values = core.take_log()
    return [(*row, value) for row, value in zip(rows.tolist(), values.tolist(), strict=True)]


def test_what_a_block_takes_is_logged_with_its_frame(compiled: Compiled) -> None:
    core = EngineCore(RATE_HZ, 2)
    driver, voice = logging(core), make_voice(compiled, RATE_HZ)
    core.play(2, voice)
    core.set_master(True)
    core.push(voice, GAIN, 0.25)
    core.push(make_voice(compiled, RATE_HZ), GAIN, 0.5)  # plays nowhere: not taken
    driver.run(128, 64)
    ahead = core.counter(sh.LOOKAHEAD)
    core.push(voice, TEMPERATURE, 0.75, 500)
    driver.run(100, 100)
    core.push(voice, TEMPERATURE, 0.25, 500)  # by then it is being faded out
    core.play(2, None)
    driver.run(100, 100)
    at = 128 + ahead
    assert taken(core) == [
        (sh.LOGGED_BLOCK, 0, 0, 0, 64, 0.0),
        (sh.LOGGED_PLAY, 0, voice.number, 0, 2, 0.0),
        (sh.LOGGED_EVENT, 0, voice.number, sh.NOW, GAIN, 0.25),
        (sh.LOGGED_MASTER, 0, 0, 0, 1, 0.0),
        (sh.LOGGED_BLOCK, at, 0, 0, 100, 0.0),
        (sh.LOGGED_EVENT, at, voice.number, 500, TEMPERATURE, 0.75),
        (sh.LOGGED_PLAY, at + 100, 0, 0, 2, 0.0),
    ]


def test_what_was_taken_off_the_ring_is_not_there_any_more() -> None:
    core = EngineCore(RATE_HZ, 2)
    driver = logging(core)
    driver.run(10, 10)
    assert [row[4] for row in taken(core)] == [10]
    driver.run(20, 20)
    assert [row[4] for row in taken(core)] == [20]


def test_without_a_log_nothing_is_written(compiled: Compiled) -> None:
    core = EngineCore(RATE_HZ, 2)
    core.play(0, make_voice(compiled, RATE_HZ))
    Driver(core).run(64, 64)
    assert core.counter(sh.LOG_HEAD) == 0


def test_a_full_ring_counts_what_is_lost_and_waits_for_nobody() -> None:
    core = EngineCore(RATE_HZ, 2)
    logging(core)
    for number in range(sh.LOG_CAPACITY + 3):
        log_record(core.words, sh.LOGGED_EVENT, 1, number, 2, 0.5)
    assert core.counter(sh.LOG_LOST) == 3
    rows, values = core.take_log()
    np.testing.assert_array_equal(rows[:, sh.LOG_TIME], np.arange(sh.LOG_CAPACITY))
    assert np.all(values == 0.5)
    log_record(core.words, sh.LOGGED_EVENT, 7, 8, 9, 1.5)
    assert taken(core) == [(sh.LOGGED_EVENT, 0, 7, 8, 9, 1.5)]
