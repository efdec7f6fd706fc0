"""The page of mappings and a real engine: what is edited, deleted and learned, and undone."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.mapping.binding import CC, NOTE, Binding, Physical
from rtsynth_gui.mapping.page import MappingPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import PITCH
from tests.gui.live import Live, live, opened
from tests.gui.peer import Peer
from tests.gui.plugins import small_plugin
from tests.rtsynth.control.midi.messages import cc, play

pytestmark = [pytest.mark.system, pytest.mark.measure]

GAIN = "/slot/1/gain"
KNOB = Binding("pitch", Physical(CC, 21, 1, "keys"), 1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RTSYNTH_MAPPINGS", str(tmp_path_factory.mktemp("mappings")))
        with live(small_plugin()) as playing:
            yield playing


@pytest.fixture
def window(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Window:
    engine.host.mappings.replace((KNOB,))
    window = opened(engine, open_window, spin)
    window.side.turn_to("Mapping")
    assert window.mapping.isVisible()
    spin(lambda: [e.address for e in window.mapping.list.entries if e.origin == "learned"])
    return window


def learned(engine: Live) -> dict[str, tuple[int, str, object]]:
    found = engine.host.mappings.learned
    return {each.target: (each.physical.number, each.takeover, each.span) for each in found}


def choose(page: MappingPage, name: str, value: str) -> None:
    box = page.form.choices[name]
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_an_edit_is_obeyed_and_undone(window: Window, engine: Live, spin: Spin) -> None:
    page = window.mapping
    window.desk.do(row(window, PITCH), "mapping")
    assert page.list.current is not None
    assert page.list.current.source == "CC 21 · ch 1"
    choose(page, "takeover", "pickup")
    spin(lambda: learned(engine) == {"pitch": (21, "pickup", None)})
    page.form.invert.click()
    spin(lambda: learned(engine) == {"pitch": (21, "pickup", (76.0, 64.0))})
    spin(lambda: page.list.current and page.list.current.settings.get("minimum") == 76.0)
    assert window.desk.history.undo_title == "change mapping of 1 · Pitch"
    window.desk.undo()
    window.desk.undo()
    spin(lambda: learned(engine) == {"pitch": (21, "jump", None)})
    window.desk.redo()
    spin(lambda: learned(engine) == {"pitch": (21, "pickup", None)})


def test_a_range_that_cannot_be_is_said_in_red(window: Window, engine: Live, spin: Spin) -> None:
    page = window.mapping
    assert page.list.mark(PITCH, "learned")
    low, high = page.form.ends
    for typed, said, shown in (("blah", "cannot be read", "64"), ("-20", "out of range", "64")):
        low.setFocus()
        low.selectAll()
        QTest.keyClicks(low, typed)
        QTest.keyClick(low, Qt.Key.Key_Return)
        assert said in window.transport.message.toolTip()
        assert window.transport.message.objectName() == "failure"
        assert low.text().startswith(shown)
    assert high.text().startswith("76")
    assert learned(engine)["pitch"] == (21, "jump", None)


def test_another_control_is_moved_and_back(window: Window, engine: Live, spin: Spin) -> None:
    page = window.mapping
    assert page.list.mark(PITCH, "learned")
    page.form.invert.click()
    spin(lambda: learned(engine) == {"pitch": (21, "jump", (76.0, 64.0))})
    box = page.form.target
    assert box.currentText() == "1 · Pitch"
    box.setCurrentIndex(box.findData(GAIN))
    box.activated.emit(box.currentIndex())
    spin(lambda: learned(engine) == {"gain": (21, "jump", None)})
    spin(lambda: page.list.current is not None and page.list.current.address == GAIN)
    window.desk.undo()
    spin(lambda: learned(engine) == {"pitch": (21, "jump", (76.0, 64.0))})
    window.desk.redo()
    spin(lambda: learned(engine) == {"gain": (21, "jump", None)})


def test_deleted_and_back_with_the_menu_of_the_control_too(
    window: Window, engine: Live, spin: Spin
) -> None:
    page = window.mapping
    assert page.list.mark(PITCH, "learned")
    page.delete_button.click()
    assert window.transport.message.whole == "The mapping of 1 · Pitch was deleted"
    spin(lambda: learned(engine) == {})
    window.desk.undo()
    spin(lambda: engine.host.mappings.learned == (KNOB,))
    spin(lambda: page.list.mark(PITCH, "learned"))
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    spin(lambda: learned(engine) == {})
    window.desk.undo()
    spin(lambda: engine.host.mappings.learned == (KNOB,))
    spin(lambda: page.list.mark(PITCH, "learned"))  # the list of before may still arrive
    window.desk.do(row(window, PITCH), "forget")
    spin(lambda: learned(engine) == {})
    window.desk.undo()
    spin(lambda: engine.host.mappings.learned == (KNOB,))


def test_learned_again_with_its_settings_and_undone(
    window: Window, engine: Live, spin: Spin
) -> None:
    page = window.mapping
    router = MidiRouter(engine.host, mappings=engine.host.mappings, port="pads")
    assert page.list.mark(PITCH, "learned")
    choose(page, "takeover", "scaled")
    spin(lambda: learned(engine) == {"pitch": (21, "scaled", None)})
    spin(lambda: page.list.mark(PITCH, "learned"))
    page.learn_button.click()
    spin(lambda: engine.host.mappings.learning == PITCH)
    spin(lambda: page.learn_button.text() == "Cancel")
    play(router, cc(80, 3))
    spin(lambda: learned(engine) == {"pitch": (80, "scaled", None)})
    spin(lambda: page.list.current and page.list.current.number == 80)
    spin(lambda: page.learn_button.text() == "Learn again")
    window.desk.undo()
    spin(lambda: learned(engine) == {"pitch": (21, "scaled", None)})


def test_what_is_so_by_default_is_learned_when_it_is_changed(
    window: Window, engine: Live, spin: Spin
) -> None:
    page = window.mapping
    page.search.setText("gain cc")
    assert page.list.mark(GAIN, "default")
    assert {entry.address for entry in page.list.entries} >= {GAIN}
    assert PITCH not in {entry.address for entry in page.list.entries}
    assert not page.delete_button.isEnabled()
    page.form.number.setValue(30)
    spin(lambda: learned(engine).get("gain", ())[:2] == (30, "jump"))
    (gain,) = [each for each in engine.host.mappings.learned if each.target == "gain"]
    assert (gain.span, gain.curve, gain.slot) == ((-60.0, 0.0), "volume", 1)
    spin(lambda: page.list.current is not None and page.list.current.origin == "learned")
    window.desk.undo()
    spin(lambda: "gain" not in learned(engine))


def test_a_search_without_a_hit_says_so(window: Window) -> None:
    page = window.mapping
    QTest.keyClicks(page.search, "gain zz")
    assert page.list.entries == []
    assert page.about.text() == "No mapping matches “gain zz”."
    page.search.clear()
    assert page.list.entries
    assert "No mapping" not in page.about.text()


def test_a_control_without_a_mapping_waits_for_one(
    window: Window, engine: Live, spin: Spin
) -> None:
    page = window.mapping
    window.side.turn_to("")
    window.desk.do(row(window, "/slot/1/envelope/attack"), "mapping")
    assert page.isVisible()
    spin(lambda: window.desk.bindings.learning == "/slot/1/envelope/attack")
    assert engine.host.mappings.learning == "/slot/1/envelope/attack"
    window.desk.cancel_learning()
    spin(lambda: engine.host.mappings.learning is None)


def test_what_others_change_is_shown(window: Window, engine: Live, spin: Spin) -> None:
    engine.host.mappings.assign(1, "gain", {"kind": "note", "number": 36})
    spin(lambda: window.mapping.list.mark(GAIN, "learned"))
    current = window.mapping.list.current
    assert current is not None
    assert current.source == "Note 36"


def test_an_action_is_shown_changed_and_deleted(window: Window, engine: Live, spin: Spin) -> None:
    page = window.mapping
    loop = Binding("bank/loop a 0.5", Physical(NOTE, 40), 1)
    engine.host.mappings.replace((Binding('bank/recall "dark end"', Physical(NOTE, 36), 1), loop))
    spin(lambda: page.list.mark('/slot/1/bank/recall "dark end"', "learned"))
    assert page.list.current is not None
    assert page.about.text() == '1 · bank/recall "dark end"'
    assert page.learn_button.isEnabled()
    page.form.number.setValue(37)
    spin(lambda: engine.host.mappings.learned[-1].physical.number == 37)
    spin(lambda: page.list.mark("/slot/1/bank/loop a 0.5", "learned"))
    choose(page, "mode", "toggle")
    spin(lambda: engine.host.mappings.learned[-1] == loop._replace(mode="toggle"))
    page.delete_button.click()
    spin(lambda: [each.target for each in engine.host.mappings.learned] == [
        'bank/recall "dark end"'
    ])  # fmt: skip
    window.desk.undo()
    spin(lambda: len(engine.host.mappings.learned) == 2)


def test_an_engine_that_lists_none(
    peer: Peer, open_window: Callable[[int], Window], spin: Spin
) -> None:
    window = open_window(peer.port)
    spin(lambda: peer.count("/midi/mappings"))
    peer.tell("/fail", "/midi/mappings", "unknown address")
    spin(lambda: not window.mapping.isEnabled())
    assert "different version" in window.mapping.about.text()


def test_a_refusal_and_an_engine_that_is_gone(
    peer: Peer, open_window: Callable[[int], Window], spin: Spin
) -> None:
    window = open_window(peer.port)
    spin(lambda: peer.count("/midi/mappings") and window.mapping.isEnabled())
    asked = peer.count("/midi/mappings")
    peer.tell("/fail", "/midi/assign", "1000 are learned already; forget some")
    spin(lambda: peer.count("/midi/mappings") > asked)
    window.link.answering_changed.emit(False)
    assert not window.mapping.isEnabled()


def test_one_is_added_by_hand_and_undone(window: Window, engine: Live, spin: Spin) -> None:
    window.mapping.add_button.click()
    sent = window.mapping.list.current
    assert sent is not None
    spin(lambda: len(learned(engine)) == 2)
    (number, _, _) = next(it for target, it in learned(engine).items() if target != "pitch")
    assert number == sent.number == 20
    # As the engine lists it: undo leaves alone what somebody else has changed.
    spin(lambda: window.mapping.list.current is not sent and window.mapping.list.current == sent)
    assert window.desk.history.undo_title == "change mapping of 1 · Top-k"
    window.desk.undo()
    spin(lambda: engine.host.mappings.learned == (KNOB,))
