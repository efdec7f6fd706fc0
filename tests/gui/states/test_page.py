"""The page of states and a real engine: what is clicked happens there, what it lists is shown."""

from pathlib import Path

import mido
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog

from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Journal
from rtsynth_gui.states.page import StatesPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live
from tests.gui.plugins import small_plugin
from tests.gui.states.shown import acts, desk_of, kept, save_two

pytestmark = [pytest.mark.system, pytest.mark.measure]

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def test_save_recall_rename_and_delete(
    page: StatesPage, engine: Live, spin: Spin, journal: Journal
) -> None:
    assert "A state is what the network is at a moment" in page.states.list.note
    save_two(page, engine, spin)
    page.states.button.click()
    spin(lambda: engine.host.banks.names(1) == ["dark", "light", "state 1"])
    window = page.window()
    assert isinstance(window, Window)
    spin(lambda: "state 1 is saved" in window.transport.message.toolTip())
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
    assert page.morph.fader.position == 0.25
    page.back[1].click()
    assert page.morph.fader.position == 0.0


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


def test_one_voice_goes_back_and_is_undone_alone(
    page: StatesPage, engine: Live, spin: Spin, journal: Journal
) -> None:
    host = engine.host
    assert page.voice.isHidden()
    host.voicing.set_voices(1, 3)
    spin(lambda: page.voice.isVisible() and page.voice.count() == 5)
    save_two(page, engine, spin)
    for _ in range(3):
        QTest.keyClick(page.voice, Qt.Key.Key_Down)
    assert page.voice.currentText() == "Voice 2"
    acts(journal)
    names = page.states.list
    QTest.mouseClick(names.viewport(), LEFT, pos=names.visualItemRect(names.item(0)).center())
    spin(lambda: acts(journal) == [("bank/recall", ("dark", 2))])
    spin(lambda: desk_of(page).history.undo_title == "recall state dark")
    desk_of(page).undo()
    spin(lambda: [(kind, it[1]) for kind, it in acts(journal)] == [("bank/back", 2)])
    page.back[1].click()
    spin(lambda: acts(journal)[-1:] == [("bank/back", (1.0, 2))])
    do(page, "Learn MIDI: recall")
    spin(lambda: host.mappings.learning == "/slot/1/bank/recall light 2")
    host.mappings.cancel()
    host.voicing.set_voices(1, 1)
    spin(page.voice.isHidden)
    page.back[3].click()
    spin(lambda: acts(journal)[-1:] == [("bank/back", (3.0, 0))])


def test_the_newest_note_is_kept_and_notes_begin_from_it(
    page: StatesPage, engine: Live, spin: Spin, journal: Journal
) -> None:
    host, names = engine.host, page.states.list
    host.voicing.set_voices(1, 3)
    spin(page.voice.isVisible)
    host.note_on(1, 60, 0.5)
    host.note_on(1, 64, 0.5)
    QTest.keyClick(page.voice, Qt.Key.Key_Down)
    assert page.voice.currentText() == "Voice of the newest note"
    for _ in range(2):  # the second time over the first, which can be undone
        before = kept(host, "attack") if "attack" in names.names else None
        QTest.keyClicks(page.states.name, "attack")
        QTest.keyClick(page.states.name, Qt.Key.Key_Return)
        spin(lambda before=before: kept(host, "attack") not in (None, before))
        spin(lambda: names.names == ["attack"])
        voices = host.banks.state(1, "attack").reshape(3, -1)
        np.testing.assert_array_equal(voices, np.tile(voices[0], (3, 1)))
    QTest.keyClick(page.start, Qt.Key.Key_Down)
    spin(lambda: host.banks.starts_from(1) == "attack")
    acts(journal)
    QTest.mouseClick(names.viewport(), LEFT, pos=names.visualItemRect(names.item(0)).center())
    spin(lambda: acts(journal) == [("bank/recall", ("attack", -1))])
    spin(lambda: desk_of(page).history.undo_title == "recall state attack")
    desk_of(page).undo()
    spin(lambda: [(kind, it[1]) for kind, it in acts(journal)] == [("bank/back", 0)])
    for note in (60, 64):
        host.note_off(1, note)
    host.voicing.set_voices(1, 1)


def test_a_pad_and_a_knob_are_learned(page: StatesPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    mappings = engine.host.mappings
    router = MidiRouter(engine.host, mappings=mappings, port="pads")
    page.states.list.clearSelection()
    do(page, "Learn MIDI: recall")
    spin(lambda: mappings.learning == "/slot/1/bank/recall light")
    assert router.handle(mido.Message("note_on", note=40)) == "slot 1 bank/recall light"
    mark_all(page)
    do(page, "Learn MIDI: morph")
    spin(lambda: mappings.learning == "/slot/1/bank/morph dark light")
    knob = mido.Message("control_change", control=21, value=64)
    assert router.handle(knob) == "slot 1 bank/morph dark light"
    assert [each.physical.text for each in mappings.learned] == [
        "note 40, channel 1, pads", "CC 21, channel 1, pads",
    ]  # fmt: skip
    mappings.replace(())


def test_a_named_state_is_looped(page: StatesPage, engine: Live, spin: Spin) -> None:
    save_two(page, engine, spin)
    spin(lambda: page.source.count() == 3)
    QTest.keyClick(page.source, Qt.Key.Key_Down)
    assert page.source.currentData() == "dark"
    page.loop[0.5].click()
    spin(lambda: engine.host.banks.looped(1) == ("dark", 0.5))
    desk_of(page).undo()
    spin(lambda: engine.host.banks.looped(1) is None)


def test_what_is_looped_is_shown_also_where_others_began_it(
    page: StatesPage, engine: Live, spin: Spin
) -> None:
    save_two(page, engine, spin)
    names = page.states.list

    def lit() -> list[str]:
        return [names.names[row] for row in range(names.count()) if names.item(row).font().bold()]

    def on() -> list[float]:
        return [seconds for seconds, button in page.loop.items() if button.isChecked()]

    assert (page.loop_title.whole, page.loop_off.text()) == ("Loop (s)", "Off")
    assert (lit(), on()) == ([], [])
    engine.host.banks.loop(1, "dark", 0.5)
    spin(lambda: lit() == ["dark"])
    assert (page.loop_title.whole, page.loop_off.text()) == ("Loop (s): dark every 0.5 s", "Stop")
    assert on() == [0.5]
    page.loop[2.0].click()
    spin(lambda: on() == [2.0] and lit() == [])
    assert page.loop_title.whole == "Loop (s): the last 2 s"
    page.loop_off.click()
    spin(lambda: engine.host.banks.looped(1) is None)
    spin(lambda: (page.loop_title.whole, page.loop_off.text(), on()) == ("Loop (s)", "Off", []))


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
    page.files.buttons["write"].click()
    window = page.window()
    assert isinstance(window, Window)
    spin(lambda: "two.safetensors is written" in window.transport.message.toolTip())
    for name in ("dark", "light"):
        banks.delete(1, name)
    spin(lambda: page.states.list.names == [])
    page.files.buttons["read"].click()
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
