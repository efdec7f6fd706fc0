"""Lengths of time as people write them."""

import pytest

from rtsynth_train.core.duration import length_text, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10min", 600), ("1h", 3600), ("night", 28_800), ("25min", 1500), ("2h", 7200), ("90 s", 90),
     ("1h30min", 5400), ("1.5 h", 5400), ("Night", 28_800), ("5m", 300)],
)  # fmt: skip
def test_what_is_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "min", "soon", "-1h", "0min", "1h x", "9999999h"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; write e.g. 10min"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(40, "40 s"), (600, "10 min"), (3600, "1 h"), (5400, "1 h 30 min")]
)
def test_in_words(seconds: float, text: str) -> None:
    assert length_text(seconds) == text
    assert seconds_of(text) == seconds
