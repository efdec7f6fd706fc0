"""Features that a configuration asks for, measured before the training, kept in the run folder."""

import json
from pathlib import Path

from rich.progress import Progress

from rtsynth.common.audiofile import find_audio
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.offline.params_file import (
    PARAMS_SUFFIX,
    find_params,
    params_beside,
    read_params,
    write_params,
)
from rtsynth_train.measure.features import FEATURES, make_features
from rtsynth_train.tiers.config import StackConfig, TierDataConfig

FOLDER = "params"
FINISHED = "finished.json"  # in it: what was measured of what; it is written last


def with_features(stack: StackConfig, run: Path, progress: Progress) -> StackConfig:
    """`stack` with its parameters read from RUN/params: those of the set, and features.

    Measured once: a resumed run finds them there. A run that was started anew with other features
    or another folder measures again, and so does one whose recordings or `.params` have changed.

    Raises:
        InputError: an unknown feature, a parameter that is neither measured nor in the set, or a
            recording that cannot be read.
    """
    data = stack.data
    if not data.features:
        return stack
    for name in data.features:
        if name not in FEATURES:
            known = ", ".join(FEATURES)
            raise InputError(f"data.features.{name}: no such feature; known: {known}")
    out = run / FOLDER
    _check_sources(stack)  # before the measuring, which can take hours
    of = data.model_dump(include={"folder", "params_folder", "features"})
    of |= {"files": _stamps(data)}
    audio_hz = _audio_hz(stack)
    wanted = json.dumps(of | {"audio_hz": audio_hz, "rules": data.rules()})
    finished = out / FINISHED
    # Runs that began before recordings could have another rate say nothing of it.
    fitting = (wanted,) if data.rules() else (wanted, json.dumps(of))
    if not (finished.exists() and finished.read_text(encoding="utf-8") in fitting):
        finished.unlink(missing_ok=True)  # what it speaks of is about to go
        _measure(data, out, progress, audio_hz)
        with atomic_write(finished) as temporary:
            temporary.write_text(wanted, encoding="utf-8")
    return stack.model_copy(
        update={"data": data.model_copy(update={"params_folder": str(out), "features": {}})}
    )


def _known(data: TierDataConfig, path: Path) -> list[Path]:
    """The `.params` that the set has for a recording: beside it, and in params_folder."""
    folder = Path(data.folder)
    roots = dict.fromkeys([folder, Path(data.params_folder or folder)])
    places = [params_beside(path, folder, root) for root in roots]
    return [place for place in places if place.exists()]


def _stamps(data: TierDataConfig) -> list[tuple[str, int, int]]:
    """(name, bytes, time of the last change in ns) of all that the measuring reads."""
    files = [file for path in find_audio(Path(data.folder)) for file in (path, *_known(data, path))]
    return [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]


def _check_sources(stack: StackConfig) -> None:
    data = stack.data
    measured = {column for name in data.features for column in FEATURES[name].columns}
    wanted = {parameter.source for parameter in stack.parameters} - measured
    if not wanted:
        return
    for path in find_audio(Path(data.folder)):
        found = {name for known in _known(data, path) for name in read_params(known)}
        for name in sorted(wanted - found):
            raise InputError(
                f"{path}: no parameter {name!r} in its {PARAMS_SUFFIX}, nor is it measured"
                f" (data.features gives {', '.join(sorted(measured))})"
            )


def _audio_hz(stack: StackConfig) -> int | None:
    """The rate of the sound that the tiers make; None where they make none."""
    fastest = stack.tiers[-1]
    return fastest.rate_hz if fastest.makes_audio else None


def _measure(data: TierDataConfig, out: Path, progress: Progress, audio_hz: int | None) -> None:
    """Write a `.params` under `out` for every recording, measured at `audio_hz`."""
    folder = Path(data.folder)
    paths = find_audio(folder)
    for stale in find_params(out) if out.is_dir() else ():
        stale.unlink()
    if data.params_folder:  # features are added to the set's own parameters
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
        for _ in make_features(folder, names, rate_hz, out, audio_hz, data):
            progress.advance(task)
