"""Conditioning in file names."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.filenames import format_name, parse_name, values_for


def test_the_reference_sets_names() -> None:
    name = format_name("clarinet", {"instID": 0.0, "p": 64.0, "a": 0.1})
    assert name == "clarinet_instID00.00_p64.00_a0.10.wav"


@pytest.mark.parametrize(
    "values", [{"p": 64.5}, {"a": 1.0, "p": 9.25}, {"rate": -0.25}, {"x": 120.0, "instID": 3.0}]
)
def test_round_trip(values: dict[str, float]) -> None:
    assert parse_name(Path(format_name("any_label", values))) == values


@pytest.mark.parametrize("name", ["a_p64.wav", "p64.00.wav", "a_p64.00x.wav", "a_64.00.wav"])
def test_what_is_no_field(name: str) -> None:
    assert parse_name(Path(name)) == {}


def test_missing_values_are_named() -> None:
    path = Path("horn_p64.00_a1.wav")
    assert values_for(path, ["p"]) == [64.0]
    with pytest.raises(InputError, match=r"horn_p64\.00_a1\.wav: no decimal value for a "):
        values_for(path, ["p", "a"])
