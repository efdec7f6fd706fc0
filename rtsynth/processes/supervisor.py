"""`rtsynth play`: starts the engine and the window as processes and keeps them company.

A window that crashes never stops the sound. An engine that crashes, or whose audio stands still (a
sound server that died leaves PortAudio hanging for ever), is started again with its session: see
`rtsynth.processes.resume`. Where its device has gone, it plays to nobody until the device is back,
and then it is started once more, on it.
"""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from types import FrameType

from rtsynth.common.errors import RtsynthError
from rtsynth.common.outputs import ANY_DEVICE
from rtsynth.common.plain_text import plain
from rtsynth.common.supervisor_mark import marked_environment
from rtsynth.control.osc.endpoint import bind_udp, format_endpoint, host_from_here, parse_endpoint
from rtsynth.host.states import kept_session
from rtsynth.processes.kept import keep
from rtsynth.processes.life import (
    BLOCK_FRAMES,
    ENDING,
    PLAYING,
    PROGRESS,
    RATE_HZ,
    STAGE,
    STARTING,
    WAITS,
    Life,
    private_folder,
)
from rtsynth.processes.option_texts import kept_names, without
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.wish import Trial, drop_wish

POLL_S = 0.05
STILL_START_S = 180.0  # a start in which not even the compiler gets on; it may be slow
HANG_S = 6.0
HANG_BLOCKS = 4  # for very long blocks
MAX_RESTARTS = 3  # within FORGIVE_S
FORGIVE_S = 60.0
GRACE_S = 5.0  # for an engine that hangs, or does not play yet, to end
FINISH_S = 30.0  # for one that plays, to finish a recording; the machine may be busy
ASLEEP_S = 2.0  # longer between two looks, and it was we who did not run
PROBE_AGAIN_S, MOST_PROBE_AGAIN_S = 2.0, 60.0
PROBE_LIFE_S = 60.0  # then it hangs
STOPPED = (signal.SIGINT, signal.SIGTERM)  # somebody wanted it to end


def supervise(options: EngineOptions, *, headless: bool) -> int:
    """Run an engine and its window; returns the exit status.

    Raises:
        InputError: `options.osc` is not a place to listen at.
    """
    host, port = parse_endpoint(options.osc)
    if port == 0:  # any free one: but the window has to know which
        with bind_udp(host, port) as probe:
            port = probe.getsockname()[1]
    options = replace(options, osc=format_endpoint(host, port))
    problem = None if headless else window_problem()
    with _Supervisor(options) as supervisor:
        signal.signal(signal.SIGTERM, _raise_exit)
        try:
            return supervisor.run(window=not headless, problem=problem)
        except KeyboardInterrupt:
            supervisor.stop_engine()
            return 130


def window_problem() -> str | None:
    """Why there can be no window, or None. Asks the installed window package, if there is one."""
    for entry in entry_points(group="rtsynth.windows"):
        problem: str | None = entry.load()()
        return problem
    return "no window is installed"


def after(options: EngineOptions, played_s: float) -> EngineOptions:
    """The options for the time that is left; everything else is in the session."""
    if options.seconds is None:
        return options
    return replace(options, seconds=max(options.seconds - played_s, 0.1))


def _raise_exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


