"""Trainings in processes of their own, one or several that share it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from rtsynth_train.core.config import TrainConfig

GIVE_UP_S = 180.0


def write_recipe(path: Path, config: TrainConfig) -> Path:
    """What was set of a configuration, as a recipe file; plain values are written as in JSON."""
    lines = list[str]()
    for section, values in config.model_dump(exclude_unset=True).items():
        tables = values if isinstance(values, list) else [values]
        head = f"[[{section}]]" if isinstance(values, list) else f"[{section}]"
        for table in tables:
            lines.append(head)
            lines += [f"{name} = {json.dumps(value)}" for name, value in table.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def command(count: int, words: Sequence[str | Path]) -> list[str]:
    """`rtsynth train` with these words, in so many processes."""
    own = ["-m", "rtsynth", "train", *map(str, words)]
    if count == 1:
        return [sys.executable, *own]
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
    return [sys.executable, *launcher, *own]


def started(count: int, *words: str | Path) -> subprocess.Popen[str]:
    """It, running; what it says on stderr is read by `said_by`."""
    return subprocess.Popen(
        command(count, words), stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def said_by(process: subprocess.Popen[str], status: int | None = 0) -> list[str]:
    """Its lines of stderr, once it has ended."""
    _, text = process.communicate(timeout=GIVE_UP_S)
    assert status is None or process.returncode == status, text
    return text.splitlines()


def train(count: int, *words: str | Path) -> list[str]:
    """It, to its end."""
    return said_by(started(count, *words))


def events(run: Path) -> list[dict[str, Any]]:
    """What its progress file has so far; half a line is none."""
    path = run / "progress.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = list[dict[str, Any]]()
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def wait_for_step(process: subprocess.Popen[str], run: Path, step: int) -> int:
    """Until that step is done; the process id of the first process."""
    until = time.monotonic() + GIVE_UP_S
    while time.monotonic() < until and process.poll() is None:
        found = events(run)
        if any(event["event"] == "step" and event["step"] >= step for event in found):
            return next(int(e["pid"]) for e in reversed(found) if e["event"] == "begin")
        time.sleep(0.02)
    raise AssertionError(f"no step {step}: {said_by(process, None)}")


def workers_of(process: subprocess.Popen[str]) -> set[int]:
    """Process ids of what torchrun has started (Linux)."""
    found = set[int]()
    for children in Path(f"/proc/{process.pid}/task").glob("*/children"):
        found |= {int(word) for word in children.read_text().split()}
    return found


def state_of(run: Path) -> dict[str, Any]:
    """Its checkpoint, without what depends on the clock."""
    state: dict[str, Any] = torch.load(run / "checkpoint.pt", weights_only=True)
    del state["seconds"]
    return state
