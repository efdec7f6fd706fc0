"""The page of activity: the last MIDI messages, and what each of them moved."""

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

MONITOR = "/midi/monitor"
RENEW_S = 30.0  # the engine shows for a minute each time
MOST_SHOWN = 200
NOTHING = "No MIDI message has come yet. rtsynth devices lists the inputs."
NO_MONITOR = "This engine does not show its MIDI input: it is of another version."


class ActivityPage(QWidget):
    """Asks the engine to show its MIDI input for as long as the window is there."""

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._asked_s: float | None = None
        self.list = QListWidget(self)
        self.list.setAccessibleName("MIDI messages, the last one first")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.about = PlainLabel(NOTHING, self)
        self.about.setObjectName("dim")
        self.about.setWordWrap(True)
        self.osc = PlainLabel("", self)
        self.osc.setObjectName("dim")
        self.osc.setWordWrap(True)
        self.clear = QPushButton("Clear", self)
        self.clear.clicked.connect(self.list.clear)
        line = QHBoxLayout()
        line.addWidget(self.osc, 1)
        line.addWidget(self.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.about)
        layout.addWidget(self.list, 1)
        layout.addLayout(line)

    def ask(self) -> None:
        """Ask the engine to show what arrives."""
        self._asked_s = time.monotonic()
        self._link.send(MONITOR, 1)

    def show_osc(self, others: int) -> None:
        """How many messages other clients sent in the last second or so."""
        words = "no OSC messages" if not others else f"{others} OSC message{'s' * (others > 1)}"
        self.osc.setText(f"{words} from others in the last second")

    def take(self, batch: Batch, now_s: float) -> bool:
        """One frame: show what arrived; whether anything did, a clock included."""
        if self._asked_s is not None and now_s - self._asked_s > RENEW_S and self._link.answering:
            self.ask()
        if MONITOR in batch.unknown:
            self._asked_s = None
            self.about.setText(NO_MONITOR)
        active = False
        for address, arguments, _ in batch.answers:
            match address, arguments:
                case "/midi/message", [str(port), str(text), str(effect)]:
                    self._show(port, text, effect)
                    active = True
                case "/midi/activity", [str(_), int(count)] if count > 0:
                    active = True
        return active

    def _show(self, port: str, text: str, effect: str) -> None:
        self.about.setText("The last one is at the top.")
        self.list.insertItem(0, f"{text}  →  {effect}" if effect else text)
        self.list.item(0).setToolTip(plain_tip(f"{port}\n{text}\n{effect}"))
        while self.list.count() > MOST_SHOWN:
            self.list.takeItem(self.list.count() - 1)
