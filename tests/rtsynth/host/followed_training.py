"""Fifty checkpoints of a real training taken up while a note is held, the training beside.

`clarinet-trumpet` is trained on, from the plugin that ships, and followed until so many of its
networks were taken up; then the slot stays with the last one for a minute, while the training goes
on. So both parts have the same work beside them. Figures are those of `followed_long`.

    python -m tests.rtsynth.host.followed_training [COUNT]
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile as sf

from rtsynth import Host
from rtsynth.engine.live import shared as sh
from rtsynth.engine.run.team import raise_priority
from rtsynth.host.output import AHEAD_PRIORITY
from tests.rtsynth.host.followed_long import RATE_HZ, Figures, cpu_us, joints
from tests.rtsynth.host.live import until

COUNT = 50
PLUGIN = "clarinet-trumpet"
BLOCK = 256  # so that all callbacks are remembered
STEPS_APART = 10
BASELINE_S = 60.0


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "rtsynth", *map(str, words)]


@contextmanager
def training(folder: Path) -> Iterator[Path]:
    """The folder of a run that goes on until the block ends."""
    recordings, run = folder / "recordings", folder / "run"
    subprocess.run(command("prepare", PLUGIN, recordings), check=True)
    words = ["train", recordings, "--recipe", PLUGIN, "--from", PLUGIN, "--out", run]
    words += ["--steps", "1000000", "--threads", "1", "--background"]
    words += ["--set", f"run.checkpoint_every={STEPS_APART}", "--set", "run.preview_every=1000000"]
    words += ["--set", "run.evaluate_every=1000000"]
    process = subprocess.Popen(command(*words))
    try:
        until(lambda: (run / "config.json").exists())
        yield run
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def held(folder: Path, run: Path, count: int) -> tuple[Host, dict[str, int]]:
    """A note over `count` networks, then over the last one; the blocks where each part began."""
    since: dict[str, int] = {}
    with Host("null", precision="float32", rate_hz=RATE_HZ, block_frames=BLOCK, seed=4) as host:
        host.load(PLUGIN)
        host.event_log.open(folder / "take.events")
        host.start()
        for thread in threading.enumerate():
            if thread.name == "null device":
                raise_priority(AHEAD_PRIORITY, [thread])  # as under JACK, where it may be
        host.note_on(1, 69.0, 0.8)
        time.sleep(1.0)
        host.record_start(str(folder / "with.wav"))
        since["with"] = host.core.counter(sh.CALLBACKS)
        host.following.follow(1, run)
        for _ in range(count):
            before = host.slot(1).voice
            until(lambda before=before: host.slot(1).voice is not before)
        host.following.stop(1)
        host.record_stop()
        host.record_start(str(folder / "without.wav"))
        since["without"] = host.core.counter(sh.CALLBACKS)
        time.sleep(BASELINE_S)
        host.record_stop()
        host.stop()
    return host, since


def measure(folder: Path, count: int = COUNT) -> Figures:
    """Train, play and compare."""
    with training(folder) as run:
        host, since = held(folder, run, count)
    assert host.core.counter(sh.CALLBACKS) <= sh.TIMING_CAPACITY, "too long: fewer networks"
    everything, lookahead = cpu_us(host, 0), host.core.counter(sh.LOOKAHEAD)
    taken = joints(folder / "take.events", everything, lookahead, BLOCK)
    adopting, step_as_taken_up, replayed = taken
    parts = {
        "with": everything[since["with"] : since["without"]],
        "without": everything[since["without"] :],
    }
    steps = {
        name: float(np.abs(np.diff(sf.read(folder / f"{name}.wav")[0], axis=0)).max())
        for name in parts
    }
    return Figures(
        len(adopting),
        steps,
        step_as_taken_up,
        {name: [float(np.percentile(part, 99.9))] for name, part in parts.items()},
        float(np.median(adopting)),
        float(np.median(everything)),
        replayed,
    )


def main(count: int = COUNT) -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(measure(Path(folder), count))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
