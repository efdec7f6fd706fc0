"""States that are recalled a thousand times a second while a note is held: steps, memory, time.

Run as a program it plays `clarinet-trumpet` to the null device at 48 kHz, in blocks of 128 frames:
plain for some seconds, of which states are kept, and then recalled for so long.

    python -m tests.rtsynth.host.recalls_played [SECONDS [A_SECOND [PLUGIN]]]
"""

import gc
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from rtsynth import Host
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import TARGET_RECALL
from rtsynth.engine.run.team import raise_priority
from rtsynth.host.event_lines import Event, from_text
from rtsynth.host.output import AHEAD_PRIORITY
from rtsynth.offline.replay.replay import Replay
from rtsynth.plugin import Plugin

RATE_HZ, BLOCK = 48_000, 128
NAMES = [f"moment {number}" for number in range(8)]
NOTES = (57.0, 62.0, 69.0, 76.0)
PLAIN_S = 8.0
WARM_S = 5.0  # before memory is looked at: caches and queues are as large as they become by then
LEAD_S = 0.2  # that a recall is sent before its time: also while memory is looked at
PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass
class Figures:
    """What was measured of so many recalls, all of which the engine has made.

    `astray_ms`: from a recall's own time, as the device's clock tells it. `steps`: the largest from
    one sample to the next, while states are recalled and in the plain sound. `grew_kb`,
    `grew_blocks`: of the process's memory, and of Python's allocator. `late`, `late_cpu`: blocks
    that took longer than they last, by the clock and of the processor's time.
    """

    recalls: int
    astray_ms: float
    steps: tuple[float, float]
    level: float
    grew_kb: int
    grew_blocks: int
    late: int
    late_cpu: int
    blocks: int
    p999_us: tuple[float, float]  # of the processor's time for a block: while recalled, plain
    replayed: bool

    def __str__(self) -> str:
        return (
            f"{self.recalls} recalls, at most {self.astray_ms:.1f} ms from their times; largest "
            f"step {self.steps[0]:.4f}, plain {self.steps[1]:.4f}; level {self.level:.4f}; memory "
            f"{self.grew_kb:+d} kB, {self.grew_blocks:+d} Python blocks; of {self.blocks} blocks "
            f"{self.late} late by the clock, {self.late_cpu} by processor time (99.9 %: "
            f"{self.p999_us[0]:.0f} us, plain {self.p999_us[1]:.0f}); replayed to the bit: "
            f"{self.replayed}"
        )


def _memory() -> tuple[int, int]:
    """Of this process: kilobytes, and blocks of Python's allocator."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE_KB, sys.getallocatedblocks()


def _recall(host: Host, seconds: float, a_second: int, began_ns: int, first: int) -> int:
    """Recall states, each sent shortly before its time; the number of the next one."""
    number, end = first, first + round(seconds * a_second)
    while number < end:
        until_ns = time.monotonic_ns() + round(LEAD_S * 1e9)
        while number < end and (at_ns := began_ns + number * 1_000_000_000 // a_second) < until_ns:
            host.banks.recall(1, NAMES[number % len(NAMES)], at_ns=at_ns)
            number += 1
        time.sleep(0.004)
    return number


def _largest_step(path: Path) -> tuple[float, float]:
    """From one sample to the next; and what the sound varies by."""
    sound = sf.read(path)[0]
    return float(np.abs(np.diff(sound, axis=0)).max()), float(sound.std())


def measure(
    plugin: Plugin,
    seconds: float,
    a_second: int = 1000,
    plain_s: float = PLAIN_S,
    warm_s: float = WARM_S,
) -> Figures:
    """Recall states for so long, and `warm_s` before that in which nothing is measured."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Host("null", rate_hz=RATE_HZ, block_frames=BLOCK, seed=4) as host:
            core = host.core
            host.load(plugin)
            log = host.event_log.open(folder / "take.events")
            host.start()
            for thread in threading.enumerate():
                if thread.name == "null device":
                    raise_priority(AHEAD_PRIORITY, [thread])  # as under JACK, where it may be
            host.record_start(str(folder / "plain.wav"))
            for number, state in enumerate(NAMES):
                if number % 2 == 0:
                    host.note_on(1, NOTES[number // 2], 0.8)
                time.sleep(plain_s / len(NAMES))
                host.banks.save(1, state)
                if number % 2 == 1:
                    host.note_off(1, NOTES[number // 2])
            host.note_on(1, NOTES[0], 0.8)
            time.sleep(0.5)
            plain_cpu = core.callback_cpu_ns(round(plain_s * RATE_HZ / BLOCK))
            host.record_stop()

            began_ns = time.monotonic_ns() + round(2 * LEAD_S * 1e9)
            done = _recall(host, warm_s, a_second, began_ns, 0)
            before = _memory()
            host.record_start(str(folder / "recalled.wav"))
            done = _recall(host, seconds, a_second, began_ns, done)
            blocks = round(seconds * RATE_HZ / BLOCK)
            wall, cpu = core.callback_ns(blocks), core.callback_cpu_ns(blocks)
            host.record_stop()
            after = _memory()
            time.sleep(2 * LEAD_S)
            assert core.counter(sh.LOST_EVENTS) == 0
            host.stop()
        lines = map(from_text, log.read_text().splitlines())
        at = [e.at for e in lines if isinstance(e, Event) and e.target == TARGET_RECALL]
        astray = np.array(at) - np.arange(len(at)) * RATE_HZ / a_second
        replay = Replay(log)
        frames = sum(map(len, replay))
        period_ns = BLOCK * 1e9 / RATE_HZ
        (step, level), (plain_step, _) = map(
            _largest_step, (folder / "recalled.wav", folder / "plain.wav")
        )
        p999_us = [float(np.percentile(each, 99.9)) / 1000 for each in (cpu, plain_cpu)]
        assert len(at) == done, "the engine has not made all of them"
        return Figures(
            recalls=done,
            astray_ms=float(np.abs(astray - np.median(astray)).max() / RATE_HZ * 1000),
            steps=(step, plain_step),
            level=level,
            grew_kb=after[0] - before[0],
            grew_blocks=after[1] - before[1],
            late=int((wall > period_ns).sum()),
            late_cpu=int((cpu > period_ns).sum()),
            blocks=blocks,
            p999_us=(p999_us[0], p999_us[1]),
            replayed=replay.same == frames > 0 and not replay.differs,
        )


if __name__ == "__main__":
    from rtsynth.plugin import load
    from rtsynth.plugin.library import resolve

    given = sys.argv[1:]
    usual = ("60", "1000", "clarinet-trumpet")
    length, often, called = [*given, *usual[len(given) :]]
    print(measure(load(resolve(called)), float(length), int(often)))
