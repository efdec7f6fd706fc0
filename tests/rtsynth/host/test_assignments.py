"""Depths at their times, and what is made known of them."""

import time

import pytest

from rtsynth.host.assignments import Assignments, Key, merged

PITCH: Key = ("lfo1", "pitch")
GAIN: Key = ("walk", "gain")
Published = list[tuple[int | None, str, str, float]]


@pytest.fixture
def published() -> Published:
    return []


@pytest.fixture
def assignments(published: Published) -> Assignments:
    return Assignments(lambda *change: published.append(change))


def test_what_counts_now_is_published_where_it_differs(
    assignments: Assignments, published: Published
) -> None:
    assignments.place({GAIN: 0.25})
    assignments.put({PITCH: 0.5, GAIN: 0.25}, None)
    assert assignments.now == {GAIN: 0.25, PITCH: 0.5}
    assignments.put({GAIN: 0.0}, 7)
    assert assignments.now == {PITCH: 0.5}
    assert published == [(None, *PITCH, 0.5), (7, *GAIN, 0.0)]


def test_a_later_depth_counts_from_its_time_on(
    assignments: Assignments, published: Published
) -> None:
    due_ns = time.monotonic_ns() + 3_600_000_000_000
    assignments.put_later({PITCH: 0.5}, due_ns)
    assignments.put_later({PITCH: 0.0, GAIN: -1.0}, due_ns + 10)
    assignments.put({PITCH: 0.125}, None)
    assert assignments.waits
    assert assignments.at(None) == assignments.at(due_ns - 1) == {PITCH: 0.125}
    assert assignments.at(due_ns) == {PITCH: 0.5}
    assert assignments.at(due_ns + 10) == {GAIN: -1.0}
    assert assignments.now == {PITCH: 0.125}
    published.clear()
    assignments.settle(due_ns)
    assert assignments.now == {PITCH: 0.5}
    assignments.settle(due_ns + 10)
    assert assignments.now == {GAIN: -1.0}
    assert published == [
        (due_ns, *PITCH, 0.5), (due_ns + 10, *PITCH, 0.0), (due_ns + 10, *GAIN, -1.0)
    ]  # fmt: skip
    assert not assignments.waits


def test_what_is_not_due_can_be_dropped(assignments: Assignments) -> None:
    assignments.put_later({PITCH: 0.5}, 1)
    assignments.put_later({PITCH: 0.75}, 1000)
    assignments.forget(999)
    assert assignments.now == {PITCH: 0.5}
    assignments.settle(1000)
    assert assignments.now == {PITCH: 0.5}


def test_merged() -> None:
    assert merged({PITCH: 0.5, GAIN: 0.25}, {PITCH: 0.0}) == {GAIN: 0.25}
    assert merged({}, {PITCH: 0.5}) == {PITCH: 0.5}
