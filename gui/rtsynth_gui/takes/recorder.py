"""The record button: starts and ends takes, and shows what the engine says it does."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from rtsynth.common.errors import RtsynthError
from rtsynth.common.files.atomic import make_folder
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.transport import Transport
from rtsynth_gui.takes.folder import new_take

ASK_AGAIN_MS = 150  # what was asked to be recorded or not is so by then


class Recorder(QObject):
    """`ended(path)`: a take is complete."""

    ended = Signal(str)

    def __init__(self, link: EngineLink, transport: Transport, parent: QObject) -> None:
        super().__init__(parent)
        self._link, self._transport = link, transport
        self.form = "wav"
        self.path: str | None = None
        self._settling = False  # what the engine says may be from before it was asked

    def press(self) -> None:
        """The button was pressed: start, or stop."""
        path: str | None = None
        if self._transport.buttons["record"].isChecked():
            take = new_take(self.form)
            try:
                make_folder(take.parent)
            except RtsynthError as error:
                self._transport.say(str(error), failure=True)
                self._transport.show_recording(None)
                return
            path = str(take)
            self._link.send("/record/start", path)
        else:
            self._link.send("/record/stop")
        # The button shows at once what was asked for, and soon what the engine says it does.
        self._transport.show_recording(path)
        self._settling = True
        QTimer.singleShot(ASK_AGAIN_MS, self, self._settle)

    def _settle(self) -> None:
        self._settling = False
        self._link.ask_status()

    def follow(self, path: str | None) -> None:
        """The engine says what it records to."""
        if self._settling:
            return
        before, self.path = self.path, path
        self._transport.show_recording(path)
        if before is not None and path != before:
            self._transport.say(self.tr("recorded {}").format(Path(before).name))
            self.ended.emit(before)
