"""Where the cards of a slot lie, and the scrolling when there is no room for all of them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rtsynth_gui.panels.card import Card, TierCard

SPACING = 10
LEAST_HEIGHT = 260
COLUMNS = 2
OVERHANG = 64  # how much higher than the built-in controls the cards on the left may be


class CardArea(QScrollArea):
    """Knobs on the left, built-in controls on the right; under the knobs what fits beside the
    built-in controls: the first of these, or the first tiers; the other tiers below, in two columns
    over the width."""

    def __init__(
        self,
        knobs: QWidget | None,
        built_in: list[Card],
        tiers: list[TierCard],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        cards = QWidget()
        lines = QVBoxLayout(cards)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACING)
        left: list[QWidget] = [card for card in (knobs,) if card is not None]
        right: list[QWidget] = list(built_in)
        below = list(tiers)
        if len(right) > 1 and not tiers:
            left.append(right.pop(0))
        while right and below and _height(*left, below[0]) <= _height(*right) + OVERHANG:
            left.append(below.pop(0))
        beside = QHBoxLayout()
        beside.setSpacing(SPACING)
        for cards_of_column, width in ((left, 3), (right, 2)):
            if cards_of_column:
                beside.addLayout(_column(cards_of_column), width)
        lines.addLayout(beside)
        for tier in below:
            tier.arrange(COLUMNS)
            lines.addWidget(tier)
        lines.addStretch(1)  # cards are as high as what is in them
        self.setWidget(cards)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        height = cards.sizeHint().height()
        self.setMinimumHeight(min(height, LEAST_HEIGHT) + 2)
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(cards.minimumSizeHint().width() + bar)
        self._height = height

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        # As high as the cards are when folded: unfolding one scrolls, and moves nothing else.
        hint.setHeight(self._height + 2)
        return hint


def _height(*cards: QWidget) -> int:
    """Of cards below each other."""
    return sum(card.sizeHint().height() + SPACING for card in cards) - SPACING


def _column(cards: list[QWidget]) -> QVBoxLayout:
    """Cards below each other; the last one fills the column."""
    column = QVBoxLayout()
    column.setSpacing(SPACING)
    for card in cards:
        column.addWidget(card, 1 if card is cards[-1] else 0)
    return column
