"""The trainer's commands, as the window starts them. Nothing of the trainer is imported here."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

INSTALL = "pip install 'rtsynth[train]'"
PARTS = ("rtsynth_train", "torch", "librosa", "tensorboard")
PROGRAM = sys.executable
_BASE = ["-m", "rtsynth"]


def trainer_missing() -> bool:
    """Whether the optional part that trains is not installed; looks for it without importing it."""
    return any(find_spec(part) is None for part in PARTS)


def half_of_the_cores() -> int:
    """Threads that a training gets: the engine keeps the others."""
    return max(1, (os.cpu_count() or 1) // 2)


def survey_command(source: Path) -> list[str]:
    """Prints what is in `source` as JSON."""
    return [*_BASE, "survey", str(source), "--json"]


def clean_command(source: Path, copies: Path) -> list[str]:
    """Writes clean copies."""
    return [*_BASE, "clean", str(source), str(copies)]


def train_command(source: Path, kind: str, minutes: float, run: Path, start: str = "") -> list[str]:
    """Trains in the new folder `run`; `start` is the file of a plugin to start from, or none."""
    return [
        *_BASE, "train", str(source), "--kind", kind, "--time", f"{minutes:g}min",
        *(["--from", start] if start else []), *_common(run),
    ]  # fmt: skip


def resume_command(run: Path, minutes: float) -> list[str]:
    """Goes on until `minutes` were trained in all."""
    return [
        *_BASE, "train", "--resume", "--time", f"{minutes:.3f}min", *_common(run),
    ]  # fmt: skip


def play_command(sound: Path) -> list[str]:
    """Plays a sound file to this machine's default output."""
    return ["-m", "rtsynth_gui.browser.player", str(sound)]


def _common(run: Path) -> list[str]:
    return ["--out", str(run), "--background", "--threads", str(half_of_the_cores())]
