"""A slot's name, shown and typed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from rtsynth.common.control_names import LONGEST_SLOT_NAME
from rtsynth_gui.rack.name_field import NameField


@pytest.fixture
def field(qt: QApplication) -> Iterator[NameField]:
    strip = QWidget()
    strip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    field = NameField(strip)
    layout = QVBoxLayout(strip)
    layout.addWidget(field)
    layout.addWidget(QLineEdit(strip))
    field.show_text("Lead", "")
    strip.show()
    yield field
    field.leave(commit=False)
    strip.close()


def collect(field: NameField) -> list[str]:
    names: list[str] = []
    field.renamed.connect(names.append)
    return names


def test_enter_takes_what_was_typed(field: NameField) -> None:
    names = collect(field)
    field.begin()
    assert field.is_edited
    assert field.edit.selectedText() == "Lead"
    QTest.keyClicks(field.edit, "  Bass drum ")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert names == ["Bass drum"]
    assert not field.is_edited


def test_escape_leaves_it_as_it_was(field: NameField) -> None:
    names = collect(field)
    field.begin()
    QTest.keyClicks(field.edit, "Bass")
    QTest.keyClick(field.edit, Qt.Key.Key_Escape)
    assert (names, field.is_edited) == ([], False)
    field.begin()
    assert field.edit.text() == "Lead"
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert names == []  # the same name is none


def test_an_empty_field_asks_for_the_name_of_the_plugin(field: NameField) -> None:
    names = collect(field)
    field.begin()
    QTest.keyClick(field.edit, Qt.Key.Key_Delete)
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert names == [""]


def test_a_name_has_an_end(field: NameField) -> None:
    names = collect(field)
    QTest.mouseDClick(field, Qt.MouseButton.LeftButton)
    QTest.keyClicks(field.edit, "x" * (LONGEST_SLOT_NAME + 9))
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert names == ["x" * LONGEST_SLOT_NAME]


def test_what_the_engine_says_meanwhile_does_not_disturb(field: NameField) -> None:
    field.begin()
    QTest.keyClicks(field.edit, "Ba")
    field.show_text("Other", "")
    assert field.edit.text() == "Ba"
