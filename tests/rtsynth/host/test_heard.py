"""Stretches of sound in which nothing that the network sees moved."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.controls import place
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import BUILT_IN, GAIN, GATE
from rtsynth.host.carrying import go_on_as
from rtsynth.host.core import EngineCore
from rtsynth.host.heard import Heard, values_of
from rtsynth.host.voice import Voice, make_voice
from tests.rtsynth.engine.ahead import AheadDriver
from tests.rtsynth.engine.driver import Driver

RATE_HZ = 16_000


@pytest.fixture
def driver(compiled: Compiled) -> Driver:
    """With a tap."""
    core, first = EngineCore(RATE_HZ, 2), make_voice(compiled, RATE_HZ)
    place(first.arena, GAIN, 0.5)
    driver = Driver(core, first)
    core.play(0, first)
    core.set_master(True)
    driver.run_all(6400, 64)
    driver.voice = make_voice(compiled, RATE_HZ)
    go_on_as(driver.voice, first)
    core.play(0, driver.voice)
    driver.run_all(64, 64)
    return driver


def voice_of(driver: Driver) -> Voice:
    assert driver.voice is not None
    return driver.voice


def look(driver: Driver, heard: Heard, seconds: float) -> np.ndarray:
    """Play on, and look every 20 ms; what was put out."""
    out = []
    for _ in range(round(seconds / 0.02)):
        heard.look(voice_of(driver))
        out.append(driver.run_all(320, 64)[:, 0])
    heard.look(voice_of(driver))
    return np.concatenate(out)


def test_what_stood_still_is_found_with_its_values(driver: Driver) -> None:
    heard = Heard()
    driver.push(BUILT_IN + 2, 66.0)
    driver.run_all(3200, 64)
    look(driver, heard, 1.0)
    driver.push(BUILT_IN + 2, 72.0)
    look(driver, heard, 0.1)
    look(driver, heard, 1.0)
    first, second = heard.stretches(voice_of(driver), 10.0)
    assert first.values == pytest.approx({"instrument": 0.0, "amplitude": 0.5, "pitch": 66.0})
    assert second.values["pitch"] == pytest.approx(72.0)
    assert 0.9 < len(first.sound) / RATE_HZ <= 1.02
    assert len(heard.stretches(voice_of(driver), 0.5)) == 1
    assert heard.stretches(voice_of(driver), 0.2) == []


def test_it_is_the_sound_without_its_gain(driver: Driver) -> None:
    heard = Heard()
    out = look(driver, heard, 1.0)
    (found,) = heard.stretches(voice_of(driver), 10.0)
    wanted = np.clip(found.sound, -1, 1)[2000:6000] * 0.5
    # Behind what the limiters look ahead, which are quiet here, and half a filter.
    lags = [np.abs(out[2000 + n : 6000 + n] - wanted).max() for n in range(600)]
    assert min(lags) < 1e-4 < np.ptp(wanted)


def test_what_is_silent_or_moves_is_not_found(driver: Driver) -> None:
    heard = Heard()
    for number in range(20):
        driver.push(BUILT_IN + 2, 66.0 + number / 10)
        look(driver, heard, 0.1)
    assert heard.stretches(voice_of(driver), 10.0) == []
    driver.push(GATE, 0.0)
    look(driver, heard, 1.0)
    assert heard.stretches(voice_of(driver), 10.0) == []


def test_another_voice_begins_anew(driver: Driver, compiled: Compiled) -> None:
    heard = Heard()
    look(driver, heard, 1.0)
    assert heard.seen is not None
    heard.look(make_voice(compiled, RATE_HZ))
    assert len(heard._looks) == 1
    assert heard.stretches(make_voice(compiled, RATE_HZ), 10.0) == []


def test_what_goes_on_computed_ahead_is_remembered(compiled: Compiled) -> None:
    """A voice that is computed already, and not heard yet, is not looked at."""
    core, voice = EngineCore(RATE_HZ, 2), make_voice(compiled, RATE_HZ)
    core.play(0, voice)
    core.set_master(True)
    driver, heard = AheadDriver(core, 3200), Heard()
    for _ in range(4):
        driver.turns()
        after = make_voice(compiled, RATE_HZ)
        go_on_as(after, voice)
        core.play(0, after)
        voice = after
        for _ in range(20):
            driver.turns()
            heard.look(voice)
            driver.play(320, 64)
    clocks = [look.clock for look in heard._looks]
    assert len(clocks) >= 70
    assert max(clocks) <= core.counter(sh.PLAYED) + 400
    (found,) = heard.stretches(voice, 10.0)
    assert 1.4 < len(found.sound) / RATE_HZ < 1.65


def test_without_a_tap_nothing_is_known(driver: Driver) -> None:
    heard = Heard()
    look(driver, heard, 0.5)
    voice = voice_of(driver)
    voice.tap = None
    assert heard.stretches(voice, 10.0) == []


def test_values_out_of_reach_are_none(compiled: Compiled) -> None:
    voice = make_voice(compiled, RATE_HZ)
    assert values_of(voice, (0.0, 0.5, 1.0)) == pytest.approx(
        {"pitch": 64.0, "amplitude": 0.5, "instrument": 1.0}
    )
    assert values_of(voice, (1.5, 0.5, 1.0)) is None
    assert sh.TAP_CAPACITY >= 60 * RATE_HZ
