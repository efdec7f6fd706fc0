"""Fifty networks of a run taken up while a note is held: what is heard of it, and what it costs."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth import Host
from rtsynth.engine.live.shared import BLOCK_FRAMES as _BLOCK
from rtsynth.offline.replay.replay import Replay
from rtsynth.plugin import load
from rtsynth.plugin.library import resolve
from tests.rtsynth.host.live import until
from tests.rtsynth.host.run import new_run, write_network

pytestmark = [pytest.mark.system, pytest.mark.measure, pytest.mark.alone]

COUNT = 50
APART_S = 0.4
NOISE = 0.003  # of a weight, as a share of what its matrix varies by
ROUNDS, GOOD = 3, 2


LARGEST_STEP = 1.4  # times that of the sound without


def p999_us(host: Host, seconds: float) -> tuple[float, float]:
    """Of the blocks computed in the last so many seconds: what they took, and of the processor."""
    count = int(seconds * host.rate_hz / host.core.words[_BLOCK])
    rings = host.core.callback_ns(count), host.core.callback_cpu_ns(count)
    wall, cpu = (float(np.percentile(ring, 99.9)) / 1000 for ring in rings)
    return wall, cpu


def test_fifty_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.05)
    plugin, run = load(resolve("clarinet-trumpet")), new_run(tmp_path / "run")
    timings, report = [], {}
    with Host("null", precision="float32", rate_hz=48_000, block_frames=128, seed=4) as host:
        host.load(plugin)
        host.event_log.open(tmp_path / "take.events")
        host.start()
        host.note_on(1, 69.0, 0.8)
        time.sleep(1.0)
        for number in range(ROUNDS):
            host.record_start(str(tmp_path / f"without{number}.wav"))
            time.sleep(COUNT * APART_S)
            without = p999_us(host, COUNT * APART_S)
            host.record_stop()
            host.record_start(str(tmp_path / f"with{number}.wav"))
            began_s = time.monotonic()
            for step in range(COUNT * number + 1, COUNT * (number + 1) + 1):
                before, due_s = host.slot(1).voice, time.monotonic() + APART_S
                write_network(run, plugin, step, NOISE)
                if step == 1:
                    host.following.follow(1, run)
                until(lambda before=before: host.slot(1).voice is not before)
                time.sleep(max(due_s - time.monotonic(), 0.0))
            timings.append((p999_us(host, time.monotonic() - began_s), without))
            host.record_stop()
        assert host.read_telemetry().xruns == 0
        host.stop()
    steps = [
        max(float(np.abs(np.diff(sf.read(path)[0], axis=0)).max()) for path in paths)
        for paths in (sorted(tmp_path.glob("with[0-9].wav")), sorted(tmp_path.glob("without*.wav")))
    ]
    replay = Replay(tmp_path / "take.events")
    frames = sum(len(piece) for piece in replay)
    report = {"largest step with, without": steps, "p99.9 us with, without": timings}
    print(json.dumps(report), f"replayed {frames} frames, the same to {replay.same}")
    # The largest of two stretches of one sound differ by a fifth; an adoption that jumps is above.
    assert steps[0] <= LARGEST_STEP * steps[1], report
    # While they are faded two networks are computed: 21 ms each time.
    good = [cpu <= 2.2 * cpu_without + 30 for (_, cpu), (_, cpu_without) in timings]
    assert sum(good) >= GOOD, report
    assert replay.same == frames > 0
    assert not replay.differs
    assert len(list((run / "followed").iterdir())) == ROUNDS * COUNT
