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
QUOTES = "\"'"
# What a sweep sets itself, and what to do instead.
OWN = {
    "plugin.name": "set it in the recipe, once for all; their folders tell runs apart",
    "run.seed": "give --seeds N",
    "run.threads": "give --threads N",
    "run.time": "give --time, the same for all",
}


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
    for own, remedy in OWN.items():
        if f"{own}.".startswith(f"{key}."):
            raise InputError(f"{OPTION} {key}: a sweep sets {own} itself; {remedy}")
    values = split_values(listed)
    if not all(values):
        raise InputError(f"{OPTION} {key}: a value is empty; write it as {key}=A,B")
    for value in values:
        if values.count(value) > 1:
            raise InputError(f"{OPTION} {key}: {value[:80]} is given twice; give it once")
    return Axis(key, tuple(values))


def split_values(text: str) -> list[str]:
    """`text` split at the commas that stand in no quotes and no brackets."""
    values, depth, quote, escaped = [""], 0, "", False
    for letter in text:
        if quote:
            quote = "" if letter == quote and not escaped else quote
            escaped = letter == "\\" and quote == '"' and not escaped
        elif letter in QUOTES and (depth or not values[-1].strip()):  # later it is an apostrophe
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth = max(0, depth - 1)
        elif letter == "," and not depth:
            values.append("")
            continue
        values[-1] += letter
    return [value.strip() for value in values]


def points(axes: Sequence[Axis], seeds: int) -> list[Point]:
    """All of them, seed by seed last.

    Raises:
        InputError: a key is given twice, there are too many, or two would have one folder.
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
    folders = dict[str, Point]()
    for point in made:
        other = folders.setdefault(point.name.casefold(), point)
        if other is not point:
            raise InputError(
                f"{OPTION}: {other.label} and {point.label} would have the same run folder,"
                f" {point.name}; leave one out"
            )
    return made


def check_points(raw: dict[str, Any], label: Path, made: Sequence[Point]) -> None:
    """InputError where one of them is no configuration: before any of them is trained."""
    for point in made:
        changed = raw
        for key, value in point.settings:
            changed = with_setting(changed, key, read_value(value), OPTION)
        parse_any(changed, f"{label} with {point.label}")
