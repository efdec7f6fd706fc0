"""Fifty networks of a run taken up while a note is held: what is heard of it, and what it costs.

Rounds with and without them take turns. What is compared is the processor's time of blocks: how
long they last by the clock is a matter of what else the machine does.
"""

import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.engine.live import shared as sh
from rtsynth.engine.run.team import raise_priority
from rtsynth.host.event_lines import Play, from_text
from rtsynth.host.output import AHEAD_PRIORITY
from rtsynth.offline.replay.replay import Replay
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import resolve
from tests.rtsynth.host.live import until
from tests.rtsynth.host.run import new_run, write_network

pytestmark = [pytest.mark.system, pytest.mark.measure, pytest.mark.alone]

COUNT, APART_S = 50, 0.25
NOISE = 0.02  # of a weight, as a share of what its matrix varies by
ROUNDS = 5
RATE_HZ, BLOCK = 48_000, 128
JOINT_FRAMES = RATE_HZ // 50  # from where one is taken up: its first samples, and their fade
LARGEST_STEP = 1.4  # times that of the sound without
# Of the medians of the rounds: they differ by as much from one run to the next without any.
MOST_MORE = 1.25


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


def test_fifty_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.05)
    plugin, run = load(resolve("clarinet-trumpet")), new_run(tmp_path / "run")
    blocks: dict[str, list[NDArray[np.float64]]] = {"without": [], "with": []}
    with Host("null", precision="float32", rate_hz=RATE_HZ, block_frames=BLOCK, seed=4) as host:
        host.load(plugin)
        path = host.event_log.open(tmp_path / "take.events")
        host.start()
        for thread in threading.enumerate():
            if thread.name == "null device":
                raise_priority(AHEAD_PRIORITY, [thread])  # as under JACK, where it may be
        host.note_on(1, 69.0, 0.8)
        time.sleep(1.0)
        for number in range(ROUNDS):
            for name, found in blocks.items():
                host.record_start(str(tmp_path / f"{name}{number}.wav"))
                since = host.core.counter(sh.CALLBACKS)
                if name == "with":
                    adopt(host, run, plugin, COUNT * number + 1)
                else:
                    time.sleep(COUNT * APART_S)
                found.append(cpu_us(host, since))
                host.record_stop()
        everything, lookahead = cpu_us(host, 0), host.core.counter(sh.LOOKAHEAD)
        host.stop()
    lines = map(from_text, path.read_text().splitlines())
    began = [line.frame for line in lines if isinstance(line, Play) and line.frame > 0]
    adopting = everything[(np.array(began) - lookahead) // BLOCK]
    replay = Replay(path)
    sound = np.concatenate(list(replay))
    steps_at = [
        float(np.abs(np.diff(sound[frame : frame + JOINT_FRAMES], axis=0)).max()) for frame in began
    ]
    late = {name: [float(np.percentile(each, 99.9)) for each in blocks[name]] for name in blocks}
    steps = {
        name: max(
            float(np.abs(np.diff(sf.read(take)[0], axis=0)).max())
            for take in tmp_path.glob(f"{name}[0-9].wav")
        )
        for name in blocks
    }
    report = {
        "largest step": steps,
        "as one is taken up": max(steps_at),
        "p99.9 us": late,
        "median us of those that took one up": float(np.median(adopting)),
        "and of all": float(np.median(everything)),
        "p99 us of those that took one up": float(np.percentile(adopting, 99)),
    }
    print(json.dumps(report), f"replayed {len(sound)} frames, the same to {replay.same}")
    assert len(adopting) == ROUNDS * COUNT
    assert replay.same == len(sound) > 0
    assert not replay.differs
    # The largest of two stretches of one sound differ by a fifth; one that jumps is above.
    assert max(steps_at) <= steps["without"], report
    assert steps["with"] <= LARGEST_STEP * steps["without"], report
    assert np.median(adopting) <= MOST_MORE * np.median(everything), report
    assert np.median(late["with"]) <= MOST_MORE * np.median(late["without"]), report
