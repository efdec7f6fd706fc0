"""The bottom line: load, restart, record, panic, and what went wrong last."""

import logging
import time

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from rtsynth.common.log import RateLimitedLog
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.side import page_title
from rtsynth_gui.panels.status_line import StatusLine
from rtsynth_gui.widgets.icons import set_icon
from rtsynth_gui.widgets.plain import plain_tip

log = RateLimitedLog(logging.getLogger("rtsynth"))

MESSAGE_SHOWN_S = 8.0
FAILURE_READ_S = 2.0  # at least, whatever is done meanwhile
SMALL = 0.88
LONGEST_RECORDING_S = 3599.0  # that its button has room for
# name of the button: (text, icon, shortcut, tool-tip)
BUTTONS = {
    "open": (
        str(QT_TRANSLATE_NOOP("Transport", "Open plugin…")),
        "folder",
        "Ctrl+O",
        str(QT_TRANSLATE_NOOP("Transport", "Load a plugin file into the selected slot")),
    ),
    "restart": (
        str(QT_TRANSLATE_NOOP("Transport", "Reset")),
        "restart",
        "Ctrl+R",
        str(QT_TRANSLATE_NOOP("Transport", "Start the network anew; it plays again after Panic")),
    ),
    "record": (
        str(QT_TRANSLATE_NOOP("Transport", "Record")),
        "record",
        "Ctrl+Shift+R",
        str(QT_TRANSLATE_NOOP("Transport", "Record the output to a take")),
    ),
    "panic": (
        str(QT_TRANSLATE_NOOP("Transport", "Panic")),
        "stop",
        "Ctrl+.",
        str(QT_TRANSLATE_NOOP("Transport", "Silence everything, until Reset or the next note")),
    ),
}
NAMES_FILES = ("open", "record")
# The pages of the side panel, by their names (`side.page_title` is what is shown), and their
# shortcuts.
VIEWS: dict[str, str] = {
    "Browser": "Ctrl+B",
    "Presets": "Ctrl+P",
    "States": "Ctrl+Shift+S",
    "Takes": "Ctrl+T",
    "XY pad": "Ctrl+Shift+X",
    "Mapping": "Ctrl+Shift+M",
    "Activity": "Ctrl+M",
    "Network": "Ctrl+N",
    "Train": "Ctrl+Shift+T",
}


