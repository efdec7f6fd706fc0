"""What an importer of another system's checkpoints is, and what all of them have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.common.field_errors import first_problem
from rtsynth.plugin import Manifest

RATE_HZ = 16_000  # where neither checkpoint nor --rate says
Tensors = dict[str, np.ndarray]


class ImportFlags(NamedTuple):
    """What only the command line can say of a checkpoint; None where it does not."""

    limits: tuple[float, float] | None = None  # --range, lowest and highest amplitude
    limits_from: Path | None = None  # --range-from
    quantisation: str | None = None  # --quantisation
    rate_hz: int | None = None  # --rate
    levels: dict[str, str] | None = None  # --levels, what the checkpoint calls each

    @property
    def audio_rate_hz(self) -> int:
        """What --rate says, or both SampleRNNs' own default."""
        return RATE_HZ if self.rate_hz is None else self.rate_hz


class Importer(NamedTuple):
    """How to recognise a system's checkpoint, and how to read it.

    `find` gives what `read` starts from, None where there is no checkpoint of this system. `read`
    raises InputError, one line, for a checkpoint that is damaged, unsafe or inconsistent.
    """

    find: Callable[[Path], Path | None]
    read: Callable[[Path, ImportFlags], tuple[Manifest, Tensors]]


def without_flags(
    system: str, read: Callable[[Path], tuple[Manifest, Tensors]]
) -> Callable[[Path, ImportFlags], tuple[Manifest, Tensors]]:
    """The `read` of a system whose checkpoints say everything."""

    def read_it(path: Path, flags: ImportFlags) -> tuple[Manifest, Tensors]:
        if any(flag is not None for flag in flags):
            raise InputError(
                "--range, --range-from, --quantisation, --rate, --levels: a checkpoint of "
                f"{system} stores all of this; leave them out"
            )
        return read(path)

    return read_it


def cannot_become(path: Path, error: ValidationError, whole: str) -> InputError:
    """The refusal of a checkpoint whose manifest is invalid.

    `whole` is what to name where the problem is in no field in particular.
    """
    return InputError(f"{path}: cannot become a plugin: {first_problem(error, whole)}")
