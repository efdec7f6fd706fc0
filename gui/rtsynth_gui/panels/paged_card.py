"""A card with several pages of knobs, one of which is in front."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from rtsynth_gui.panels.card import Card
from rtsynth_gui.panels.dial_line import DialLine
from rtsynth_gui.panels.header import ElidedLabel
from rtsynth_gui.widgets.plain import plain_tip

NOTE_STRETCH = 20  # the room beside the tabs is its own


class PagedCard(Card):
    """`pages`: (title, knobs). With one page its title is the card's; with several they are tabs.

    `turned(title)`: another page is in front. Where room is short, it can `take_in` another card.
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
        self.taken_in: PagedCard | None = None
        self.stack = QStackedWidget(self)
        for line in self.lines:
            self.stack.addWidget(line)
        self._notes: Mapping[str, str] = {}
        self.note = ElidedLabel(self)
        self.note.setObjectName("dim")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.tabs = None if single else self._tab_bar()
        self.heading.addWidget(self.note, NOTE_STRETCH)
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
        self._show_note()
        self.turned.emit(self.titles[index])

    def show_notes(self, notes: Mapping[str, str]) -> None:
        """A line about a page, by its title, beside the tabs while it is in front."""
        self._notes = dict(notes)
        self._show_note()

    def _show_note(self) -> None:
        if self.tabs is not None:
            for index, title in enumerate(self.titles):
                self.tabs.setTabToolTip(index, plain_tip(self._notes.get(title, "")))
            self.note.show_text(self._notes.get(self.page, ""))

    @property
    def page(self) -> str:
        """The title of the one in front."""
        return self.titles[self.stack.currentIndex()]

    def show_page(self, title: str) -> None:
        """Put a page in front, if there is one of that title."""
        if self.tabs is not None and title in self.titles:
            self.tabs.setCurrentIndex(self.titles.index(title))

    def take_in(self, other: "PagedCard") -> None:
        """Show the pages of another card as pages of this one, in place of that card."""
        if self.tabs is None or self.taken_in is not None:
            return
        self.taken_in = other
        other.hide()
        for title, line in zip(other.titles, other.lines, strict=True):
            self.titles.append(title)
            self.stack.addWidget(line)
            self.tabs.addTab(title)

    def give_back(self) -> None:
        """Let the card that was taken in stand for itself again."""
        other, self.taken_in = self.taken_in, None
        if self.tabs is None or other is None:
            return
        for line in other.lines:
            self.tabs.removeTab(self.tabs.count() - 1)
            self.titles.pop()
            self.stack.removeWidget(line)
        for line in other.lines:
            other.stack.addWidget(line)
        other.stack.setCurrentIndex(0)
        other.show()

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        for line in self.lines:
            line.refresh(now_s)
