"""The engine process: a host, its control surfaces, and a graceful end."""

import gc
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from rtsynth.common.audiofile.writing import check_audio_path
from rtsynth.common.compile_progress import PROGRESS
from rtsynth.common.errors import RtsynthError
from rtsynth.common.files.atomic import check_place
from rtsynth.common.own_stderr import separate_stderr
from rtsynth.common.plain_text import log_to_stderr, plain
from rtsynth.common.without import without
from rtsynth.control.osc.endpoint import host_from_here, parse_endpoint
from rtsynth.control.surface import Surface, SurfaceOptions, make_surfaces
from rtsynth.host.audio.backend import find_backend
from rtsynth.host.restart import AUTO, MOVES, OSC
from rtsynth.host.states import kept_session
from rtsynth.processes.begin import Beginning, begin, beginning_of
from rtsynth.processes.life import STAGE, STARTING, Life
from rtsynth.processes.opening import opened
from rtsynth.processes.option_texts import texts_of
from rtsynth.processes.options import EngineOptions, parse_surfaces
from rtsynth.processes.resume import (
    Keeper,
    resume,
    resume_following,
    resume_log,
    resume_recording,
)
from rtsynth.processes.wish import first_of, leave_refusal, leave_wish, take_refusal

if TYPE_CHECKING:
    from rtsynth.host.host import Host

log = logging.getLogger("rtsynth")

POLL_S = 0.02
KEEP_S = 0.2
STILL_S, STILL_BLOCKS = 6.0, 4  # without a frame: the device is gone
SETTLE_S = 1.0  # a device's first callbacks may be late


def run_engine(options: EngineOptions) -> int:
    """Play until asked to stop; returns the exit status (130 after Ctrl-C).

    Raises:
        InputError, EngineError: before any sound is made.
    """
    gc.disable()  # a start makes much that stays and nothing that is to be collected
    try:
        return _run_engine(options)
    finally:
        gc.enable()


def _run_engine(options: EngineOptions) -> int:
    parent = os.getppid()  # before it could be gone: an engine that is deserted ends by itself
    separate_stderr()
    log_to_stderr()
    folder = options.supervised
    life = Life(folder) if folder is not None else None
    step = life.step if life is not None else lambda: None
    PROGRESS.on_step = step
    session = kept_session(folder) if folder is not None else None
    options.check()
    # Everything that can be refused is, before the slow part: compiling and opening the device.
    surfaces = _surfaces(options, resumed=session is not None)
    beginning = beginning_of(options) if session is None else Beginning()
    if session is None:
        if options.record:
            check_place(check_audio_path(Path(options.record)))
        if options.log:
            check_place(options.log)

    # Numba imports SciPy's linear algebra, where it is installed, to look for BLAS: 0.2 s of every
    # start that an engine has no use for.
    with without("scipy"):
        from rtsynth.engine.live import shared as sh
        from rtsynth.host.audio.portaudio import DeviceName
        from rtsynth.host.host import Host

    back = session.device if session is not None else None
    with ExitStack() as stack:
        if folder is not None and life is not None and session is not None:
            stack.enter_context(refusals(folder, life))
        stop = stack.enter_context(stop_on_signals())
        words = None if life is None else life.engine_words(sh.ENGINE_WORDS)

        def open_host(options: EngineOptions) -> Host:
            if words is not None:
                words[:] = 0  # there may have been another try
            host = Host(
                _device(options.device, goes_on=session is not None and back is None),
                rate_hz=options.rate,
                block_frames=options.block,
                channels=options.all_channels,
                outputs=options.outputs,
                ahead_ms=options.ahead,
                seed=options.seed,
                precision=options.precision,
                threads=options.threads,
                voices=options.voices,
                back=None if back is None else DeviceName(*back),
                words=words,
            )
            try:
                step()
                begin(host, beginning, step)
            except BaseException:
                host.close()
                raise
            return host

        found, given_up = opened(options, open_host, folder)
        host = stack.enter_context(found)
        first = {} if folder is None else first_of(folder)
        host.restart.started_with(texts_of(options), first)
        host.restart.given_up = given_up
        if folder is not None:
            host.restart.offer(_asker(folder, host, stop), refused=take_refusal(folder))
        if session is not None:
            resume(host, session.performance, step)
            resume_following(host, session.following)
        for surface in surfaces:
            surface.start(host, stop.set)
            stack.callback(surface.stop)
        if session is not None and session.recording is not None:
            resume_recording(host, Path(session.recording))
        elif session is None and options.record:
            host.record_start(options.record)
        if session is not None and options.log:
            resume_log(host, Path(options.log))
        elif options.log:
            host.event_log.open(Path(options.log))
        host.start()
        # What is there by now stays: else the garbage collector looks at it again and again, and
        # holds OSC and MIDI up for 0.2 s each time.
        gc.collect()
        gc.freeze()
        gc.enable()
        PROGRESS.finish()
        _say(_summary(host, [surface.summary() for surface in surfaces]))
        if life is not None:
            life.plays(
                sh.FRAMES, host.rate_hz, host.core.counter(sh.BLOCK_FRAMES), waits=host.waits
            )
        early, still = _play_on(host, stop, options, parent)
        if life is not None:
            life.ends()
        host.fade_out()
        if (path := host.recordings.path) is not None:
            recorded = host.record_stop()
            _say(f"wrote {path} ({recorded / host.rate_hz:.2f} s)")
        if (path := host.event_log.path) is not None:
            host.event_log.finish()
            _say(f"wrote {path} (rtsynth render --replay plays it again)")
        if lost := host.core.counter(sh.XRUNS) - early:
            _say(f"dropouts: {lost} late or incomplete callbacks; a longer --ahead may help")
        failed = (host.recordings.problem, host.event_log.problem) != (None, None)
        status = 130 if stop.interrupted else int(failed)
        host.mappings.settle()
        if still:  # all is kept, and the stream of a sound server that died never closes
            sys.stderr.flush()
            os._exit(status)
        return status


