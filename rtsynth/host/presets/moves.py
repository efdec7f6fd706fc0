"""Moving many controls of a slot as one action, at once or over a time."""

import threading
import time
from collections.abc import Mapping

from rtsynth.common.control_info import ControlInfo
from rtsynth.host.presets.glide import LEAD_NS, Glide, played, step_ms
from rtsynth.host.rack import Rack
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage

TOGETHER_NS = 5_000_000  # that changes are given to the engine before the time they share

Values = Mapping[str, float]


class Moves:
    """What is under way, one morph for each slot. Any thread may call anything."""

    def __init__(self, stage: Stage, rack: Rack) -> None:
        self._stage, self._rack = stage, rack
        self._lock = threading.RLock()
        self._glides: dict[int, Glide] = {}

    def together(self, slot: Slot, values: Values, seed: int | None, at_ns: int | None) -> int:
        """Give controls their values at one sample; the random numbers start again with a seed.

        A morph of the slot ends. Returns the time (`time.monotonic_ns()`) of all that.
        """
        with self._lock:
            asked_ns = time.monotonic_ns() + TOGETHER_NS if at_ns is None else at_ns
            time_ns = max(self._stop(slot.number) + 1, asked_ns)
            self._set(slot, values, time_ns)
            if seed is not None:
                slot.seed(seed, at_ns=time_ns)
        return time_ns

    def to(
        self,
        slot: Slot,
        infos: Mapping[str, ControlInfo],
        targets: Values,
        seconds: float,
        at_ns: int | None,
    ) -> None:
        """Move controls to targets, over a time from where they are, or at once."""
        with self._lock:
            given_ns, now_ns = self._stop(slot.number), time.monotonic_ns()
            targets = free(slot, targets)
            if seconds > 0 and self._stage.running:
                asked_ns = now_ns + TOGETHER_NS if at_ns is None else at_ns
                if given_ns > now_ns:  # it starts from where the morph before it ends
                    asked_ns = max(asked_ns, given_ns + LEAD_NS)
                self._glide(slot, infos, targets, asked_ns, seconds)
            elif at_ns is None and given_ns < now_ns:
                self._set(slot, targets, None)
            else:
                self._set(slot, targets, max(given_ns + 1, at_ns or 0))

    def is_under_way(self, number: int) -> bool:
        """Whether a morph over a time moves a slot."""
        glide = self._glides.get(number)
        return glide is not None and not glide.ended

    def _set(self, slot: Slot, values: Values, at_ns: int | None) -> None:
        for name, value in free(slot, values).items():
            slot.set(name, value, at_ns=at_ns, alone=True)

    def _glide(
        self,
        slot: Slot,
        infos: Mapping[str, ControlInfo],
        targets: Values,
        begin_ns: int,
        seconds: float,
    ) -> None:
        number, plugin = slot.number, slot.plugin

        def find() -> Slot | None:
            found = self._rack.find(number) if self._stage.running else None
            return found if found is not None and found.plugin is plugin else None

        glide = Glide(number, find, infos, targets, begin_ns, seconds, step_ms(slot, targets))
        self._glides[number] = glide
        self._stage.publisher.add(glide)
        glide.start()

    def _stop(self, number: int) -> int:
        """End the morph of a slot; the time of the last change that it has given the engine."""
        glide = self._glides.pop(number, None)
        return 0 if glide is None else glide.stop()


def free(slot: Slot, values: Values) -> dict[str, float]:
    """Those of values that no held note has a claim to."""
    if not slot.held:
        return dict(values)
    of_notes = played(slot)
    return {name: value for name, value in values.items() if name not in of_notes}
