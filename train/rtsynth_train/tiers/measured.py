"""Features that a configuration asks for, measured before the training, kept in the run folder."""

import json
from pathlib import Path

from rich.progress import Progress

from rtsynth.errors import InputError
from rtsynth.files import atomic_write, make_folder
from rtsynth.params_file import (
    PARAMS_SUFFIX,
    find_audio,
    params_beside,
    read_params,
    write_params,
)
from rtsynth_train.features import FEATURES, make_features
from rtsynth_train.tiers.config import StackConfig, TierDataConfig

FOLDER = "params"
FINISHED = "finished.json"  # in it: what was measured of what; it is written last


def with_features(stack: StackConfig, run: Path, progress: Progress) -> StackConfig:
    """`stack` with its parameters read from RUN/params: those of the set, and what is measured.

    Measured once: a resumed run finds them there. A run that was started anew with other features
    or another folder measures again.

    Raises:
        InputError: an unknown feature, or a recording that cannot be read.
    """
    data = stack.data
    if not data.features:
        return stack
    for name in data.features:
        if name not in FEATURES:
            known = ", ".join(FEATURES)
            raise InputError(f"data.features.{name}: no such feature; known: {known}")
    out = run / FOLDER
    wanted = json.dumps(data.model_dump(include={"folder", "params_folder", "features"}))
    finished = out / FINISHED
    if not (finished.exists() and finished.read_text(encoding="utf-8") == wanted):
        _measure(data, out, progress)
        with atomic_write(finished) as temporary:
            temporary.write_text(wanted, encoding="utf-8")
    return stack.model_copy(
        update={"data": data.model_copy(update={"params_folder": str(out), "features": {}})}
    )


def _measure(data: TierDataConfig, out: Path, progress: Progress) -> None:
    """Write a `.params` under `out` for every recording."""
    folder = Path(data.folder)
    paths = find_audio(folder)
    for stale in out.rglob(f"*{PARAMS_SUFFIX}"):
        stale.unlink()
    if data.params_folder:  # features are added to what is known already
        for path in paths:
            known = params_beside(path, folder, Path(data.params_folder))
            if known.exists():
                place = params_beside(path, folder, out)
                make_folder(place.parent)
                write_params(place, path.name, read_params(known))
    rates = sorted(set(data.features.values()))
    task = progress.add_task("measuring", total=len(paths) * len(rates))
    for rate_hz in rates:
        names = [name for name, rate in data.features.items() if rate == rate_hz]
        for _ in make_features(folder, names, rate_hz, out):
            progress.advance(task)
