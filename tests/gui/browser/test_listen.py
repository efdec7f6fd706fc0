"""The button of previews."""

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from rtsynth_gui.browser.listen import SIGNS, ListenButton
from rtsynth_gui.browser.preview import IDLE, PLAYING, RENDERING
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


@pytest.mark.system
def test_a_preview_ends_with_its_page(qt: QApplication, spin: Spin) -> None:
    button = ListenButton()
    button.offer("clarinet-trumpet")
    button.show()
    button.click()
    assert button.preview.doing == RENDERING
    button.hide()
    assert button.preview.doing == IDLE
    spin(lambda: not button.preview.findChildren(QProcess))
