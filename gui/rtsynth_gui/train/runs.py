"""The folders of runs on this machine, and the processes that train in them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rtsynth.common.user_folders import data_folder

CHECKPOINT = "checkpoint.pt"
LOG = "trainer.log"
MOST_RUNS = 100
LONGEST_LOG = 1 << 14
LONGEST_STEM = 60
PS_S = 1.0


def runs_folder() -> Path:
    """Where runs are: `RTSYNTH_RUNS`, or in the data folder."""
    chosen = os.environ.get("RTSYNTH_RUNS")
    return Path(chosen) if chosen else data_folder() / "runs"


def new_run(source: Path) -> Path:
    """A folder for a run on `source`; it does not exist yet."""
    return runs_folder() / f"{source.stem[:LONGEST_STEM]}-{_now()}"


def new_copies(source: Path) -> Path:
    """A folder for clean copies of `source`, which gives a plugin its name."""
    return runs_folder() / "recordings" / _now() / source.stem


def _now() -> str:
    return f"{datetime.now():%Y-%m-%d-%H%M%S}"


def list_runs() -> list[Path]:
    """The runs there are, the newest first."""
    try:
        found = [(path.stat().st_mtime, path) for path in runs_folder().glob("*/progress.jsonl")]
    except OSError:
        return []
    return [path.parent for _, path in sorted(found, reverse=True)[:MOST_RUNS]]


def is_training(pid: int, run: Path) -> bool:
    """Whether process `pid` trains in `run`: the number may have gone to another since."""
    if pid <= 1 or sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError):
        return False
    there = os.fsencode(run)
    if not Path("/proc/self").exists():
        return there in command_by_ps(pid)
    about = Path(f"/proc/{pid}")
    try:
        words = (about / "cmdline").read_bytes()
        if not words:  # it has ended and waits for its parent, or its program is being started
            return (about / "stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False
    return there in words.split(b"\0")


def command_by_ps(pid: int) -> bytes:
    """The command line of a process where there is no /proc (macOS, BSD); empty if it is gone."""
    words = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    try:
        return subprocess.run(words, capture_output=True, timeout=PS_S, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return b""


def stop_training(pid: int, run: Path) -> bool:
    """Ask it to end after its step and to write its plugin; whether there was one to ask."""
    if not is_training(pid, run):
        return False
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        return False  # it has ended meanwhile
    return True


def going_on(known: Iterable[tuple[int, Path]]) -> list[tuple[int, Path]]:
    """Those of these processes that still train, with their folders."""
    return sorted((pid, run) for pid, run in known if is_training(pid, run))


def stop_all(known: Iterable[tuple[int, Path]]) -> int:
    """Ask all of these to end; how many there were to ask."""
    return sum(stop_training(pid, run) for pid, run in known)


def last_words(run: Path) -> str:
    """The last line of what a trainer has printed: why it ended."""
    try:
        with (run / LOG).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST_LOG))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
