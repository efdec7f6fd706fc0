"""How a plugin sounds: rendered once by a process that gives way to all others, then played."""

import shutil
import sys
from hashlib import blake2b
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from rtsynth.common.errors import RtsynthError
from rtsynth.common.files.atomic import make_folder
from rtsynth.common.user_folders import cache_folder
from rtsynth.plugin.file import load_manifest
from rtsynth.plugin.library import resolve
from rtsynth_gui.browser.phrase import SECONDS, phrase

IDLE, RENDERING, PLAYING = "", "rendering", "playing"
MOST_KEPT = 64
VERSION = 1  # of what is rendered
LONGEST_LINE = 300


def previews_folder() -> Path:
    """Where they are kept; anything in it may be deleted."""
    return cache_folder()[0] / "previews"


def preview_file(plugin: Path) -> Path:
    """Where the preview of a plugin's file is, as it is now.

    Raises:
        OSError: there is no such file.
    """
    about = plugin.stat()
    known = f"{VERSION} {plugin.resolve()} {about.st_size} {about.st_mtime_ns}"
    digest = blake2b(known.encode(), digest_size=12).hexdigest()
    return previews_folder() / f"{digest}.wav"


class Preview(QObject):
    """`changed(what)`: IDLE, RENDERING or PLAYING now. `said(text)`: why there is no sound."""

    changed = Signal(str)
    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.doing = IDLE
        self._process: QProcess | None = None
        self._file = Path()

    def start(self, source: str) -> None:
        """Play how a plugin sounds that is loaded by `source`; what plays now stops."""
        self.stop()
        try:
            plugin = resolve(source)
            self._file = preview_file(plugin)
            if self._file.is_file():
                self._play()
            else:
                self._render(plugin)
        except (RtsynthError, OSError) as error:
            self.said.emit(str(error))

    def stop(self) -> None:
        """Silence."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.finished.connect(process.deleteLater)
        self._show(IDLE)

    def _render(self, plugin: Path) -> None:
        make_folder(self._file.parent)
        _forget_old(self._file.parent)
        words = [str(plugin), "--out", str(self._file), "--seconds", f"{SECONDS:g}"]
        text = phrase(load_manifest(plugin))
        if text:
            moves = self._file.with_suffix(".csv")
            moves.write_text(text, encoding="utf-8")
            words += ["--automation", str(moves)]
        nice = shutil.which("nice")
        first = [nice, "-n", "19"] if nice else []
        command = [*first, sys.executable, "-m", "rtsynth", "render", *words, "--threads", "1"]
        self._run(RENDERING, command)

    def _play(self) -> None:
        words = ["-m", "rtsynth_gui.browser.player", str(self._file)]
        self._run(PLAYING, [sys.executable, *words])

    def _run(self, what: str, command: list[str]) -> None:
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        normal = QProcess.ExitStatus.NormalExit
        process.finished.connect(
            lambda status, how: self._ended(process, what, good=how == normal and status == 0)
        )
        process.errorOccurred.connect(lambda error: self._failed_to_start(process, error))
        self._process = process
        self._show(what)
        process.start(command[0], command[1:])

    def _ended(self, process: QProcess, what: str, *, good: bool) -> None:
        if process is not self._process:
            return  # it was stopped
        self._process = None
        process.deleteLater()
        if good and what == RENDERING:
            self._play()
            return
        self._show(IDLE)
        if not good:
            lines = bytes(process.readAll().data()).decode("utf-8", "replace").splitlines()
            line = next(
                (each for each in reversed(lines) if each.strip()),
                self.tr("The preview ended early"),
            )
            self.said.emit(line.removeprefix("rtsynth: ")[:LONGEST_LINE])

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


def _forget_old(folder: Path) -> None:
    """Make room for one more."""
    kept = sorted(folder.glob("*.wav"), key=lambda path: path.stat().st_mtime_ns)
    for path in kept[: max(0, len(kept) - MOST_KEPT + 1)]:
        path.unlink(missing_ok=True)
        path.with_suffix(".csv").unlink(missing_ok=True)
