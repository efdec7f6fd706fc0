"""The page of presets and a real engine: what is clicked happens there, what it lists is shown."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.presets.page import PresetsPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import PITCH
from tests.gui.live import Live, live, opened
from tests.gui.peer import Peer
from tests.gui.plugins import small_plugin

pytestmark = [pytest.mark.system, pytest.mark.measure]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def page(
    engine: Live,
    open_window: Callable[[int], Window],
    spin: Spin,
    own_presets: Path,
) -> PresetsPage:
    window = opened(engine, open_window, spin)
    window.side.turn_to("Presets")
    assert window.presets.isVisible()
    return window.presets


def save_two(page: PresetsPage, engine: Live, spin: Spin) -> None:
    """ "dark" with an amplitude of 0.2, "light" with 0.8; "light" is the current one."""
    for name, amplitude in (("dark", 0.2), ("light", 0.8)):
        engine.host.set(1, "amplitude", amplitude)
        QTest.keyClicks(page.presets.name, name)
        QTest.keyClick(page.presets.name, Qt.Key.Key_Return)
        spin(lambda name=name: name in page.presets.list.names)
    assert engine.host.presets.list(1) == ["dark", "light"]
    spin(lambda: page.presets.list.current == "light")


def test_what_others_keep_is_listed(page: PresetsPage, engine: Live, spin: Spin) -> None:
    engine.host.presets.save(1, "from elsewhere")
    spin(lambda: "from elsewhere" in page.presets.list.names)
    engine.host.sets.save("their set")
    spin(lambda: "their set" in page.sets.list.names)
    engine.host.presets.delete(1, "from elsewhere")
    engine.host.sets.delete("their set")
    spin(lambda: not page.presets.list.names and "their set" not in page.sets.list.names)


def amplitude(engine: Live) -> float:
    return round(engine.host.get(1, "amplitude"), 3)


def click(page: PresetsPage, name: str) -> None:
    names = page.presets.list
    point = names.visualItemRect(names.item(names.names.index(name))).center()
    QTest.mouseClick(names.viewport(), LEFT, pos=point)


def test_save_recall_step(page: PresetsPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    click(page, "dark")
    spin(lambda: amplitude(engine) == 0.2)
    spin(lambda: page.current.toolTip().endswith("dark</qt>"))
    page.steps["next"].click()
    spin(lambda: amplitude(engine) == 0.8)
    spin(lambda: page.presets.list.current == "light")
    page.steps["previous"].click()
    spin(lambda: amplitude(engine) == 0.2)
    # A held note has pitch and amplitude of its own.
    engine.host.note_on(1, 60.0, 0.5)
    spin(lambda: page._recalled.holds(1))
    click(page, "light")
    window = page.window()
    assert isinstance(window, Window)
    spin(lambda: "the held note keeps its pitch" in window.transport.message.toolTip())
    engine.host.note_off(1, 60.0)
    spin(lambda: not page._recalled.holds(1))
    # One click saves under a free name.
    page.presets.button.click()
    spin(lambda: engine.host.presets.list(1) == ["dark", "light", "preset 1"])


def test_rename_and_delete(page: PresetsPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    names = page.presets.list
    names.item(0).setText("darkest")
    spin(lambda: engine.host.presets.list(1) == ["darkest", "light"])
    spin(lambda: names.names == ["darkest", "light"])
    names.item(0).setText("light")  # taken: the engine refuses, and the list is as it was
    assert names.item(0).text() == "darkest"
    names.setCurrentRow(0)
    QTest.keyClick(names, Qt.Key.Key_Delete)
    spin(lambda: engine.host.presets.list(1) == ["light"] == names.names)


def test_sets(page: PresetsPage, engine: Live, spin: Spin) -> None:
    engine.host.set(1, "amplitude", 0.3)
    sets = page.sets.list
    assert "A set keeps everything" in sets.note
    page.sets.button.click()
    spin(lambda: engine.host.sets.list() == ["set 1"] == sets.names)
    spin(lambda: sets.current == "set 1")  # what was just saved
    engine.host.set(1, "amplitude", 0.9)
    sets.setCurrentRow(-1)
    place = sets.visualItemRect(sets.item(0)).center()
    asked: list[str] = []
    page.sets.asked.connect(lambda command, names: asked.append(command))
    QTest.mouseClick(sets.viewport(), LEFT, pos=place)
    assert (sets.current, asked) == ("set 1", [])  # everything would be another thing
    QTest.mouseDClick(sets.viewport(), LEFT, pos=place)
    spin(lambda: amplitude(engine) == 0.3)
    engine.host.set(1, "amplitude", 0.9)
    QTest.keyClick(sets, Qt.Key.Key_Return)
    spin(lambda: amplitude(engine) == 0.3)
    QTest.keyClick(sets, Qt.Key.Key_F2)
    (field,) = sets.findChildren(QLineEdit)
    field.setText("gig")
    QTest.keyClick(field, Qt.Key.Key_Return)
    spin(lambda: engine.host.sets.list() == ["gig"] == sets.names)
    spin(lambda: sets.current == "gig" and desk_of(page).history.undo_title == "rename set set 1")
    desk_of(page).undo()
    spin(lambda: engine.host.sets.list() == ["set 1"] == sets.names)
    sets.setCurrentRow(0)
    QTest.keyClick(sets, Qt.Key.Key_Delete)
    spin(lambda: engine.host.sets.list() == [] == sets.names)


def test_what_was_done_is_said(page: PresetsPage, engine: Live, spin: Spin) -> None:
    said: list[str] = []
    page.said.connect(lambda text, failure: said.append(text))
    save_two(page, engine, spin)
    assert said == ["dark is saved", "light is saved"]
    page.presets.name.setText("dark")
    page.presets.button.click()
    spin(lambda: len(said) == 3)
    assert said[2].startswith("dark is saved over the old one; Ctrl+Z")
    page.presets.list.item(1).setText("bright")
    spin(lambda: said[3:] == ["light is now called bright"])
    spin(lambda: page.presets.list.names == ["bright", "dark"])
    page.presets.name.setText("a/b:c")
    page.presets.button.click()
    spin(lambda: page.presets.name.text() == "a/b:c")  # to be corrected
    assert engine.host.presets.list(1) == ["bright", "dark"]


def desk_of(page: PresetsPage) -> Desk:
    window = page.window()
    assert isinstance(window, Window)
    return window.desk


def test_changes_of_preset_files_are_undone(page: PresetsPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    presets, names, desk = engine.host.presets, page.presets.list, desk_of(page)
    engine.host.set(1, "amplitude", 0.5)
    QTest.keyClicks(page.presets.name, "dark")  # over the one there is
    QTest.keyClick(page.presets.name, Qt.Key.Key_Return)
    spin(lambda: presets.current(1) == "dark")
    names.item(0).setText("grey")
    spin(lambda: names.names == ["grey", "light"])
    names.setCurrentRow(0)
    QTest.keyClick(names, Qt.Key.Key_Delete)
    spin(lambda: names.names == ["light"] == presets.list(1))
    spin(lambda: desk.history.undo_title == "delete preset grey")
    desk.undo()
    spin(lambda: names.names == ["grey", "light"] == presets.list(1))
    spin(lambda: presets.current(1) == "grey" == names.current)
    desk.undo()
    spin(lambda: names.names == ["dark", "light"] == presets.list(1))
    assert saved(page, engine, spin, "dark") == 0.5
    spin(lambda: desk.history.undo_title == "recall preset dark")
    desk.undo()
    spin(lambda: desk.history.undo_title == "save preset dark")
    desk.undo()
    spin(lambda: not desk.acts.recalling)
    assert presets.current(1) == "light"
    assert saved(page, engine, spin, "dark") == 0.2
    names.item(0).setText("a/b")  # refused: nothing to undo, and nothing waits for it
    window = page.window()
    assert isinstance(window, Window)
    spin(lambda: "'a/b' is no name" in window.transport.message.toolTip())
    spin(lambda: not desk.history.waiting)
    assert desk.history.undo_title == "recall preset dark"


def test_notes_before_a_recall_hide_no_step(
    page: PresetsPage, engine: Live, spin: Spin, rest: Callable[[float], None]
) -> None:
    host, history = engine.host, desk_of(page).history
    host.set(1, "pitch", 69.0)
    save_two(page, engine, spin)
    window = page.window()
    assert isinstance(window, Window)
    pitch = row(window, PITCH)
    spin(lambda: pitch.value == 69.0)
    pitch.set_to(70.0)
    spin(lambda: host.get(1, "pitch") == 70.0)
    host.note_on(1, 72.0, 0.5)
    spin(lambda: pitch.value == 72.0)
    host.note_off(1, 72.0)
    rest(0.5)  # what is moved now is moved by no note
    click(page, "dark")
    spin(lambda: history.undo_title == "recall preset dark" and pitch.value == 69.0)
    desk_of(page).undo()
    spin(lambda: host.get(1, "pitch") == 72.0 == pitch.value)
    spin(lambda: history.undo_title == "change Pitch")
    desk_of(page).undo()
    spin(lambda: host.get(1, "pitch") == 69.0)


def saved(page: PresetsPage, engine: Live, spin: Spin, name: str) -> float:
    """What a preset has."""
    engine.host.set(1, "amplitude", 1.0)
    click(page, name)
    spin(lambda: amplitude(engine) != 1.0)
    return amplitude(engine)


def test_changes_of_sets_are_undone(page: PresetsPage, engine: Live, spin: Spin) -> None:
    sets, names, desk = engine.host.sets, page.sets.list, desk_of(page)
    for value in (0.25, 0.75):
        engine.host.set(1, "amplitude", value)
        spin(lambda value=value: amplitude(engine) == value)
        QTest.keyClicks(page.sets.name, "live")
        QTest.keyClick(page.sets.name, Qt.Key.Key_Return)
        spin(lambda: not desk.history.waiting and desk.history.undo_title == "save set live")
    spin(lambda: names.names == ["live"])
    names.setCurrentRow(0)
    QTest.keyClick(names, Qt.Key.Key_Delete)
    spin(lambda: names.names == [] == sets.list())
    for title in ("delete set live", "save set live"):
        spin(lambda title=title: desk.history.undo_title == title)
        desk.undo()
        spin(lambda: not desk.acts.recalling)
    spin(lambda: names.names == ["live"] == sets.list())
    sets.recall("live")
    spin(lambda: amplitude(engine) == 0.25)
    desk.redo()
    spin(lambda: not desk.acts.recalling)
    sets.recall("live")
    spin(lambda: amplitude(engine) == 0.75)


def test_the_ends_of_the_morph_are_those_of_the_slot_in_front(
    window: Window, peer: Peer, spin: Spin
) -> None:
    page, names = window.presets, (0, 3, "bright", "preset 1", "thin")
    peer.tell("/slot/1/preset/names", *names)
    spin(lambda: page.morph.isEnabled())
    page.morph.ends[0].setCurrentText("thin")
    page.morph.ends[0].activated.emit(2)
    page.show_slot(None)
    assert page.morph.sides == ("", "")
    window.deck.show_slot(1)
    peer.tell("/slot/1/preset/names", *names)
    spin(lambda: page.morph.sides == ("thin", "preset 1"))


def test_an_engine_without_presets(window: Window, peer: Peer, spin: Spin) -> None:
    page = window.presets
    spin(lambda: peer.count("/slot/1/preset/list") and peer.count("/set/list"))
    assert page.presets.isEnabled()
    peer.tell("/fail", "/slot/1/preset/list", "unknown address")
    spin(lambda: not page.presets.isEnabled())
    assert "different version" in page.presets.toolTip()
    assert page.sets.isEnabled()
    assert window.transport.message.objectName() != "failure"


def test_an_engine_elsewhere_is_not_asked_to_write(window: Window, peer: Peer, spin: Spin) -> None:
    window.link.is_local = False
    peer.tell("/slot/1/preset/names", 0, 2, "a", "b")
    names = window.presets.presets.list
    spin(lambda: names.names == ["a", "b"])
    assert not window.presets.presets.button.isEnabled()
    assert "only on the machine" in window.presets.presets.button.toolTip()
    acts = {action.text(): action.isEnabled() for action in names.menu_of(names.item(0)).actions()}
    assert acts == {"Recall": True, "Rename": False, "Delete": False}
    names.setCurrentRow(1)
    QTest.keyClick(names, Qt.Key.Key_Delete)
    QTest.keyClick(names, Qt.Key.Key_Return)
    spin(lambda: peer.count("/slot/1/preset/recall"))
    assert not peer.count("/slot/1/preset/delete")


def test_recalls_are_undone(page: PresetsPage, engine: Live, spin: Spin) -> None:
    window = page.window()
    assert isinstance(window, Window)
    save_two(page, engine, spin)
    engine.host.set(1, "amplitude", 0.5)
    engine.host.modulation.assign(1, "lfo1", "pitch", 0.25)
    click(page, "dark")
    spin(
        lambda: amplitude(engine) == 0.2 and window.desk.history.undo_title == "recall preset dark"
    )
    assert engine.host.modulation.of(1) == []
    window.desk.undo()
    spin(lambda: amplitude(engine) == 0.5 and len(engine.host.modulation.of(1)) == 1)
    spin(lambda: page.presets.list.current == "light")  # and what is named goes back with it
    assert engine.host.presets.current(1) == "light"
    assert page.current.toolTip().endswith("light</qt>")
    window.desk.redo()
    spin(lambda: amplitude(engine) == 0.2 and engine.host.modulation.of(1) == [])
    spin(lambda: page.presets.list.current == "dark")
    page.sets.ask("save", "gig")
    engine.host.load_into(2, small_plugin())
    spin(lambda: page.sets.list.names == ["gig"])
    page.sets.ask("recall", "gig")
    spin(lambda: len(engine.host.slots) == 1)
    spin(lambda: window.desk.history.undo_title == "recall set gig")
    window.desk.undo()
    spin(lambda: len(engine.host.slots) == 2)
    engine.host.unload(2)
