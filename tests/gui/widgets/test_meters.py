"""Meters rise at once, fall slowly, hold peaks, and say so to a screen reader."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.meters import (
    CLIP_SHOWN_S,
    FALL_DB_PER_S,
    FLOOR_DB,
    PEAK_HOLD_S,
    Ballistics,
    LevelMeter,
    LoadMeter,
)


def test_a_level_rises_at_once_and_falls_slowly() -> None:
    level = Ballistics()
    level.advance((-10.0, -20.0), 0.0)
    assert (level.level_db, level.rms_db, level.peak_db) == (-10.0, -20.0, -10.0)
    level.advance(None, 0.5)
    assert level.level_db == pytest.approx(-10 - FALL_DB_PER_S / 2)
    assert level.rms_db == pytest.approx(-20 - FALL_DB_PER_S / 2)
    level.advance((-5.0, -6.0), 0.6)
    assert (level.level_db, level.rms_db) == (-5.0, -6.0)
    level.advance(None, 60.0)
    assert (level.level_db, level.rms_db) == (FLOOR_DB, FLOOR_DB)


def test_a_peak_is_held_and_then_falls() -> None:
    level = Ballistics()
    level.advance((-3.0, -9.0), 0.0)
    level.advance((-30.0, -40.0), PEAK_HOLD_S)
    assert level.peak_db == -3.0
    level.advance((-30.0, -40.0), PEAK_HOLD_S + 0.25)
    assert level.peak_db == pytest.approx(-3 - FALL_DB_PER_S / 4)


def test_clipping_is_shown_for_a_while() -> None:
    level = Ballistics()
    level.advance((0.0, -3.0), 1.0)
    assert level.clipped
    level.advance((-20.0, -20.0), 1.0 + CLIP_SHOWN_S / 2)
    assert level.clipped
    level.advance((-20.0, -20.0), 1.0 + CLIP_SHOWN_S)
    assert not level.clipped


def test_a_level_can_be_read_aloud(qt: QApplication) -> None:
    meter = LevelMeter()
    meter.advance((-12.0, -20.0), 0.0)
    assert meter.accessibleDescription() == "-12 dB"


def test_the_load_is_put_into_words(qt: QApplication) -> None:
    meter = LoadMeter()
    meter.report(0.42, 1, 0.0)
    meter.advance(0.0)
    assert meter.accessibleDescription() == "load 42 %  ·  1 xrun"
    meter.forget()
    meter.advance(0.1)
    assert meter.accessibleDescription() == "load 0 %  ·  0 xruns"


def test_underruns_are_counted_from_a_reset(qt: QApplication) -> None:
    meter = LoadMeter()
    meter.report(0.4, 7, 0.0)
    meter.reset()
    assert meter.xruns == 0
    meter.report(0.4, 9, 1.0)
    assert meter.xruns == 2
    meter.report(0.4, 1, 2.0)  # an engine that has begun anew
    assert meter.xruns == 1
