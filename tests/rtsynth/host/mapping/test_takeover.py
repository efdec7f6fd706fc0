"""Take-over: what a knob does to a value that is elsewhere."""

import pytest

from rtsynth.host.mapping.takeover import NEAR, TakeOver


def turned(kind: str, value: float, knobs: list[float]) -> list[float]:
    """Where the value is after each place of the knob."""
    state, values = TakeOver(kind), []
    for knob in knobs:
        there = state.turn(knob, value)
        if there is not None:
            value = there
            state.left_at(value)
        values.append(value)
    return values


def test_jump() -> None:
    assert turned("jump", 0.9, [0.1, 0.2]) == [0.1, 0.2]


@pytest.mark.parametrize("knobs", [[0.1, 0.3, 0.49], [0.9, 0.7, 0.52]])
def test_a_knob_that_does_not_reach_the_value_moves_nothing(knobs: list[float]) -> None:
    assert turned("pickup", 0.505, knobs)[:2] == [0.505, 0.505]


def test_a_knob_that_passes_the_value_picks_it_up() -> None:
    assert turned("pickup", 0.5, [0.1, 0.4, 0.7, 0.2]) == [0.5, 0.5, 0.7, 0.2]
    assert turned("pickup", 0.5, [0.9, 0.6, 0.1]) == [0.5, 0.5, 0.1]
    assert turned("pickup", 0.5, [0.5 + NEAR / 2]) == [0.5 + NEAR / 2]


def test_a_value_that_something_else_moved_is_picked_up_again() -> None:
    state = TakeOver("pickup")
    assert state.turn(0.5, 0.5) == 0.5
    state.left_at(0.5)
    assert state.turn(0.9, 0.5) == 0.9  # a fast turn: it holds the value
    state.left_at(0.9)
    assert state.turn(0.8, 0.3) is None  # a preset moved it
    assert state.turn(0.2, 0.3) == 0.2


def test_scaled_moves_in_the_direction_of_the_knob_and_meets_it_at_the_end() -> None:
    values = turned("scaled", 0.2, [0.6, 0.7, 0.8, 0.9, 1.0, 0.9])
    assert values[0] == 0.2  # where the knob is becomes known only now
    assert values == [*sorted(values[:5]), 0.9]
    assert values[4] == 1.0
    values = turned("scaled", 0.8, [0.4, 0.3, 0.1, 0.0, 0.25])
    assert values[:4] == sorted(values[:4], reverse=True)
    assert values[3:] == [0.0, 0.25]


def test_scaled_goes_the_same_share_of_the_way_that_is_left() -> None:
    assert turned("scaled", 0.2, [0.6, 0.8])[1] == pytest.approx(0.6)  # half of what is left
    assert turned("scaled", 0.9, [0.4, 0.1])[1] == pytest.approx(0.225)  # a quarter remains


def test_scaled_follows_a_knob_that_stands_at_the_value() -> None:
    assert turned("scaled", 0.5, [0.5, 0.6, 0.3]) == pytest.approx([0.5, 0.6, 0.3])
