"""The slots of an engine: plugins are loaded, replaced and unloaded, timed changes fed to them."""

import threading

from rtsynth.common.errors import ControlError, InputError
from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import PluginChange
from rtsynth.host.core import make_voice
from rtsynth.host.loading import Loadable, Loading
from rtsynth.host.output import Output
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage


class Rack:
    """Slots 1 to MAX_SLOTS, filled or empty. Any thread may call anything.

    Args:
        seed: what the random numbers of a plugin start from.
        voices: notes of one plugin that can sound together.
    """

    def __init__(
        self, stage: Stage, output: Output, loading: Loading, *, seed: int, voices: int
    ) -> None:
        self._stage, self._output, self._loading = stage, output, loading
        self._seed, self._voices = seed, voices
        self._loaders = threading.RLock()  # of those who load; taken before the stage's lock
        self._slots: dict[int, Slot] = {}

    @property
    def slots(self) -> list[Slot]:
        """The loaded slots, by number."""
        return [slot for _, slot in sorted(self._slots.copy().items())]

    def find(self, number: int) -> Slot | None:
        """The slot called `number`, if something is loaded there."""
        return self._slots.get(number)

    def slot(self, number: int) -> Slot:
        """See `Host.slot`."""
        slot = self._slots.get(number)
        if slot is None:
            known = ", ".join(str(n) for n in sorted(self._slots)) or "none"
            raise ControlError(f"slot {number} is empty; loaded: {known}")
        return slot

    def load(self, plugin: Loadable) -> Slot:
        """See `Host.load`."""
        with self._loaders:  # else two threads could take the same slot
            for number in range(1, sh.MAX_SLOTS + 1):
                if number not in self._slots:
                    return self.load_into(number, plugin)
        raise InputError(f"all {sh.MAX_SLOTS} slots are taken; unload one first")

    def load_into(self, number: int, plugin: Loadable, *, insist: bool = False) -> Slot:
        """See `Host.load_into`."""
        if not 1 <= number <= sh.MAX_SLOTS:
            raise ControlError(f"slot {number}: slots are 1 to {sh.MAX_SLOTS}")
        with self._loaders:  # one after the other: each is judged beside those before it
            return self._load_into(number, plugin, insist)

    def _load_into(self, number: int, plugin: Loadable, insist: bool) -> Slot:
        beside = [slot for slot in self.slots if slot.number != number]
        compiled, share = self._loading.compiled(number, plugin, beside, insist=insist)
        stage, core = self._stage, self._stage.core
        core.wait_for_fade(number - 1)  # mostly done by here, where nobody waits for the lock
        with stage.lock:
            core.wait_for_fade(number - 1)
            voice = make_voice(compiled, stage.rate_hz, self._seed, self._voices)
            slot = Slot(stage, number, voice, self._voices, share)
            before = self._slots.get(number)
            values: dict[str, float] = {}
            if before is not None:
                before.times.hand_over()
                slot.take_values(before)
                values = before.leave()
            core.play(number - 1, slot.voice)
            if stage.running:
                self._output.raise_priority()  # of helpers that this plugin is the first to need
            self._slots[number] = slot
            slot.enter(values)
        return slot

    def unload(self, number: int) -> None:
        """See `Host.unload`."""
        stage = self._stage
        stage.core.wait_for_fade(number - 1)
        with stage.lock:
            slot = self.slot(number)
            stage.core.wait_for_fade(number - 1)
            stage.core.play(number - 1, None)
            del self._slots[number]
            stage.schedule.drop(number)
            slot.leave()
            stage.publish(PluginChange(number))

    def give(self, slot: int, until_ns: int, end_s: float) -> bool:
        """For the feeder of the schedule, see `rtsynth.host.schedule.Fed`."""
        with self._stage.lock:
            if slot in self._slots:
                return self._slots[slot].times.feed(until_ns, end_s)
            self._stage.schedule.drop(slot)
            return True

    def settle(self) -> None:
        """Publish the timed changes that are due."""
        for slot in self.slots:
            slot.settle()
