"""Flags that a system does not take are refused, and so is a manifest that is none."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.plugin import Codec, Manifest, Tier
from rtsynth_models.checkpoints.common.importing import (
    RATE_HZ,
    ImportFlags,
    cannot_become,
    without_flags,
)


def test_the_rate_is_the_flags_or_the_default() -> None:
    assert ImportFlags().audio_rate_hz == RATE_HZ
    assert ImportFlags(rate_hz=44_100).audio_rate_hz == 44_100


def test_a_system_without_flags_refuses_every_one() -> None:
    manifest = Manifest(
        name="x",
        sample_rate_hz=8000,
        codec=Codec(name="linear", levels=4),
        tiers=[Tier(name="audio", family="gru", rate_hz=8000)],
    )
    read = without_flags("that", lambda path: (manifest, {}))
    assert read(Path("a"), ImportFlags()) == (manifest, {})
    for flags in (
        ImportFlags(limits=(-1.0, 1.0)),
        ImportFlags(limits_from=Path("b.wav")),
        ImportFlags(quantisation="linear"),
        ImportFlags(rate_hz=8000),
        ImportFlags(levels={}),
    ):
        with pytest.raises(InputError, match="a checkpoint of that stores all of this"):
            read(Path("a"), flags)


def test_an_invalid_manifest_is_one_line() -> None:
    with pytest.raises(ValidationError) as error:
        Codec(name="linear", levels=1)
    line = cannot_become(Path("a.pt"), error.value, "arguments")
    assert str(line).startswith("a.pt: cannot become a plugin: levels: Input should be greater")
    with pytest.raises(ValidationError) as error:
        Codec(name="linear", levels=4, minimum=0)
    line = cannot_become(Path("a.pt"), error.value, "arguments")
    assert str(line) == (
        "a.pt: cannot become a plugin: arguments: minimum and maximum: a range needs both"
    )
