"""Recordings carry their constant conditioning in the file name, as RNNControl's do.

`clarinet_instID00.00_p64.00_a0.10.wav`: fields separated by `_`, each a parameter
name directly followed by a number with decimals. Other places of it: `rtsynth_train.core.values`.
"""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from rtsynth.common.errors import InputError
from rtsynth.plugin.manifest import Parameter

DECIMAL = re.compile(r"_([A-Za-z]+)(-?\d+\.\d+)(?=_|$)")
MEASURES = ("pitch", "loudness")


class ConditioningConfig(Parameter):
    """A plugin parameter, and where its value for a recording is found."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    source: Literal["name", "folder", "table", "measured"] = Field("name", alias="from")
    """Where the value of a recording is: in its `name`; the `folder` it lies in, one of `labels`; a
    column of the `table` parameters.csv in the data folder; or `measured` from its sound."""
    pattern: Literal["decimal", "note", "dynamic", "number"] = "decimal"
    """How a name says it: `decimal` as in `_p64.00`; `note` as in C4, F#3 or Bb2, as MIDI pitch;
    `dynamic` as in pp or mf, as an amplitude up to 1; `number` as in `v90`."""
    field: str = ""
    """In a name the letters before the value (`p` for `_p64.00`), or for `number` also its place
    (`1`: the first one); in a table the column; measured `pitch` (MIDI) or `loudness` (dB). In the
    last two empty means the parameter's own name."""

    @property
    def column(self) -> str:
        """The field, or where it is empty the parameter's own name."""
        return self.field or self.name

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if self.source == "name":
            if not self.field and self.pattern in ("decimal", "number"):
                raise ValueError("field: say which field of the file names holds the value")
        elif self.source == "folder":
            if self.role != "class" or not self.labels:
                raise ValueError('from = "folder": needs role = "class", and labels that are the'
                                 " names of the folders")  # fmt: skip
        elif self.source == "measured" and self.column not in MEASURES:
            raise ValueError(f"field: {self.column!r} is not measured; {' or '.join(MEASURES)} is")
        return self

    def parameter(self) -> Parameter:
        """What the plugin declares."""
        return Parameter(**self.model_dump(exclude={"source", "pattern", "field"}))


def format_name(label: str, values: dict[str, float]) -> str:
    """The file name (with .wav) for `values`, in their order."""
    fields = "".join(
        f"_{name}{value:05.2f}" if name != "a" else f"_{name}{value:.2f}"
        for name, value in values.items()
    )
    return f"{label}{fields}.wav"


def parse_name(path: Path) -> dict[str, float]:
    """All parameters in the name of `path`, in order; empty when there is none."""
    return {name: float(number) for name, number in DECIMAL.findall(path.stem)}


def values_for(path: Path, names: list[str]) -> list[float]:
    """The values of `names` in the name of `path`.

    Raises InputError when one is missing; RNNControl silently skipped such files.
    """
    found = parse_name(path)
    missing = [name for name in names if name not in found]
    if missing:
        raise InputError(
            f"{path.name}: no decimal value for {', '.join(missing)} in the file name"
            f" (write e.g. _{missing[0]}1.00)"
        )
    return [found[name] for name in names]
