"""What is wrong with the fields of a file, on one line."""

import pytest
from pydantic import ValidationError

from rtsynth.common.field_errors import all_problems, first_problem
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


def test_all_fields_that_are_wrong_and_what_was_meant() -> None:
    raw = {
        "name": "x",
        "sample_rate_hz": 0,
        "sampling": {"temprature": 1, "top_p": 2},
        "tiers": [{"name": "a", "family": "gru", "rate_hz": 16000, "colour": 1}],
    }
    with pytest.raises(ValidationError) as error:
        Manifest.model_validate(raw)
    problems = all_problems(error.value, Manifest)
    assert [place for place, _ in problems] == [
        ("sample_rate_hz",), ("tiers", 0, "colour"), ("sampling", "top_p"),
        ("sampling", "temprature"),
    ]  # fmt: skip
    texts = [text for _, text in problems]
    assert texts[1] == "tiers.0.colour: unknown"
    assert texts[3] == "sampling.temprature: unknown; did you mean temperature?"
