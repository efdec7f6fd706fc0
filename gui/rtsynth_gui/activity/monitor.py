"""A list of the last messages of one kind, which the engine is asked to show."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

RENEW_S = 30.0  # the engine shows for a minute each time
MOST_SHOWN = 200
REFUSED = Qt.ItemDataRole.UserRole


class Line(NamedTuple):
    """What is shown of a message, and where it is from below that. `key`: of several in a row with
    the same only the last is shown. `refused`: the engine did not obey, as the text says."""

    text: str
    tip: str
    key: object = None
    source: str = ""
    refused: bool = False


class MonitorTexts(NamedTuple):
    """What is said while there are no messages, and when an engine shows none; the list's name."""

    name: str
    nothing: str
    no_monitor: str


class Monitor(QWidget):
    """Asks the engine, by `command`, to show what arrives for as long as the window is there."""

    def __init__(
        self, link: EngineLink, command: str, texts: MonitorTexts, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.command = command
        self._link = link
        self._texts = texts
        self._nothing = self._said = texts.nothing  # what is said now, and before a message came
        self._asked_s: float | None = None
        self._top: tuple[object, int] = (None, 0)  # the key of the last line, and how often
        self.list = QListWidget(self)
        self.list.setAccessibleName(texts.name)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setWordWrap(True)  # the reason of a refusal is what one came for
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.about = PlainLabel(texts.nothing, self)
        self.about.setObjectName("dim")
        self.about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.about)
        layout.addWidget(self.list, 1)

    def clear(self) -> None:
        """Forget what was shown."""
        self.list.clear()
        if self._top[1]:
            self._nothing = self.tr("Nothing has arrived since this list was cleared.")
        self._top = None, 0
        self.about.setText(self._nothing)

    def say_nothing_came(self, text: str) -> None:
        """What is said while there are no messages, from now on."""
        if text != self._said:
            self._nothing = self._said = text
            if not self.list.count() and self._asked_s is not None:
                self.about.setText(text)

    def ask(self) -> None:
        """Ask the engine to show what arrives."""
        self._asked_s = time.monotonic()
        self._link.send(self.command, 1)

    def renew(self, now_s: float) -> None:
        """Once a frame: ask again before the engine ends it."""
        if self._asked_s is not None and now_s - self._asked_s > RENEW_S and self._link.answering:
            self.ask()

    def refused(self, unknown: Iterable[str]) -> None:
        """What an engine does not know: it may be of another version."""
        if self.command in unknown:
            self._asked_s = None
            self.about.setText(self._texts.no_monitor)

    def show_line(self, line: Line) -> None:
        """One more message."""
        self.about.setText(self.tr("Newest at the top."))
        key, count = self._top
        if line.key is not None and line.key == key:
            count += 1
        else:
            count = 1
            self.list.insertItem(0, "")
        times = f"   ×{count}" if count > 1 else ""
        source = f"\n{line.source}" if line.source else ""
        item = self.list.item(0)
        item.setText(f"{line.text}{times}{source}")
        item.setData(REFUSED, line.refused)
        self._colour(item)
        self._top = line.key, count
        item.setToolTip(plain_tip(line.tip))
        while self.list.count() > MOST_SHOWN:
            self.list.takeItem(self.list.count() - 1)

    def _colour(self, item: QListWidgetItem) -> None:
        item.setForeground(QColor(theme.BAD if item.data(REFUSED) else theme.TEXT))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:  # of another theme
            for row in range(self.list.count()):
                self._colour(self.list.item(row))


def midi_line(message: OscMessage) -> Line | None:
    """What /midi/message says; None for another one."""
    match message.address, message.arguments:
        case "/midi/message", [str(port), str(text), str(effect)]:
            shown = f"{text}  →  {effect}" if effect else text
            return Line(shown, f"{port}\n{text}\n{effect}")
    return None


def osc_line(message: OscMessage) -> Line | None:
    """What /osc/message says; None for another one."""
    match message.address, message.arguments:
        case "/osc/message", [str(client), str(address), str(arguments), str(problem)]:
            text = f"{address} {arguments}".strip()
            refused = QCoreApplication.translate("Monitor", "✕ refused: {}").format(problem)
            return Line(
                f"{text}\n{refused}" if problem else text,
                f"{client}\n{text}\n{problem}".strip(),
                (client, address),
                client,
                bool(problem),
            )
    return None
