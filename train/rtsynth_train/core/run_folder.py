"""The folder of one training run.

config.json      the configuration      losses.csv    one row per report
checkpoint.pt    for --resume           tensorboard/  the same, drawn; losses.svg, too
NAME.safetensors the plugin so far      previews/     audio of the plugin so far
checkpoints/     those of some steps, if configured
progress.jsonl   what it does, for who watches it (`progress_file`)
"""

import csv
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from rtsynth.common.errors import EngineError, InputError, WriteError
from rtsynth.common.files.atomic import atomic_write, make_folder, writing
from rtsynth_train.core.config import Section
from rtsynth_train.core.tensorboard_log import TensorBoardLog

CONFIG_NAME = "config.json"
NEW_RUN = "put a copy of it back, or start a new run"  # what to do about a checkpoint
_NO_LOSSES = "remove the file: a new one is started"


def read_json(path: Path) -> dict[str, Any]:
    """The table in a config.json.

    Raises:
        InputError: it is not readable, or no table.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: not readable ({error}); put it back, or start anew") from error
    if not isinstance(table, dict):
        raise InputError(f"{path}: no table of settings; put it back, or start anew")
    return table


def check_names(path: Path, state: Any, names: Iterable[str], remedy: str) -> None:
    """InputError where a checkpoint lacks one of `names`; the line ends in `remedy`."""
    missing = [name for name in names if not isinstance(state, dict) or name not in state]
    if missing:
        raise InputError(f"{path}: not a checkpoint of this trainer (no {missing[0]}); {remedy}")


def read_state(path: Path, names: Iterable[str], remedy: str) -> dict[str, Any]:
    """A table of plain values and tensors, as `torch.save` wrote it; nothing in it can run.

    Raises:
        InputError: unreadable, damaged, or without one of `names`; the line ends in `remedy`.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    # What is damaged can make the unpickler raise nearly anything.
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".: ")[:200]
        raise InputError(f"{path}: not a readable checkpoint ({reason}); {remedy}") from error
    check_names(path, state, names, remedy)
    table: dict[str, Any] = state
    return table


# What loading the state of another network, or none, raises.
MISFITS = (RuntimeError, ValueError, KeyError, TypeError, AttributeError, IndexError)


@contextmanager
def must_fit(checkpoint: Path) -> Iterator[None]:
    """InputError where a checkpoint is of another network than the configuration."""
    try:
        yield
    except MISFITS as error:
        said = " ".join((str(error) or type(error).__name__).split())[:200]
        raise InputError(
            f"{checkpoint}: does not fit {CONFIG_NAME} ({said}); put {CONFIG_NAME} back as it was,"
            " or start a new run"
        ) from error


@contextmanager
def divergence_as_error(run: Path) -> Iterator[None]:
    """EngineError where the loss became infinite."""
    try:
        yield
    except FloatingPointError as error:
        raise EngineError(
            f"{run}: {error}; lower the rate in {CONFIG_NAME}, then --resume --accept-changes"
        ) from error


@contextmanager
def full_disk_with_remedy(folder: "RunFolder") -> Iterator[None]:
    """What to do, and what there still is, where a file of a run could not be written."""
    try:
        yield
    except WriteError as error:
        kept = folder.checkpoint.is_file()
        then = "go on with --resume: the last checkpoint is whole" if kept else "start it again"
        raise WriteError(f"{error}; make room, then {then}") from error


