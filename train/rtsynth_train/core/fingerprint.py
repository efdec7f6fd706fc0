"""The data and settings a run was started with, so that it is resumed with the same.

RUN/fingerprint.json holds the recipe, and size, time and hash of every file that is learned from,
by its place in the set: a set may move. Settings of a run's length and output may change
(`_FREE`, `Recipe.free`); anything else needs `--accept-changes`.
"""

import hashlib
import json
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.audiofile import find_audio
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.remarks import Say, keep_quiet, warn
from rtsynth_train.core.config import Config, as_recorded
from rtsynth_train.core.recipe import Recipe, Request
from rtsynth_train.core.recipes import recipe_for

NAME = "fingerprint.json"
_VERSION = 1
_NAMED_AT_MOST = 5
# Settings by their last word, or section: where the data are does not matter, what they are does.
_FREE = {
    "steps", "threads", "folder", "licence", "evaluate_every", "checkpoint_every", "preview_every",
    "preview_s", "time",
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
    """The settings and files of a run."""

    recipe: dict[str, Any]
    files: dict[str, Stamp]

    @property
    def digests(self) -> dict[str, str]:
        """The hash of every file."""
        return {name: stamp.digest for name, stamp in self.files.items()}

    def write(self, run: Path) -> None:
        """Keep it in the run folder."""
        document = {"version": _VERSION, **asdict(self)}
        with atomic_write(run / NAME) as temporary:
            temporary.write_text(json.dumps(document, indent=1), encoding="utf-8")


@dataclass(frozen=True)
class Checked:
    """The fingerprint to write once the run has started, and which changes were accepted."""

    fingerprint: Fingerprint
    data_changed: bool = False
    recipe_changed: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything has."""
        return self.data_changed or self.recipe_changed


def check_run(recipe: Recipe[Config], config: Config, request: Request, say: Say = warn) -> Checked:
    """Compare with what the run was started with; settings are left out where flags changed them.

    Raises:
        InputError: naming what has changed, unless that is to be accepted.
    """
    run = request.path
    before = read_fingerprint(run) if request.resume else None
    now = _taken(recipe, config, run, {} if before is None else before.files)
    if before is None:
        if request.resume:
            say(
                f"{run}: has no {NAME} of how it was started: its recordings and settings are"
                " taken as they are"
            )
        return Checked(now, request.accept, request.accept)
    data = _file_differences(before.digests, now.digests)
    settings = [] if request.settings_given else recipe_differences(before.recipe, now.recipe)
    problems = [
        f"its {what} have changed since it was started ({_listed(found)})"
        for what, found in (("recordings", data), ("settings", settings))
        if found
    ]
    if problems and not request.accept:
        raise InputError(
            f"{run}: {'; '.join(problems)}; put them back, start a new run, or add --accept-changes"
        )
    for line in problems:
        say(f"{run}: {line}: accepted")
    return Checked(now, bool(data), bool(settings))


def read_fingerprint(run: Path) -> Fingerprint | None:
    """The fingerprint in a run folder; None where there is none, or none that can be read."""
    try:
        raw = json.loads((run / NAME).read_text(encoding="utf-8"))
        files = {str(name): Stamp(**stamp) for name, stamp in raw["files"].items()}
        if raw["version"] != _VERSION or not isinstance(raw["recipe"], dict):
            return None
        return Fingerprint(raw["recipe"], files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _taken(
    recipe: Recipe[Config], config: Config, run: Path, known: Mapping[str, Stamp]
) -> Fingerprint:
    folder = Path(config.data.folder)
    recordings = find_audio(folder, run=run, alone=False, say=keep_quiet)
    paths = {place_in(folder, path): path for path in recordings}
    paths |= recipe.more_files(config, recordings)
    files = {name: _stamp(path, known.get(name)) for name, path in sorted(paths.items())}
    # Through text, as it will be read again.
    return Fingerprint(json.loads(json.dumps(config.model_dump())), files)


def place_in(folder: Path, path: Path) -> str:
    """The name of a file by its place in the set, which may be one file."""
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


def check_same_files(
    recipe: Recipe[Config], config: Config, run: Path, first: Mapping[str, str], here: str
) -> None:
    """InputError where the recordings that this process finds are not those of the first one, with
    these hashes; `here` says which process and where.
    """
    found = _file_differences(first, _taken(recipe, config, run, {}).digests)
    if found:
        raise InputError(
            f"{here}: its recordings in {config.data.folder} are not those of the first process"
            f" ({_listed(found)}); all need the same files at the same place"
        )


def _file_differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    changed = [name for name in sorted(before.keys() & now.keys()) if before[name] != now[name]]
    return [
        *(f"{name} is gone" for name in sorted(before.keys() - now.keys())),
        *(f"{name} is new" for name in sorted(now.keys() - before.keys())),
        *(f"{name} is another" for name in changed),
    ]


def recipe_differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """`KEY: OLD -> NEW` for every setting that a run must not change unasked."""
    try:
        # What has come to rtsynth since is at its default.
        before = as_recorded(before)
        recipe = recipe_for(before, NAME)
        before = json.loads(json.dumps(recipe.parse(before, NAME).model_dump()))
    except InputError:
        return [f"{NAME}: its settings are of another version"]
    old, new, free = _flat(before), _flat(now), _FREE | recipe.free
    return [
        f"{key}: {_shown(old, key)} -> {_shown(new, key)}"
        for key in dict.fromkeys([*old, *new])
        if (key not in old or key not in new or old[key] != new[key]) and not _is_free(key, free)
    ]


def _is_free(key: str, free: Set[str]) -> bool:
    return key.rpartition(".")[2] in free or key.startswith(_FREE_SECTIONS)


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
