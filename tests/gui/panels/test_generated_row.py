"""Parameters that tiers make: followed, taken over, released, bent."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.panels.generated_row import GeneratedBox, GeneratedRow
from rtsynth_gui.widgets.fader import Fader
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.peer import Peer, tiered

pytestmark = pytest.mark.system

Rest = Callable[[float], None]

CENTROID = "/slot/1/param/centroid"
TAKE = f"{CENTROID}/take"
PITCH = "/slot/1/param/pitch"
FOLLOWED = "/slot/1/followed"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer(describes=tiered()) as started:
        yield started


def generated_row(window: Window, address: str = CENTROID) -> GeneratedRow:
    found = row(window, address)
    assert isinstance(found, GeneratedRow)
    return found


def box_of(window: Window, address: str = CENTROID) -> GeneratedBox:
    panel = window.current
    assert panel is not None
    return next(b for t in panel.tiers for b in t.boxes if b.row.control.address == address)


def take_over(window: Window, peer: Peer, spin: Spin) -> GeneratedRow:
    """Hold the centroid at its maximum, and let the engine confirm it."""
    centroid = generated_row(window)
    QTest.keyClick(centroid.fader, Qt.Key.Key_End)
    spin(lambda: peer.values(CENTROID) == [6000.0])
    peer.tell(CENTROID, 6000.0)
    peer.tell(TAKE, 1.0)
    return centroid


def test_cards_stand_in_the_order_of_the_tiers(window: Window) -> None:
    panel = window.current
    assert panel is not None
    names = [[box.row.control.name for box in tier.boxes] for tier in panel.tiers]
    assert names[0] == ["rmse", "centroid", "pitch"]
    assert names[1] == [f"mfcc_{n}" for n in range(13)]
    assert "reacts within 26 ms" in row(window, "/slot/1/param/fill").fader.toolTip()
    assert "made by motion, 125 Hz" in generated_row(window).fader.toolTip()


def test_no_card_lies_on_another(window: Window, qt: QApplication) -> None:
    """Every row is inside its card and apart from the others, also when some are unfolded."""
    panel = window.current
    assert panel is not None
    for tier in panel.tiers:
        tier.boxes[0].disclosure.click()
        qt.processEvents()
        boxes = [box.geometry() for box in tier.boxes]
        assert all(tier.rect().contains(box) for box in boxes)
        assert not any(one.intersects(other) for i, one in enumerate(boxes) for other in boxes[:i])
        assert all(box.row.fader.width() >= 90 for box in tier.boxes)


def test_it_follows_what_the_tier_makes_and_sends_nothing(
    window: Window, peer: Peer, spin: Spin, rest: Rest
) -> None:
    centroid = generated_row(window)
    assert centroid.fader.following
    assert not centroid.release_button.isVisible()
    peer.tell(FOLLOWED, "rmse", 0.25, "centroid", 1095.445, "pitch", 61.0)
    spin(lambda: centroid.entry.text() == "1095")
    assert centroid.fader.position == pytest.approx(0.5, abs=0.002)
    # Every row keeps its own time for numbers.
    spin(lambda: generated_row(window, PITCH).unit.text() == "C♯4")
    rest(0.05)
    assert peer.count(CENTROID) == peer.count(TAKE) == 0


def test_values_beyond_the_range_are_shown(window: Window, peer: Peer, spin: Spin) -> None:
    centroid = generated_row(window)
    peer.tell(FOLLOWED, "centroid", -50.0)
    spin(lambda: centroid.entry.text() == "-50.0")
    assert centroid.fader.position == 0.0


def test_moving_it_takes_it_over(window: Window, peer: Peer, spin: Spin, rest: Rest) -> None:
    centroid = take_over(window, peer, spin)
    assert centroid.release_button.isVisible()
    assert not centroid.fader.following
    peer.tell(FOLLOWED, "centroid", 300.0)
    rest(0.4)
    assert centroid.entry.text() == "6000"
    assert centroid.fader.position == 1.0
    assert peer.count(TAKE) == 0, "the engine takes it over by itself"


def test_a_description_from_before_the_move_does_not_release_it(
    window: Window, peer: Peer, spin: Spin, rest: Rest
) -> None:
    centroid = generated_row(window)
    QTest.keyClick(centroid.fader, Qt.Key.Key_End)
    peer.tell(TAKE, 0.0)
    rest(0.1)
    assert centroid.taken
    peer.tell(TAKE, 1.0)
    rest(0.3)
    assert centroid.taken


def release_by_button(centroid: GeneratedRow) -> None:
    QTest.mouseClick(centroid.release_button, LEFT)


def release_by_double_click(centroid: GeneratedRow) -> None:
    QTest.mouseDClick(centroid.name, LEFT)


def release_by_key(centroid: GeneratedRow) -> None:
    QTest.keyClick(centroid.fader, Qt.Key.Key_Delete)


@pytest.mark.parametrize("release", [release_by_button, release_by_double_click, release_by_key])
def test_it_can_be_released(
    window: Window, peer: Peer, spin: Spin, release: Callable[[GeneratedRow], None]
) -> None:
    centroid = take_over(window, peer, spin)
    release(centroid)
    spin(lambda: peer.values(TAKE) == [0.0])
    assert not centroid.release_button.isVisible()
    peer.tell(TAKE, 0.0)
    peer.tell(FOLLOWED, "centroid", 300.0)
    spin(lambda: centroid.entry.text() == "300.0")
    assert centroid.fader.following
    assert peer.values(CENTROID) == [6000.0]


def test_other_surfaces_take_it_over_and_release_it(window: Window, peer: Peer, spin: Spin) -> None:
    centroid = generated_row(window)
    peer.tell(CENTROID, 2000.0)
    peer.tell(TAKE, 0.5)
    spin(lambda: centroid.release_button.isVisible() and centroid.entry.text() == "2000")
    peer.tell(TAKE, 0.0)
    spin(lambda: not centroid.release_button.isVisible())
    assert peer.count(CENTROID) == peer.count(TAKE) == 0


def test_under_a_finger_the_handle_stands_still(
    window: Window, peer: Peer, spin: Spin, rest: Rest
) -> None:
    centroid = generated_row(window)
    fader: Fader = centroid.fader
    point = fader.rect().center()
    point.setX(round(fader.x_of(fader.position)))
    QTest.mousePress(fader, LEFT, Qt.KeyboardModifier.NoModifier, point)
    before = fader.position
    peer.tell(FOLLOWED, "centroid", 250.0)
    rest(0.2)
    assert fader.position == before
    QTest.mouseRelease(fader, LEFT, Qt.KeyboardModifier.NoModifier, point)
    spin(lambda: centroid.entry.text() == "250.0")
    assert not centroid.taken
    assert peer.count(CENTROID) == 0


def test_nudges_begin_where_it_is_now(window: Window, peer: Peer, spin: Spin) -> None:
    pitch = generated_row(window, PITCH)
    peer.tell(FOLLOWED, "pitch", 70.0)
    spin(lambda: pitch.entry.text() == "70.00")
    QTest.keyClick(pitch.fader, Qt.Key.Key_Right)
    spin(lambda: peer.values(PITCH) == [71.0])
    assert pitch.taken


def test_typing_is_not_disturbed_by_what_it_follows(window: Window, peer: Peer, spin: Spin) -> None:
    centroid = generated_row(window)
    centroid.entry.setFocus()
    centroid.entry.selectAll()
    peer.tell(FOLLOWED, "centroid", 300.0)
    spin(lambda: centroid.entry.text() == "300.0")
    QTest.keyClicks(centroid.entry, "12")
    peer.tell(FOLLOWED, "centroid", 400.0)
    spin(lambda: centroid.followed == 400.0)
    QTest.keyClicks(centroid.entry, "34")
    QTest.keyClick(centroid.entry, Qt.Key.Key_Return)
    spin(lambda: peer.values(CENTROID) == [1234.0])


def test_offset_and_scale_are_folded_away(window: Window, peer: Peer, spin: Spin) -> None:
    box = box_of(window)
    offset = row(window, f"{CENTROID}/offset")
    assert not offset.fader.isVisible()
    assert not box.disclosure.marked
    box.disclosure.click()
    assert offset.fader.isVisible()
    QTest.keyClick(offset.fader, Qt.Key.Key_Right)
    spin(lambda: peer.values(f"{CENTROID}/offset") == [pytest.approx(116.0)])
    spin(lambda: box.disclosure.marked)
    QTest.keyClick(offset.fader, Qt.Key.Key_Delete)
    spin(lambda: not box.disclosure.marked)
    peer.tell(f"{CENTROID}/scale", 2.0)
    spin(lambda: row(window, f"{CENTROID}/scale").entry.text() == "2.000")
    assert not generated_row(window).taken


def test_beta_is_moved_beside_the_temperature(window: Window, peer: Peer, spin: Spin) -> None:
    beta = row(window, "/slot/1/param/motion/beta")
    QTest.keyClick(beta.fader, Qt.Key.Key_End)
    spin(lambda: peer.values("/slot/1/param/motion/beta") == [10.0])


def test_the_keyboard_shows_a_pitch_that_a_tier_makes(
    window: Window, peer: Peer, spin: Spin
) -> None:
    panel = window.current
    assert panel is not None
    keyboard = panel.keyboard
    assert keyboard is not None
    peer.tell(FOLLOWED, "pitch", 72.5)
    spin(lambda: keyboard.pitch == 72.5)
