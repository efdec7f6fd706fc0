"""A voice that goes on as another where several things are due, or where its sample comes late."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import CLOCK, GATE, TARGET_KEEP, TEMPERATURE
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.ahead import AheadDriver
from tests.rtsynth.engine.driver import Driver
from tests.rtsynth.engine.live.test_bank import plugins
from tests.rtsynth.engine.live.test_carry import (
    CHANGED,
    RATE_HZ,
    follow,
    other_weights,
    playing,
    quiet,
)

F32 = NDArray[np.float32]


@pytest.fixture(scope="module", params=["gru", "tiers", "samplernn", "mtcrnn"])
def one(request: pytest.FixtureRequest) -> Compiled:
    return compile_plugin(plugins()[request.param])


@pytest.mark.parametrize("kept_first", [True, False])
def test_an_event_at_the_sample_of_the_change_is_for_both(
    one: Compiled, *, kept_first: bool
) -> None:
    """Also if a state is kept there, and it is no event of the stretch that is rendered."""
    outs = []
    for changed in (False, True):
        driver = Driver(EngineCore(RATE_HZ, 2), quiet(one))
        assert driver.voice is not None
        driver.core.play(0, driver.voice)
        driver.core.set_master(True)
        driver.run_all(2000, 64)
        driver.push(GATE, 0.0)
        driver.run_all(2000, 64)  # in silence all that is heard at once is a jump
        if changed:
            driver.voice = follow(driver, make_voice(one, RATE_HZ))
        events = [(GATE, 1.0), (TARGET_KEEP, 3.0)]
        for target, value in reversed(events) if kept_first else events:
            driver.push(target, value)
        outs.append(driver.run_all(3000, 64))
        assert driver.voice.words[sh.S_KEPT_LAST] == 3
    np.testing.assert_array_equal(outs[1], outs[0])
    assert np.ptp(outs[0]) > 1e-3


def test_a_stretch_without_a_sample_is_waited_through() -> None:
    """Of a device that is faster than the plugin, frame by frame: the joint comes all the same."""
    one = compile_plugin(plugins()["gru"])
    driver = Driver(EngineCore(RATE_HZ, 2), make_voice(one, RATE_HZ, 5))
    core = driver.core
    assert driver.voice is not None
    core.play(0, driver.voice)
    core.set_master(True)
    driver.push(TEMPERATURE, 0.01)
    driver.run_all(3000, 50)
    waited = moved = 0
    for seed in range(30):
        old = driver.voice
        driver.run_all(100 + seed % 3, 1)
        before = int(old.slot.header[CLOCK])
        driver.voice = follow(driver, make_voice(other_weights(one, seed), RATE_HZ))
        driver.run_all(1, 1)
        assert core.counter(sh.CURRENT) == driver.voice.address
        if int(driver.voice.slot.header[CLOCK]) == before:
            waited += 1
            assert core.counter(sh.FADING) == old.address
            driver.run_all(2, 1)
            moved += int(driver.voice.words[sh.S_OFFSET] > 0)
        assert int(driver.voice.slot.header[CLOCK]) == before + 1
        assert core.counter(sh.FADING) == 0 == driver.voice.words[sh.S_BEFORE]
        driver.run_all(300, 50)
    assert waited >= 10
    assert moved > 0


def test_gone_back_to_where_it_waits_for_a_sample_it_is_the_same() -> None:
    one = compile_plugin(plugins()["gru"])
    waited = moved = 0

    def performed(seed: int, at: int | None) -> tuple[F32, int]:
        nonlocal waited, moved
        voice = make_voice(one, RATE_HZ, 5)
        core = EngineCore(RATE_HZ, 2)
        core.play(0, voice)
        core.set_master(True)
        driver = AheadDriver(core, 1200, voice)
        driver.push(TEMPERATURE, 0.01)
        out = [driver.play(2000 + seed % 3, 128)]
        core.words[sh.STEP_FRAMES] = 1
        driver.turns()
        new = follow(driver, make_voice(other_weights(one, seed), RATE_HZ))
        if at is not None:  # known from the start
            driver.push(GATE, 0.0, at)
        while core.counter(sh.CURRENT) != new.address:
            out.append(driver.play(1, 1))
        taken, waits = core.counter(sh.FLOOR), core.counter(sh.FADING) != 0
        out.append(driver.play(4, 1))
        assert core.counter(sh.FADING) == 0
        if at is None:
            waited += int(waits)
            moved += int(waits and new.words[sh.S_OFFSET] > 0)
            driver.push(GATE, 0.0, taken)
            backs = core.counter(sh.BACKS)
            driver.turns(1)
            assert core.counter(sh.BACKS) == backs + 1
        out.append(driver.play(3000, 128))
        return np.concatenate(out), taken

    for seed in range(12):
        late, taken = performed(seed, None)
        early, _ = performed(seed, taken)
        np.testing.assert_array_equal(late, early)
    assert waited > 0
    assert moved > 0


def test_computed_ahead_a_voice_that_has_begun_is_not_gone_back_behind(one: Compiled) -> None:
    """One that waited for a fade to end: whoever saw it play may have another go on as it."""
    driver = playing(quiet(one), ahead=4800)
    assert isinstance(driver, AheadDriver)
    driver.play(CHANGED, 128)
    driver.voice = quiet(one)
    driver.core.play(0, driver.voice)
    for _ in range(3):
        driver.turns()
        while driver.core.counter(sh.FADING) or (
            driver.core.counter(sh.CURRENT) != driver.voice.address
        ):
            driver.play(128, 128)
        origin = int(driver.voice.words[sh.S_ORIGIN])
        driver.voice = follow(driver, make_voice(one, RATE_HZ))
        driver.turns()
        while driver.core.counter(sh.CURRENT) != driver.voice.address:
            driver.play(128, 128)
        assert driver.voice.words[sh.S_ORIGIN] == origin