def _asker(folder: Path, host: "Host", stop: "StopFlag") -> Callable[[dict[str, str]], None]:
    """How another start is asked for: leave a word for the supervisor, and end."""

    def ask(changes: dict[str, str]) -> None:
        leave_wish(folder, changes)
        if OSC in changes:
            place = changes[OSC] if changes[OSC] != AUTO else EngineOptions.osc
            where, port = parse_endpoint(place)
            host.notices.add(MOVES, host_from_here(where), str(port))
        stop.set()

    return ask


@contextmanager
def refusals(folder: Path, life: Life) -> Iterator[None]:
    """What keeps an engine from playing is left for the one that takes its place.

    What goes wrong once it has played is no start that failed.
    """
    try:
        yield
    except RtsynthError as error:
        if life[STAGE] == STARTING:
            leave_refusal(folder, str(error))
        raise


def _device(device: str | None, *, goes_on: bool) -> str | None:
    """What to open; an engine that `goes_on` without PortAudio, and was not asked for a device by
    name, keeps to the backend it had."""
    unnamed = goes_on and device is None
    return "null" if unnamed and find_backend(device) is None else device


def _surfaces(options: EngineOptions, *, resumed: bool) -> list[Surface]:
    allow = ",".join(options.osc_allow) if options.osc_allow else None
    own = {
        "osc": options.osc,
        "osc-allow": allow,
        "oscquery": options.oscquery,
        "midi": options.midi,
        "midi-map": options.midi_map,
        "mpe": options.mpe,
    }
    others = parse_surfaces(options.surfaces)
    texts = {name: text for name, text in own.items() if text is not None} | others
    return make_surfaces(SurfaceOptions(texts, resumed), list(others))


def _play_on(
    host: "Host", stop: "StopFlag", options: EngineOptions, parent: int
) -> tuple[int, bool]:
    """Play until it is to end, a supervised engine also when its `parent` is gone.

    Returns how many callbacks were late while the device settled, and whether the device has
    taken nothing for a while.
    """
    from rtsynth.engine.live import shared as sh

    keeper = Keeper(host, options.supervised) if options.supervised is not None else None
    began_s, early, keep_at_s = time.monotonic(), 0, 0.0
    counted, moved_s, reported = -1, began_s, False
    still_s = max(STILL_S, STILL_BLOCKS * host.core.counter(sh.BLOCK_FRAMES) / host.rate_hz)
    while not stop.wait(POLL_S):
        now_s, frames = time.monotonic(), host.core.counter(sh.FRAMES)
        if now_s < began_s + SETTLE_S:
            early = host.core.counter(sh.XRUNS)
        if options.seconds is not None and frames >= options.seconds * host.rate_hz:
            break
        if frames != counted:
            counted, moved_s = frames, now_s
        host.check_load()
        if keeper is not None:
            if os.getppid() != parent:
                shutil.rmtree(options.supervised or "", ignore_errors=True)
                return early, False
            if now_s >= keep_at_s:
                keeper.keep()
                keep_at_s = now_s + KEEP_S
        elif now_s - moved_s > still_s and not reported:
            reported = True
            problem = f"{host.device} no longer accepts audio; quit rtsynth and start it again"
            log.warning("%s (rtsynth play does that by itself)", problem)
            host.notices.add("/device", host.device, problem)
    if keeper is not None:
        keeper.keep()
    return early, time.monotonic() - moved_s > still_s / 2


class StopFlag:
    """Set when the engine should end; `interrupted` when Ctrl-C was the reason.

    Without a lock (`threading.Event` has one): a signal's handler may interrupt the very code that
    holds it, be it the handler of another signal, and would wait for itself for ever. Ctrl-C in a
    terminal sends two at once: SIGINT to all, and on top of it the supervisor's SIGTERM.
    """

    def __init__(self) -> None:
        self.is_set = self.interrupted = False

    def set(self) -> None:
        """Ask the engine to end."""
        self.is_set = True

    def wait(self, seconds: float) -> bool:
        """Sleep, unless it is set; whether it is."""
        if not self.is_set:
            time.sleep(seconds)
        return self.is_set


@contextmanager
def stop_on_signals() -> Iterator[StopFlag]:
    """A flag that SIGINT and SIGTERM set, instead of their usual effect."""
    flag = StopFlag()

    def handle(number: int, frame: FrameType | None) -> None:
        flag.interrupted = flag.interrupted or number == signal.SIGINT
        flag.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield flag
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _summary(host: "Host", surfaces: list[str]) -> str:
    status = host.status()
    names = " + ".join(f"{slot.plugin.name} ({slot.computed})" for slot in host.slots)
    where = "the null device" if status["device"] == "null" else status["device"]
    where += f" ({status['api']})" if status["api"] else ""
    where += f" (waiting for {waits_for})" if (waits_for := status["waits_for"]) else ""
    return (
        f"playing {names} to {where}, {status['rate_hz']} Hz, latency "
        f"{status['latency_ms']:.1f} ms; {'; '.join(surfaces)}; Ctrl-C ends"
    )


def _say(text: str) -> None:
    print(f"rtsynth: {plain(text)}", file=sys.stderr, flush=True)
