"""The morph of the page of presets and a real engine: what it moves, shows, and undoes."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth_gui.presets.page import PresetsPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live
from tests.gui.plugins import small_plugin
from tests.gui.presets.test_page import amplitude, click, desk_of, engine, page, save_two

__all__ = ["engine", "page"]

pytestmark = [pytest.mark.system, pytest.mark.measure]


def test_the_morph(page: PresetsPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    spin(lambda: page.morph.isEnabled())
    # From the current one, which was saved last, to the next.
    spin(lambda: [box.currentText() for box in page.morph.ends] == ["light", "dark"])
    page.morph.fader.choose(0.5)
    spin(lambda: amplitude(engine) == 0.5)
    QTest.keyClick(page.morph.fader, Qt.Key.Key_Delete)
    spin(lambda: amplitude(engine) == 0.8)


def test_between_two_presets_none_is_the_current_one(
    page: PresetsPage, engine: Live, spin: Spin
) -> None:
    save_two(page, engine, spin)
    spin(lambda: page.morph.sides == ("light", "dark"))
    page.morph.fader.choose(0.25)
    spin(lambda: amplitude(engine) == 0.65)
    assert page.morph.share.text() == "25 %"
    assert page.presets.list.current == ""
    assert "between light and dark" in page.current.toolTip()
    spin(lambda: desk_of(page).history.undo_title == "morph between presets")
    desk_of(page).undo()
    spin(lambda: page.presets.list.current == "light")


def test_a_set_that_is_saved_while_it_is_morphed_leaves_the_morph_alone(
    page: PresetsPage, engine: Live, spin: Spin, rest: Callable[[float], None]
) -> None:
    save_two(page, engine, spin)
    spin(lambda: page.morph.sides == ("light", "dark"))
    page.morph.fader.choose(0.25)
    spin(lambda: amplitude(engine) == 0.65)
    QTest.keyClicks(page.sets.name, "gig")
    QTest.keyClick(page.sets.name, Qt.Key.Key_Return)
    spin(lambda: page.sets.list.names == ["gig"])
    spin(lambda: page.sets.list.current == "gig")
    rest(0.5)  # the lists are there again
    assert page.current.whole == "between light and dark"
    assert page.morph.fader.position == 0.25
    assert page.presets.list.current == ""
    click(page, "light")
    spin(lambda: page.current.whole == "light")
    assert (page.morph.fader.position, page.morph.share.text()) == (0.0, "0 %")


def test_what_a_slot_was_morphed_to_is_known_when_it_is_in_front_again(
    page: PresetsPage, engine: Live, spin: Spin
) -> None:
    window = page.window()
    assert isinstance(window, Window)
    save_two(page, engine, spin)
    spin(lambda: page.morph.sides == ("light", "dark"))
    page.morph.fader.choose(1.0)  # also at its other end
    spin(lambda: amplitude(engine) == 0.2)
    assert page.current.whole == "between light and dark"
    engine.host.load_into(2, small_plugin())
    spin(lambda: 2 in window.panels)
    window.deck.show_slot(2)
    spin(lambda: page.current.whole == "no preset")
    window.deck.show_slot(1)
    spin(lambda: page.current.whole == "between light and dark")
    engine.host.unload(2)
    spin(lambda: 2 not in window.panels)


def test_a_morph_is_undone_as_a_whole(page: PresetsPage, engine: Live, spin: Spin) -> None:
    window = page.window()
    assert isinstance(window, Window)
    save_two(page, engine, spin)
    engine.host.set(1, "amplitude", 0.7)
    spin(lambda: page.morph.sides == ("light", "dark"))
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(page.morph.fader, key)
    spin(lambda: 0.2 < amplitude(engine) < 0.25)
    spin(lambda: window.desk.history.undo_title == "morph between presets")
    window.desk.undo()
    spin(lambda: amplitude(engine) == 0.7)
    window.desk.redo()
    spin(lambda: 0.2 < amplitude(engine) < 0.25)
    assert window.desk.history.redo_title == ""
