"""Presets and sets are called what people call them, in any script, by a real engine."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth_gui.presets.page import PresetsPage
from tests.gui.conftest import Spin
from tests.gui.live import Live
from tests.gui.presets.test_page import click, desk_of, engine, page

__all__ = ["engine", "page"]

pytestmark = [pytest.mark.system, pytest.mark.measure]


def test_names_have_letters_of_any_script(
    page: PresetsPage, engine: Live, spin: Spin, own_presets: Path
) -> None:
    """Saved, renamed, saved over, recalled and undone by hand."""
    names, desk = page.presets.list, desk_of(page)
    page.presets.name.setText("Ubung e\u0301".replace("U", "U\u0308"))  # as a Mac's keyboard types
    QTest.keyClick(page.presets.name, Qt.Key.Key_Return)
    spin(lambda: names.names == ["Übung é"] == engine.host.presets.list(1))
    assert [path.stem for path in own_presets.glob("*/*.json")] == ["Übung é"]
    spin(lambda: names.current == "Übung é")
    names.item(0).setText("漢字 ø")
    spin(lambda: names.names == ["漢字 ø"] == engine.host.presets.list(1))
    click(page, "漢字 ø")
    spin(lambda: page.current.toolTip().endswith("漢字 ø</qt>"))
    for undone in ("recall preset 漢字 ø", "rename preset Übung é"):
        spin(lambda undone=undone: desk.history.undo_title == undone)
        desk.undo()
    spin(lambda: names.names == ["Übung é"] == engine.host.presets.list(1))
    page.sets.name.setText("Größe")
    QTest.keyClick(page.sets.name, Qt.Key.Key_Return)
    spin(lambda: "Größe" in page.sets.list.names)
    engine.host.sets.delete("Größe")
    engine.host.presets.delete(1, "Übung é")
    page.presets.name.setText("über/mut")
    QTest.keyClick(page.presets.name, Qt.Key.Key_Return)
    spin(lambda: page.presets.name.text() == "über/mut")  # refused: to be corrected
    page.presets.name.setText("")
