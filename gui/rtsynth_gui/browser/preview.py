"""How a plugin sounds: rendered once by a process that gives way to all others, then played."""

import sys

from PySide6.QtCore import QObject, QProcess, Signal

from rtsynth_gui.link.engine_words import in_own_language

IDLE, RENDERING, PLAYING = "", "rendering", "playing"
LONGEST_LINE = 300
MODULES = {RENDERING: "rtsynth_gui.browser.making", PLAYING: "rtsynth_gui.browser.player"}


class Preview(QObject):
    """`changed(what)`: IDLE, RENDERING or PLAYING now. `said(text)`: why there is no sound."""

    changed = Signal(str)
    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.doing = IDLE
        self._process: QProcess | None = None

    def start(self, source: str) -> None:
        """Play how a plugin sounds that is loaded by `source`; what plays now stops."""
        self.stop()
        self._run(RENDERING, source)

    def stop(self) -> None:
        """Silence."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.connect(process.deleteLater)
            process.kill()
        self._show(IDLE)

    def _run(self, what: str, argument: str) -> None:
        process = QProcess(self)
        normal = QProcess.ExitStatus.NormalExit
        process.finished.connect(
            lambda status, how: self._ended(process, what, good=how == normal and status == 0)
        )
        process.errorOccurred.connect(lambda error: self._failed_to_start(process, error))
        self._process = process
        self._show(what)
        process.start(sys.executable, ["-m", MODULES[what], argument])

    def _ended(self, process: QProcess, what: str, *, good: bool) -> None:
        if process is not self._process:
            return  # it was stopped
        self._process = None
        process.deleteLater()
        sound = _lines(process.readAllStandardOutput().data())[:1]
        if good and what == RENDERING and sound:
            self._run(PLAYING, sound[0])
            return
        self._show(IDLE)
        if not good:
            line = next(iter(_lines(process.readAllStandardError().data())[-1:]), "")
            line = line.removeprefix("rtsynth: ")[:LONGEST_LINE]
            self.said.emit(in_own_language(line) or self.tr("The preview ended early"))

    def _failed_to_start(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if process is self._process and error == QProcess.ProcessError.FailedToStart:
            self._process = None
            process.deleteLater()
            self._show(IDLE)
            self.said.emit(process.errorString())

    def _show(self, what: str) -> None:
        if what != self.doing:
            self.doing = what
            self.changed.emit(what)


def _lines(output: bytes | bytearray | memoryview) -> list[str]:
    """What a process wrote, without empty lines."""
    text = bytes(output).decode("utf-8", "replace")
    return [line for line in text.splitlines() if line.strip()]
