"""Names that are free, and what is asked for."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.presets.keeper import Keeper, free_name


def test_free_names() -> None:
    assert free_name("preset", []) == "preset 1"
    assert free_name("preset", ["preset 1", "dark", "preset 3"]) == "preset 2"


@pytest.mark.parametrize(("typed", "saved"), [("", "set 1"), (" first half ", "first half")])
def test_saving(qt: QApplication, typed: str, saved: str) -> None:
    keeper = Keeper("set", at_once=False)
    asked: list[tuple[str, object]] = []
    keeper.asked.connect(lambda *what: asked.append(what))
    keeper.name.setText(typed)
    keeper.button.click()
    assert asked == [("save", (saved,))]
    assert keeper.name.text() == ""
