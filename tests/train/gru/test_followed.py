"""A training that is followed while it trains, and is given more: all of it real, but small."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.host.changes import Action
from rtsynth.offline.replay.replay import Replay
from tests.rtsynth.host.live import until
from tests.train.recordings import write_set

pytestmark = [pytest.mark.system, pytest.mark.measure, pytest.mark.alone]

RECIPE = """
[plugin]
name = "tones"
[data]
folder = "{folder}"
[[conditioning]]
field = "instID"
name = "instrument"
minimum = 0.0
maximum = 1.0
default = 0.0
role = "class"
[[conditioning]]
field = "a"
name = "amplitude"
minimum = 0.0
maximum = 1.0
default = 0.5
role = "amplitude"
[[conditioning]]
field = "p"
name = "pitch"
minimum = 64.0
maximum = 76.0
default = 70.0
role = "pitch"
[model]
hidden_size = 24
layers = 2
[streams]
batch = 16
chunk = 128
longest_s = 0.2
[optimiser]
steps = 600
[run]
threads = 1
evaluate_every = 200
checkpoint_every = 40
preview_every = 300
preview_s = 0.1
"""


def events_of(run: Path) -> list[dict[str, object]]:
    path = run / "progress.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def more(host: Host) -> list[Path]:
    """A note was held long enough, and the first network plays."""
    try:
        return host.following.more(1)
    except ControlError:
        time.sleep(0.1)
        return []


def test_it_is_followed_while_it_trains_and_takes_more(tmp_path: Path) -> None:
    write_set(tmp_path / "set", seconds=1.0)
    (tmp_path / "tones.toml").write_text(RECIPE.format(folder=tmp_path / "set"))
    run = tmp_path / "run"
    command = [sys.executable, "-m", "rtsynth", "train", str(tmp_path / "tones.toml")]
    training = subprocess.Popen([*command, "--out", str(run), "--background"])
    try:
        with Host("null", precision="float32", rate_hz=48_000) as host:
            journal = host.journal()
            host.event_log.open(tmp_path / "take.events")
            host.start()
            until(lambda: (run / "config.json").is_file())
            host.following.follow(1, run)
            until(lambda: host.slots)
            host.note_on(1, 68.0, 0.5)
            given: list[Path] = []
            until(lambda: given.extend(more(host)) or given)
            assert all(np.ptp(sf.read(path)[0]) > 0.0 for path in given)
            until(lambda: any(event["event"] == "end" for event in events_of(run)))
            until(lambda: host.slot(1).plugin.manifest.provenance.steps == 600)
            assert host.get(1, "pitch") == 68.0
            assert host.slot(1).held
            host.stop()
        assert training.wait(60) == 0
    finally:
        training.kill()
        training.wait()
    steps = [
        each.arguments[0]
        for each in journal.take()
        if isinstance(each, Action) and each.kind == "follow/adopted"
    ]
    assert len(steps) >= 3, steps  # how many there is time for is the machine's business
    assert steps == sorted(steps)
    taken = [event["names"] for event in events_of(run) if event["event"] == "more"]
    assert sorted(name for names in taken for name in names) == [path.stem for path in given]
    replay = Replay(tmp_path / "take.events")
    assert sum(len(piece) for piece in replay) == replay.same > 0
