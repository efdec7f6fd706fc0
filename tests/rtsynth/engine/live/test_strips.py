"""The mixer: pan, mute, solo, level and DC blocker against an independent formulation in numpy."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.controls import place
from rtsynth.engine.kernels.limiter import CEILING
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.strips import DC_HZ, RAMP_S
from rtsynth.engine.program.layout import GAIN, TARGET_FORGET
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.driver import Driver

F64 = NDArray[np.float64]
RATE_HZ = 48_000
FRAMES = 6000
SETTLED = 2000  # after the fade-in; settings are moved from here on
RAMP = round(RAMP_S * RATE_HZ)


def playing(compiled: Compiled, slots: tuple[int, ...], channels: int = 2, own: int = 0) -> Driver:
    """Quiet plugins in these slots (from 0), each with a seed of its own."""
    core = EngineCore(RATE_HZ, channels, own_outputs=own)
    for slot in slots:
        voice = make_voice(compiled, RATE_HZ, 10 + slot)
        place(voice.arena, GAIN, 0.15)
        core.play(slot, voice)
    core.set_master(True)
    return Driver(core)


def at(slot: int, kind: int) -> int:
    return slot * sh.STRIP + kind


def alone(compiled: Compiled, slot: int) -> F64:
    return playing(compiled, (slot,)).run(FRAMES, 500).astype(np.float64)


def line(*corners: tuple[int, float]) -> F64:
    """From gain to gain: (frame of the event, where it goes) in straight lines of RAMP frames."""
    path = np.full(FRAMES, float(corners[0][1]))
    for frame, goal in corners[1:]:
        begin = path[frame - 1]
        ramp = begin + (goal - begin) * np.minimum(np.arange(1, FRAMES - frame + 1) / RAMP, 1.0)
        path[frame:] = ramp
    return path


def test_pan_keeps_the_power_and_its_frame(compiled: Compiled) -> None:
    driver = playing(compiled, (0,))
    driver.core.push_setting(at(0, sh.PAN), -0.6, SETTLED)
    driver.core.push_setting(at(0, sh.PAN), 1.0, SETTLED + 1500)
    heard = driver.run_all(FRAMES, 128)
    sound = alone(compiled, 0)
    np.testing.assert_array_equal(heard[:SETTLED, 0], heard[:SETTLED, 1])
    for channel, goals in enumerate(((np.sqrt(1.6), 0.0), (np.sqrt(0.4), np.sqrt(2.0)))):
        gain = line((0, 1.0), (SETTLED, goals[0]), (SETTLED + 1500, goals[1]))
        np.testing.assert_allclose(heard[:, channel], sound * gain, atol=1e-5)
    settled = slice(SETTLED + RAMP, SETTLED + 1500)
    assert np.abs(sound[settled]).max() > 0.01
    np.testing.assert_allclose(
        (heard[settled].astype(np.float64) ** 2).sum(axis=1), 2 * sound[settled] ** 2, rtol=1e-4
    )


@pytest.mark.parametrize("block", [1, 7, 64, 1024, 4096])
def test_blocks_do_not_matter(compiled: Compiled, block: int) -> None:
    frames = 3600 if block == 1 else FRAMES
    heard = []
    for size in (block, 333):
        driver = playing(compiled, (0, 1), channels=4, own=2)
        random = np.random.default_rng(5)
        for _ in range(60):
            kind = int(random.integers(6))
            target, value = [
                (at(0, sh.PAN), random.uniform(-1, 1)), (at(1, sh.PAN), random.uniform(-1, 1)),
                (at(0, sh.MUTE), random.integers(2)), (at(1, sh.SOLO), random.integers(2)),
                (sh.MASTER_LEVEL, random.uniform(0, 4)), (sh.DC_BLOCK, random.integers(2)),
            ][kind]  # fmt: skip
            assert driver.core.push_setting(target, float(value), int(random.integers(5000)))
        heard.append(driver.run_all(frames, size))
    assert np.abs(heard[0]).max() > 0.1
    assert np.any(heard[0][:, 0] != heard[0][:, 1])
    np.testing.assert_array_equal(heard[0].view(np.int32), heard[1].view(np.int32))


def test_mute_and_solo(compiled: Compiled) -> None:
    """A slot is in the mix unless it is muted, or another is soloed and it is not."""
    driver = playing(compiled, (0, 1, 2))
    moves = [(2000, at(0, sh.MUTE), 1), (2600, at(1, sh.SOLO), 1), (3200, at(0, sh.SOLO), 1),
             (3800, at(0, sh.MUTE), 0), (4400, at(1, sh.SOLO), 0)]  # fmt: skip
    for frame, target, value in moves:
        driver.core.push_setting(target, float(value), frame)
    heard = driver.run(FRAMES, 128)
    paths = [
        line((0, 1), (2000, 0), (3800, 1)),
        line((0, 1), (4400, 0)),
        line((0, 1), (2600, 0)),
    ]
    expected = sum(path * alone(compiled, slot) for slot, path in enumerate(paths))
    np.testing.assert_allclose(heard, expected, atol=1e-5)


def test_the_master_level(compiled: Compiled) -> None:
    driver = playing(compiled, (0,))
    driver.core.push_setting(sh.MASTER_LEVEL, 0.25, SETTLED)
    driver.core.push_setting(sh.MASTER_LEVEL, 0.0, SETTLED + 1000)
    heard = driver.run(FRAMES, 100)
    gain = line((0, 1.0), (SETTLED, 0.25), (SETTLED + 1000, 0.0))
    np.testing.assert_allclose(heard, alone(compiled, 0) * gain, atol=1e-5)
    assert not heard[SETTLED + 1000 + RAMP :].any()


def test_before_the_first_sound_nothing_glides(compiled: Compiled) -> None:
    driver = playing(compiled, (0,))
    driver.core.push_setting(at(0, sh.PAN), -1.0)
    heard = driver.run_all(FRAMES, 64)
    np.testing.assert_allclose(heard[:, 0], alone(compiled, 0) * np.sqrt(2), rtol=1e-6, atol=1e-9)
    assert not heard[:, 1].any()


def test_a_slot_by_itself_is_open_or_muted_and_nothing_else(compiled: Compiled) -> None:
    driver = playing(compiled, (0, 1), channels=5, own=3)
    for target, value in ((at(0, sh.PAN), 0.7), (at(1, sh.SOLO), 1.0), (sh.MASTER_LEVEL, 0.5)):
        driver.core.push_setting(target, value, SETTLED)
    driver.core.push_setting(at(0, sh.MUTE), 1.0, SETTLED + 1000)
    heard = driver.run_all(FRAMES, 128)
    path = line((0, 1.0), (SETTLED + 1000, 0.0))
    np.testing.assert_allclose(heard[:, 2], alone(compiled, 0) * path, atol=1e-5)
    np.testing.assert_array_equal(heard[:, 3], alone(compiled, 1).astype(np.float32))
    assert not heard[:, 4].any()  # the third slot is empty


def test_the_limiter_leaves_a_sound_where_it_is(compiled: Compiled) -> None:
    """Both channels are turned down together, and neither passes the ceiling."""
    driver = playing(compiled, (0,))
    driver.core.push_setting(at(0, sh.PAN), -0.5)
    driver.core.push_setting(sh.MASTER_LEVEL, 30.0)
    heard = driver.run_all(FRAMES, 128)
    assert 0.9 < np.abs(heard).max() <= CEILING * (1 + 1e-6)
    loud = np.abs(heard[:, 0]) > 0.01
    np.testing.assert_allclose(heard[loud, 1] / heard[loud, 0], np.sqrt(0.5 / 1.5), rtol=1e-4)


def test_the_dc_blocker_is_a_high_pass_where_it_is_on(compiled: Compiled) -> None:
    driver = playing(compiled, (0,))
    driver.core.push_setting(sh.DC_BLOCK, 1.0, SETTLED)
    heard, sound = driver.run(FRAMES, 128), alone(compiled, 0)
    np.testing.assert_array_equal(heard[:SETTLED], sound[:SETTLED].astype(np.float32))
    offset, expected, path = 0.0, sound.copy(), line((0, 0.0), (SETTLED, 1.0))
    for i in range(SETTLED, FRAMES):
        offset += 2 * np.pi * DC_HZ / RATE_HZ * (sound[i] - offset)
        expected[i] -= path[i] * offset
    assert np.abs(expected - sound).max() > 1e-4
    np.testing.assert_allclose(heard, expected, atol=1e-5)


def test_forgetting_drops_what_is_for_later_only(compiled: Compiled) -> None:
    """What is for now, in the same block or at its frame, has been announced: it acts."""
    driver = playing(compiled, (0,))
    core = driver.core
    driver.run(1000, 64)
    now = core.counter(sh.FRAMES)
    core.push_setting(at(0, sh.MUTE), 1.0)
    core.push_setting(sh.MASTER_LEVEL, 0.5, now + 200)
    core.push_setting(sh.MASTER_LEVEL, 0.25, now + 201)
    core.push_setting(TARGET_FORGET, 0.0, now + 200)
    driver.run(64, 64)
    assert core.mixer.settings[at(0, sh.MUTE)] == 1.0
    assert core.counter(sh.SETTING_COUNT) == 1
    driver.run(400, 64)
    assert core.mixer.settings[sh.MASTER_LEVEL] == 0.5
    assert core.counter(sh.SETTING_COUNT) == 0


def test_late_lost_and_forgotten_settings(compiled: Compiled) -> None:
    driver = playing(compiled, (0,))
    core = driver.core
    driver.run(1000, 64)
    core.push_setting(sh.MASTER_LEVEL, 0.5, 10)
    driver.run(64, 64)
    assert core.counter(sh.LATE_EVENTS) == 1
    for number in range(sh.QUEUE_CAPACITY + 3):
        core.push_setting(sh.MASTER_LEVEL, 0.5, 100_000 + number)
    driver.run(64, 64)
    assert core.counter(sh.LOST_EVENTS) == 3
    assert not core.mixer_has_room()
    core.push_setting(TARGET_FORGET, 0.0)
    driver.run(64, 64)
    assert core.counter(sh.SETTING_COUNT) == 0
    assert core.mixer_has_room()
