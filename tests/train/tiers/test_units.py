"""Knobs in the unit that the recordings' parameters had before they were normalised."""

from dataclasses import replace
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Original, read_params, write_params
from rtsynth_train.tiers.config import StackConfig, parse_stack
from rtsynth_train.tiers.units import in_original_units
from tests.train.tiers.sets import raw_stack, write_set


def say(folder: Path, take: int, original: Original | None) -> None:
    path = folder / f"take{take}.params"
    tracks = read_params(path)
    tracks["tone"] = replace(tracks["tone"], original=original)
    write_params(path, f"take{take}.wav", tracks)


def stack_of(folder: Path) -> StackConfig:
    raw = raw_stack(folder)
    raw["parameters"][2] |= {"original_units": True, "default": 0.25}
    return parse_stack(raw, "test")


def test_the_files_say_what_a_knob_reads(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", files=2)
    for take in (0, 1):
        say(folder, take, Original("Hz", 100.0, 500.0))
    stack = in_original_units(stack_of(folder))
    tone = stack.find("tone").parameter()
    assert (tone.minimum, tone.maximum, tone.default, tone.unit) == (100, 500, 200, "Hz")
    assert stack.find("level") == stack_of(folder).find("level")
    say(folder, 1, Original("Hz", 100.0, 600.0))
    with pytest.raises(InputError, match=r"take1\.params: 'tone' was normalised by another range"):
        in_original_units(stack_of(folder))
    say(folder, 1, None)
    with pytest.raises(InputError, match=r"take1\.params: 'tone' has no origMinval"):
        in_original_units(stack_of(folder))
