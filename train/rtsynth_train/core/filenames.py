"""Recordings carry their constant conditioning in the file name, as RNNControl's do.

`clarinet_instID00.00_p64.00_a0.10.wav`: fields separated by `_`, each a parameter
name directly followed by a number with decimals.
"""

import re
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.plugin.manifest import Parameter

_FIELD = re.compile(r"_([A-Za-z]+)(-?\d+\.\d+)(?=_|$)")


class ConditioningConfig(Parameter):
    """A plugin parameter, and the field of the file names that it is read from."""

    field: str
    """The field of the file name that holds the value: `p` for `_p64.00`."""

    def parameter(self) -> Parameter:
        """Without the file-name field: what the plugin declares."""
        return Parameter(**self.model_dump(exclude={"field"}))


def format_name(label: str, values: dict[str, float]) -> str:
    """The file name (with .wav) for `values`, in their order."""
    fields = "".join(
        f"_{name}{value:05.2f}" if name != "a" else f"_{name}{value:.2f}"
        for name, value in values.items()
    )
    return f"{label}{fields}.wav"


def parse_name(path: Path) -> dict[str, float]:
    """All parameters in the name of `path`, in order; empty when there is none."""
    return {name: float(number) for name, number in _FIELD.findall(path.stem)}


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
