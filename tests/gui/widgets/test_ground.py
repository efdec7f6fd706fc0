"""A widget that fills its own ground: in the right colour, and nothing below it is painted."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.ground import ground_of, paint_ground


class Filled(QWidget):
    """Fills its own ground."""

    painted = 0

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted += 1
            painter = QPainter(self)
            paint_ground(self, painter)
            painter.end()
            return True
        return super().event(event)


class Card(QFrame):
    """Has such a widget in it."""

    painted = 0

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.filled = Filled(self)
        QVBoxLayout(self).addWidget(self.filled)
        self.resize(200, 100)

    def event(self, event: QEvent) -> bool:
        self.painted += event.type() == QEvent.Type.Paint
        return super().event(event)


@pytest.fixture
def card(qt: QApplication) -> Iterator[Card]:
    shown = Card()
    shown.show()
    qt.processEvents()
    yield shown
    shown.close()


def test_the_colour_is_that_of_what_it_lies_in(card: Card) -> None:
    for name, colour in (
        ("card", theme.PANEL),
        ("strip-front", theme.PANEL),
        ("well", theme.WELL),
        ("", theme.BACKGROUND),
    ):
        card.setObjectName(name)
        assert ground_of(card.filled).name() == colour
        assert card.filled.grab().toImage().pixelColor(5, 5).name() == colour


def paints_apart(qt: QApplication, card: Card) -> bool:
    """Whether the widget is painted, and the card is not."""
    qt.processEvents()
    card.painted = card.filled.painted = 0
    card.filled.update()
    qt.processEvents()
    assert card.filled.painted == 1
    return card.painted == 0


def test_what_is_below_is_not_painted_with_it(qt: QApplication, card: Card) -> None:
    assert paints_apart(qt, card)
    # Qt takes its word back with every style sheet.
    card.setStyleSheet("QWidget { background: transparent }")
    assert paints_apart(qt, card)
