"""Run folders of known losses, with a plugin of random weights."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.rtsynth.plugins import PARAMETERS, random_plugin


def write_losses(
    path: Path, train: Sequence[float], held_out: Sequence[float | None], every: int = 10
) -> Path:
    """A losses.csv; a row every `every` steps and 6 s."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["step", "seconds", "train_bits", "held_out_bits", "gradient_norm"])
        for number, (one, other) in enumerate(zip(train, held_out, strict=True), 1):
            scored = "" if other is None else other
            writer.writerow([every * number, 6.0 * number, one, scored, 0.5])
    return path


def falling(rows: int = 60) -> np.ndarray:
    """A training loss as they are: fast at first, then slow, with noise."""
    noise = np.random.default_rng(0).normal(0, 0.01, rows)
    return 2.0 + 3.0 * np.exp(-np.arange(rows) / 12) + noise


def write_run(folder: Path, data: Path | None = None, rise: float = 0.0) -> Path:
    """A run whose held-out loss rises by `rise` per row in its second half, with a plugin."""
    folder.mkdir(parents=True)
    train = falling()
    held = train + 0.1 + rise * np.maximum(0, np.arange(60) - 30)
    write_losses(
        folder / "losses.csv", train.tolist(),
        [value if n % 5 == 4 else None for n, value in enumerate(held.tolist())],
    )  # fmt: skip
    config = {
        "plugin": {"name": "random"},
        "data": {"folder": "" if data is None else str(data)},
        "conditioning": [
            {**each.model_dump(), "field": field}
            for each, field in zip(PARAMETERS, ("instID", "a", "p"), strict=True)
        ],
    }
    (folder / "config.json").write_text(json.dumps(config))
    random_plugin(folder / "random.safetensors")
    return folder