class RunFolder:
    """Paths and files of a run; `columns` are those of the losses.csv that it writes."""

    def __init__(self, path: Path, columns: tuple[str, ...] = ()) -> None:
        self.path, self.columns = path, columns
        self.checkpoint, self.losses = path / "checkpoint.pt", path / "losses.csv"
        self.previews, self.tensorboard = path / "previews", path / "tensorboard"
        self.kept = path / "checkpoints"
        self._config = path / CONFIG_NAME
        self._tensorboard = TensorBoardLog(self.tensorboard)

    def create(self, config: Section) -> None:
        """Start a new run.

        Raises InputError when the folder holds a run already.
        """
        self.refuse_old_run()
        make_folder(self.previews)
        self.write_config(config)
        with writing(self.losses), self.losses.open("w", newline="") as file:
            csv.writer(file).writerow(self.columns)

    def refuse_old_run(self) -> None:
        """InputError where a new run would overwrite one."""
        if self.checkpoint.exists():
            raise InputError(f"{self.path}: already holds a run; add --resume, or another --out")

    def remove_leftovers(self) -> None:
        """Take away what processes that were killed have left half-written."""
        for folder in (self.path, self.kept, self.previews):
            for path in folder.glob(".*.part*"):
                path.unlink(missing_ok=True)

    def write_config(self, config: Section) -> None:
        """Write config.json."""
        with atomic_write(self._config) as temporary:
            temporary.write_text(json.dumps(config.model_dump(), indent=1))

    def save_checkpoint(self, state: dict[str, Any]) -> None:
        """Write the checkpoint, complete or not at all."""
        with atomic_write(self.checkpoint) as temporary:
            torch.save(state, temporary)

    def keep_checkpoint(self, step: int) -> None:
        """Keep a copy of the checkpoint under its step."""
        make_folder(self.kept)
        with atomic_write(self._kept(step)) as temporary:
            shutil.copyfile(self.checkpoint, temporary)

    def _kept(self, step: int) -> Path:
        return self.kept / f"step{step:07d}.pt"

    def load_checkpoint(self, step: int | None = None) -> dict[str, Any]:
        """Read the checkpoint, or the copy kept of `step`: see `read_state`. It has the "seconds"
        trained.
        """
        path = self.checkpoint if step is None else self._kept(step)
        if step is not None and not path.is_file():
            found = ", ".join(str(int(p.stem[4:])) for p in sorted(self.kept.glob("step*.pt")))
            raise InputError(f"{path}: no such checkpoint; kept steps: {found or 'none'}")
        if not path.is_file():
            raise InputError(f"{path}: no such checkpoint to resume from; start a new run")
        state = read_state(path, ("seconds",), NEW_RUN)
        seconds = state["seconds"]
        if not (isinstance(seconds, int | float) and seconds >= 0):
            raise InputError(f"{path}: trained for {str(seconds)[:40]!r} seconds; {NEW_RUN}")
        return state

    def forget_losses_after(self, step: int) -> None:
        """Drop the rows that the resumed run will write again; without a losses.csv begin one.

        Raises:
            InputError: it is damaged.
        """
        try:
            rows = list(csv.reader(self.losses.read_text(encoding="utf-8").splitlines()))
        except FileNotFoundError:
            rows = []
        except (OSError, ValueError, csv.Error) as error:
            raise InputError(f"{self.losses}: not readable ({error}); {_NO_LOSSES}") from error
        kept = rows[:1] or [list(self.columns)]
        for number, row in enumerate(rows[1:], 2):
            if not (row and row[0].isdecimal()):
                raise InputError(f"{self.losses}: line {number} has no step; {_NO_LOSSES}")
            if int(row[0]) <= step:
                kept.append(row)
        with atomic_write(self.losses) as temporary, temporary.open("w", newline="") as file:
            csv.writer(file).writerows(kept)

    def log(self, row: dict[str, float | int | None]) -> None:
        """One row of losses.csv, and the same to TensorBoard."""
        with writing(self.losses), self.losses.open("a", newline="") as file:
            csv.writer(file).writerow(
                ["" if row.get(name) is None else row[name] for name in self.columns]
            )
        values = {name: row.get(name) for name in self.columns[2:]}
        scalars = {name: float(value) for name, value in values.items() if value is not None}
        self._tensorboard.add(int(row["step"] or 0), scalars)

    def close(self) -> None:
        """End TensorBoard's file."""
        self._tensorboard.close()
