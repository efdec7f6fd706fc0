"""What a slot needs of its surroundings: the engine core, its clock, the schedule, who listens."""

import threading

from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Change, Publisher
from rtsynth.host.core import EngineCore
from rtsynth.host.schedule import Schedule


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

    @property
    def rate_hz(self) -> int:
        """Rate of the device."""
        return self.core.rate_hz

    @property
    def delay_ms(self) -> float:
        """From a change to its output, at most, as far as the engine is concerned."""
        return 1000.0 * self.core.delay_frames / self.rate_hz

    def frame_for(self, at_ns: int | None) -> int:
        """The device frame of a monotonic time; NOW for None or while nothing plays."""
        if at_ns is None or not self.running:
            return sh.NOW
        return self.core.frame_at(at_ns)

    def publish(self, change: Change) -> None:
        """Let subscribers know of a change."""
        self.publisher.publish(change)
