"""Real wheel events: a scroll turns nothing that slides under the pointer."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from rtsynth_gui.panels.within_screen import WithinScreen
from rtsynth_gui.widgets.fader import Fader

HEIGHT = 40
NOTCH = QPoint(0, -120)
LATER_MS = 1_000_000  # than anything that QTest does: it counts from 0


class Scrolled:
    """A window with faders in a scroll area, a gap above each."""

    def __init__(self) -> None:
        self.window, self.faders = QWidget(), list[Fader]()
        self.turned: list[int] = []
        rack = QWidget()
        rack.setFixedSize(200, 30 * HEIGHT)
        for place in range(15):
            fader = Fader(rack)
            fader.setGeometry(0, (2 * place + 1) * HEIGHT, 200, HEIGHT)
            fader.nudged.connect(lambda _steps, _fine, place=place: self.turned.append(place))
            self.faders.append(fader)
        self.area = QScrollArea()
        self.area.setWidget(rack)
        outer = WithinScreen(self.area, self.window)
        self.window.resize(240, 300)
        outer.setGeometry(0, 0, 240, 300)
        self.window.show()
        handle = self.window.windowHandle()
        assert handle is not None
        self.handle = handle

    @property
    def scrolled(self) -> int:
        return self.area.verticalScrollBar().value()

    def turn(self, y: float) -> None:
        """One notch down, with the pointer there, at once after the last."""
        QTest.wheelEvent(self.handle, QPointF(100, y), NOTCH)

    def turn_later(self, y: float) -> None:
        """The same, after a pause."""
        place = QPointF(100, y)
        event = QWheelEvent(
            place, self.window.mapToGlobal(place), QPoint(), NOTCH, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        event.setTimestamp(LATER_MS)
        QApplication.sendEvent(self.handle, event)


@pytest.fixture
def shown(qt: QApplication) -> Iterator[Scrolled]:
    made = Scrolled()
    yield made
    made.window.close()


def test_a_scroll_stays_a_scroll(shown: Scrolled) -> None:
    for _ in range(10):
        shown.turn(HEIGHT / 2)
    assert shown.scrolled > 5 * HEIGHT  # the pointer has been over faders on the way
    assert shown.turned == []


def test_also_at_the_end_of_the_area(shown: Scrolled) -> None:
    for _ in range(60):
        shown.turn(HEIGHT / 2)
    assert shown.scrolled == shown.area.verticalScrollBar().maximum()
    assert shown.turned == []


def test_a_fader_takes_what_begins_on_it(shown: Scrolled) -> None:
    for _ in range(3):
        shown.turn(1.5 * HEIGHT)
    assert (shown.turned, shown.scrolled) == ([0, 0, 0], 0)


def test_and_goes_on_where_the_area_moves_beneath_it(shown: Scrolled) -> None:
    shown.turn(1.5 * HEIGHT)
    shown.area.verticalScrollBar().setValue(2 * HEIGHT)
    shown.turn(1.5 * HEIGHT)
    assert shown.turned == [0, 0]
    shown.turn_later(1.5 * HEIGHT)
    assert shown.turned == [0, 0, 1]


@pytest.mark.parametrize(("y", "again"), [(20, Scrolled.turn_later), (40, Scrolled.turn)])
def test_a_pause_or_another_place_begins_another(
    shown: Scrolled, y: float, again: Callable[[Scrolled, float], None]
) -> None:
    shown.turn(20)
    bar = shown.area.verticalScrollBar()
    bar.setValue(shown.faders[3].y())
    shown.turn(20)
    assert (shown.turned, bar.value()) == ([], shown.faders[3].y() + 60)
    bar.setValue(shown.faders[3].y() + 20 - round(y))
    again(shown, y)
    assert shown.turned == [3]


def test_what_it_began_on_may_go(shown: Scrolled) -> None:
    shown.turn(1.5 * HEIGHT)
    fader = shown.faders[0]
    fader.setParent(None)
    fader.deleteLater()
    QApplication.sendPostedEvents(fader, QEvent.Type.DeferredDelete)
    shown.turn(1.5 * HEIGHT)
    assert shown.turned == [0]
    assert shown.scrolled > 0
