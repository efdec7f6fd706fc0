"""Bundles act at the sample their time tag asks for; 100,000 may be sent ahead, and all act."""

import numpy as np
import pytest

from tests.requirements import require_portaudio
from tests.rounds import good_rounds
from tests.rtsynth.control.timed_bundles import Timed, measure, value_of

MOST_OFF = 5.0  # samples; the engine follows the device's clock, by which it is off at times
SCORE = 100_000
EVERY_S = 0.0006

pytestmark = [pytest.mark.measure, pytest.mark.alone]


def faults(found: Timed, *, steps: bool) -> str:
    wanted = [value_of(number, found.sent, steps=steps) for number in range(found.sent)]
    np.testing.assert_array_equal(found.values, np.array(wanted, np.float32))
    heard = found.off if found.off_heard is None else found.off_heard
    print(found.line())
    good = max(np.abs(found.off).max(), np.abs(heard).max()) <= MOST_OFF and found.late == 0
    return "" if good else found.line()


@pytest.mark.parametrize(
    "block_frames", [0, pytest.param(128, marks=pytest.mark.jack)], ids=["null", "JACK"]
)
def test_bundles_a_fifth_of_a_second_ahead(block_frames: int) -> None:
    if block_frames:
        require_portaudio()
    good_rounds(
        lambda: faults(measure(100, 0.05, 0.2, block_frames), steps=bool(block_frames)),
        good=2,
        of=3,
        reason="a virtual machine shares its cores, and the server's cycle with them",
    )


def test_a_hundred_thousand_changes_sent_ahead() -> None:
    found = measure(SCORE, EVERY_S, 3600.0)
    assert not faults(found, steps=False)
    assert (found.status["late_events"], found.status["lost_events"]) == (0, 0)
