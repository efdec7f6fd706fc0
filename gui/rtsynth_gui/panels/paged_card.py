"""A card with several pages of knobs, one of which is in front."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from rtsynth_gui.panels.card import Card
from rtsynth_gui.panels.dial_line import DialLine


class PagedCard(Card):
    """`pages`: (title, knobs). With one page its title is the card's; with several they are tabs.

    `turned(title)`: another page is in front.
    """

    turned = Signal(str)

    def __init__(
        self, pages: Sequence[tuple[str, DialLine]], parent: QWidget | None = None
    ) -> None:
        single = len(pages) == 1
        super().__init__(pages[0][0] if single else "", parent)
        self.caption.setVisible(single)
        self.lines = [line for _, line in pages]
        self.titles = [title for title, _ in pages]
        self.stack = QStackedWidget(self)
        for line in self.lines:
            self.stack.addWidget(line)
        self.tabs = None if single else self._tab_bar()
        self.grid.addWidget(self.stack, 0, 0, 1, 2)

    def _tab_bar(self) -> QTabBar:
        tabs = QTabBar(self)
        tabs.setObjectName("pages")
        tabs.setDrawBase(False)
        tabs.setExpanding(False)
        tabs.setUsesScrollButtons(False)
        tabs.setAccessibleName(", ".join(self.titles))
        for title in self.titles:
            tabs.addTab(title)
        tabs.currentChanged.connect(self._turn)
        self.heading.insertWidget(0, tabs)
        return tabs

    def _turn(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        self.turned.emit(self.titles[index])

    def show_page(self, title: str) -> None:
        """Put a page in front, if there is one of that title."""
        if self.tabs is not None and title in self.titles:
            self.tabs.setCurrentIndex(self.titles.index(title))

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        for line in self.lines:
            line.refresh(now_s)
