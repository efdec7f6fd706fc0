"""Where things lie in memory that Python and compiled code share."""

import numpy as np
import pytest

from rtsynth.engine.program.layout import (
    MAX_VOICES,
    TARGET_FORGET,
    VOICE_TARGETS,
    aligned_floats,
    header_of,
    no_events,
    voice_target,
)


@pytest.mark.parametrize("count", [1, 17, 1000])
def test_floats_start_on_a_cache_line(count: int) -> None:
    for _ in range(8):
        floats = aligned_floats(count)
        assert floats.size == count
        assert floats.ctypes.data % 64 == 0
        assert not floats.any()


def test_no_floats_take_no_room() -> None:
    """Where an empty array starts means nothing: it may lie behind the end."""
    assert aligned_floats(0).shape == (0,)


def test_a_header_is_a_view_of_the_arena() -> None:
    arena = aligned_floats(64)
    header_of(arena)[3] = 1 << 40
    assert arena.view(np.int64)[3] == 1 << 40


def test_targets_of_voices_are_all_unlike() -> None:
    """Also those of negative numbers, which are no rows of the table."""
    targets = range(TARGET_FORGET, 5)
    numbers = {voice_target(target, voice) for voice in range(MAX_VOICES) for target in targets}
    assert len(numbers) == MAX_VOICES * len(targets)
    assert numbers.isdisjoint(range(-VOICE_TARGETS // 2, VOICE_TARGETS // 2))
    assert max(numbers) < 1 << 31


def test_no_events_have_the_types_of_events() -> None:
    assert [part.dtype for part in no_events()] == [np.int64, np.int32, np.float64]
