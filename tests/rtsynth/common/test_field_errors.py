"""What is wrong with the fields of a file, on one line."""

import pytest
from pydantic import ValidationError

from rtsynth.common.field_errors import first_problem
from rtsynth.plugin import Manifest, Parameter


def test_the_field_and_the_reason() -> None:
    with pytest.raises(ValidationError) as error:
        Manifest.model_validate({"name": "x", "sample_rate_hz": 0, "tiers": [{"name": "a"}]})
    assert first_problem(error.value).startswith("sample_rate_hz: Input should be greater")


def test_the_whole_and_its_reason() -> None:
    with pytest.raises(ValidationError) as error:
        Parameter(name="x", minimum=1, maximum=0, default=0)
    assert first_problem(error.value) == "minimum 1.0 is not below maximum 0.0"
    assert first_problem(error.value, "knob") == "knob: minimum 1.0 is not below maximum 0.0"


def test_names_from_a_file_are_no_second_line() -> None:
    with pytest.raises(ValidationError) as error:
        Manifest.model_validate(
            {
                "x" * 1000 + "\n": 1,
                "name": "x",
                "sample_rate_hz": 16000,
                "tiers": [{"name": "a", "family": "gru", "rate_hz": 16000}],
            }
        )
    line = first_problem(error.value)
    assert "\n" not in line
    assert len(line) < 400
    assert "xxx" in line
