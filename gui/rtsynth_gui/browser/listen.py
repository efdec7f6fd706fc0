"""The button that plays how the marked plugin sounds, or stops that."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QPushButton, QWidget

from rtsynth_gui.browser.preview import IDLE, PLAYING, RENDERING, Preview
from rtsynth_gui.widgets.plain import plain_tip

WIDTH = 36
SIGNS = {IDLE: "▶", RENDERING: "…", PLAYING: "■"}


class ListenButton(QPushButton):
    """`said(text)`: why there is no sound."""

    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self.preview = Preview(self)
        self.preview.changed.connect(self._show)
        self.preview.said.connect(self.said)
        self.setObjectName("small")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Preview"))
        self.clicked.connect(self._press)
        self._show(IDLE)
        self.offer("")

    def offer(self, source: str) -> None:
        """What is played next; "" for nothing. What plays goes on."""
        self._source = source
        self.setEnabled(bool(source) or self.preview.doing != IDLE)

    def _press(self) -> None:
        if self.preview.doing != IDLE:
            self.preview.stop()
        else:
            self.preview.start(self._source)

    def _show(self, doing: str) -> None:
        tips = {
            IDLE: self.tr("Hear what it sounds like, alongside the engine (space bar)"),
            RENDERING: self.tr("Rendering; press to stop"),
            PLAYING: self.tr("Stop the preview"),
        }
        self.setText(SIGNS[doing])
        self.setToolTip(plain_tip(tips[doing]))
        self.setAccessibleDescription(tips[doing])
        self.setEnabled(bool(self._source) or doing != IDLE)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody plays on behind a page that is closed, or a window."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.preview.stop()
