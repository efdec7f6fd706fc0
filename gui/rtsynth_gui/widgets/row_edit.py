"""The field in which a row of a list is typed: as high as the row."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

STYLE_NAME = "row-edit"


class RowEdit(QStyledItemDelegate):
    """By the style alone it would be as high as the text without its margins, which cuts it.

    Args:
        role: the text that is edited, where that is not the one that is shown.
    """

    def __init__(self, parent: QWidget | None = None, role: int = Qt.ItemDataRole.EditRole) -> None:
        super().__init__(parent)
        self._role = role

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(self._role)))
        else:
            super().setEditorData(editor, index)

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        editor.setObjectName(STYLE_NAME)
        return editor

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        editor.setGeometry(option.rect)
