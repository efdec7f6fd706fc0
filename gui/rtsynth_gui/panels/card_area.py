"""Where the cards of a slot lie, and the scrolling when there is no room for all of them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rtsynth_gui.panels.card import TierCard

SPACING = 10
LEAST_HEIGHT = 260
COLUMNS = 2
OVERHANG = 64  # how much higher than the built-in controls the cards on the left may be


class CardArea(QScrollArea):
    """Knobs on the left, built-in controls on the right; under the knobs the first tiers, as many
    as fit beside the built-in controls; the other tiers below, in two columns over the width."""

    def __init__(
        self,
        knobs: QWidget | None,
        built_in: QWidget | None,
        tiers: list[TierCard],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        cards = QWidget()
        lines = QVBoxLayout(cards)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACING)
        left = [card for card in (knobs,) if card is not None]
        below = list(tiers)
        while built_in is not None and below:
            heights = [card.sizeHint().height() + SPACING for card in (*left, below[0])]
            if sum(heights) - SPACING > built_in.sizeHint().height() + OVERHANG:
                break
            left.append(below.pop(0))
        beside = QHBoxLayout()
        beside.setSpacing(SPACING)
        if left:
            column = QVBoxLayout()
            column.setSpacing(SPACING)
            for card in left:
                column.addWidget(card, 1 if card is left[-1] else 0)
            beside.addLayout(column, 3)
        if built_in is not None:
            beside.addWidget(built_in, 2)
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
