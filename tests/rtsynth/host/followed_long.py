"""Fifty networks of a run taken up while a note is held: what is heard of it, and what it costs.

Rounds with and without them take turns. What is compared is the processor's time of blocks: how
long they last by the clock is a matter of what else the machine does.

    python -m tests.rtsynth.host.followed_long [ROUNDS]
"""

import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.engine.live import shared as sh
from rtsynth.engine.run.team import raise_priority
from rtsynth.host import following
from rtsynth.host.event_lines import Play, from_text
from rtsynth.host.output import AHEAD_PRIORITY
from rtsynth.offline.replay.replay import Replay
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import resolve
from tests.rtsynth.host.live import until
from tests.rtsynth.host.run import new_run, write_network

COUNT, APART_S = 50, 0.25
NOISE = 0.02  # of a weight, as a share of what its matrix varies by
ROUNDS = 5
RATE_HZ, BLOCK = 48_000, 128
JOINT_FRAMES = RATE_HZ // 50  # from where one is taken up: its first samples, and their fade


@dataclass
class Figures:
    """What was measured of so many networks.

    `steps`: the largest from one sample to the next in takes with and without them, and
    `step_as_taken_up` in the 20 ms from where one is. Processor's time of blocks: `p999_us` of a
    round, `adopting_us` of those that took one up, `typical_us` of all (medians).
    """

    networks: int
    steps: dict[str, float]
    step_as_taken_up: float
    p999_us: dict[str, list[float]]
    adopting_us: float
    typical_us: float
    replayed: bool

    def __str__(self) -> str:
        late = {name: float(np.median(each)) for name, each in self.p999_us.items()}
        return (
            f"{self.networks} networks; largest step {self.steps['with']:.3f}, without "
            f"{self.steps['without']:.3f}, as one is taken up {self.step_as_taken_up:.3f}; "
            f"processor's time of a block at 99.9 % {late['with']:.0f} us, without "
            f"{late['without']:.0f}; median of those that took one up {self.adopting_us:.0f}, of "
            f"all {self.typical_us:.0f}; replayed to the bit: {self.replayed}"
        )


def cpu_us(host: Host, since: int) -> NDArray[np.float64]:
    """Of the blocks that were computed from number `since` on."""
    return host.core.callback_cpu_ns(host.core.counter(sh.CALLBACKS) - since) / 1000


def adopt(host: Host, run: Path, plugin: Plugin, first: int) -> None:
    for step in range(first, first + COUNT):
        before, due_s = host.slot(1).voice, time.monotonic() + APART_S
        write_network(run, plugin, step, NOISE)
        if step == 1:
            host.following.follow(1, run)
        until(lambda before=before: host.slot(1).voice is not before)
        time.sleep(max(due_s - time.monotonic(), 0.0))


def joints(
    path: Path, everything: NDArray[np.float64], lookahead: int, block: int
) -> tuple[NDArray[np.float64], float, bool]:
    """Of a take's log: the times of blocks that took a network up, the largest step there, and
    whether its replay is the same to the bit. `everything` are the times of all blocks.
    """
    lines = map(from_text, path.read_text().splitlines())
    began = [line.frame for line in lines if isinstance(line, Play) and line.frame > 0]
    replay = Replay(path)
    sound = np.concatenate(list(replay))
    steps = [
        float(np.abs(np.diff(sound[frame : frame + JOINT_FRAMES], axis=0)).max()) for frame in began
    ]
    replayed = replay.same == len(sound) > 0 and not replay.differs
    return everything[(np.array(began) - lookahead) // block], max(steps), replayed


def measure(folder: Path, rounds: int = ROUNDS) -> Figures:
    """Play rounds with and without networks; files of the run and the takes lie in `folder`."""
    plugin, run = load(resolve("clarinet-trumpet")), new_run(folder / "run")
    blocks: dict[str, list[NDArray[np.float64]]] = {"without": [], "with": []}
    with Host("null", precision="float32", rate_hz=RATE_HZ, block_frames=BLOCK, seed=4) as host:
        host.load(plugin)
        path = host.event_log.open(folder / "take.events")
        host.start()
        for thread in threading.enumerate():
            if thread.name == "null device":
                raise_priority(AHEAD_PRIORITY, [thread])  # as under JACK, where it may be
        host.note_on(1, 69.0, 0.8)
        time.sleep(1.0)
        for number in range(rounds):
            for name, found in blocks.items():
                host.record_start(str(folder / f"{name}{number}.wav"))
                since = host.core.counter(sh.CALLBACKS)
                if name == "with":
                    adopt(host, run, plugin, COUNT * number + 1)
                else:
                    time.sleep(COUNT * APART_S)
                found.append(cpu_us(host, since))
                host.record_stop()
        everything, lookahead = cpu_us(host, 0), host.core.counter(sh.LOOKAHEAD)
        host.stop()
    adopting, step_as_taken_up, replayed = joints(path, everything, lookahead, BLOCK)
    p999_us = {name: [float(np.percentile(each, 99.9)) for each in blocks[name]] for name in blocks}
    steps = {
        name: max(
            float(np.abs(np.diff(sf.read(take)[0], axis=0)).max())
            for take in folder.glob(f"{name}[0-9].wav")
        )
        for name in blocks
    }
    return Figures(
        len(adopting),
        steps,
        step_as_taken_up,
        p999_us,
        float(np.median(adopting)),
        float(np.median(everything)),
        replayed,
    )


def main(rounds: int = ROUNDS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(measure(Path(folder), rounds))


if __name__ == "__main__":
    following.POLL_S = 0.05
    main(*map(int, sys.argv[1:]))
