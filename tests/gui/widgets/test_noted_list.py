"""A list that is empty says something, and one that is not does not."""

from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.noted_list import NotedList


def test_it_says_why_it_is_empty(qt: QApplication) -> None:
    shown = NotedList()
    shown.resize(200, 100)
    bare = shown.grab().toImage()
    shown.show_note("Nothing found")
    assert shown.grab().toImage() != bare
    assert shown.accessibleDescription() == "Nothing found"
    shown.addItem("creek")
    listed = shown.grab().toImage()
    shown.show_note("")
    assert shown.grab().toImage() == listed
