"""Encoders' steps, against bit by bit readings of the three encodings."""

import pytest

from rtsynth.host.mapping.encoder import ENCODINGS, steps


@pytest.mark.parametrize(
    ("encoding", "values"),
    [
        ("twos-complement", {1: 1, 63: 63, 127: -1, 65: -63, 64: -64, 0: 0}),
        ("offset", {65: 1, 127: 63, 63: -1, 0: -64, 64: 0}),
        ("sign-magnitude", {1: 1, 63: 63, 65: -1, 127: -63, 64: 0, 0: 0}),
    ],
)
def test_steps(encoding: str, values: dict[int, int]) -> None:
    assert {value: steps(value, encoding) for value in values} == values


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_number_of_steps_up_to_63_can_be_sent(encoding: str) -> None:
    assert set(range(-63, 64)) <= {steps(value, encoding) for value in range(128)}
