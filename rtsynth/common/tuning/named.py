"""Tunings by how a performer asks for them: a file, a name, "mts", "off"."""

import os
from pathlib import Path

from rtsynth.common.control_names import some_names
from rtsynth.common.errors import InputError
from rtsynth.common.names import composed, is_name
from rtsynth.common.tuning.kbm import read_kbm
from rtsynth.common.tuning.mts_esp import library_path, mts_client
from rtsynth.common.tuning.scl import read_scl
from rtsynth.common.tuning.tuning import Tuned, tuning_of
from rtsynth.common.user_folders import data_folder

OFF, MTS = "off", "mts"


def tunings_folder() -> Path:
    """Where this user's NAME.scl and NAME.kbm are; RTSYNTH_TUNINGS names another folder."""
    chosen = os.environ.get("RTSYNTH_TUNINGS")
    return Path(chosen) if chosen else data_folder() / "tunings"


def is_tuning_name(text: str) -> bool:
    """Whether a text is a name of the user's folder, "mts" or "off", and no other file."""
    return is_name(text) and not text.lower().endswith((".scl", ".kbm"))


def find_tuning(text: str, mapping: str | None = None) -> Tuned | None:
    """The tuning of a .scl file or of a name; None is "off", twelve equal steps.

    Args:
        mapping: a .kbm file; without one a name's own, if it has one.

    Raises:
        InputError: one line that names the file, or the names there are.
    """
    if text in (OFF, MTS) and mapping is not None:
        raise InputError(f"tuning {text!r} takes no keyboard mapping")
    if text == OFF:
        return None
    if text == MTS:
        client = mts_client()
        if client is None:
            raise InputError(f"tuning 'mts': the MTS-ESP library is not there ({library_path()})")
        return client
    keys = None if mapping is None else Path(mapping)
    if not is_tuning_name(text):
        scale = Path(text)
        if scale.suffix.lower() != ".scl":
            raise InputError(f"tuning {text[:80]!r}: neither a .scl file nor a name; use 'off'?")
    else:
        scale = _scale_of(composed(text))
        if not scale.is_file():
            known = some_names([MTS, OFF, *list_tunings()], text)
            raise InputError(
                f"tuning {text!r} does not exist in {tunings_folder()}; known: {known}"
            )
        own = scale.with_suffix(".kbm")
        keys = keys or (own if own.is_file() else None)
    return tuning_of(read_scl(scale), None if keys is None else read_kbm(keys))


def list_tunings() -> list[str]:
    """Names in the user's folder, sorted."""
    stems = {composed(path.stem) for path in tunings_folder().glob("*.scl")}
    return sorted(filter(is_name, stems))


def _scale_of(name: str) -> Path:
    """The file of a name; its letters may be decomposed, as a Mac writes them."""
    path = tunings_folder() / f"{name}.scl"
    if name.isascii() or path.exists():
        return path
    stored = tunings_folder().glob("*.scl")
    return next((each for each in stored if composed(each.stem) == name), path)
