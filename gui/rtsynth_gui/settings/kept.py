"""What the window remembers on this machine: its theme, its size and its language."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.files.text import read_text
from rtsynth.common.user_folders import data_folder
from rtsynth_gui.language import languages
from rtsynth_gui.widgets.theme import DEFAULT, SYSTEM, THEMES

FORMAT = 1
FILE = "window.json"
LARGEST_BYTES = 1 << 16
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


@dataclass(frozen=True)
class Kept:
    """`theme`: one of `THEMES`. `scale`: one of `SCALES`, on top of the desktop's.
    `language`: one of `languages()`, or `SYSTEM` for the desktop's."""

    theme: str = DEFAULT
    scale: float = 1.0
    language: str = SYSTEM


def kept_file() -> Path:
    """Where it is kept: in `RTSYNTH_WINDOW`, or in the folder `window` of the data folder."""
    chosen = os.environ.get("RTSYNTH_WINDOW")
    return (Path(chosen) if chosen else data_folder() / "window") / FILE


def read_kept(path: Path) -> Kept:
    """What is kept; the defaults where there is no file.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    if not path.exists():
        return Kept()
    remedy = f"correct {path.name} or delete it"
    try:
        document = json.loads(read_text(path, LARGEST_BYTES, "the window's settings"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); {remedy}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(f"{path}: format: not {FORMAT}; {remedy}")
    kept = Kept()
    fields = (("theme", THEMES), ("scale", SCALES), ("language", (SYSTEM, *languages())))
    for field, allowed in fields:
        value = document.get(field, getattr(kept, field))
        if value not in allowed:
            raise InputError(f"{path}: {field}: none of {', '.join(map(str, allowed))}; {remedy}")
        kept = replace(kept, **{field: value})
    return kept


def write_kept(path: Path, kept: Kept) -> None:
    """Keep it.

    Raises:
        RtsynthError: the folder or the file cannot be written.
    """
    make_folder(path.parent)
    with atomic_write(path) as temporary:
        document = {"format": FORMAT, **asdict(kept)}
        temporary.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def kept_or_default() -> tuple[Kept, str]:
    """What is kept, or the defaults and why: the window opens all the same."""
    try:
        return read_kept(kept_file()), ""
    except RtsynthError as error:
        return Kept(), str(error)
