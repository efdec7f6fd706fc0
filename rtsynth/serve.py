"""The engine process: a host, its OSC and MIDI surfaces, and a graceful end."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from rtsynth.audio_write import check_audio_path
from rtsynth.cli.options import check_settings, clamp_settings
from rtsynth.compile_progress import PROGRESS
from rtsynth.computing import check_ahead, check_precision
from rtsynth.control.endpoint import bind_udp, format_endpoint, parse_endpoint
from rtsynth.control.midi_map import load_midi_map
from rtsynth.library import DEFAULT_PLUGIN, resolve
from rtsynth.plain_text import log_to_stderr, plain
from rtsynth.plugin import load

if TYPE_CHECKING:
    from rtsynth.host import Host

POLL_S = 0.02
SETTLE_S = 1.0  # a device's first callbacks may be late


@dataclass(frozen=True)
class EngineOptions:
    """What `play` and `serve` were asked for; None leaves the choice to the engine."""

    plugins: list[str] = field(default_factory=list)
    device: str | None = None
    rate_hz: int | None = None
    block_frames: int | None = None
    ahead_ms: float | None = None
    seconds: float | None = None
    record: str | None = None
    settings: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    precision: str = "auto"
    threads: int | None = None
    voices: int = 1
    osc: str = ""
    midi: str | None = None
    midi_map: str | None = None
    with_parent: bool = False  # end when the process that started this one is gone


def run_engine(options: EngineOptions) -> int:
    """Play until told to stop; returns the exit status (130 after Ctrl-C).

    Raises:
        InputError, EngineError: before any sound is made.
    """
    log_to_stderr()
    check_precision(options.precision, options.threads)
    check_ahead(options.ahead_ms)
    osc_host, osc_port = parse_endpoint(options.osc)
    # Everything that can be refused is, before the slow part: compiling and opening the device.
    bind_udp(osc_host, osc_port).close()
    plugins = [load(resolve(name)) for name in options.plugins or [DEFAULT_PLUGIN]]
    check_settings(plugins, options.settings)
    if options.record:
        check_audio_path(Path(options.record))
    midi_map = load_midi_map(options.midi_map) if options.midi_map else None

    from rtsynth.audio.portaudio import JACK
    from rtsynth.control.midi import MidiInputs
    from rtsynth.control.osc_server import OscServer
    from rtsynth.engine import shared as sh
    from rtsynth.host import Host

    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        host = stack.enter_context(
            Host(
                options.device,
                rate_hz=options.rate_hz,
                block_frames=options.block_frames,
                ahead_ms=options.ahead_ms,
                seed=options.seed,
                precision=options.precision,
                threads=options.threads,
                voices=options.voices,
            )
        )
        for plugin in plugins:
            slot = host.load(plugin)
            for name, value in clamp_settings(plugin, options.settings).items():
                if slot.has(name):
                    slot.place(name, value)
        osc = stack.enter_context(OscServer(host, osc_host, osc_port, on_quit=stop.set))
        midi = MidiInputs(host, options.midi, midi_map, jack=host.api == JACK)
        stack.enter_context(midi)
        if options.record:
            host.record_start(options.record)
        host.start()
        PROGRESS.finish()
        _say(_summary(host, osc.host, osc.port, midi.summary()))
        parent, settled_s, early = os.getppid(), time.monotonic() + SETTLE_S, 0
        while not stop.wait(POLL_S):
            if time.monotonic() < settled_s:
                early = host.core.counter(sh.XRUNS)
            frames = host.core.counter(sh.FRAMES)
            if options.seconds is not None and frames >= options.seconds * host.rate_hz:
                break
            if options.with_parent and os.getppid() != parent:
                break
        host.fade_out()
        if (path := host.recordings.path) is not None:
            recorded = host.record_stop()
            _say(f"wrote {path} ({recorded / host.rate_hz:.2f} s)")
        if lost := host.core.counter(sh.XRUNS) - early:
            _say(f"dropouts: {lost} late or incomplete callbacks; a longer --ahead may help")
        failed = host.recordings.problem is not None
        return 130 if stop.interrupted else int(failed)


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


def _summary(host: "Host", osc_host: str, osc_port: int, midi: str) -> str:
    status = host.status()
    names = " + ".join(f"{slot.plugin.name} ({slot.computed})" for slot in host.slots)
    where = f"{status['device']} ({status['api']})" if status["api"] else "the null device"
    return (
        f"playing {names} to {where}, {status['rate_hz']} Hz, latency "
        f"{status['latency_ms']:.1f} ms; OSC {format_endpoint(osc_host, osc_port)}; "
        f"MIDI {midi}; Ctrl-C ends"
    )


def _say(text: str) -> None:
    print(f"rtsynth: {plain(text)}", file=sys.stderr, flush=True)
