"""Waveform, spectrogram or both: what is shown is drawn, and nothing else."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.sound_view import BOTH, SCOPE, SPECTROGRAM, SoundView
from tests.gui.widgets.test_spectrum import sine

TONE = [sine(700, 0.5, 48_000)]


@pytest.fixture
def view(qt: QApplication) -> SoundView:
    shown = SoundView()
    shown.resize(900, 200)
    shown.show()
    shown.show_live(True)
    return shown


@pytest.mark.parametrize(
    ("name", "seen"), [(SCOPE, (True, False)), (SPECTROGRAM, (False, True)), (BOTH, (True, True))]
)
def test_switches(view: SoundView, name: str, seen: tuple[bool, bool]) -> None:
    QTest.mouseClick(view.switches[name], Qt.MouseButton.LeftButton)
    assert (view.scope.isVisible(), view.spectrogram.isVisible()) == seen
    assert [each for each, switch in view.switches.items() if switch.isChecked()] == [name]
    view.take(TONE)
    view.take([])
    y = view.scope.drawn
    assert (y is not None and bool(np.ptp(y) > 0.5)) == seen[0]
    assert bool(view.spectrogram.shades.any()) == seen[1]


def test_a_key_switches_and_what_was_not_seen_is_not_shown(view: SoundView) -> None:
    view.switches[BOTH].setFocus()
    QTest.keyClick(view.switches[BOTH], Qt.Key.Key_Space)
    assert view.shown == BOTH
    view.take(TONE)
    view.switches[SCOPE].click()
    view.switches[BOTH].click()
    assert not view.spectrogram.shades.any()


def test_rate_and_an_engine_that_is_gone(view: SoundView) -> None:
    view.switches[BOTH].click()
    view.set_rate(44_100.0)
    assert view.spectrogram.spectrum.rate_hz == view.scope.rate_hz == 44_100.0
    view.take(TONE)
    view.show_live(False)
    assert not view.spectrogram.shades.any()