class Transport(QWidget):
    """Buttons, a status line, and switches for the pages of the side panel.

    `pressed(name)` names the button; `record` is a switch. `viewed(page)`: that page is wanted, ""
    for none.
    """

    pressed = Signal(str)
    viewed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        self.buttons: dict[str, QPushButton] = {}
        for name, (text, symbol, shortcut, tip) in BUTTONS.items():
            button = QPushButton(self.tr(text), self)
            set_icon(button, symbol)
            button.setShortcut(QKeySequence(shortcut))
            keys = button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(plain_tip(f"{self.tr(tip)} ({keys})"))
            button.setAccessibleDescription(self.tr(tip))
            button.clicked.connect(lambda _checked=False, name=name: self.pressed.emit(name))
            layout.addWidget(button)
            self.buttons[name] = button
        self.buttons["record"].setCheckable(True)
        self.buttons["record"].setObjectName("record")
        self.message = StatusLine(self)
        font = self.message.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        self.message.setFont(font)
        self.message.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addSpacing(6)
        layout.addWidget(self.message, 1)
        layout.addSpacing(6)
        views = QHBoxLayout()
        views.setSpacing(3)  # ten of them fit 1024 pixels
        layout.addLayout(views)
        self.views: dict[str, QPushButton] = {}
        for page, shortcut in VIEWS.items():
            view = QPushButton(page_title(page), self)
            view.setObjectName("view")
            view.setShortcut(QKeySequence(shortcut))
            keys = view.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            tip = self.tr("Show or hide: {}").format(page_title(page))
            view.setToolTip(plain_tip(f"{tip} ({keys})"))
            view.setCheckable(True)
            view.clicked.connect(lambda on, page=page: self.viewed.emit(page if on else ""))
            views.addWidget(view)
            self.views[page] = view
        self._until_s = 0.0
        self._resting, self._unanswered, self._returning = "", "", False
        self._recording_s: float | None = None  # since when, if that is known
        self._keep_width()

    def _keep_width(self) -> None:
        """The record button is as wide while it records: the others stay where they are."""
        record = self.buttons["record"]
        shown, keys = record.text(), record.shortcut()
        widths = []
        for text in (shown, self._stop_text(LONGEST_RECORDING_S)):
            record.setText(text)
            widths.append(record.sizeHint().width())
        record.setText(shown)
        record.setShortcut(keys)
        record.setFixedWidth(max(widths))

    def enable(self, answering: bool, *, local: bool) -> None:
        """Grey the buttons out while nobody would answer them, and those that name files while
        the engine runs on another machine, whose files are not known here."""
        for name, button in self.buttons.items():
            button.setEnabled(answering and (local or name not in NAMES_FILES))

    def show_link(self, link: EngineLink) -> None:
        """Whether the engine answers, and what is done about it where it does not."""
        self.enable(link.answering, local=link.is_local)
        self._unanswered = ""
        if link.answering:
            self.rest("")
            if self._returning:
                self.say(self.tr("The engine is back."))
        else:
            self.show_recording(None)
            text = self.tr("The engine at {} is not answering; waiting…").format(link.endpoint)
            if link.restarting:
                text = self.tr("The engine is restarting…")
            elif link.returns:
                text = self.tr("The engine stopped. Starting it again…")
            if link.answered:
                self._until_s = 0.0  # whatever was said before matters less
            self._unanswered = text
            self.rest("")
            if link.returns:
                self.say(text, failure=True)
        self._returning = link.returns

    def show_view(self, shown: str) -> None:
        """Which page of the side panel is shown."""
        for page, view in self.views.items():
            view.setChecked(page == shown)

    def show_recording(self, path: str | None, since_s: float | None = None) -> None:
        """Follow what the engine says it is recording to; since when, by `time.monotonic`, if that
        is known."""
        self._recording_s = since_s if path is not None else None
        self.buttons["record"].setChecked(path is not None)
        self._show_record()
        self.rest(self.tr("recording to {}").format(path) if path is not None else "")

    def _stop_text(self, seconds: float) -> str:
        minutes, rest = divmod(int(seconds), 60)
        return f"{self.tr('Stop')} {minutes}:{rest:02d}"

    def _show_record(self) -> None:
        record = self.buttons["record"]
        text = self.tr("Stop") if record.isChecked() else self.tr("Record")
        if self._recording_s is not None:
            text = self._stop_text(max(0.0, time.monotonic() - self._recording_s))
        if text != record.text():
            keys = record.shortcut()
            record.setText(text)
            record.setShortcut(keys)  # another text takes it away

    def say(self, text: str, *, failure: bool = False) -> None:
        """Show a message for a while; a failure in red, and the log keeps it."""
        self._until_s = time.monotonic() + MESSAGE_SHOWN_S
        self._show(text, failure)
        if failure:
            log.warning(text)

    def forget_failure(self) -> None:
        """Something else has been done: a failure that was said before is no news any more."""
        said_s = self._until_s - MESSAGE_SHOWN_S
        if self.message.objectName() == "failure" and time.monotonic() - said_s > FAILURE_READ_S:
            self._until_s = 0.0
            self._show(self._unanswered or self._resting, False)

    def rest(self, text: str) -> None:
        """What to show while there is no message, and the engine answers."""
        self._resting = text
        if time.monotonic() >= self._until_s:
            self._show(self._unanswered or text, False)

    def refresh(self, now_s: float) -> None:
        """Once a frame: messages fade, a take gets longer."""
        if self._recording_s is not None:
            self._show_record()
        if self._until_s and now_s >= self._until_s:
            self._until_s = 0.0
            self._show(self._unanswered or self._resting, False)

    def _show(self, text: str, failure: bool) -> None:
        name = "failure" if failure else "dim"
        if self.message.objectName() != name:
            self.message.setObjectName(name)
            self.message.style().polish(self.message)
        self.message.show_text(text)
