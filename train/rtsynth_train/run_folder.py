"""The folder of one training run.

config.json      what was asked for     losses.csv    one row per report
checkpoint.pt    for --resume           tensorboard/  the same, drawn
NAME.safetensors the plugin so far      previews/     what it sounds like
checkpoints/     those of some steps, where they are asked for
"""

import csv
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import torch

from rtsynth.errors import InputError
from rtsynth.files import atomic_write, make_folder
from rtsynth_train.config import Section, TrainConfig, parse_config

LOSS_COLUMNS = ("step", "seconds", "train_bits", "held_out_bits", "gradient_norm", "rate", "noise")

CONFIG_NAME = "config.json"


def read_json(path: Path) -> Any:
    """What a config.json says.

    Raises:
        InputError: it is not readable.
    """
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not readable ({error})") from error


class RunFolder:
    """Paths and files of a run; `columns` are those of losses.csv."""

    def __init__(self, path: Path, columns: tuple[str, ...] = LOSS_COLUMNS) -> None:
        self.path, self.columns = path, columns
        self.checkpoint, self.losses = path / "checkpoint.pt", path / "losses.csv"
        self.previews, self.tensorboard = path / "previews", path / "tensorboard"
        self.kept = path / "checkpoints"
        self._config = path / CONFIG_NAME
        self._writer: Any = None

    def create(self, config: Section) -> None:
        """Start a new run.

        Raises InputError when the folder holds a run already.
        """
        if self.checkpoint.exists():
            raise InputError(f"{self.path}: holds a run already; add --resume, or another --out")
        make_folder(self.previews)
        self.write_config(config)
        with self.losses.open("w", newline="") as file:
            csv.writer(file).writerow(self.columns)

    def write_config(self, config: Section) -> None:
        """Write config.json."""
        with atomic_write(self._config) as temporary:
            temporary.write_text(json.dumps(config.model_dump(), indent=1))

    def read_config(self) -> TrainConfig:
        """The configuration the run was started with."""
        if not self.checkpoint.is_file():
            raise InputError(f"{self.path}: no checkpoint.pt to resume from")
        return parse_config(read_json(self._config), str(self._config))

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
        """Read the checkpoint, or the copy kept of `step`; only tensors and plain values, nothing
        in it can run.
        """
        path = self.checkpoint if step is None else self._kept(step)
        if step is not None and not path.is_file():
            found = ", ".join(str(int(p.stem[4:])) for p in sorted(self.kept.glob("step*.pt")))
            raise InputError(f"{path}: no such checkpoint; kept steps: {found or 'none'}")
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, ValueError, EOFError, KeyError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(f"{path}: not a readable checkpoint ({reason})") from error

    def forget_losses_after(self, step: int) -> None:
        """Drop the rows that the resumed run will write again."""
        with self.losses.open(newline="") as file:
            rows = list(csv.reader(file))
        kept = rows[:1] + [row for row in rows[1:] if int(row[0]) <= step]
        with atomic_write(self.losses) as temporary, temporary.open("w", newline="") as file:
            csv.writer(file).writerows(kept)

    def log(self, row: dict[str, float | int | None]) -> None:
        """One row of losses.csv, and the same to TensorBoard."""
        if self._writer is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # its protobuf stubs are deprecated, not ours
                from torch.utils.tensorboard import SummaryWriter
            self._writer = SummaryWriter(str(self.tensorboard))
        with self.losses.open("a", newline="") as file:
            csv.writer(file).writerow(
                ["" if row.get(name) is None else row[name] for name in self.columns]
            )
        for name in self.columns[2:]:
            if row.get(name) is not None:
                self._writer.add_scalar(name, row[name], row["step"])

    def close(self) -> None:
        """Flush TensorBoard."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
