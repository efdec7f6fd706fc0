"""Cells, dashes, and which is the best."""

import pytest

from rtsynth_train.judge.table import (
    DASH,
    best_column,
    differences,
    duration,
    print_table,
    rows_of,
)

ONE = {
    "weights": 1000, "held_out": 2.0, "unit": "bits", "dataset": "set", "rate_hz": 16_000,
    "codec": "mu_law, 256 levels, -1 to 1", "held_out_by": "held_out 0.1",
}  # fmt: skip
OTHER = {**ONE, "weights": None, "held_out": 1.5}


def test_rows_that_say_nothing_are_left_out() -> None:
    rows = {label: row for label, row, _ in rows_of([ONE, OTHER])}
    assert rows["weights"] == ["1,000", DASH]
    assert "trained for" not in rows


@pytest.mark.parametrize(
    ("name", "value"),
    [("dataset", "other"), ("unit", "nats"), ("codec", "mu_law, 64 levels, -1 to 1"),
     ("rate_hz", 8000), ("held_out_by", "held_out 0.5"), ("held_out_by", None)],
)  # fmt: skip
def test_losses_of_different_things_are_not_compared(name: str, value: object) -> None:
    assert best_column([ONE, {**OTHER, name: value}], "held_out") is None
    if value is None:
        assert best_column([{**each, name: None} for each in (ONE, OTHER)], "held_out") is None


def test_losses_are_compared_where_they_are_of_the_same() -> None:
    assert best_column([ONE, OTHER], "held_out") == 1
    assert differences([ONE, {**OTHER, "codec": "another"}]) == ["codec"]
    assert differences([ONE, OTHER]) == differences([]) == []
    assert best_column([ONE, {**OTHER, "held_out": None}], "held_out") is None
    assert best_column([ONE], "held_out") is None


@pytest.mark.parametrize(
    ("seconds", "said"), [(12, "12 s"), (100, "1.7 min"), (9000, "2.50 h")]
)  # fmt: skip
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_texts_from_files_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["[red]a\x1b[2J"], [("", rows_of([ONE]))], [("a", "[bold]b\x1b[2J")])
    out = capsys.readouterr().out
    assert "[red]a\\x1b[2J" in out
    assert "! a: [bold]b\\x1b[2J" in out
    assert "\x1b[2J" not in out
