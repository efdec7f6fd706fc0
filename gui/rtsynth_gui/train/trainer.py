"""A run, and the process that trains in it, which outlives the window."""

from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from rtsynth_gui.link.worker import Worker
from rtsynth_gui.train.commands import resume_command, train_command
from rtsynth_gui.train.launch import Launched, launch
from rtsynth_gui.train.progress import Progress
from rtsynth_gui.train.report import Report, Watch
from rtsynth_gui.train.runs import new_run, stop_all

POLL_MS = 500
IDLE_POLL_MS = 2000  # of a run that nobody trains: it may be resumed elsewhere


class State(Enum):
    """What a run is doing."""

    NONE = "none"  # no run is looked at
    OPENING = "opening"  # what it has done so far is being read
    STARTING = "starting"  # it reads its recordings
    TRAINING = "training"
    STOPPING = "stopping"  # it finishes its step and writes its plugin
    DONE = "done"
    STOPPED = "stopped"  # by the user: it can go on
    FAILED = "failed"  # it was refused, or killed


class Trainer(QObject):
    """`changed()`: there is something new about the run that is looked at. `said(text, failure)`:
    a line for the performer.

    Files and processes are looked at in a thread; here is what was seen last.
    """

    changed = Signal()
    said = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worker = Worker("training", self)
        self.worker.failed.connect(lambda text: self.said.emit(text, True))
        self.report: Report | None = None  # None until the run was looked at
        self._watch: Watch | None = None
        self._looking = False
        self.launching: Path | None = None  # a run whose process is being started
        self._pid = 0  # as it was started from here
        self._started: dict[Path, int] = {}  # all that were
        self._stopping = False
        self._told = False  # to stop
        self._stopped_early = False  # before it had begun
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def run(self) -> Path | None:
        """The folder of the run that is looked at."""
        return self._watch.run if self._watch is not None else None

    @property
    def progress(self) -> Progress:
        """Of the run; empty without one."""
        return self.report.progress if self.report is not None else Progress()

    @property
    def alive(self) -> bool:
        """Whether its process was there when it was last looked for."""
        return self.report is not None and self.report.alive

    @property
    def known(self) -> set[tuple[int, Path]]:
        """Process and folder of what is looked at, and of all that was started from here; they may
        have ended."""
        known = {(pid, run) for run, pid in self._started.items()}
        if self.run is not None:
            known |= {(pid, self.run) for pid in (self._pid, self.progress.pid) if pid}
        return known

    @property
    def state(self) -> State:
        """What the run is doing."""
        progress = self.progress
        if self.run is None:
            return State.NONE
        if self.report is None:
            return State.OPENING
        if self.alive:
            if self._stopping:
                return State.STOPPING
            return State.TRAINING if progress.begun and not progress.ended else State.STARTING
        if progress.ended and not self._stopped_early:
            return State.STOPPED if progress.interrupted else State.DONE
        return State.STOPPED if self._stopped_early else State.FAILED

    @property
    def resumable(self) -> bool:
        """Whether the run can go on."""
        return self.report is not None and self.report.resumable

    @property
    def plugin(self) -> Path | None:
        """The newest network, once there is one."""
        progress = self.progress
        if self.run is None or not progress.plugin or progress.plugin_step is None:
            return None
        return self.run / progress.plugin

    def look_at(self, run: Path | None, pid: int = 0) -> None:
        """Follow a run, whoever has started it. `pid`: of its process, if that is known."""
        self._watch = Watch(run) if run is not None else None
        self.report, self._looking = None, False
        self._pid, self._stopping, self._told, self._stopped_early = pid, False, False, False
        if run is None:
            self._timer.stop()
        else:
            self._timer.start()
            self.poll()
        self.changed.emit()

    def start(self, source: Path, kind: str, minutes: float, start: str = "") -> None:
        """Begin a run, if nothing is being trained; from the plugin in the file `start`, if any."""
        run = new_run(source)
        self._launch(run, train_command(source, kind, minutes, run, start), new=True)

    def resume(self, minutes: float) -> None:
        """Go on for so many minutes more."""
        run, progress = self.run, self.progress
        if run is None:
            return
        self._launch(run, resume_command(run, progress.seconds / 60 + minutes))

    def _launch(self, run: Path, arguments: list[str], *, new: bool = False) -> None:
        if self.launching is not None:  # the second press of two
            self._refuse(self.launching)
            return
        self.launching = run
        started = partial(launch, run, arguments, self.known, new=new)
        self.worker.do(started, self._launched, failed=self._end_launch)
        self.changed.emit()

    def _refuse(self, busy: Path) -> None:
        text = self.tr("{} is being trained; stop it first")
        self.said.emit(text.format(busy.name), True)

    def _end_launch(self) -> None:
        self.launching = None
        self.changed.emit()

    def _launched(self, launched: Launched) -> None:
        self._end_launch()
        if launched.busy is not None:
            self._refuse(launched.busy)
            return
        self._started[launched.run] = launched.pid
        self.look_at(launched.run, launched.pid)

    def stop(self) -> None:
        """End the training; it writes its plugin first. The run can go on later."""
        if self.alive:
            known = {(pid, run) for pid, run in self.known if run == self.run}
            asked = partial(self._asked, self._watch)
            self.worker.do(partial(stop_all, known), asked, failed=partial(asked, 0))
            self._stopping = True
            self.changed.emit()

    def _asked(self, watch: Watch | None, count: int) -> None:
        """So many processes were told to stop."""
        if watch is self._watch:
            self._stopping = self._told = count > 0

    def stop_all(self) -> None:
        """End every training that is looked at, or was started from here; at the end of a window,
        which waits a little for it."""
        self.stop()
        self.worker.do(
            partial(stop_all, {(pid, run) for pid, run in self.known if run != self.run})
        )
        self.worker.settle()

    def poll(self) -> None:
        """Have the run looked at, unless it is being."""
        watch = self._watch
        if watch is not None and not self._looking:
            self._looking = True
            look, take = partial(watch.look, self._pid), partial(self._take, watch)
            self.worker.do(look, take, failed=partial(self._not_seen, watch))

    def _not_seen(self, watch: Watch) -> None:
        """It will be tried again."""
        if watch is self._watch:
            self._looking = False
            self._timer.setInterval(IDLE_POLL_MS)

    def _take(self, watch: Watch, report: Report) -> None:
        if watch is not self._watch:
            return  # another run is looked at by now
        self._looking = False
        self._timer.setInterval(POLL_MS if report.alive else IDLE_POLL_MS)
        was, before = self.state, self.report
        self.report = report
        if not report.alive:
            if self._told:
                self._stopped_early = self._pid not in (0, report.progress.pid)
            self._stopping = self._told = False
        if before != report or was != self.state:
            self.changed.emit()

    def why_it_failed(self) -> str:
        """What the trainer said last."""
        return self.report.why if self.report is not None else ""
