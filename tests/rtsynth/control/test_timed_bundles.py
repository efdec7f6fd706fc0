"""Bundles act at the sample their time tag asks for; many may be sent ahead, and all act."""

import numpy as np
import pytest

from tests.requirements import require_portaudio
from tests.rtsynth.control.timed_bundles import Timed, measure, value_of

MOST_OFF = 10.0  # samples, a fifth of a millisecond: the engine follows the device's clock
TRIES = 5
SCORE = 30_000
EVERY_S = 0.0003

pytestmark = [pytest.mark.measure, pytest.mark.alone]


def check(found: Timed, *, steps: bool) -> None:
    print(found.line())
    wanted = [value_of(number, found.sent, steps=steps) for number in range(found.sent)]
    np.testing.assert_array_equal(found.values, np.array(wanted, np.float32))
    heard = found.off if found.off_heard is None else found.off_heard
    assert max(np.abs(found.off).max(), np.abs(heard).max()) <= MOST_OFF
    assert found.late == 0
    assert (found.status["late_events"], found.status["lost_events"]) == (0, 0)


@pytest.mark.parametrize(
    "block_frames", [0, pytest.param(128, marks=pytest.mark.jack)], ids=["null", "JACK"]
)
def test_bundles_a_fifth_of_a_second_ahead(block_frames: int) -> None:
    if block_frames:
        require_portaudio()
    for _ in range(TRIES):
        found = measure(100, 0.05, 0.2, block_frames)
        if found.xruns == 0:  # else the device's own time was not steady
            return check(found, steps=bool(block_frames))
    pytest.fail(f"{TRIES} times the device missed a cycle: the machine is too busy")


def test_thousands_of_changes_sent_ahead() -> None:
    """`python -m tests.rtsynth.control.timed_bundles` has a hundred thousand."""
    check(measure(SCORE, EVERY_S, 3600.0), steps=False)