class Watch:
    """Judges by its signs of life whether an engine stands still."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._looked = self._moved = time.monotonic()
        self._last: tuple[int, ...] = ()

    @property
    def plays(self) -> bool:
        """Whether it has begun to, and was not asked to end."""
        return self._life[STAGE] == PLAYING

    @property
    def ends(self) -> bool:
        """Whether it was asked to end."""
        return self._life[STAGE] == ENDING

    @property
    def waits(self) -> bool:
        """Whether it plays to nobody until its device is back."""
        return self.plays and bool(self._life[WAITS])

    @property
    def played_s(self) -> float:
        """How long it has played."""
        return self._life.frames / self._life[RATE_HZ] if self._life[RATE_HZ] else 0.0

    def look(self) -> None:
        """Compare with the last look, a moment ago."""
        now = time.monotonic()
        if now - self._looked > ASLEEP_S:  # Ctrl-Z, or a machine with no time for us: nor for it
            self._moved += now - self._looked
        self._looked = now
        stage = self._life[STAGE]
        signs = (stage, self._life[PROGRESS] if stage == STARTING else self._life.frames)
        if signs != self._last:
            self._last, self._moved = signs, now

    @property
    def problem(self) -> str | None:
        """Why it is to be ended, if it is."""
        stage, still_s = self._life[STAGE], self._looked - self._moved
        if stage == PLAYING:
            block_s = self._life[BLOCK_FRAMES] / self._life[RATE_HZ]
            return "the audio has stopped" if still_s > max(HANG_S, HANG_BLOCKS * block_s) else None
        if stage == ENDING:
            return "the engine does not end" if still_s > FINISH_S else None
        return "the engine does not start" if still_s > STILL_START_S else None


class Probe:
    """Looks, in a process of its own, whether a device is there (again)."""

    def __init__(self) -> None:
        self.again_s = PROBE_AGAIN_S
        self.process: subprocess.Popen[bytes] | None = None
        self._began = float("-inf")

    def found(self, name: str, api: str) -> bool:
        """Whether it is there. To be asked again and again."""
        now = time.monotonic()
        if self.process is None:
            if now - self._began >= self.again_s:
                words = [sys.executable, "-m", "rtsynth.host.audio.probe", name, api]
                # Ctrl-C in the terminal is for us: we end it.
                self.process = subprocess.Popen(words, start_new_session=True)
                self._began = now
            return False
        status = self.process.poll()
        if status is None and now - self._began > PROBE_LIFE_S:
            self.end()
        elif status is not None:
            self.process = None
        return status == 0

    def end(self) -> None:
        """Look no more."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class _Supervisor:
    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._window: subprocess.Popen[bytes] | None = None
        self._window_was = False
        self._probe = Probe()
        self._restarts: list[float] = []  # for want of life
        self._again = False  # the engine continues for another one
        self._folder = private_folder()
        self._trial = Trial(self._folder, without(options, kept_names(options)), _keep)
        self._start_engine()

    def __enter__(self) -> "_Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self._probe.end()
        self.stop_engine()
        if self._window is not None and self._window.poll() is None:
            self._window.terminate()
            self._window.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, *, window: bool, problem: str | None = None) -> int:
        """Until the engine ends or the window is closed, which a `problem` keeps from opening."""
        self._why_no_window = problem
        window = window and problem is None
        while True:
            time.sleep(POLL_S)
            status = self._engine.poll()
            self._watch.look()
            # Not before: what is wrong with the options is said first, and alone.
            if self._why_no_window is not None and (self._watch.plays or self._watch.ends):
                _say(f"{self._why_no_window.partition(';')[0]}; playing without a window")
                self._why_no_window = None
            if self._is_to_restart(status):
                self._restart()
                continue
            if status is not None and self._is_the_end(status):
                return 130 if status == -signal.SIGINT else max(status, 1) if status else 0
            if window and (closed := self._window_closed()) is not None:
                return closed
            if window and self._watch.plays and not self._window_was:
                self._start_window()
            problem = self._watch.problem if status is None else _end(status)
            if problem is not None and self._watch.ends:
                _say(f"{problem}; it was killed")
                self.stop_engine()
                return 1
            if problem is not None:
                now = time.monotonic()
                self._restarts = [at for at in self._restarts if now - at < FORGIVE_S]
                if len(self._restarts) == MAX_RESTARTS:
                    _say(f"{problem} repeatedly; giving up")
                    return 1
                self._restarts.append(now)
                _say(f"{problem}; starting the engine again")
                self._restart()
            elif self._watch.waits:
                self._look_for_device()
            elif self._watch.plays:
                self._probe.again_s = PROBE_AGAIN_S

    def _is_the_end(self, status: int) -> bool:
        """Whether an engine that ended with a status was to, or would end so again."""
        if -status in STOPPED or status == 0:
            return True
        if status > 0:  # it says why; before it plays, what is wrong was given by the user
            return not self._again or self._watch.played_s > 0
        return not (self._again or self._watch.played_s > 0)

    def _is_to_restart(self, status: int | None) -> bool:
        """Whether other options were asked for, or those that were do not work."""
        # 1: a recording failed, which it has said.
        if status in (0, 1) and (wished := self._trial.begin(self._options)) is not None:
            _say("starting the engine again with other options")
            self._options = wished
            return True
        if -(status or 0) in STOPPED or not self._trial.goes_on(plays=self._watch.plays):
            return False
        problem = self._watch.problem if status is None else _end(status)
        if problem is None:
            return False
        _say(f"{problem}; starting it as before")
        self._options = self._trial.end(self._options, "" if status else problem)
        return True

    def _look_for_device(self) -> None:
        session = kept_session(self._folder)
        if session is None or session.device is None:
            return
        name, api, *_ = session.device
        if self._probe.found(name, api):
            _say(f"{name or ANY_DEVICE} is back; playing through it")
            # Should it not open all the same, the sound is not to be interrupted all the time.
            self._probe.again_s = min(2 * self._probe.again_s, MOST_PROBE_AGAIN_S)
            self._restart()

    def _restart(self) -> None:
        self.stop_engine()
        self._options = after(self._options, self._watch.played_s)
        self._again = True
        self._start_engine()

    def stop_engine(self) -> None:
        """Let the engine finish (recordings are written), or end it if it does not."""
        if self._engine.poll() is not None:
            return
        self._watch.look()
        plays = self._watch.plays and self._watch.problem is None
        self._engine.terminate()
        try:
            self._engine.wait(FINISH_S if plays else GRACE_S)
        except subprocess.TimeoutExpired:
            self._engine.kill()
            self._engine.wait()

    def _start_engine(self) -> None:
        drop_wish(self._folder)
        self._watch = Watch(Life(self._folder, new=True))
        words = replace(self._options, supervised=self._folder).words()
        self._engine = subprocess.Popen([sys.executable, "-m", "rtsynth", "serve", *words])

    def _start_window(self) -> None:
        self._window_was = True
        host, port = parse_endpoint(self._options.osc)
        where = format_endpoint(host_from_here(host), port)
        words = [sys.executable, "-m", "rtsynth", "gui", "--connect", where]
        self._window = subprocess.Popen(words, env=marked_environment())

    def _window_closed(self) -> int | None:
        """The status to end with once the window was closed; one that crashed is only reported."""
        if self._window is None or (status := self._window.poll()) is None:
            return None
        if status in (0, 130):  # closed, or Ctrl-C reached it before us
            return status
        self._window = None
        _say(f"the window exited with status {status}; the engine is still playing, Ctrl-C ends it")
        return None


def _end(status: int) -> str:
    """How an engine ended by itself."""
    if status < 0:
        return f"the engine crashed ({signal.Signals(-status).name})"
    return f"the engine ended with status {status}"


def _keep(wish: Mapping[str, str]) -> None:
    """What was asked for and works is what the next start begins with."""
    try:
        keep(wish)
    except RtsynthError as error:
        _say(f"{error}; the options are not kept")


def _say(text: str) -> None:
    print(f"rtsynth: {plain(text)}", file=sys.stderr, flush=True)
