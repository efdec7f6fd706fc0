"""Texts of the window have room, in each language, with the usual text and with a larger one."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from rtsynth_gui.settings.language import ENGLISH, FOLDER, PREFIX, languages
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.peer import Peer

pytestmark = [pytest.mark.system, pytest.mark.measure]
FIELD_EDGE = 12  # frame and padding, on both sides


@pytest.fixture(params=languages())
def language(qt: QApplication, request: pytest.FixtureRequest) -> Iterator[str]:
    translator = QTranslator()
    if request.param != ENGLISH:
        assert translator.load(str(FOLDER / f"{PREFIX}{request.param}.qm"))
        qt.installTranslator(translator)
    yield request.param
    qt.removeTranslator(translator)


@pytest.fixture(params=[1.0, 1.5])
def text_size(qt: QApplication, request: pytest.FixtureRequest) -> Iterator[float]:
    before, font = qt.font(), qt.font()
    font.setPointSizeF(request.param * font.pointSizeF())
    qt.setFont(font)
    yield request.param
    qt.setFont(before)


def cut_off(page: QWidget) -> Iterator[str]:
    """Texts that there is no room for, but for names, which end in dots."""
    for widget in page.findChildren(QWidget):
        if not widget.isVisible():
            continue
        advance = widget.fontMetrics().horizontalAdvance
        match widget:
            case QPushButton() | QCheckBox():
                if widget.text() and advance(widget.text().replace("&", "")) + 4 > widget.width():
                    yield widget.text()
            case QLineEdit():
                for text in (widget.text(), widget.placeholderText()):
                    if advance(text) + FIELD_EDGE > widget.width():
                        yield text
            case ChoiceBox():
                if widget.shown != widget.currentText():
                    yield widget.currentText()
            case QLabel():
                if not widget.wordWrap() and advance(widget.text()) > widget.width():
                    yield widget.text()


def test_no_page_cuts_its_texts_off(
    language: str,
    text_size: float,
    peer: Peer,
    open_window: Callable[[int], Window],
    spin: Spin,
    rest: Callable[[float], None],
) -> None:
    window = open_window(peer.port)
    window.resize(1280, 720)
    spin(lambda: window.panels)
    found = {}
    for name, page in window.side.pages.items():
        window.side.turn_to(name)
        rest(0.1)
        if cut := list(cut_off(page)):
            found[name] = cut
    assert found == {}
