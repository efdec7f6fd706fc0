"""Where the cards of a slot lie, and the scrolling when there is no room for all of them."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rtsynth_gui.panels.card import TierCard
from rtsynth_gui.panels.paged_card import PagedCard

SPACING = 8
LEAST_HEIGHT = 240
LEAST_WIDTH = 400  # where cards are wider, they scroll: a window of 1024 has room for a page beside
USUAL_WIDTH = 1000  # before it is known
BESIDE = 340  # a tier stands beside the knobs where each of the two has that much room
FEW = 4  # and there are no more of its rows


class CardArea(QScrollArea):
    """Knobs on top, with the first tier beside them where it is small; below them the other tiers,
    in as many columns as there is room for; then the built-in controls. What stands side by side
    in a wide window stands below each other in a narrow one; and where that is too high, the
    built-in controls are the pages of one card.

    `saved`: how much less high that makes it now, in pixels.
    """

    def __init__(
        self,
        knobs: QWidget | None,
        built_in: list[PagedCard],
        tiers: list[TierCard],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._cards = QWidget()
        self._lines = QVBoxLayout(self._cards)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(SPACING)
        self._tiers = tiers
        self._built_in = built_in
        self._room: int | None = None
        # The cards know how high they are once those that came or went are laid out.
        self._laid_out = QTimer(self, interval=0, singleShot=True)
        self._laid_out.timeout.connect(self._fit)
        self.saved = 0
        below = list(tiers)
        first: list[QWidget] = [] if knobs is None else [knobs]
        self._beside = below.pop(0) if first and tiers and len(tiers[0].boxes) <= FEW else None
        if self._beside is not None:
            first.append(self._beside)
        self._top, self._bottom = _line(first), _line(built_in)
        self._least = _least_width(built_in)
        self._lines.addLayout(self._top)
        for tier in below:
            self._lines.addWidget(tier)
        self._lines.addLayout(self._bottom)
        self._lines.addStretch(1)  # cards are as high as what is in them
        self.setWidget(self._cards)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar = self.verticalScrollBar().sizeHint().width()
        self._arrange(0)
        self.setMinimumWidth(min(self._cards.minimumSizeHint().width() + bar, LEAST_WIDTH))
        self._arrange(USUAL_WIDTH)
        self._shown = False
        self._height = self._cards.sizeHint().height()
        self.setMinimumHeight(min(self._height, LEAST_HEIGHT) + 2)

    def _arrange(self, width: int) -> bool:
        """Lay everything out for a width; whether that changed anything."""
        two = self._beside is not None and width >= 2 * BESIDE
        changed = _turn(self._top, two) | _turn(self._bottom, width >= self._least)
        for tier in self._tiers:
            room = (width - SPACING) // 2 if two and tier is self._beside else width
            changed |= tier.fit(room)
        if changed:
            self._lines.invalidate()
        return changed

    def set_room(self, height: int) -> None:
        """How high it can be at most."""
        self._room = height
        self._fit()

    def _fit(self) -> None:
        self._merge()
        self._measure()

    def _merge(self) -> None:
        """Make one card of the built-in controls where two below each other are too high."""
        if len(self._built_in) != 2 or self._room is None:
            return
        first, second = self._built_in
        stacked = self._bottom.direction() == QBoxLayout.Direction.TopToBottom
        self._lines.activate()
        whole = self._cards.sizeHint().height() + self.saved
        merged = stacked and whole > self._room and first.tabs is not None
        if merged == bool(self.saved):
            return
        if merged:
            self.saved = second.sizeHint().height() + SPACING
            first.take_in(second)
        else:
            self.saved = 0
            first.give_back()
        self._bottom.invalidate()
        self._lines.invalidate()
        self._laid_out.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._arrange(self.viewport().width()):
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self._fit()  # with its fonts

    def _measure(self) -> None:
        self._lines.activate()
        height = self._cards.sizeHint().height()
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        # As high as the cards are when folded: unfolding one scrolls, and moves nothing else.
        hint.setHeight(self._height + 2)
        return hint


def _line(cards: list[QWidget] | list[PagedCard]) -> QBoxLayout:
    """Cards beside each other, as wide as what is in them asks for."""
    line = QHBoxLayout()
    line.setSpacing(SPACING)
    for card in cards:
        line.addWidget(card, max(card.sizeHint().width(), 1))
    return line


def _least_width(cards: list[PagedCard]) -> int:
    """Of cards beside each other."""
    widths = [card.minimumSizeHint().width() for card in cards]
    return sum(widths) + SPACING * (len(widths) - 1)


def _turn(line: QBoxLayout, beside: bool) -> bool:
    """Cards beside or below each other; whether they were not so."""
    direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
    changed = line.direction() != direction
    line.setDirection(direction)
    return changed
