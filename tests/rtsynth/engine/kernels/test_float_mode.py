"""Whoever's thread computes the sound, and whatever its floating-point mode: the same samples."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.engine.kernels.float_mode import enter_standard_floats, leave_standard_floats
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.live.mix import compute_frames
from rtsynth.engine.program.layout import header_of, no_events
from rtsynth.engine.run.render import render_block
from tests.rtsynth.engine.driver import Driver, started
from tests.rtsynth.engine.foreign_floats import float_mode, foreign_floats

F32 = NDArray[np.float32]
SMALL = np.float32(2.0**-100)


@jit()
def _compute(numbers: F32) -> None:
    numbers[1] = numbers[0] * np.float32(2.0**-40)  # 0 where denormals are flushed
    numbers[2] = np.float32(1.0) + numbers[0]  # above 1 where it is rounded upwards


@jit()
def _compute_as_standard(numbers: F32) -> None:
    mode = enter_standard_floats()
    numbers[1] = numbers[0] * np.float32(2.0**-40)
    numbers[2] = np.float32(1.0) + numbers[0]
    leave_standard_floats(mode)


def test_a_thread_is_in_the_standard_mode_between_the_two() -> None:
    foreign, standard = np.full((2, 3), SMALL)
    with foreign_floats() as mode:
        assert mode != 0
        _compute(foreign)
        _compute_as_standard(standard)
        assert float_mode() == mode
    assert foreign[1] == 0.0
    assert foreign[2] > 1.0
    assert standard[1:].tolist() == [2.0**-140, 1.0]


def _played(driver: Driver) -> F32:
    return driver.run(3000, 128)


def _computed(driver: Driver) -> F32:
    for _ in range(20):
        compute_frames(driver.core.words, 128)
    return driver.core.out_ring[:, :2560].copy()


@pytest.mark.parametrize("play", [_played, _computed])
def test_the_engine_computes_the_same_and_gives_the_mode_back(
    compiled: Compiled, play: Callable[[Driver], F32]
) -> None:
    expected = play(started(compiled, 44_100))
    assert np.abs(expected).max() > 0.1
    driver = started(compiled, 44_100)  # made in the standard mode, and played in another one
    with foreign_floats() as mode:
        sound = play(driver)
        assert float_mode() == mode
    np.testing.assert_array_equal(sound, expected)


def test_the_mean_of_both_channels_is_the_same(compiled: Compiled) -> None:
    """What the callback computes itself."""
    expected = started(compiled, 44_100, channels=1).run(3000, 128)
    driver = started(compiled, 44_100, channels=1)
    with foreign_floats():
        sound = driver.run(3000, 128)
    np.testing.assert_array_equal(sound, expected)


def test_what_is_rendered_offline_is_the_same(compiled: Compiled) -> None:
    arenas = [new_arena(compiled, 1) for _ in range(2)]
    expected, sound = np.empty((2, 2000), np.float32)
    render_block(compiled.program, header_of(arenas[0]), arenas[0], no_events(), 0, expected)
    with foreign_floats() as mode:
        render_block(compiled.program, header_of(arenas[1]), arenas[1], no_events(), 0, sound)
        assert float_mode() == mode
    assert np.abs(expected).max() > 0.1
    np.testing.assert_array_equal(sound, expected)
    np.testing.assert_array_equal(arenas[1].view(np.int32), arenas[0].view(np.int32))


def test_each_thread_has_its_own_mode(compiled: Compiled) -> None:
    """One that plays beside this one changes nothing here."""
    modes: list[int] = []

    def play() -> None:
        with foreign_floats() as mode:
            started(compiled, 48_000).run(512, 64)
            modes.append(mode)

    before = float_mode()
    thread = threading.Thread(target=play)
    thread.start()
    thread.join()
    assert float_mode() == before
    assert modes != [before]
