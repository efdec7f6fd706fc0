"""A class parameter in the window: ticks, names, snapping, and morphing in between."""

import json
import math
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import DescriptionError, parse_description
from rtsynth_gui.panels.row import ControlRow
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import drag, press, release
from tests.gui.peer import Peer, control, description

pytestmark = pytest.mark.system

VOICE = "/slot/1/param/voice"
LABELS = ["man", "woman", "child", "whisper"]
NAMES = ["Man", "Woman", "Child", "Whisper"]
SHIFT, LEFT = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton


def described() -> list[dict[str, object]]:
    return [
        control("voice", 0.0, 3.0, 0.0, role="class", labels=LABELS),
        control("room", 0.0, 63.0, 2.0, role="class"),
    ]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer(describes=description(parameters=described())) as started:
        yield started


@pytest.fixture
def voice(window: Window) -> ControlRow:
    found = row(window, VOICE)
    assert isinstance(found, ControlRow)
    return found


def test_a_press_on_a_tick_is_that_class_exactly(voice: ControlRow, peer: Peer, spin: Spin) -> None:
    fader = voice.slider
    assert fader.ticks == (0.0, pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0)
    for number in (2, 1, 3):
        press(fader, fader.x_of(fader.ticks[number]) + 4)
        release(fader)
        spin(lambda number=number: peer.values(VOICE)[-1:] == [float(number)])
        assert voice.entry.text() == NAMES[number]
        assert voice.unit.text() == ""


def test_the_mouse_goes_anywhere_in_between(voice: ControlRow, peer: Peer, spin: Spin) -> None:
    fader = voice.slider
    press(fader, fader.x_of(0.5))
    assert voice.value == pytest.approx(1.5, abs=0.02)
    assert voice.unit.text() == "Woman/Child"
    drag(fader, fader.x_of(1 / 3 + 0.02))
    release(fader)
    spin(lambda: peer.values(VOICE)[-1:] == [pytest.approx(1.06, abs=0.02)])
    assert voice.unit.text() == "Woman/Child"
    assert 1.0 < voice.value < 1.2


def test_a_key_goes_to_the_next_class(voice: ControlRow, peer: Peer, spin: Spin) -> None:
    peer.tell(VOICE, 1.4)
    spin(lambda: voice.value == pytest.approx(1.4))
    played = []
    for key in ("Right", "Right", "Right", "Left", "Home", "Left"):
        QTest.keyClick(voice.slider, getattr(Qt.Key, f"Key_{key}"))
        played.append(voice.value)
    assert played == [2, 3, 3, 2, 0, 0]
    QTest.keyClick(voice.slider, Qt.Key.Key_Up, SHIFT)
    assert voice.value == pytest.approx(0.01)


def test_a_name_goes_to_its_class(voice: ControlRow, peer: Peer, spin: Spin) -> None:
    scale = voice.scale
    assert scale is not None
    names = scale.shown()
    assert [number for number, _ in names] == [0, 1, 2, 3]
    for number, box in names[::-1]:
        QTest.mouseClick(scale, LEFT, pos=box.center().toPoint())
        spin(lambda number=number: peer.values(VOICE)[-1:] == [float(number)])
    QTest.mouseClick(scale, Qt.MouseButton.RightButton, pos=QPoint(scale.width() - 2, 4))
    assert voice.value == 0.0


@pytest.mark.parametrize(("typed", "value"), [("Whisper", 3.0), ("1.25", 1.25), ("9", 3.0)])
def test_a_name_can_be_typed(
    voice: ControlRow, peer: Peer, spin: Spin, typed: str, value: float
) -> None:
    voice.entry.setFocus()
    voice.entry.selectAll()
    QTest.keyClicks(voice.entry, typed)
    QTest.keyClick(voice.entry, Qt.Key.Key_Return)
    spin(lambda: peer.values(VOICE) == [value])


def test_numbers_that_have_no_room_are_left_out(window: Window) -> None:
    room = row(window, "/slot/1/param/room")
    assert isinstance(room, ControlRow)
    scale = room.scale
    assert scale is not None
    shown = scale.shown()
    assert 2 < len(shown) < 64
    assert all(a.right() < b.left() for (_, a), (_, b) in pairwise(shown))
    assert not row(window, "/slot/1/gain").slider.ticks
    scale.grab()  # paints


ALONE = Control("voice", 0, 3, 0, role="class", labels=tuple(LABELS), address=VOICE)


def test_values_close_to_a_class_are_that_class() -> None:
    """As knob positions and float32 round; further away nothing is moved."""
    assert [ALONE.value_at(tick) for tick in ALONE.ticks] == [0, 1, 2, 3]
    assert ALONE.clamp(math.nextafter(2.0, 0.0)) == 2.0
    assert ALONE.clamp(1.99) == 1.99
    assert ALONE.nudged(0.99999994, 1, fine=False) == 2.0
    assert ALONE.nudged(2.5, 10, fine=False) == 3.0
    assert [ALONE.text(value) for value in (2.0, 1.5)] == ["Child", "1.50"]
    assert "Man, Woman, Child, Whisper" in ALONE.tip


def test_without_names_there_are_numbers() -> None:
    plain = Control("room", 0, 3, 0, role="class")
    assert plain.class_names == ("0", "1", "2", "3")
    assert plain.unit_text(1.0) == ""
    assert Control("x", 0, 3, 0).class_names == ()
    assert Control("many", 0, 1000, 0, role="class").ticks == ()


def test_a_description_with_too_few_names_is_refused() -> None:
    rows = [control("voice", 0.0, 3.0, 0.0, role="class", labels=LABELS[:2])]
    with pytest.raises(DescriptionError, match="voice: 2 labels"):
        parse_description(json.dumps(description(parameters=rows)))
