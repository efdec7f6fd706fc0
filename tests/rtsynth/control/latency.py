"""From a message to the change in the sound, in frames of a JACK server: see `latency_table`."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.rtsynth.control.jack_capture import JackCapture
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.control.step_plugin import LEVEL, RATE_HZ

TRIES = 40
SETTLES_S = 0.02  # from silence to a knob that is all the way down
ANYWHERE_S = 0.006  # within a block
LISTEN_FRAMES = RATE_HZ  # later than that is not heard at all
HEARD_S = 3.0  # until so many frames have been recorded, on a busy machine


class UnheardError(AssertionError):
    """A turn of the knob had no effect.

    Between JACK clients MIDI lasts for one cycle: whoever misses it, never gets the message.
    """


def latencies(
    capture: JackCapture, turn: Callable[[bool], None], tries: int = TRIES
) -> NDArray[np.int64]:
    """Frames from a turn of the knob to its effect, for so many turns.

    What is recorded is stamped with the cycle in which the engine computed it: the recording adds
    nothing, and the sound card would add its own. A block that the recording missed can only make
    a latency look longer.

    Raises:
        UnheardError: a turn that nothing followed.
    """
    random = np.random.default_rng(0)

    def first_loud(start: int) -> int | None:
        loud = np.flatnonzero(capture.heard(start, LISTEN_FRAMES) > LEVEL / 2)
        return int(loud[0]) if loud.size else None

    def is_silent() -> bool:
        return all(np.abs(samples).max() < 0.01 for _, samples in capture.blocks[-3:])

    found = []
    for _ in range(tries):
        turn(False)
        if not wait_until(is_silent, HEARD_S):
            raise UnheardError("the sound did not change back")
        time.sleep(SETTLES_S + random.uniform(0, ANYWHERE_S))
        capture.blocks.clear()
        sent = capture.now()
        turn(True)
        if not wait_until(lambda sent=sent: first_loud(sent) is not None, HEARD_S):
            raise UnheardError("no change in the sound")
        latency = first_loud(sent)
        assert latency is not None
        found.append(latency)
    return np.array(found)
