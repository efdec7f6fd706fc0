"""Opens files and folders with the programs of the desktop, and notices where there is none.

Qt only says whether a launcher was started. `xdg-open` is one that starts everywhere, and then may
find nothing that opens the file: its exit status says so.
"""

import shutil
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from rtsynth_gui.link.worker import Worker

LAUNCHER = "xdg-open"
LOOK_MS = 100
LAUNCHED_S = 10.0  # what fails later has been open before


class Launch(NamedTuple):
    """A launcher at work on a file or folder; since when, by `time.monotonic`."""

    path: Path
    process: "subprocess.Popen[bytes]"
    since_s: float


def launch(path: Path) -> Launch | None:
    """Start the desktop's launcher, which lives on without this program; None where there is none.

    Raises:
        OSError: it cannot be started.
    """
    program = shutil.which(LAUNCHER)
    if program is None:
        return None
    none = subprocess.DEVNULL
    process = subprocess.Popen(
        [program, str(path)], stdin=none, stdout=none, stderr=none, start_new_session=True
    )
    return Launch(path, process, time.monotonic())


class Opener(QObject):
    """`failed(path)`: no program opens it."""

    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = Worker("opener", self)
        self._launched: list[Launch] = []
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    def open(self, path: Path) -> None:
        """Open a file, or show a folder."""
        fail = partial(self.failed.emit, str(path))
        self._worker.do(partial(launch, path), partial(self._begun, path), failed=fail)

    def _begun(self, path: Path, launched: Launch | None) -> None:
        if launched is not None:
            self._launched.append(launched)
            self._timer.start()
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):  # Windows, macOS
            self.failed.emit(str(path))

    def _look(self) -> None:
        """Which launchers have ended, and how."""
        for each in list(self._launched):
            status = each.process.poll()
            if status is None:
                continue
            self._launched.remove(each)
            if status and time.monotonic() - each.since_s < LAUNCHED_S:
                self.failed.emit(str(each.path))
        if not self._launched:
            self._timer.stop()
