"""What is too long keeps its end, is read out whole, and shown whole when it is clicked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.panels.status_line import WIDEST, StatusLine

TEXT = (
    "preset 'a rather long name of a preset': clarinet-trumpet: 6 values left out: its hidden "
    "layers are closed; open them (/slot/N/open 1, or in the slot's menu)"
)


@pytest.fixture
def line(qt: QApplication) -> StatusLine:
    made = StatusLine()
    made.resize(320, 40)
    made.show()
    return made


def test_the_middle_is_left_out(line: StatusLine) -> None:
    line.show_text(TEXT)
    first, second = line.text().split("\n")
    assert TEXT.startswith(first)
    before, _, end = second.partition("…")
    assert TEXT.endswith(end)
    assert "slot's menu" in end  # the remedy
    assert before
    for shown in (first, second):
        assert line.fontMetrics().horizontalAdvance(shown) <= line.width()


def test_screen_readers_have_all_of_it(line: StatusLine) -> None:
    line.show_text(TEXT)
    assert line.accessibleDescription() == TEXT
    assert line.accessibleName() == "Messages"
    line.show_text("")
    assert line.accessibleDescription() == ""


def test_a_click_and_a_key_show_all_of_it(line: StatusLine) -> None:
    line.show_text(TEXT)
    assert line.focusPolicy() == Qt.FocusPolicy.TabFocus
    for show in (
        lambda: QTest.mouseClick(line, Qt.MouseButton.LeftButton),
        lambda: QTest.keyClick(line, Qt.Key.Key_Return),
    ):
        show()
        assert line.popup.isVisible()
        assert line.popup.text.text() == TEXT
        text = line.popup.text
        assert text.width() <= WIDEST
        wanted = text.fontMetrics().boundingRect(
            0, 0, text.width(), 10_000, Qt.TextFlag.TextWordWrap, TEXT
        )
        assert text.height() >= wanted.height()
        assert line.screen().availableGeometry().contains(line.popup.geometry())
        QTest.keyClick(line.popup, Qt.Key.Key_Escape)
        assert not line.popup.isVisible()


def test_what_is_there_already_is_no_button(line: StatusLine) -> None:
    line.show_text("saved")
    assert line.focusPolicy() == Qt.FocusPolicy.NoFocus
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    assert not line.popup.isVisible()
    line.show_text(TEXT)
    line.resize(4000, 40)  # a wider window has room for it
    assert line.text() == TEXT
    assert line.focusPolicy() == Qt.FocusPolicy.NoFocus
