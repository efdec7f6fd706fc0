"""How wide and high the window opens."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow

from rtsynth_gui.panels.deck import Deck

USUAL_SIZE = QSize(1280, 640)
SETTLED_FRAMES = 30  # after which the layouts around what was just built know how large it is


class Fitting:
    """Once there is something to show, a window that opened as usual becomes as high as that."""

    def __init__(self, window: QMainWindow, deck: Deck, size: QSize | None) -> None:
        self._window = window
        self._deck = deck
        self._wanted = size is None
        self._frames = 0  # until it is fitted
        self._fitted = size or self._usual()
        window.resize(self._fitted)

    def _usual(self) -> QSize:
        """What it opens with: no larger than the screen, or than it has to be."""
        free, least = self._window.screen().availableGeometry(), self._window.minimumSizeHint()
        return USUAL_SIZE.boundedTo(QSize(free.width(), free.height()).expandedTo(least))

    def shown(self) -> None:
        """There is something to show."""
        if self._wanted:
            self._wanted = False
            self._frames = SETTLED_FRAMES

    def frame(self) -> None:
        """Once a frame."""
        if self._frames:
            self._frames -= 1
            self._fit()

    def _fit(self) -> None:
        """As high as what there is to show, within the screen; unless somebody has resized it."""
        window = self._window
        expected = self._fitted.expandedTo(window.minimumSizeHint())
        if window.size() != expected or window.isMaximized() or window.isFullScreen():
            self._frames = 0
            return
        free = window.screen().availableGeometry()
        frame = window.frameGeometry().height() - window.height()
        wanted = max(window.sizeHint().height() + self._deck.saved, self._fitted.height())
        self._fitted = QSize(window.width(), min(wanted, free.height() - frame))
        window.resize(self._fitted)
        below = window.frameGeometry().bottom() - free.bottom()
        if below > 0:
            window.move(window.x(), max(window.y() - below, free.top()))
