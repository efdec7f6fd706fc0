"""What a slot needs of its surroundings: the engine core, its clock, the schedule, who listens."""

import threading

from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Change, Publisher
from rtsynth.host.core import EngineCore
from rtsynth.host.retuner import Retuner
from rtsynth.host.schedule import Schedule
from rtsynth.host.steady_time import SteadyTime


class Stage:
    """Shared by a host and its slots.

    `lock` is of the control threads, taken before that of a slot; the audio thread takes none.
    `running`: whether the sound was started, and not stopped since.
    """

    def __init__(self, core: EngineCore) -> None:
        self.core = core
        self.schedule = Schedule()
        self.publisher = Publisher()
        self.lock = threading.RLock()
        self.running = False
        self.retuner = Retuner()
        self._time = SteadyTime()

    @property
    def rate_hz(self) -> int:
        """Rate of the device."""
        return self.core.rate_hz

    @property
    def delay_ms(self) -> float:
        """From a change to its output, at most, as far as the engine is concerned."""
        return 1000.0 * self.core.delay_frames / self.rate_hz

    def frame_for(self, at_ns: int | None) -> int:
        """The device frame of a monotonic time; NOW for None or while nothing plays.

        To be called with `lock` held.
        """
        if at_ns is None or not self.running:
            return sh.NOW
        reading = self.core.frame_at(at_ns)
        if reading == sh.NOW:
            return reading
        frame = self._time.frame(at_ns, reading, self.rate_hz)
        earliest = self.core.earliest_frame()
        return frame if reading < earliest else max(frame, earliest)

    def publish(self, change: Change) -> None:
        """Let subscribers know of a change."""
        self.publisher.publish(change)
