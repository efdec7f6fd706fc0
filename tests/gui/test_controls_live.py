"""Every kind of control in the window, moved by hand, heard of by a real engine; MIDI and undo."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.changes import Action
from rtsynth_gui.edit.depths import Depths
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.widgets.envelope import EnvelopeCurve
from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import LEFT, NO_KEYS, PITCH, drag, press, release
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin
from tests.rtsynth.control.midi.messages import cc, off, on, play

pytestmark = pytest.mark.system

RELEASE = "/slot/1/envelope/release"
GAIN = "/slot/1/gain"


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as started:
        yield started


@pytest.fixture
def router(engine: Live) -> MidiRouter:
    return MidiRouter(engine.host, mappings=engine.host.mappings, port="keys")


@pytest.fixture
def window(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Iterator[Window]:
    shown = opened(engine, open_window, spin)
    shown.activateWindow()
    spin(shown.isActiveWindow)  # shortcuts are those of the active window
    yield shown
    for name in ("pitch", "release", "attack", "decay", "sustain", "gain", "lfo1_rate"):
        found = engine.host.describe().slots[0].find(name)
        assert found is not None
        engine.host.set(1, name, found.default)


def menu_of(window: Window, widget: QWidget) -> dict[str, Callable[[], None]]:
    """The menu of a right-click: what is chosen by which name."""
    point = widget.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, point, widget.mapToGlobal(point))
    QApplication.sendEvent(widget, event)
    menu = window.desk.menu
    assert menu is not None
    deeds = {a.objectName(): a.trigger for a in menu.actions() if a.objectName()}
    menu.hide()
    return deeds


def keyboard_of(window: Window) -> Keyboard:
    keyboard = window.deck.keyboard
    assert keyboard is not None
    return keyboard


def undo(window: Window) -> None:
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def redo(window: Window) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_Z, both)


def drag_up(view: ControlView) -> None:
    """A drag by hand, in two moves."""
    slider = view.slider
    middle = slider.rect().center()
    press(slider, middle.x())
    for pixels in (10, 30):
        drag(slider, middle.x(), y=middle.y() - pixels)
    release(slider)


def test_a_dial_moves_the_engine_and_a_drag_is_one_step(
    window: Window, engine: Live, spin: Spin
) -> None:
    host = engine.host
    dial = row(window, RELEASE)
    drag_up(dial)
    moved = dial.value
    assert moved > 100
    spin(lambda: host.get(1, "release") == pytest.approx(moved))
    undo(window)
    spin(lambda: host.get(1, "release") == 0.0)
    assert dial.entry.text() == "0 ms"
    redo(window)
    spin(lambda: host.get(1, "release") == pytest.approx(moved))
    assert window.desk.history.redo_title == ""


def test_a_click_into_a_number_replaces_it(window: Window, engine: Live, spin: Spin) -> None:
    pitch = row(window, PITCH)
    QTest.mouseClick(pitch.entry, LEFT, NO_KEYS, QPoint(30, 8))
    assert pitch.entry.selectedText() == "69.00"
    QTest.keyClicks(pitch.entry, "66")
    QTest.keyClick(pitch.entry, Qt.Key.Key_Return)
    spin(lambda: engine.host.get(1, "pitch") == 66.0)
    assert pitch.slider.hasFocus()
    QTest.mouseClick(pitch.entry, LEFT, NO_KEYS, QPoint(30, 8))
    QTest.keyClicks(pitch.entry, "70")
    QTest.keyClick(pitch.entry, Qt.Key.Key_Escape)
    assert pitch.entry.text() == "66.00"
    undo(window)
    spin(lambda: engine.host.get(1, "pitch") == 69.0)


def test_letters_play_whatever_has_the_focus(window: Window, engine: Live, spin: Spin) -> None:
    handle, keyboard = window.windowHandle(), keyboard_of(window)
    keyboard.set_hold(False)
    journal = engine.host.journal()
    played: list[tuple[object, ...]] = []

    def heard() -> list[tuple[object, ...]]:
        taken = [each for each in journal.take() if isinstance(each, Action)]
        played.extend((each.kind, *each.arguments[:1]) for each in taken if each.slot == 1)
        return played

    row(window, PITCH).slider.setFocus()
    assert keyboard.typed_base == 60
    QTest.keyClick(handle, Qt.Key.Key_G)
    spin(lambda: heard() == [("note_on", 67.0), ("note_off", 67.0)])
    window.transport.buttons["record"].setFocus()
    QTest.keyClick(handle, Qt.Key.Key_X)
    QTest.keyClick(handle, Qt.Key.Key_A)
    spin(lambda: heard()[2:] == [("note_on", 72.0), ("note_off", 72.0)])
    entry = row(window, PITCH).entry
    entry.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_A)
    assert entry.text() == "a"
    QTest.keyClick(handle, Qt.Key.Key_Escape)
    assert len(heard()) == 4
    for _ in range(2):
        QTest.keyClick(handle, Qt.Key.Key_Escape)
    spin(lambda: heard()[4:] == [("silence",)])


def test_learning_by_the_menu(window: Window, engine: Live, router: MidiRouter, spin: Spin) -> None:
    host, pitch = engine.host, row(window, PITCH)
    menu_of(window, pitch.slider)["learn"]()
    spin(lambda: pitch.waiting)
    assert host.mappings.learning == PITCH
    play(router, cc(21, 3))
    spin(lambda: not pitch.waiting and window.desk.bindings.of(PITCH))
    play(router, cc(21, 127))
    spin(lambda: host.get(1, "pitch") == 76.0 and pitch.value == 76.0)
    title = window.desk.history.undo_title
    assert title == "change mapping of 1 · Pitch", "what MIDI moves is nobody's step"
    menu_of(window, pitch.entry)["forget"]()
    spin(lambda: not [m for m in window.desk.bindings.of(PITCH) if m.origin == "learned"])
    assert host.mappings.learned == ()


def test_learning_is_left_by_escape_and_by_the_menu(
    window: Window, engine: Live, spin: Spin
) -> None:
    gain = row(window, GAIN)
    menu_of(window, gain.name)["learn"]()
    spin(lambda: gain.waiting)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    spin(lambda: not gain.waiting)
    assert engine.host.mappings.learning is None
    menu_of(window, gain.slider)["learn"]()
    spin(lambda: gain.waiting)
    menu_of(window, gain.slider)["cancel"]()
    spin(lambda: not gain.waiting)


def test_the_other_lines_of_the_menu(window: Window, engine: Live, spin: Spin) -> None:
    gain = row(window, GAIN)
    QTest.keyClick(gain.slider, Qt.Key.Key_Home)
    spin(lambda: engine.host.get(1, "gain") == gain.control.minimum)
    deeds = menu_of(window, gain.slider)
    deeds["copy-value"]()
    assert QGuiApplication.clipboard().text() == "/slot/1/gain -60"
    deeds["copy"]()
    assert QGuiApplication.clipboard().text() == GAIN
    assert window.transport.message.whole == f"Copied {GAIN}"
    deeds["type"]()
    assert gain.entry.hasFocus()
    assert gain.entry.selectedText() == gain.entry.text()
    deeds["default"]()
    spin(lambda: engine.host.get(1, "gain") == 0.0)
    menu_of(window, gain.slider)["undo"]()
    spin(lambda: engine.host.get(1, "gain") == -60.0)


def test_notes_from_elsewhere_light_the_keys(
    window: Window, router: MidiRouter, spin: Spin
) -> None:
    keyboard = keyboard_of(window)
    play(router, on(69))
    spin(lambda: keyboard.sounding == {69})
    assert keyboard.down == set()
    play(router, off(69))
    spin(lambda: keyboard.sounding == set())


def slide(window: Window, engine: Live, spin: Spin, value: float) -> None:
    """Move the pitch by hand, and wait until the engine has it, and has said so."""
    pitch = row(window, PITCH)
    pitch.set_to(value)
    spin(lambda: engine.host.get(1, "pitch") == value)


def play_key(window: Window, engine: Live, spin: Spin, note: int) -> None:
    """With the mouse, as long as the pitch takes to be there."""
    keyboard = keyboard_of(window)
    place = keyboard.key_rect(note).center().toPoint()
    QTest.mousePress(keyboard, LEFT, NO_KEYS, place)
    spin(lambda: row(window, PITCH).value == note == engine.host.get(1, "pitch"))
    QTest.mouseRelease(keyboard, LEFT, NO_KEYS, place)


def test_notes_are_no_steps_and_none_is_skipped_for_them(
    window: Window, engine: Live, spin: Spin
) -> None:
    slide(window, engine, spin, 70.0)
    slide(window, engine, spin, 66.0)
    play_key(window, engine, spin, 72)
    slide(window, engine, spin, 67.5)
    play_key(window, engine, spin, 74)
    play_key(window, engine, spin, 71)
    for value in (66.0, 70.0, 69.0):
        assert window.desk.history.undo_title == "change Pitch"
        undo(window)
        spin(lambda value=value: engine.host.get(1, "pitch") == value)
    assert window.desk.history.undo_title == ""
    play_key(window, engine, spin, 72)
    for value in (70.0, 66.0, 67.5):
        redo(window)
        spin(lambda value=value: engine.host.get(1, "pitch") == value)


def test_what_a_controller_moved_after_a_note_is_left_alone(
    window: Window, engine: Live, router: MidiRouter, spin: Spin, rest: Callable[[float], None]
) -> None:
    slide(window, engine, spin, 70.0)
    play(router, on(72))
    spin(lambda: row(window, PITCH).value == 72.0)
    play(router, off(72))
    rest(0.5)
    assert window.desk.history.undo_title == "change Pitch"
    engine.host.set(1, "pitch", 65.0)  # by OSC, say
    spin(lambda: row(window, PITCH).value == 65.0)
    assert window.desk.history.undo_title == ""
    undo(window)
    rest(0.1)
    assert engine.host.get(1, "pitch") == 65.0


def test_a_corner_of_the_envelope_is_one_step(window: Window, engine: Live, spin: Spin) -> None:
    host = engine.host
    panel = window.current
    assert panel is not None
    curve = panel.findChild(EnvelopeCurve)
    assert curve is not None
    start = curve.corners()["decay"].toPoint()
    QTest.mousePress(curve, LEFT, NO_KEYS, start)
    drag(curve, start.x() + 12, y=start.y() + 20)
    QTest.mouseRelease(curve, LEFT, NO_KEYS, start)
    spin(lambda: host.get(1, "decay") > 200 and host.get(1, "sustain") < 0.9)
    undo(window)
    spin(lambda: host.get(1, "decay") == 100.0 and host.get(1, "sustain") == 1.0)
    host.set(1, "release", 2500.0)  # half of a knob whose maximum is 10 s
    spin(lambda: curve.positions["release"] == pytest.approx(0.5))


def test_a_switch_of_the_rack_can_be_undone(window: Window, engine: Live, spin: Spin) -> None:
    mute = window.rack.strips[1].switches[0]
    assert mute.control is not None
    mute.click()
    spin(lambda: engine.host.mixer.get(1, "mute") == 1.0)
    undo(window)
    spin(lambda: engine.host.mixer.get(1, "mute") == 0.0)
    assert not mute.isChecked()


def test_modulation_by_the_menu(window: Window, engine: Live, spin: Spin) -> None:
    host, pitch = engine.host, row(window, PITCH)
    host.set(1, "lfo1_rate", 3.0)  # which 20 looks a second see at many phases
    menu_of(window, pitch.slider)
    menu = window.desk.menu
    assert menu is not None
    depths = menu.findChild(Depths)
    assert depths is not None
    QTest.keyClick(depths.faders["lfo1"], Qt.Key.Key_End)
    spin(lambda: [one[:2] for one in host.modulation.of(1)] == [("lfo1", "pitch")])
    seen: set[float] = set()

    def moves() -> bool:
        if pitch.slider.modulated is not None:
            seen.add(round(pitch.slider.modulated, 2))
        return len(seen) > 3

    spin(moves)
    assert pitch.value == 69.0, "the knob stays where it is"
    window.desk.undo()
    spin(lambda: not host.modulation.of(1))
    spin(lambda: pitch.slider.modulated is None)
    host.modulation.assign(1, "macro2", "pitch", 0.25)
    spin(lambda: window.desk.modulations.of(pitch.control) == {"macro2": 0.25})
    host.modulation.clear(1)
    spin(lambda: window.desk.modulations.of(pitch.control) == {})
