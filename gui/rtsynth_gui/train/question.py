"""A command of the trainer that answers: it runs in a process of its own, at low priority."""

import shutil
from functools import cache

from PySide6.QtCore import QCoreApplication, QObject, QProcess, Signal

LARGEST_ANSWER = 1 << 24  # bytes
NICER = 10


@cache
def nicer() -> str | None:
    """The program that lowers a priority, where there is one."""
    return shutil.which("nice")


class Question(QObject):
    """`answered(text, failure)`: what it printed, or why it failed. Another question takes the
    place of one that has not been answered."""

    answered = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @property
    def waiting(self) -> bool:
        """Whether there is no answer yet."""
        return self._process is not None

    def ask(self, program: str, arguments: list[str]) -> None:
        """Start a command."""
        self.cancel()
        process = QProcess(self)
        self._process = process
        process.finished.connect(lambda code, _status: self._finished(process, code))
        process.errorOccurred.connect(lambda _error: self._failed(process))
        nice = nicer()
        if nice is not None:
            program, arguments = nice, ["-n", str(NICER), program, *arguments]
        process.start(program, arguments)

    def cancel(self) -> None:
        """Forget what is being asked, and end its process."""
        process, self._process = self._process, None
        if process is not None:
            # It may end after this object: it is the application's from here on.
            process.finished.disconnect()
            process.errorOccurred.disconnect()
            process.setParent(QCoreApplication.instance())
            process.finished.connect(process.deleteLater)
            process.kill()

    def _failed(self, process: QProcess) -> None:
        if process is self._process and process.state() == QProcess.ProcessState.NotRunning:
            self._answer(process, process.errorString(), True)

    def _finished(self, process: QProcess, code: int) -> None:
        if process is not self._process:
            return
        printed = bytes(process.readAllStandardOutput().data())
        said = bytes(process.readAllStandardError().data())
        text = (printed if code == 0 else said)[:LARGEST_ANSWER].decode("utf-8", "replace").strip()
        self._answer(process, text if code == 0 else text.split("\n")[-1], code != 0)

    def _answer(self, process: QProcess, text: str, failure: bool) -> None:
        self._process = None
        process.deleteLater()
        self.answered.emit(text.removeprefix("rtsynth: ") if failure else text, failure)
