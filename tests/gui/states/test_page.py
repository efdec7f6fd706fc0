"""The page of states and a real engine: what is clicked happens there, what it lists is shown."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog

from rtsynth import Host
from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Action, Journal
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.states.page import StatesPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin
from tests.rtsynth.host.presets.test_kept_networks import hidden

pytestmark = [pytest.mark.system, pytest.mark.measure]

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
Rest = Callable[[float], None]
State = NDArray[np.float32]
Two = tuple[State, State]


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def page(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> StatesPage:
    for name in engine.host.banks.names(1):
        engine.host.banks.delete(1, name)
    engine.host.hidden.open(1, opened=False)
    engine.host.banks.loop(1, "", 0.0)
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
    spin(lambda: desk_of(page).history.undo_title == "rename state state 1")
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
    spin(lambda: desk_of(page).history.undo_title == "morph between states")


@pytest.fixture
def two(engine: Live, page: StatesPage, spin: Spin, rest: Rest) -> Two:
    """A network that stays what it is put to: what the state "dark" is, and what it is by now."""
    host = engine.host
    host.hidden.open(1)
    dark = frozen(host, spin)
    host.banks.save(1, "dark")
    spin(lambda: page.states.list.names == ["dark"])
    host.set(1, "audio.freeze", 0.0)
    rest(0.2)
    now = frozen(host, spin)
    assert not np.array_equal(dark, now)
    rest(0.3)
    return dark, now


def frozen(host: Host, spin: Spin) -> State:
    host.set(1, "audio.freeze", 1.0)
    spin(lambda: np.array_equal(hidden(host), hidden(host)))
    return hidden(host)


def test_what_was_put_back_is_undone(
    page: StatesPage,
    engine: Live,
    spin: Spin,
    rest: Rest,
    two: Two,
) -> None:
    dark, before = two
    desk = desk_of(page)
    page.states.ask("recall", "dark")
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    assert desk.history.undo_title == "recall state dark"
    rest(0.2)
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))
    desk.redo()
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))
    rest(1.2)
    page.states.ask("recall", "dark")
    rest(0.7)
    page.back[1].click()  # to what was before the recall
    spin(lambda: np.array_equal(hidden(engine.host), before))
    assert desk.history.undo_title == "back 1 s"
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))


def test_a_morph_is_undone_as_one_step(
    page: StatesPage,
    engine: Live,
    spin: Spin,
    rest: Rest,
    two: Two,
) -> None:
    dark, before = two
    engine.host.banks.save(1, "light")
    spin(page.morph.isEnabled)
    page.morph.fader.choose(0.5)
    spin(lambda: not np.array_equal(hidden(engine.host), before))
    page.morph.fader.choose(0.0)
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    desk = desk_of(page)
    assert desk.history.undo_title == "morph between states"
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))
    desk.redo()
    spin(lambda: np.array_equal(hidden(engine.host), dark))


def test_a_loop_is_undone(
    page: StatesPage,
    engine: Live,
    spin: Spin,
    two: Two,
) -> None:
    desk, banks = desk_of(page), engine.host.banks
    banks.loop(1, "dark", 0.25)  # somebody else
    spin(lambda: page.looped == ("dark", 0.25))
    page.loop_off.click()
    spin(lambda: banks.looped(1) is None and page.looped == ("", 0.0))
    desk.undo()
    spin(lambda: banks.looped(1) == ("dark", 0.25))
    desk.redo()
    spin(lambda: banks.looped(1) is None)
    page.loop[0.5].click()
    spin(lambda: banks.looped(1) == ("", 0.5))
    desk.undo()
    spin(lambda: banks.looped(1) is None)


def kept(host: Host, name: str) -> str | None:
    """What is kept under a name, as text; None until it is."""
    bank = host.banks.kept(1)
    return None if bank is None else bank.texts.get(name)


def test_saving_is_undone(page: StatesPage, engine: Live, spin: Spin, rest: Rest) -> None:
    desk, banks = desk_of(page), engine.host.banks
    save_two(page, engine, spin)
    desk.undo()
    spin(lambda: banks.names(1) == ["dark"] == page.states.list.names)
    rest(0.3)
    desk.redo()
    spin(lambda: banks.names(1) == ["dark", "light"])
    spin(lambda: kept(engine.host, "light") and "light" in page.states.list.names)
    again = kept(engine.host, "light")  # of the same time, as near as the last minute is kept
    page.states.ask("save", "light")  # over it
    spin(lambda: kept(engine.host, "light") not in (None, again))
    spin(lambda: not desk.history.waiting)
    assert desk.history.undo_title == "save state light"
    desk.undo()
    spin(lambda: kept(engine.host, "light") == again)


def mark_all(page: StatesPage) -> None:
    names = page.states.list
    for row in range(names.count()):
        point = names.visualItemRect(names.item(row)).center()
        QTest.mouseClick(names.viewport(), LEFT, CTRL, point)


def do(page: StatesPage, text: str) -> None:
    """A line of the menu of the last name."""
    names = page.states.list
    menu = names.menu_of(names.item(names.count() - 1))
    (action,) = (each for each in menu.actions() if each.text() == text)
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_copies_and_averages(page: StatesPage, engine: Live, spin: Spin, journal: Journal) -> None:
    save_two(page, engine, spin)
    desk, banks = desk_of(page), engine.host.banks
    acts(journal)
    names = page.states.list
    names.clearSelection()
    mark_all(page)
    assert names.marked == ["dark", "light"]
    do(page, "Average of those chosen")
    spin(lambda: banks.names(1) == ["dark", "light", "average 1"] == names.names)
    assert acts(journal) == [], "to mark them recalls none"
    mean = banks.state(1, "average 1")
    banks.average(1, "mean", {"dark": 1.0, "light": 1.0})
    assert np.array_equal(banks.state(1, "mean"), mean)
    banks.delete(1, "mean")
    spin(lambda: names.names == ["dark", "light", "average 1"])
    spin(lambda: desk.history.undo_title == "average of states")
    names.clearSelection()
    do(page, "Duplicate")
    spin(lambda: "average 1 2" in names.names)
    assert np.array_equal(banks.state(1, "average 1 2"), mean)
    spin(lambda: desk.history.undo_title == "duplicate state average 1")
    desk.undo()
    spin(lambda: banks.names(1) == ["dark", "light", "average 1"])
    spin(lambda: not desk.acts.recalling)
    desk.undo()
    spin(lambda: banks.names(1) == ["dark", "light"])


def test_a_named_state_is_looped(page: StatesPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    spin(lambda: page.source.count() == 3)
    QTest.keyClick(page.source, Qt.Key.Key_Down)
    assert page.source.currentData() == "dark"
    page.loop[0.5].click()
    spin(lambda: engine.host.banks.looped(1) == ("dark", 0.5))
    desk_of(page).undo()
    spin(lambda: engine.host.banks.looped(1) is None)


def test_states_in_a_file(
    page: StatesPage,
    engine: Live,
    spin: Spin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, banks = tmp_path / "two.safetensors", engine.host.banks
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda self: [str(file)])
    monkeypatch.setattr(QFileDialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    save_two(page, engine, spin)
    spin(lambda: kept(engine.host, "light"))
    dark = kept(engine.host, "dark")
    page.files["write"].click()
    window = page.window()
    assert isinstance(window, Window)
    spin(lambda: "two.safetensors is written" in window.transport.message.toolTip())
    for name in ("dark", "light"):
        banks.delete(1, name)
    spin(lambda: page.states.list.names == [])
    page.files["read"].click()
    spin(lambda: page.states.list.names == ["dark", "light"])
    spin(lambda: kept(engine.host, "dark") == dark)
    spin(lambda: desk_of(page).history.undo_title == "read states from two.safetensors")
    desk_of(page).undo()
    spin(lambda: banks.names(1) == [])


def test_notes_begin_from_a_state(page: StatesPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    spin(lambda: page.start.count() == 3)
    QTest.keyClick(page.start, Qt.Key.Key_Down)
    spin(lambda: engine.host.banks.starts_from(1) == "dark")
    engine.host.banks.rename(1, "dark", "attack")
    spin(lambda: page.start.currentData() == "attack")
    QTest.keyClick(page.start, Qt.Key.Key_Up)
    spin(lambda: engine.host.banks.starts_from(1) == "")
    spin(lambda: desk_of(page).history.undo_title == "notes begin from where the network is")
    desk_of(page).undo()
    spin(lambda: engine.host.banks.starts_from(1) == "attack")
    spin(lambda: page.start.currentData() == "attack")


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
