"""The list of names: parts of the engine's list, and what is marked."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu

from rtsynth_gui.presets.name_list import NameList
from tests.gui.conftest import delete_what_waits


@pytest.fixture
def names(qt: QApplication) -> NameList:
    return NameList("Presets", at_once=True)


def test_a_long_list_comes_in_parts(names: NameList) -> None:
    every = [f"p{number}" for number in range(100)]
    names.collect(0, 100, every[:64])
    assert names.names == []
    names.collect(64, 100, every[64:])
    assert names.names == every
    names.collect(0, 1, ["p7"])
    assert names.names == ["p7"]
    names.collect(0, 0, [])
    assert names.names == []


def test_what_is_marked_stays_marked(names: NameList) -> None:
    names.show_names(["a", "b"])
    names.show_current("b")
    names.show_names(["b", "c"])
    assert names.current == "b"
    names.show_names(["c"])
    assert names.current == ""


def test_renaming_waits_for_the_engine(names: NameList) -> None:
    asked: list[tuple[str, str]] = []
    names.renamed.connect(lambda *pair: asked.append(pair))
    names.show_names(["a"])
    for text in ("a", "  ", " z "):
        names.item(0).setText(text)
    assert asked == [("a", "z")]
    assert names.item(0).text() == "a"


def test_what_is_to_be_marked_may_be_listed_later(names: NameList) -> None:
    names.show_names(["a", "b"])
    names.mark("b")
    assert names.current == "b"
    names.mark("c")
    names.show_names(["a", "b", "c"])
    assert names.current == "c"


def test_a_menu_goes_by_names_and_goes_when_it_was_closed(names: NameList) -> None:
    names.show_names(["a", "b"])
    menu = names.menu_of(names.item(1))
    menu.popup(QPoint(0, 0))
    names.show_names(["b", "c"])  # the engine lists anew while it is open
    rename = menu.actions()[1]
    rename.trigger()
    assert names.state() == NameList.State.EditingState
    names.show_names(["c"])
    rename.trigger()
    menu.close()
    delete_what_waits()
    assert names.findChildren(QMenu) == []
