"""What a run was begun with, so that one that is resumed goes on with the same.

RUN/fingerprint.json holds the recipe, and size, time and hash of every file that was learnt from,
by its place in the set: a set may move. What a run is told of its length and its output may change
(`_FREE`); for anything else `--accept-changes` is asked for.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.audiofile import find_audio
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.remarks import Say, keep_quiet, tell
from rtsynth.offline.params_file import params_beside
from rtsynth_train.core.config import TrainConfig
from rtsynth_train.core.kinds import AnyConfig, parse_any
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.listing import find_csvs
from rtsynth_train.tiers.config import TierDataConfig

NAME = "fingerprint.json"
_VERSION = 1
_NAMED_AT_MOST = 5
# Settings by their last word, or section: where the data are is no matter, what they are is.
_FREE = {
    "steps", "minutes", "threads", "folder", "params_folder", "licence", "evaluate_every",
    "evaluate_s", "checkpoint_every", "keep_every", "preview_every", "preview_s", "length",
    "num_generated", "generate_every",
}  # fmt: skip
_FREE_SECTIONS = ("plugin.", "data.name")


@dataclass(frozen=True)
class Stamp:
    """One file: bytes, time of the last change in ns, and a hash of what is in it."""

    size: int
    mtime_ns: int
    digest: str


@dataclass(frozen=True)
class Fingerprint:
    """What a run is made of."""

    recipe: dict[str, Any]
    files: dict[str, Stamp]

    def write(self, run: Path) -> None:
        """Keep it in the run folder."""
        document = {"version": _VERSION, **asdict(self)}
        with atomic_write(run / NAME) as temporary:
            temporary.write_text(json.dumps(document, indent=1), encoding="utf-8")


@dataclass(frozen=True)
class Checked:
    """The fingerprint to write once the run has begun, and what is accepted as changed."""

    fingerprint: Fingerprint
    data_changed: bool = False
    recipe_changed: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything has."""
        return self.data_changed or self.recipe_changed


def check_run(
    run: Path,
    config: AnyConfig,
    resume: bool,
    accept: bool = False,
    settings_given: bool = False,
    say: Say = tell,
) -> Checked:
    """Compare with what the run was begun with; settings are not where they were `settings_given`.

    Raises:
        InputError: naming what has changed, unless that is to be accepted.
    """
    before = read_fingerprint(run) if resume else None
    now = _taken(config, run, {} if before is None else before.files)
    if before is None:
        if resume:
            say(
                f"{run}: has no {NAME} of what it was begun with: its recordings and settings are"
                " taken as they are"
            )
        return Checked(now, accept, accept)
    data = _file_differences(before.files, now.files)
    recipe = [] if settings_given else recipe_differences(before.recipe, now.recipe)
    said = [
        f"its {what} have changed since it was begun ({_listed(found)})"
        for what, found in (("recordings", data), ("settings", recipe))
        if found
    ]
    if said and not accept:
        raise InputError(
            f"{run}: {'; '.join(said)}; put them back, start a new run, or add --accept-changes"
        )
    for line in said:
        say(f"{run}: {line}: accepted")
    return Checked(now, bool(data), bool(recipe))


def read_fingerprint(run: Path) -> Fingerprint | None:
    """What a run folder says it was begun with; None where it does not, or not legibly."""
    try:
        raw = json.loads((run / NAME).read_text(encoding="utf-8"))
        files = {str(name): Stamp(**stamp) for name, stamp in raw["files"].items()}
        if raw["version"] != _VERSION or not isinstance(raw["recipe"], dict):
            return None
        return Fingerprint(raw["recipe"], files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _taken(config: AnyConfig, run: Path, known: Mapping[str, Stamp]) -> Fingerprint:
    files = {
        name: _stamp(path, known.get(name)) for name, path in sorted(_files(config, run).items())
    }
    # Through text, as it will be read again.
    return Fingerprint(json.loads(json.dumps(config.model_dump())), files)


def _files(config: AnyConfig, run: Path) -> dict[str, Path]:
    """What is learnt from, by its place in the set."""
    folder = Path(config.data.folder)
    paths = find_audio(folder, run=run, alone=False, say=keep_quiet)
    found = {_place(path, folder): path for path in paths}
    if isinstance(config, TrainConfig):
        return found
    if isinstance(config, SampleRnnTrainConfig):
        csvs = [] if config.data.conditioning == "none" else find_csvs(paths)
        return found | {_place(path, folder): path for path in csvs}
    return found | _params(config.data, folder, paths)


def _params(data: TierDataConfig, folder: Path, paths: list[Path]) -> dict[str, Path]:
    roots = {"": folder, "params_folder/": Path(data.params_folder or folder)}
    return {
        f"{label}{_place(path, folder)}.params": place
        for path in paths
        for label, root in roots.items()
        if (place := params_beside(path, folder, root)).is_file()
    }


def _place(path: Path, folder: Path) -> str:
    return path.name if path == folder else path.relative_to(folder).as_posix()


def _stamp(path: Path, known: Stamp | None) -> Stamp:
    try:
        state = path.stat()
        if known is not None and (known.size, known.mtime_ns) == (state.st_size, state.st_mtime_ns):
            return known
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    return Stamp(state.st_size, state.st_mtime_ns, digest.hexdigest())


def _file_differences(before: Mapping[str, Stamp], now: Mapping[str, Stamp]) -> list[str]:
    changed = [
        name for name in sorted(before.keys() & now.keys())
        if before[name].digest != now[name].digest
    ]  # fmt: skip
    return [
        *(f"{name} is gone" for name in sorted(before.keys() - now.keys())),
        *(f"{name} is new" for name in sorted(now.keys() - before.keys())),
        *(f"{name} is another" for name in changed),
    ]


def recipe_differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """`KEY: OLD -> NEW` for every setting that a run must not change unasked."""
    try:
        # What has come to rtsynth since is at its default.
        before = json.loads(json.dumps(parse_any(before, NAME).model_dump()))
    except InputError:
        return [f"{NAME}: its settings are of another version"]
    old, new = _flat(before), _flat(now)
    return [
        f"{key}: {_shown(old, key)} -> {_shown(new, key)}"
        for key in dict.fromkeys([*old, *new])
        if (key not in old or key not in new or old[key] != new[key]) and not _is_free(key)
    ]


def _is_free(key: str) -> bool:
    return key.rpartition(".")[2] in _FREE or key.startswith(_FREE_SECTIONS)


def _flat(value: Any, key: str = "") -> dict[str, Any]:
    """A table of tables as one: `tiers.audio.rate`."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        value = {str(item.get("name", number)): item for number, item in enumerate(value)}
    if not isinstance(value, dict):
        return {key: value}
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        flat |= _flat(inner, f"{key}.{name}" if key else name)
    return flat


def _shown(flat: Mapping[str, Any], key: str) -> str:
    return json.dumps(flat[key])[:40] if key in flat else "none"


def _listed(found: list[str]) -> str:
    more = len(found) - _NAMED_AT_MOST
    return "; ".join(found[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
