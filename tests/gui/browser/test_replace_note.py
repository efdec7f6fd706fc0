"""The note on which slot the next plugin is for."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.browser.replace_note import ReplaceNote


@pytest.fixture
def parent(qt: QApplication) -> Iterator[QWidget]:
    widget = QWidget()
    widget.show()
    yield widget
    widget.close()


def test_it_names_the_slot_until_it_is_hidden(parent: QWidget) -> None:
    note = ReplaceNote(parent)
    assert not note.isVisible()
    note.show_slot(3)
    assert note.isVisible()
    assert "slot 3" in note.text()
    parent.hide()
    parent.show()
    assert (note.slot, note.isVisible()) == (0, False)
    note.show_slot(3)
    note.show_slot(0)
    assert not note.isVisible()
