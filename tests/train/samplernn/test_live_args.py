"""args.json, re-read while the trainer runs."""

import json
import os
from pathlib import Path

import pytest

from rtsynth_train.samplernn.config import OutputConfig
from rtsynth_train.samplernn.live_args import LiveArgs


def live_args(run: Path) -> tuple[LiveArgs, list[str]]:
    told: list[str] = []
    live = LiveArgs(run, OutputConfig(length=500, generate_every=9), 10_000, told.append)
    live.write()
    live.refresh()
    return live, told


def change(run: Path, text: str, at: int) -> None:
    (run / "args.json").write_text(text)
    os.utime(run / "args.json", ns=(at, at))


def test_it_is_written_and_read_again(tmp_path: Path) -> None:
    live, told = live_args(tmp_path)
    written = json.loads((tmp_path / "args.json").read_text())
    assert written == {
        "length": 500, "num_generated": 2, "generate_every": 9, "checkpoint_every": 500,
    }  # fmt: skip
    change(tmp_path, '{"length": 800, "generate_every": 3}', at=1)
    live.refresh()
    assert (live.length, live.preview_every, live.num_generated) == (800, 3, 2)
    assert (live.checkpoint_every, live.evaluate_every) == (500, 500)
    assert told == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not usable"),
        ("[1]", "no object of settings"),
        ('{"length": 0}', "length: Input should be greater than or equal to 1"),
        ('{"lenght": 5}', "lenght: Extra inputs are not permitted"),
        ('{"num_generated": "many"}', "num_generated"),
        ('{"length": 10001}', "length: 10001 is above 10000, an hour"),
        ('{"length": 1e400}', "length"),
        ("[" * 50_000, "not usable (maximum recursion depth"),
        (" " * 70_000, "it has more than 65536 bytes"),
    ],
)
def test_what_cannot_be_used_is_told_once(tmp_path: Path, text: str, said: str) -> None:
    live, told = live_args(tmp_path)
    change(tmp_path, text, at=2)
    for _ in range(3):
        live.refresh()
    assert len(told) == 1
    assert said in told[0]
    assert "\n" not in told[0]
    assert "args.json" in told[0]
    assert live.length == 500
    change(tmp_path, '{"length": 44}', at=3)
    live.refresh()
    assert live.length == 44


def test_taken_away_it_changes_nothing(tmp_path: Path) -> None:
    live, told = live_args(tmp_path)
    (tmp_path / "args.json").unlink()
    live.refresh()
    assert (live.length, told) == (500, [])
