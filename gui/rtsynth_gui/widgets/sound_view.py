"""What is output, seen: the waveform, the spectrogram, or both."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtsynth_gui.widgets.plain import plain_tip
from rtsynth_gui.widgets.scope import Samples, Scope
from rtsynth_gui.widgets.spectrogram import Spectrogram

SCOPE, SPECTROGRAM, BOTH = PICTURES = ("scope", "spectrogram", "both")
SMALL = 0.85


class SoundView(QWidget):
    """Pictures of the stream of samples, and switches for which of them are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope = Scope(self)
        self.spectrogram = Spectrogram(self)
        self.switches: dict[str, QToolButton] = {}
        texts = {
            SCOPE: (self.tr("Scope"), self.tr("Show the waveform")),
            SPECTROGRAM: (self.tr("Spectrum"), self.tr("Show the spectrogram")),
            BOTH: (self.tr("Both"), self.tr("Show the waveform and the spectrogram")),
        }
        group = QButtonGroup(self)
        column = QVBoxLayout()
        column.setSpacing(2)
        for name, (text, tip) in texts.items():
            switch = QToolButton(self)
            switch.setText(text)
            switch.setToolTip(plain_tip(tip))
            switch.setAccessibleName(tip)
            switch.setCheckable(True)
            switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            switch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            font = switch.font()
            font.setPointSizeF(font.pointSizeF() * SMALL)
            switch.setFont(font)
            switch.toggled.connect(lambda on, name=name: self._turn(name) if on else None)
            group.addButton(switch)
            column.addWidget(switch)
            self.switches[name] = switch
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(column)
        layout.addWidget(self.scope, 1)
        layout.addWidget(self.spectrogram, 1)
        self.shown = ""
        self._waiting: list[Samples] = []  # for the spectrogram
        self.switches[SCOPE].setChecked(True)

    def sizeHint(self) -> QSize:
        return QSize(self.scope.sizeHint().width(), self.scope.sizeHint().height())

    def _turn(self, shown: str) -> None:
        self.shown, self._waiting = shown, []
        self.scope.setVisible(shown in (SCOPE, BOTH))
        if self.spectrogram.isVisibleTo(self) != (shown in (SPECTROGRAM, BOTH)):
            self.spectrogram.clear()  # what was output meanwhile is not known
            self.spectrogram.setVisible(shown in (SPECTROGRAM, BOTH))

    def set_rate(self, rate_hz: float) -> None:
        """The device's sample rate, which the blocks come at."""
        self.scope.set_rate(rate_hz)
        self.spectrogram.set_rate(rate_hz)

    def show_live(self, live: bool) -> None:
        """Whether an engine is there."""
        self.scope.show_live(live)
        self.spectrogram.clear()

    def take(
        self, blocks: list[Samples], *, waveform: bool = True, spectrogram: bool = True
    ) -> None:
        """Once a frame: append what arrived, and draw what is shown and has its turn."""
        if self.shown in (SCOPE, BOTH):
            self.scope.push(blocks)
            if waveform:
                self.scope.draw()
        if self.shown in (SPECTROGRAM, BOTH):
            self._waiting += blocks
            if spectrogram:
                self.spectrogram.push(self._waiting)
                self._waiting = []
