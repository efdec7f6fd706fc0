"""Values in messages are short."""

import pytest

from rtsynth_models.checkpoints.common.shown import LONGEST, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (None, "None"),
        (True, "True"),
        (0.5, "0.5"),
        ("a", "'a'"),
        ((1, "b"), "(1, 'b')"),
        ([], "[]"),
        ([[1]], "a list"),
        ({}, "a table"),
        (object(), "no plain value"),
    ],
)
def test_plain_values(value: object, text: str) -> None:
    assert shown(value) == text


def test_nothing_is_long() -> None:
    nested: tuple = ()
    for _ in range(60):
        nested = (nested, nested)
    for value in ("x" * 10_000, b"x" * 10_000, 10**400, nested, ["x" * 100] * 8, [1] * 10_000):
        assert len(shown(value)) <= LONGEST
