"""The internal clock, and tapping its tempo."""

import numpy as np
import pytest

from rtsynth.host.transport.internal import InternalClock, Taps

SECOND = 1_000_000_000


def test_it_rolls_from_where_it_is() -> None:
    clock = InternalClock()
    assert clock.read(SECOND).beats == 0.0
    clock.roll(True, SECOND)
    assert clock.read(3 * SECOND).beats == pytest.approx(4.0)  # at 120 bpm
    clock.roll(False, 4 * SECOND)
    assert clock.read(9 * SECOND).beats == pytest.approx(6.0)
    clock.locate(32.0, 9 * SECOND)
    clock.roll(True, 10 * SECOND)
    assert clock.read(11 * SECOND).beats == pytest.approx(34.0)


def test_changes_of_tempo_keep_the_position() -> None:
    """Against the integral of the tempo."""
    clock = InternalClock()
    clock.roll(True, 0)
    tempos = [120.0, 60.0, 150.0, 33.3]
    for second, tempo_bpm in enumerate(tempos):
        clock.set_tempo(tempo_bpm, second * SECOND)
    assert clock.read(4 * SECOND).beats == pytest.approx(sum(tempos) / 60)
    assert clock.read(4 * SECOND).tempo_bpm == 33.3


def test_taps_are_averaged() -> None:
    taps, random = Taps(), np.random.default_rng(1)
    times = np.arange(8) * 0.5 + random.normal(0, 0.01, 8)
    found = [taps.tap(round(1e9 * (10 + at))) for at in times]
    assert found[0] is None
    assert found[1] == pytest.approx(60 / (times[1] - times[0]))
    assert found[-1] == pytest.approx(120.0, rel=0.01)


def test_after_a_pause_another_tempo_is_tapped() -> None:
    taps = Taps()
    for at in (0, SECOND, 2 * SECOND):
        taps.tap(at)
    assert taps.tap(6 * SECOND) is None
    assert taps.tap(6 * SECOND + SECOND // 2) == pytest.approx(120.0)
    assert taps.tap(6 * SECOND + SECOND // 2) is None  # twice at once is no tempo


def test_a_button_that_bounces_is_no_tempo_out_of_range() -> None:
    taps, found = Taps(), list[float | None]()
    for beat in range(5):
        for bounce_ms in (0, 12, 149):
            found.append(taps.tap(beat * SECOND + bounce_ms * 1_000_000))
    assert found[3::3] == [60.0] * 4
    assert [bpm for bpm in found if bpm is not None] == [60.0] * 4
    taps = Taps()
    taps.tap(0)
    assert taps.tap(150_000_000) == pytest.approx(400.0)  # the highest tempo
