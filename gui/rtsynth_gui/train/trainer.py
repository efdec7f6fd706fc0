"""A run, and the process that trains in it, which outlives the window."""

from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder
from rtsynth_gui.train.commands import PROGRAM, resume_command, train_command
from rtsynth_gui.train.progress import Progress, ProgressReader
from rtsynth_gui.train.runs import CHECKPOINT, LOG, is_training, last_words, new_run, stop_training

POLL_MS = 500
# The shell becomes the trainer: the process id stays.
INTO_LOG = 'log="$1"; shift; exec "$@" >>"$log" 2>&1 </dev/null'


class State(Enum):
    """What a run is doing."""

    NONE = "none"  # no run is looked at
    STARTING = "starting"  # it reads its recordings
    TRAINING = "training"
    STOPPING = "stopping"  # it finishes its step and writes its plugin
    DONE = "done"
    STOPPED = "stopped"  # by the user: it can go on
    FAILED = "failed"  # it was refused, or killed


class Trainer(QObject):
    """`changed()`: there is something new about the run that is looked at."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: Path | None = None
        self.reader: ProgressReader | None = None
        self._pid = 0  # as it was started from here
        self._started: dict[Path, int] = {}  # all that were
        self._stopping = False
        self._stopped_early = False  # before it had begun
        self._alive = False
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def progress(self) -> Progress:
        """Of the run; empty without one."""
        return self.reader.progress if self.reader is not None else Progress()

    @property
    def alive(self) -> bool:
        """Whether its process was there when it was last looked for."""
        return self._alive

    @property
    def going_on(self) -> list[tuple[int, Path]]:
        """Process and folder of every training that is looked at, or was started from here."""
        known = {(pid, run) for run, pid in self._started.items()}
        if self.run is not None:
            known |= {(pid, self.run) for pid in self._pids()}
        return sorted((pid, run) for pid, run in known if is_training(pid, run))

    @property
    def state(self) -> State:
        """What the run is doing."""
        progress = self.progress
        if self.run is None:
            return State.NONE
        if self._alive:
            if self._stopping:
                return State.STOPPING
            return State.TRAINING if progress.begun and not progress.ended else State.STARTING
        if progress.ended and not self._stopped_early:
            return State.STOPPED if progress.interrupted else State.DONE
        return State.STOPPED if self._stopped_early else State.FAILED

    @property
    def resumable(self) -> bool:
        """Whether the run can go on."""
        return self.run is not None and not self._alive and (self.run / CHECKPOINT).is_file()

    @property
    def plugin(self) -> Path | None:
        """The newest network, once there is one."""
        progress = self.progress
        if self.run is None or not progress.plugin or progress.plugin_step is None:
            return None
        return self.run / progress.plugin

    def look_at(self, run: Path | None) -> None:
        """Follow a run, whoever has started it."""
        self.run, self._pid, self._stopping, self._stopped_early = run, 0, False, False
        self.reader = None if run is None else ProgressReader(run)
        self._alive = False
        if run is None:
            self._timer.stop()
            self.changed.emit()
        else:
            self._timer.start()
            self.poll()

    def start(self, source: Path, kind: str, minutes: float) -> None:
        """Begin a run.

        Raises:
            InputError: no folder can be made, or no process started.
        """
        run = new_run(source)
        self._launch(run, train_command(source, kind, minutes, run))

    def resume(self, minutes: float) -> None:
        """Go on for so many minutes more; with more steps where there are too few left for them.

        Raises:
            InputError: no process can be started.
        """
        run, progress = self.run, self.progress
        if run is None:
            return
        more = round(progress.step / max(progress.seconds, 1.0) * minutes * 60)
        steps = max(progress.steps, progress.step + max(more, 1))
        self._launch(run, resume_command(run, steps, progress.seconds / 60 + minutes))

    def _launch(self, run: Path, arguments: list[str]) -> None:
        make_folder(run)
        words = ["-c", INTO_LOG, "sh", str(run / LOG), PROGRAM, *arguments]
        started, pid = QProcess.startDetached("/bin/sh", words, str(run))
        if not started:
            raise InputError(f"{PROGRAM}: cannot be started; see the installation")
        self.look_at(run)
        self._pid, self._alive = pid, True
        self._started[run] = pid
        self.changed.emit()

    def stop(self) -> None:
        """End the training; it writes its plugin first. The run can go on later."""
        if self.run is not None and any(stop_training(pid, self.run) for pid in self._pids()):
            self._stopping = True
            self.changed.emit()

    def stop_all(self) -> None:
        """End every training that is looked at, or was started from here."""
        self.stop()
        for pid, run in self.going_on:
            if run != self.run:
                stop_training(pid, run)

    def _pids(self) -> set[int]:
        return {self._pid, self.progress.pid} - {0}

    def poll(self) -> None:
        """What is new?"""
        if self.run is None or self.reader is None:
            return
        was = self.state
        self._alive = any(is_training(pid, self.run) for pid in self._pids())
        new = self.reader.read()  # after looking: what it wrote before it ended is in there
        if new and not self._alive:
            while self.reader.read():
                pass
            # The first lines name the process.
            self._alive = any(is_training(pid, self.run) for pid in self._pids())
        if self._stopping and not self._alive:
            progress = self.reader.progress
            self._stopped_early = self._pid not in (0, progress.pid)
            self._stopping = False
        if new or was != self.state:
            self.changed.emit()

    def why_it_failed(self) -> str:
        """What the trainer said last."""
        return last_words(self.run) if self.run is not None else ""
