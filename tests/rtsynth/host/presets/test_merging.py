"""A merge of three states: what still stands is undone, what others did since stays."""

from dataclasses import replace

import pytest

from rtsynth.host.performance import KeptSlot
from rtsynth.host.presets.merging import same, undone, undone_sections, undone_slot

BEFORE = KeptSlot("a", {"pitch": 60.0, "gain": 0.0}, True, None, "a", "1", {"tuning": [1]})
AFTER = replace(BEFORE, values={"pitch": 66.0, "gain": -6.0}, drones=False, seed=7)


@pytest.mark.parametrize(
    ("before", "after", "now", "expected"),
    [
        (1.0, 2.0, 2.0000001, 1.0),
        (1.0, 2.0, 3.0, 3.0),
        ({"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 2, "b": 3}, {"a": 1, "b": 3}),
        ({"a": 1}, {}, {"b": 5}, {"a": 1, "b": 5}),
        ({}, {"a": 1}, {"a": 1, "b": 5}, {"b": 5}),
        ({"x": {"a": 1}}, {"x": {"a": 2}}, {"x": {"a": 2, "b": 1}}, {"x": {"a": 1, "b": 1}}),
        ([1], [1, 2], [1, 2.0], [1]),
        ([1], [1, 2], [1, 2, 3], [1, 2, 3]),
        ("a", "b", None, None),
    ],
)
def test_what_still_stands_is_undone(
    before: object, after: object, now: object, expected: object
) -> None:
    assert undone(before, after, now) == expected


def test_sameness_is_that_of_float32() -> None:
    assert same({"a": [0.1, "x"]}, {"a": [0.1000000015, "x"]})
    assert not same({"a": 1}, {"b": 1})
    assert not same([1], [1, 2])
    assert not same("1", 1)


def test_sections_that_stay_are_left_out() -> None:
    before, after = {"mixer": {"gain": 0}, "old": 1}, {"mixer": {"gain": -6}, "old": 1}
    assert undone_sections(before, after, after) == {"mixer": {"gain": 0}}
    assert undone_sections(before, after, {"mixer": {"gain": -3}, "new": 1}) == {}


def test_a_slot_moves_only_what_stands() -> None:
    back = undone_slot(BEFORE, AFTER, replace(AFTER, values={"pitch": 66.0, "gain": -3.0}))
    assert back is not None
    assert (back.values, back.drones, back.sections) == ({"pitch": 60.0}, True, {})
    assert back.seed is None
    again = undone_slot(AFTER, BEFORE, BEFORE)
    assert again is not None
    assert again.seed == 7
    assert undone_slot(BEFORE, AFTER, BEFORE) is None
    moved = replace(AFTER, values={"pitch": 1.0, "gain": 1.0}, drones=True)
    assert undone_slot(BEFORE, AFTER, moved) is None


def test_controls_of_hidden_layers_come_back_where_they_were() -> None:
    opened = replace(
        BEFORE, values={"pitch": 60.0, "audio.layer1_scale": 0.5}, sections={"opened": True}
    )
    closed = replace(BEFORE, values={"pitch": 60.0}, sections={"opened": False})
    back = undone_slot(opened, closed, closed)
    assert back is not None
    assert (back.values, back.sections) == ({"audio.layer1_scale": 0.5}, {"opened": True})
    moved = replace(opened, values={"pitch": 60.0, "audio.layer1_scale": 0.25})
    assert undone_slot(opened, closed, moved) is None  # opened by somebody else, and moved
