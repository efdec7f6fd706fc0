"""A row of a list is typed in a field that shows the whole text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyleOptionFrame,
)

from rtsynth_gui.widgets.row_edit import RowEdit


@pytest.mark.parametrize("text", ["soft one", "Größe jp"])
def test_the_text_is_not_cut(qt: QApplication, text: str) -> None:
    shown = QListWidget()
    shown.setItemDelegate(RowEdit(shown))
    item = QListWidgetItem(text)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    shown.addItem(item)
    shown.show()
    shown.editItem(item)
    (field,) = shown.findChildren(QLineEdit)
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    inside = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    assert inside.height() >= field.fontMetrics().height()
    assert field.width() > shown.viewport().width() * 0.9
    field.setText("thin")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qt.processEvents()  # Qt takes what was typed a moment later
    assert item.text() == "thin"
    shown.close()
