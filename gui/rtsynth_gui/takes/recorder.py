"""The record button: starts and ends takes, and shows what the engine says it does."""

import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from rtsynth_gui.link.folders import RECORDINGS, folder_memory
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.worker import Worker
from rtsynth_gui.panels.transport import Transport
from rtsynth_gui.takes.folder import make_take, takes_folder

ASK_AGAIN_MS = 150  # what was asked to be recorded or not is so by then


class Recorder(QObject):
    """`ended(path)`: a take is complete."""

    ended = Signal(str)

    def __init__(self, link: EngineLink, transport: Transport, parent: QObject) -> None:
        super().__init__(parent)
        self._link, self._transport = link, transport
        self.form = "wav"
        self.path: str | None = None
        self._since_s: float | None = None  # it records; None where it did before we looked
        self._looked = False
        self._worker = Worker("recorder", self)
        self._worker.failed.connect(lambda text: transport.say(text, failure=True))
        folder_memory(parent).usual[RECORDINGS] = takes_folder
        self._wanted = False  # to record
        self._settling = False  # what the engine says may be from before it was asked

    def press(self) -> None:
        """The button was pressed: start, or stop."""
        # What the engine says until it has been asked may be from before.
        self._settling = True
        self._wanted = self._transport.buttons["record"].isChecked()
        if self._wanted:
            self._worker.do(partial(make_take, self.form), self._start, failed=self._refused)
        else:
            self._link.send("/record/stop")
            self._asked(None)

    def _start(self, take: Path) -> None:
        """The folder of the take is there."""
        if self._wanted:
            self._link.send("/record/start", str(take))
            self._asked(str(take))

    def _asked(self, path: str | None) -> None:
        """The button shows at once what was asked for, and soon what the engine says it does."""
        self._since_s = time.monotonic() if path is not None else None
        self._transport.show_recording(path, self._since_s)
        QTimer.singleShot(ASK_AGAIN_MS, self, self._settle)

    def _refused(self) -> None:
        self._wanted = self._settling = False
        self._transport.show_recording(None)

    def _settle(self) -> None:
        self._settling = False
        self._link.ask_status()

    def follow(self, path: str | None) -> None:
        """The engine says what it records to."""
        if self._settling:
            return
        before, self.path = self.path, path
        if path is None:
            self._since_s = None
        elif before != path and self._since_s is None and self._looked:  # by another window
            self._since_s = time.monotonic()
        self._looked = True
        self._transport.show_recording(path, self._since_s)
        if before is not None and path != before:
            self._transport.say(self.tr("recorded {}").format(Path(before).name))
            self.ended.emit(before)
