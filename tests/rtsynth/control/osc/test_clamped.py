"""The line about a clamped value is read as it is written."""

import pytest

from rtsynth.control.osc.clamped import clamped_line, read_clamped_line


@pytest.mark.parametrize(("asked", "applied"), [(130.0, 84.0), (-3.5, 0.0), (1e9, 1.5e-7)])
def test_it_is_read_as_it_is_written(asked: float, applied: float) -> None:
    assert read_clamped_line(clamped_line(asked, applied)) == (asked, applied)


@pytest.mark.parametrize(
    "text", ["", "no such note", "700 is out of range", "x: " + clamped_line(1, 2)]
)
def test_other_lines_are_none(text: str) -> None:
    assert read_clamped_line(text) is None
