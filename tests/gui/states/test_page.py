"""The page of states and a real engine: what is clicked happens there, what it lists is shown."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Action, Journal
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.states.page import StatesPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin

pytestmark = [pytest.mark.system, pytest.mark.measure]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def page(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> StatesPage:
    for name in engine.host.banks.names(1):
        engine.host.banks.delete(1, name)
    window = opened(engine, open_window, spin)
    window.transport.views["States"].click()
    assert window.states.isVisible()
    spin(lambda: window.states.states.list.names == [])
    return window.states


@pytest.fixture
def journal(engine: Live) -> Journal:
    return engine.host.journal()


def desk_of(page: StatesPage) -> Desk:
    window = page.window()
    assert isinstance(window, Window)
    return window.desk


def save_two(page: StatesPage, engine: Live, spin: Spin) -> None:
    for name in ("dark", "light"):
        QTest.keyClicks(page.states.name, name)
        QTest.keyClick(page.states.name, Qt.Key.Key_Return)
        spin(lambda name=name: name in page.states.list.names)
    assert engine.host.banks.names(1) == ["dark", "light"] == page.states.list.names
    spin(lambda: page.states.list.current == "light")


def acts(journal: Journal) -> list[tuple[str, tuple[object, ...]]]:
    """What was put back since the last time."""
    return [
        (each.kind, each.arguments)
        for each in journal.take()
        if isinstance(each, Action) and each.kind.startswith("bank/")
    ]


def test_save_recall_rename_and_delete(
    page: StatesPage, engine: Live, spin: Spin, journal: Journal
) -> None:
    assert "A state is what the network is at a moment" in page.states.list.note
    save_two(page, engine, spin)
    page.states.button.click()
    spin(lambda: engine.host.banks.names(1) == ["dark", "light", "state 1"])
    names = page.states.list
    spin(lambda: names.names == ["dark", "light", "state 1"])
    QTest.mouseClick(names.viewport(), LEFT, pos=names.visualItemRect(names.item(0)).center())
    spin(lambda: acts(journal) == [("bank/recall", ("dark", 0))])
    names.item(2).setText("new")
    spin(lambda: engine.host.banks.names(1) == ["dark", "light", "new"] == names.names)
    names.item(2).setText("light")  # taken: the engine refuses, and the list is as it was
    assert names.item(2).text() == "new"
    before = engine.host.banks.state(1, "dark").tobytes()
    names.setCurrentRow(0)
    QTest.keyClick(names, Qt.Key.Key_Delete)
    spin(lambda: engine.host.banks.names(1) == ["light", "new"] == names.names)
    spin(lambda: desk_of(page).history.undo_title == "delete state dark")
    desk_of(page).undo()
    spin(lambda: "dark" in names.names)
    assert engine.host.banks.state(1, "dark").tobytes() == before


def test_back_and_loop(page: StatesPage, engine: Live, spin: Spin, journal: Journal) -> None:
    words = engine.host.slot(1).voice.words
    page.back[1].click()
    spin(lambda: acts(journal) == [("bank/back", (1.0, 0))])
    page.loop[0.5].click()
    spin(lambda: acts(journal) == [("bank/loop", ("", 0.5))])
    spin(lambda: int(sh.read_word(words, sh.S_LOOP)) != 0)
    page.loop_off.click()
    spin(lambda: int(sh.read_word(words, sh.S_LOOP)) == 0)


def test_a_morph_between_chosen_states(
    page: StatesPage, engine: Live, spin: Spin, journal: Journal
) -> None:
    assert not page.morph.isEnabled()
    save_two(page, engine, spin)
    engine.host.banks.fork(1, "dark", "third")  # somebody else keeps one
    spin(lambda: page.states.list.names == ["dark", "light", "third"])
    spin(page.morph.isEnabled)
    QTest.keyClick(page.morph.ends[1], Qt.Key.Key_Down)
    assert page.morph.sides == ("dark", "third")
    page.morph.fader.choose(0.25)
    spin(lambda: acts(journal) == [("bank/morph", ("dark", 0.75, "third", 0.25))])
    assert engine.host.banks.names(1) == ["dark", "light", "third"], "nothing is kept"
    assert not desk_of(page).history.undo_title.startswith("morph")


def test_notes_begin_from_a_state(page: StatesPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    spin(lambda: page.start.count() == 3)
    QTest.keyClick(page.start, Qt.Key.Key_Down)
    spin(lambda: engine.host.banks.starts_from(1) == "dark")
    engine.host.banks.rename(1, "dark", "attack")
    spin(lambda: page.start.currentData() == "attack")
    QTest.keyClick(page.start, Qt.Key.Key_Up)
    spin(lambda: engine.host.banks.starts_from(1) == "")


def test_another_slot_has_others(page: StatesPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    engine.host.load_into(2, small_plugin())
    engine.host.banks.put(2, "other", engine.host.banks.now(2))
    window = page.window()
    assert isinstance(window, Window)
    spin(lambda: 2 in window.panels)
    window.deck.show_slot(2)
    spin(lambda: page.states.list.names == ["other"])
    window.deck.show_slot(1)
    spin(lambda: page.states.list.names == ["dark", "light"])
    engine.host.unload(2)
    spin(lambda: 2 not in window.panels)
