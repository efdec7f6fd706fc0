"""How soon a knob is heard of a large network that is computed ahead, and how often it drops out.

Run as a program it plays three GRU layers of 800 units at 16 kHz to the null device, 400 ms ahead:
so long at rest, then so long, but no longer than a minute, with a knob that is turned ten times a
second.

    python -m tests.rtsynth.host.knob_ahead [SECONDS [ARCHITECTURE [PRECISION [BLOCK [THREADS]]]]]
"""

import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rtsynth.engine.live import shared as sh
from rtsynth.engine.run.team import raise_priority
from rtsynth.host.core import EngineCore
from rtsynth.host.event_lines import Event, from_text
from rtsynth.host.host import Host
from rtsynth.host.output import AHEAD_PRIORITY
from rtsynth.plugin import Plugin
from rtsynth.processes.bench import synthetic_plugin

RATE_HZ = 48_000
EVERY_S = 0.1
LONGEST_TURN_S = 60.0
AHEAD_MS = 400.0
KNOB = "temperature"


@dataclass
class Figures:
    """What was measured; `late_ms` [N]: from each change to the frame from which on it sounds."""

    load: float
    rest_s: float
    rest_xruns: int
    turn_s: float
    turn_xruns: int
    late_ms: np.ndarray
    margin_ms: float
    backs: int
    callbacks: int  # while it was turned

    def __str__(self) -> str:
        late = self.late_ms
        return (
            f"load {self.load:.2f}; {late.size} changes: median {np.median(late):.1f} ms, "
            f"90 % {np.quantile(late, 0.9):.1f}, 99 % {np.quantile(late, 0.99):.1f}, "
            f"largest {late.max():.1f}; at rest {self.rest_xruns} dropouts in {self.rest_s:.0f} s, "
            f"turning {self.turn_xruns} in {self.turn_s:.0f} s ({self.callbacks} callbacks); "
            f"margin {self.margin_ms:g} ms, gone back {self.backs} times"
        )


def _raise_priorities(core: EngineCore) -> None:
    """As under JACK, where it may be: the device above the thread that is ahead of it."""
    for thread in threading.enumerate():
        if thread.name == "rtsynth-ahead" and raise_priority(AHEAD_PRIORITY, [thread]):
            sh.write_word(core.words, sh.AHEAD_RAISED, 1)
        elif thread.name == "null device":
            raise_priority(AHEAD_PRIORITY + 1, [thread])


def measure(
    plugin: Plugin, seconds: float, precision: str = "int4", block: int = 128, threads: int = 1
) -> Figures:
    """At rest for so long, then turning; with one thread, as others want the cores, too."""
    turning_s = min(seconds, LONGEST_TURN_S)
    with (
        tempfile.TemporaryDirectory() as folder,
        Host(
            "null",
            rate_hz=RATE_HZ,
            block_frames=block,
            ahead_ms=AHEAD_MS,
            precision=precision,
            threads=threads,
        ) as host,
    ):
        slot = host.load(plugin)
        path = host.event_log.open(Path(folder) / "take.events")
        host.start()
        core = host.core
        _raise_priorities(core)
        time.sleep(2.0)
        xruns = core.counter(sh.XRUNS)
        time.sleep(seconds)
        rest = core.counter(sh.XRUNS) - xruns
        load = host.status()["load"]
        callbacks = core.counter(sh.PLAYED)
        asked: dict[float, int] = {}
        for number in range(round(turning_s / EVERY_S)):
            value = 0.8 + 0.2 * ((number * 0.61803398875) % 1.0)
            # Where the device is: what is heard of a change at once begins there.
            now = core.frame_at(time.monotonic_ns()) - core.delay_frames
            slot.set(KNOB, value)
            asked[float(value)] = now
            time.sleep(EVERY_S)
        turned = core.counter(sh.XRUNS) - xruns - rest
        callbacks = (core.counter(sh.PLAYED) - callbacks) // block
        margin, backs = host.status()["margin_ms"], core.counter(sh.BACKS)
        time.sleep(1.0)
        host.stop()
        lines = [from_text(text) for text in path.read_text().splitlines()]
    late = [
        1000 * (line.at - asked[line.value]) / RATE_HZ
        for line in lines
        if isinstance(line, Event) and line.value in asked
    ]
    return Figures(load, seconds, rest, turning_s, turned, np.array(late), margin, backs, callbacks)


if __name__ == "__main__":
    given = sys.argv[1:]
    usual = ("30", "gru:3x800", "int4", "128", "1")
    length, arch, bits, frames, count = [*given, *usual[len(given) :]]
    print(measure(synthetic_plugin(arch), float(length), bits, int(frames), int(count)))
