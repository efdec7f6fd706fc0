"""How large a network is for its time."""

import pytest

from rtsynth_train.own.kinds import KINDS
from rtsynth_train.own.sizes import LITTLE_S, SIZES, size_for, threads_for


def test_every_kind_has_sizes_for_every_time() -> None:
    assert SIZES.keys() == KINDS.keys()
    for sizes in SIZES.values():
        assert sizes[0].from_s == 0
        assert [size.from_s for size in sizes] == sorted(size.from_s for size in sizes)
        assert [size.step_ms for size in sizes] == sorted(size.step_ms for size in sizes)


@pytest.mark.parametrize(("time_s", "place"), [(1, 0), (299, 0), (300, 1), (3600, 2), (28_800, 3)])
def test_the_largest_that_fits(time_s: float, place: int) -> None:
    assert size_for("note", time_s, 60.0) is SIZES["note"][place]


def test_of_little_sound_a_texture_is_a_small_network() -> None:
    small, large = SIZES["texture"][1], SIZES["texture"][2]
    assert size_for("texture", 3600, LITTLE_S) is large
    assert size_for("texture", 3600, LITTLE_S - 1) is small
    assert size_for("texture", 1, 1.0) is SIZES["texture"][0]
    assert size_for("voice", 3600, 1.0) is SIZES["voice"][1]


def test_two_busy_cores_get_one_thread() -> None:
    small, *_, large = SIZES["texture"]
    assert [threads_for(large, cores) for cores in (1, 2, 4, 16)] == [1, 1, 2, 8]
    assert threads_for(small, 16) == 1
