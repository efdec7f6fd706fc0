"""The button of previews."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.browser.listen import SIGNS, ListenButton
from rtsynth_gui.browser.preview import IDLE, PLAYING
from tests.gui.conftest import Spin


@pytest.mark.system
def test_it_says_what_it_does(qt: QApplication, spin: Spin) -> None:
    button = ListenButton()
    said: list[str] = []
    button.said.connect(said.append)
    assert not button.isEnabled()
    button.offer("nonesuch")
    assert button.isEnabled()
    button.click()
    spin(lambda: said)
    assert "no plugin of that name" in said[0]
    button.preview.changed.emit(PLAYING)
    assert button.text() == SIGNS[PLAYING]
    assert button.toolTip() != ""
    button.offer("")
    button.preview.changed.emit(IDLE)
    assert not button.isEnabled()
