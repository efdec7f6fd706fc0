"""Parameters: knob positions, network ranges, clamping."""

import math
from typing import Any

import pytest
from pydantic import ValidationError

from rtsynth.plugin import Parameter


def test_a_linear_knob() -> None:
    pitch = Parameter(name="pitch", minimum=64, maximum=76, default=69)
    assert [pitch.value_at(position) for position in (0, 0.25, 1)] == [64, 67, 76]
    assert [pitch.value_at(position) for position in (-1, 2)] == [64, 76]
    assert pitch.position_of(67) == 0.25
    assert [pitch.position_of(value) for value in (0, 100)] == [0, 1]
    assert pitch.network_range == (64, 76)


def test_an_exponential_knob() -> None:
    cutoff = Parameter(name="cutoff", minimum=20, maximum=20_000, default=200, curve="exponential")
    assert cutoff.value_at(1 / 3) == pytest.approx(200)
    assert cutoff.position_of(2000) == pytest.approx(2 / 3)
    for position in (0, 0.1, 0.5, 1):
        assert cutoff.position_of(cutoff.value_at(position)) == pytest.approx(position, abs=1e-12)
    # Equal turns are equal ratios.
    assert math.isclose(cutoff.value_at(0.3) / cutoff.value_at(0.2), 1000**0.1)


def test_the_network_range_is_the_knobs_unless_given() -> None:
    amplitude = Parameter(name="a", minimum=0.1, maximum=1, default=1, network_minimum=0)
    assert amplitude.network_range == (0, 1)


def test_clamping() -> None:
    knob = Parameter(name="a", minimum=-1, maximum=1, default=0)
    assert [knob.clamp(value) for value in (-5, -1, 0.5, 1, 1e30)] == [-1, -1, 0.5, 1, 1]


def test_the_values_of_a_class_have_names_all_of_them_or_none() -> None:
    fields: dict[str, Any] = {"name": "voice", "minimum": 0, "maximum": 2, "default": 0}
    voice = Parameter(**fields, role="class", labels=["man", "woman", "child"])
    assert Parameter.model_validate_json(voice.model_dump_json()) == voice
    assert Parameter(**fields, role="class").labels == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "conditioning"}, "labels: only a class has them, and the role is 'conditioning'"),
        ({"maximum": 3}, "labels: there are 3, for classes from 0 to 3"),
        ({"minimum": -1}, "labels: there are 3, for classes from -1 to 2"),
        ({"maximum": 2.5}, "labels: there are 3, for classes from 0 to 2.5"),
        ({"labels": ["man", "Man", "child"]}, "labels: two classes have the same one"),
        ({"labels": ["man", "", "child"]}, "at least 1 character"),
        ({"labels": ["man", "wo\nman", "child"]}, "cannot be shown"),
        ({"labels": ["man", "woman", "x" * 65]}, "at most 64 characters"),
    ],
)
def test_names_of_classes_that_are_wrong(changes: dict[str, Any], said: str) -> None:
    fields = {
        "name": "voice", "minimum": 0, "maximum": 2, "default": 0, "role": "class",
        "labels": ["man", "woman", "child"],
    }  # fmt: skip
    with pytest.raises(ValidationError, match=said):
        Parameter(**(fields | changes))
