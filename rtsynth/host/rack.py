"""The slots of an engine: plugins are loaded, replaced and unloaded, timed changes fed to them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.control_info import MASTER
from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.settle import settle
from rtsynth.host.carrying import go_on_as
from rtsynth.host.changes import PluginChange
from rtsynth.host.lineup import Lineup
from rtsynth.host.loading import Loadable, Loading
from rtsynth.host.mixer import Mixer
from rtsynth.host.output import Output
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage
from rtsynth.host.voice import Voice, begin_from, make_voice
from rtsynth.host.voicing import UNTUNED

TURN_S = 0.5  # for a voice that is to play, besides two blocks: a fade, and what else there is
F32 = NDArray[np.float32]


class Rack:
    """Slots 1 to MAX_SLOTS, filled or empty. Any thread may call anything.

    Args:
        seed: what the random numbers of a plugin start from.
        voices: notes of one plugin that can sound together, until a slot is given another number.
    """

    def __init__(
        self,
        stage: Stage,
        output: Output,
        loading: Loading,
        mixer: Mixer,
        *,
        seed: int,
        voices: int,
    ) -> None:
        self._stage, self._output, self._loading = stage, output, loading
        self._mixer = mixer
        self._seed, self._voices = seed, voices
        self._tuning: tuple[str, ...] = (UNTUNED,)  # of slots that are filled
        self._tuned: Tuned | None = None
        self._loaders = threading.RLock()  # of those who load; taken before the stage's lock
        self._slots: dict[int, Slot] = {}
        self.lineup = Lineup(stage, self._plugin_names, output.name_slots)
        # Take along what others keep of a slot that is made anew, with another number of voices.
        self.carries: list[Callable[[Slot, Slot], None]] = []
        # Let others forget what they keep by the number of a slot that is emptied.
        self.forgets: list[Callable[[int], None]] = []

    @property
    def slots(self) -> list[Slot]:
        """The loaded slots, by number."""
        return [slot for _, slot in sorted(self._slots.copy().items())]

    def _plugin_names(self) -> dict[int, str]:
        return {number: slot.plugin.name for number, slot in self._slots.copy().items()}

    def output_of(self, number: int) -> int | None:
        """The channel, from 1, that a slot has to itself; None for none."""
        return 2 + number if number <= self._output.own_outputs else None

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

    def load_into(
        self, number: int, plugin: Loadable, *, insist: bool = False, voices: int | None = None
    ) -> Slot:
        """See `Host.load_into`; `voices` is what the slot has, or what others start with."""
        if not 1 <= number <= sh.MAX_SLOTS:
            raise ControlError(f"slot {number}: slots are 1 to {sh.MAX_SLOTS}")
        with self._loaders:  # one after the other: each is judged beside those before it
            before = self._slots.get(number)
            if voices is None:
                voices = self._voices if before is None else before.voices
            return self._load_into(number, plugin, voices, insist=insist)

    def set_voices(self, number: int, voices: int, *, insist: bool = False) -> None:
        """See `Voicings.set_voices`."""
        with self._loaders:
            slot = self.slot(number)
            if slot.voices != voices:
                # What was given compiled, and not measured since, stays as it is.
                again = slot.voice.compiled if slot.share is None else slot.plugin
                new = self._load_into(number, again, voices, insist=insist, again=True)
                self._carry(slot, new)

    def load_again(
        self, slot: Slot, compiled: Compiled, state: Callable[[], F32] | None = None
    ) -> Slot:
        """Load what a slot plays again, compiled otherwise: it goes on with its values and notes.

        Args:
            state: called just before that, for what the network begins from; None: from rest.

        Raises:
            ControlError: something else plays in the slot by now.
        """
        with self._loaders:
            if self._slots.get(slot.number) is not slot:
                raise ControlError(f"slot {slot.number}: another plugin was loaded meanwhile")
            new = self._load_into(
                slot.number, compiled, slot.voices, insist=True, again=True, state=state
            )
            if new.plugin.content_hash == slot.plugin.content_hash:
                self._carry(slot, new)
            return new

    def start_tuned(self, tuning: tuple[str, ...], tuned: Tuned | None) -> None:
        """See `Voicings.tune_all`."""
        with self._loaders:
            self._tuning, self._tuned = tuning, tuned

    def _load_into(
        self,
        number: int,
        plugin: Loadable,
        voices: int,
        *,
        insist: bool,
        again: bool = False,
        state: Callable[[], F32] | None = None,
    ) -> Slot:
        beside = [slot for slot in self.slots if slot.number != number]
        compiled, share = self._loading.compiled(number, plugin, beside, voices, insist=insist)
        stage, core = self._stage, self._stage.core
        core.wait_for_fade(number - 1)  # mostly done by here, where nobody waits for the lock
        begins_from = None if state is None else state()
        with stage.lock:
            core.wait_for_fade(number - 1)
            voice = make_voice(compiled, stage.rate_hz, self._seed, voices)
            if begins_from is not None:
                begin_from(voice, begins_from)
            slot = Slot(stage, number, voice, voices, share)
            before = self._slots.get(number)
            values: dict[str, float] = {}
            if before is None:
                slot.tune(self._tuning, self._tuned)
            else:
                before.times.hand_over()
                (slot.continue_from if again else slot.take_values)(before)
                values = before.leave()
            core.play(number - 1, slot.voice)
            if stage.running:
                self._output.raise_priority()  # of helpers that this plugin is the first to need
            self._slots[number] = slot
            slot.enter(values)
            if again and before is not None:
                slot.strike_held(before)
        return slot

    def has_its_turn(self, slot: Slot) -> bool:
        """Whether what a slot is to play plays, or nothing does; a few blocks are waited for."""
        return not self._stage.running or self._wait_for_turn(slot.number, slot.voice)

    def go_on_with(self, slot: Slot, compiled: Compiled) -> None:
        """Let a slot go on with other weights: from the sample at which they begin, all as it is.

        See `rtsynth.engine.live.carry`; while nothing plays it is loaded again. Only a voice that
        plays can be gone on as: one that was published, and not taken yet, is waited for.

        Raises:
            NotAlikeError: not only the weights are others.
            ControlError: something else was loaded into the slot, or the device takes nothing.
        """
        number, stage, core = slot.number, self._stage, self._stage.core
        voice = make_voice(compiled, stage.rate_hz, slot.voice.seed, slot.voices)
        go_on_as(voice, slot.voice)
        with self._loaders:
            has_turn = self.has_its_turn(slot)  # mostly waited for here, where nobody else waits
            with stage.lock:
                if self._slots.get(number) is not slot or voice.after != slot.voice.number:
                    raise ControlError(f"slot {number}: something else was loaded meanwhile")
                if not has_turn or not self.has_its_turn(slot):
                    raise ControlError(
                        f"slot {number}: the audio device takes no sound: try again once it does"
                    )
                if stage.running:
                    core.play(number - 1, voice)
                    if self._wait_for_turn(number, voice):
                        slot.go_on_with(voice)  # now its clock is that of the one before
                        return
                # Nothing plays, or the device has just stalled: it begins anew, with its values.
                new = self._load_into(number, compiled, slot.voices, insist=True, again=True)
                self._carry(slot, new)

    def keep_sound(self, slot: Slot) -> None:
        """Keep what a slot puts out from now on, if it plays: `Voice.tap`.

        Raises:
            ControlError: something else was loaded into the slot.
        """
        if slot.voice.tap is None and self._stage.running and self.has_its_turn(slot):
            self.go_on_with(slot, slot.voice.compiled)

    def _wait_for_turn(self, number: int, voice: Voice) -> bool:
        """Wait until a voice that was published has its slot to itself, as long as that may take.

        False: the device takes nothing, or something else was published.
        """
        core, place = self._stage.core, number - 1
        end = time.monotonic() + TURN_S + 2 * core.counter(sh.BLOCK_FRAMES) / core.rate_hz
        while core.counter(sh.FADING + place) or core.counter(sh.CURRENT + place) != voice.address:
            if time.monotonic() > end:
                return False
            time.sleep(0.001)
        return True

    def _carry(self, before: Slot, after: Slot) -> None:
        for carry in self.carries:
            carry(before, after)

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
            self.lineup.forget(number)
            for forget in self.forgets:
                forget(number)
            stage.publish(PluginChange(number))

    def give(self, slot: int, until_ns: int, end_s: float) -> bool:
        """For the feeder of the schedule, see `rtsynth.host.schedule.Fed`."""
        with self._stage.lock:
            if slot == MASTER:
                return self._mixer.times.feed(until_ns, end_s)
            if slot in self._slots:
                return self._slots[slot].times.feed(until_ns, end_s)
            self._stage.schedule.drop(slot)
            return True

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """While the sound is stopped, with the stage's lock held.

        What the engine was given for a time that has come counts; what is for later is forgotten.
        """
        now_ns = time.monotonic_ns()
        frame = self._stage.frame_for(now_ns)
        self._mixer.drop_later(now_ns)
        for slot in self.slots:
            slot.drop_later(now_ns)
        yield
        settle(self._stage.core.words, frame)

    def settle(self) -> None:
        """Publish the timed changes that are due."""
        self._mixer.settle()
        for slot in self.slots:
            slot.settle()
