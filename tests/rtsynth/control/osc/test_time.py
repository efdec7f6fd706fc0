"""Time tags against the two clocks of this machine."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth.control.osc.time import WallClock, timetag_at

CLOCK = WallClock()


@given(st.integers(-10_000_000_000, 10_000_000_000))
def test_time_tags_become_monotonic_times(offset_ns: int) -> None:
    expected_ns = time.monotonic_ns() + offset_ns
    measured_ns = CLOCK.monotonic_ns(timetag_at(time.time_ns() + offset_ns))
    assert abs(measured_ns - expected_ns) < 500_000_000  # the machine may be busy in between


@pytest.mark.system
def test_equal_tags_stay_equal_and_distances_are_kept() -> None:
    start_ns = time.time_ns() + 10_000_000_000
    first, second = timetag_at(start_ns), timetag_at(start_ns + 1_000_000)
    clock = WallClock()
    times_ns = []
    for _ in range(6):
        times_ns.append(clock.monotonic_ns(first))
        assert clock.monotonic_ns(second) - times_ns[-1] == pytest.approx(1_000_000, abs=2)
        time.sleep(0.25)
    assert max(times_ns) - min(times_ns) <= 2


def test_a_wall_clock_that_was_set_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = WallClock()
    real_time_ns, real_monotonic = time.time_ns, time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real_monotonic() + 1.1)  # it looks again
    monkeypatch.setattr(time, "time_ns", lambda: real_time_ns() + 3_600_000_000_000)
    ahead_ns = clock.monotonic_ns(timetag_at(time.time_ns() + 500_000_000)) - time.monotonic_ns()
    assert -5e9 < ahead_ns <= 0.501e9  # less, the longer it took to get here; no hour


def test_time_tags_pass_the_end_of_the_ntp_era(monkeypatch: pytest.MonkeyPatch) -> None:
    era_end_s = (1 << 32) - 2_208_988_800  # in February 2036
    just_before_ns = (era_end_s - 1) * 1_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: just_before_ns)
    tag = timetag_at(just_before_ns + 2_000_000_000)
    assert tag < 1 << 33  # it wrapped
    ahead_ns = WallClock().monotonic_ns(tag) - time.monotonic_ns()
    assert -5e9 < ahead_ns <= 2.001e9  # less, the longer it took to get here; no era
