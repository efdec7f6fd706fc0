"""What the pad holds, kept on this machine for the next window."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, write_document
from rtsynth_gui.link.window_folder import window_folder

FORMAT = 1
PARAMETERS, PRESETS = MODES = ("parameters", "presets")
CORNERS = 4
MOST_PLUGINS = 64
LONGEST = 256  # letters of an address or a name
MOST_BYTES = 256_000

Corners = tuple[str, str, str, str]
NO_CORNERS: Corners = ("", "", "", "")


@dataclass(frozen=True)
class Kept:
    """`x`, `y`: addresses of controls, "" for none. `corners`: names of presets, by plugin."""

    mode: str = PARAMETERS
    x: str = ""
    y: str = ""
    slot: int = 0
    corners: Mapping[str, Corners] = field(default_factory=dict)


def kept_file() -> Path:
    """Where it is kept."""
    return window_folder() / "xy-pad.json"


def read(path: Path) -> Kept:
    """What was kept; nothing where there is no file.

    Raises:
        InputError: it is damaged; one line that names the file and the field.
    """
    document = read_document(path, FORMAT, MOST_BYTES, "the XY pad's file")
    if document is None:
        return Kept()
    mode, slot = document.get("mode", PARAMETERS), document.get("slot", 0)
    if mode not in MODES:
        raise InputError(f"{path}: mode: {str(mode)[:40]!r} is not one of {', '.join(MODES)}")
    if type(slot) is not int:
        raise InputError(f"{path}: slot: {str(slot)[:40]!r} is no number")
    return Kept(
        mode,
        _text(path, "x", document.get("x", "")),
        _text(path, "y", document.get("y", "")),
        slot,
        _corners(path, document.get("corners", {})),
    )


def _text(path: Path, name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise InputError(f"{path}: {name}: {str(value)[:40]!r} is no text of up to {LONGEST}")
    return value


def _corners(path: Path, value: Any) -> dict[str, Corners]:
    if not isinstance(value, dict) or len(value) > MOST_PLUGINS:
        raise InputError(f"{path}: corners: not the presets of up to {MOST_PLUGINS} plugins")
    found: dict[str, Corners] = {}
    for plugin, names in value.items():
        if not isinstance(names, list) or len(names) != CORNERS:
            raise InputError(f"{path}: corners: {plugin[:40]!r} has not {CORNERS} of them")
        first, second, third, fourth = (_text(path, "corners", name) for name in names)
        found[plugin] = first, second, third, fourth
    return found


def write(path: Path, kept: Kept) -> None:
    """Keep it, over what was there.

    Raises:
        InputError, WriteError: the file cannot be written.
    """
    latest = dict(list(kept.corners.items())[-MOST_PLUGINS:])
    write_document(path, FORMAT, {**asdict(kept), "corners": latest})
