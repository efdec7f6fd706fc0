"""A preset: where the controls of one plugin are, as a file that people can read and compare.

`rtsynth/presets/PLUGIN/NAME.json` in the user's data folder (RTSYNTH_PRESETS names another one).
What this version does not understand, fields and sections, is kept and written back as it came.
"""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.common.control_names import SAMPLING_CONTROLS
from rtsynth.common.knob import clamp
from rtsynth.common.user_folders import data_folder
from rtsynth.engine.program.table import take_name
from rtsynth.host.named_files import Document, NamedFiles
from rtsynth.host.performance import finite, table_of
from rtsynth.host.presets.hidden_values import Setting, is_hidden, needs_opening
from rtsynth.host.sections import Plain

LONGEST_LABEL = 64
MOST_VALUES = 1000
MOST_SHOWN = 5
MOST_KNOWN = 64
CLOSED = "its hidden layers are closed; open them (/slot/N/open 1, or in the slot's menu)"
# A plugin may be called anything; folders that there are keep their names.
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.-]{0,62}[A-Za-z0-9_-])?")
_OWN_FIELDS = ("format", "plugin", "hash", "seed", "values", "sampling", "sections")


@dataclass(frozen=True)
class Preset:
    """What a preset file says. `others` are fields of other versions."""

    plugin: str
    hash: str
    values: dict[str, Setting]
    seed: int | None = None
    sections: dict[str, Plain] = field(default_factory=dict)
    others: Document = field(default_factory=dict)


def preset_files(plugin: str) -> NamedFiles:
    """Where the presets of the plugin of a name are."""
    chosen = os.environ.get("RTSYNTH_PRESETS")
    folder = Path(chosen) if chosen else data_folder() / "presets"
    return NamedFiles(folder / _folder_name(plugin), "preset")


def _folder_name(plugin: str) -> str:
    """The plugin's name, if it can be a folder's; else as much of it as can, and a number."""
    if _PLAIN.fullmatch(plugin):
        return plugin
    tidy = re.sub(r"[^A-Za-z0-9_-]+", "_", plugin)[:40].strip("_")
    return f"{tidy}-{blake2b(plugin.encode(), digest_size=4).hexdigest()}".lstrip("-_")


def settings_of(values: Mapping[str, float], infos: Iterable[ControlInfo]) -> dict[str, Setting]:
    """Values as a preset has them: classes by their labels."""
    return {info.name: _setting(values[info.name], info) for info in infos if info.name in values}


def _setting(value: float, info: ControlInfo) -> Setting:
    if info.labels and value.is_integer() and 0 <= value < len(info.labels):
        return info.labels[int(value)]
    return value


def to_document(preset: Preset, infos: Iterable[ControlInfo]) -> Document:
    """As plain data; how codes are drawn has a table of its own."""
    sampling = {i.name for i in infos if i.owner is Owner.ENGINE and i.name in SAMPLING_CONTROLS}
    return {
        "plugin": preset.plugin,
        "hash": preset.hash,
        "seed": preset.seed,
        "values": {n: value for n, value in preset.values.items() if n not in sampling},
        "sampling": {n: value for n, value in preset.values.items() if n in sampling},
        "sections": preset.sections,
        **preset.others,
    }


def from_document(document: Document) -> Preset:
    """The preset in a document.

    Raises:
        ValueError: it is damaged; the text says where.
    """
    texts = [document.get(name) for name in ("plugin", "hash")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("plugin, hash: not texts")
    seed = document.get("seed")
    if seed is not None and not (type(seed) is int and 0 <= seed <= 2**53):
        raise ValueError("seed: not a whole number from 0 to 2^53")
    values = table_of(document.get("values"), "values")
    values = {**values, **table_of(document.get("sampling", {}), "sampling")}
    if len(values) > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} values")
    return Preset(
        plugin=str(texts[0]),
        hash=str(texts[1]),
        values={name: _checked(value, name[:64]) for name, value in values.items()},
        seed=seed,
        sections=table_of(document.get("sections", {}), "sections"),
        others={name: data for name, data in document.items() if name not in _OWN_FIELDS},
    )


def read_unless_known(files: NamedFiles, name: str) -> Preset:
    """A preset, only to look at; its file is read again when it has changed.

    Raises:
        InputError: as `NamedFiles.read`.
    """
    try:
        file = files.path(name).stat()
    except OSError:
        return files.read(name, from_document)  # which says what is wrong
    return _known(files, name, file.st_mtime_ns, file.st_size)


@lru_cache(maxsize=MOST_KNOWN)
def _known(files: NamedFiles, name: str, _mtime_ns: int, _size: int) -> Preset:
    return files.read(name, from_document)


def _checked(value: Plain, name: str) -> Setting:
    if isinstance(value, str) and len(value) <= LONGEST_LABEL:
        return value
    return finite(value, name)


def fitted(
    preset: Preset, infos: Mapping[str, ControlInfo], digest: str, tiers: Collection[str] = ()
) -> tuple[dict[str, float], list[str]]:
    """(values that a plugin can be given, what does not fit it).

    What was the plain knob of another version of the plugin is not meant for a parameter that is
    generated now: without NAME.take, NAME stays where it is.

    Args:
        infos: the plugin's controls as it plays, by name.
        digest: its content hash.
        tiers: its tiers, which may be opened.
    """
    values, problems, gone, closed = {}, [], [], 0
    for name, setting in preset.values.items():
        info = infos.get(name)
        if info is None and is_hidden(name, tiers):
            closed += 1
        elif info is None:
            gone.append(name)
        elif info.read_only:
            continue
        elif info.generation is None or take_name(name) in preset.values:
            value = _value(setting, info)
            if value is None:
                problems.append(f"{name} has no {setting!r}")
                continue
            values[name] = clamp(value, info.minimum, info.maximum)
            if values[name] != value:
                problems.append(f"{name}: {value:g} is out of range: clamped to {values[name]:g}")
    if gone:
        problems.append(f"it has no {_some(gone)}")
    if closed and needs_opening(preset.values, infos, tiers):
        problems.append(f"{closed} values left out: {CLOSED}")
    own = [name for name, info in infos.items() if not info.read_only]
    if preset.hash != digest and (new := [name for name in own if name not in preset.values]):
        problems.append(f"not in the preset: {_some(new)}")
    return values, problems


def _value(setting: Setting, info: ControlInfo) -> float | None:
    if not isinstance(setting, str):
        return setting
    labels = [label.casefold() for label in info.labels]
    folded = setting.casefold()
    return float(labels.index(folded)) if folded in labels else None


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_SHOWN])
    more = len(names) - MOST_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
