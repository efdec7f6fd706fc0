"""What a sweep trains: each combination of the values, with each seed."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipes import parse_any
from rtsynth_train.core.settings import read_value, split_setting, with_setting

OPTION = "--grid"
MOST = 1000  # trainings


@dataclass(frozen=True)
class Axis:
    """A key of the recipe and its values, as texts."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """One training: what is set, as texts by key, and its seed."""

    settings: tuple[tuple[str, str], ...]
    seed: int

    @property
    def label(self) -> str:
        """Its settings in a few words, as the comparison names them: `rate 0.003, layers 2`."""
        named = [f"{key.rpartition('.')[2]} {value}" for key, value in self.settings]
        return ", ".join(named) or "as it is"

    @property
    def name(self) -> str:
        """The name of its run folder."""
        return re.sub(r"[^\w.,+-]+", "-", f"{self.label}, seed {self.seed}").replace(",-", "_")

    def words(self) -> list[str]:
        """What it adds to `rtsynth train`."""
        given = [word for key, value in self.settings for word in ("--set", f"{key}={value}")]
        return [*given, "--seed", str(self.seed)]


def read_axis(text: str) -> Axis:
    """`optimiser.rate=0.001,0.003`; values with commas of their own stand in quotes or brackets.

    Raises:
        InputError: it is none.
    """
    key, listed = split_setting(text, OPTION)
    values = [value.strip() for value in re.split(r",(?![^\[\"]*[\]\"])", listed)]
    if not all(values) or len(set(values)) < len(values):
        raise InputError(f"{OPTION} {text[:80]}: a value is empty, or stands there twice")
    return Axis(key, tuple(values))


def points(axes: Sequence[Axis], seeds: int) -> list[Point]:
    """All of them, seed by seed last.

    Raises:
        InputError: a key is given twice, or there are too many.
    """
    keys = [axis.key for axis in axes]
    if len(set(keys)) < len(keys):
        raise InputError(f"{OPTION}: a key is given twice; put all its values into one")
    made = [
        Point(tuple(zip(keys, values, strict=True)), seed)
        for values in itertools.product(*(axis.values for axis in axes))
        for seed in range(seeds)
    ]
    if len(made) > MOST:
        raise InputError(f"{OPTION}: that is {len(made)} trainings, {MOST} at most; give fewer")
    return made


def check_points(raw: dict[str, Any], label: Path, made: Sequence[Point]) -> None:
    """InputError where one of them is no configuration: before any of them is trained."""
    for point in made:
        changed = raw
        for key, value in point.settings:
            changed = with_setting(changed, key, read_value(value), OPTION)
        parse_any(changed, f"{label} with {point.label}")
