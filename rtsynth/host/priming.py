"""Live priming: a slot's network is fed a recording, or what comes in, and goes on from there.

The sound is run through the network as if it had drawn it, beside what plays. The state that
this leaves is put into the slot's bank under a name (see `rtsynth.host.banks`), and recalled.
"""

import logging
import math
import threading
import time
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import ArrayLike

from rtsynth.common.audiofile import read_end
from rtsynth.common.control_names import PRIME_S, PRIMED
from rtsynth.common.errors import ControlError
from rtsynth.engine.live import shared as sh
from rtsynth.host.audio.input import KEPT_S, Input
from rtsynth.host.audio.listening import Listening
from rtsynth.host.bank_names import check_name
from rtsynth.host.bank_voices import voice_of
from rtsynth.host.banks import Banks
from rtsynth.host.fed import I64, Fed, codes_of, encoded, step_of, whole_steps
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage
from rtsynth.host.voicings import Slots

log = logging.getLogger("rtsynth")

LONGEST_S = KEPT_S
PIECE = 4096  # codes that are fed with the values of one moment
LIVE_PIECE = 256  # ... between two looks at an input
WAIT_S = 0.5


class Priming:
    """Primes networks. Any thread may call anything; `slot` counts from 1.

    Every method raises ControlError for a slot that is empty, a voice that there is not, a name
    that no state can have, and where another plugin is loaded meanwhile.
    """

    def __init__(
        self,
        slots: Slots,
        stage: Stage,
        banks: Banks,
        sound_in: Input | None = None,
    ) -> None:
        self._slots, self._stage, self._banks = slots, stage, banks
        self._input = Input() if sound_in is None else sound_in
        self._listening, self._ended = threading.Lock(), threading.Event()
        self._computing = threading.Lock()  # one at a time: the rest of the machine plays

    def prime(
        self,
        slot: int,
        samples: ArrayLike,
        rate_hz: int,
        name: str = PRIMED,
        voice: int = 0,
        *,
        seconds: float = PRIME_S,
        at_ns: int | None = None,
    ) -> float:
        """Feed samples to a slot's network, keep the state under a name, and go on from there.

        It takes as long as playing so much does, at most. The knobs count as they are meanwhile.

        Args:
            slot: the slot.
            samples: [T] or [T, channels], mixed down, in -1..1; what is beyond that is clipped.
            rate_hz: their rate.
            name: of the state in the bank.
            voice: which one goes on from there (from 1), 0: all.
            seconds: how much of the end of the samples is fed at most.
            at_ns: the `time.monotonic_ns()` time to go on from there; None: as soon as it can.

        Returns:
            The seconds that were fed: whole steps of the plugin's tiers.

        Raises:
            ControlError: no such samples; or seconds that are not above 0 and at most LONGEST_S.
        """
        found = self._check(slot, name, voice, seconds)
        codes = codes_of(found.plugin, samples, rate_hz, seconds)
        return self._prime(found, codes, name, voice, at_ns)

    def prime_file(
        self,
        slot: int,
        path: str,
        name: str = PRIMED,
        voice: int = 0,
        *,
        seconds: float = PRIME_S,
        at_ns: int | None = None,
    ) -> float:
        """`prime` with up to the last seconds of a recording in a file.

        Raises:
            InputError: the file is no recording that can be read.
        """
        found = self._check(slot, name, voice, seconds)
        rate_hz = found.plugin.sample_rate_hz
        samples = read_end(Path(path), rate_hz, seconds, log.warning)
        codes = codes_of(found.plugin, samples, rate_hz, seconds)
        return self._prime(found, codes, name, voice, at_ns)

    def prime_input(
        self, slot: int, seconds: float, channel: int = 1, name: str = PRIMED, voice: int = 0
    ) -> float:
        """Listen to the sound card for so long, and have the slot go on from what came in.

        It is fed to the network while it comes, so that the slot goes on at once. The input is
        that of the device which is played to, if it has one; else the default one.

        Args:
            slot: the slot.
            seconds: how long.
            channel: of the input, from 1.
            name, voice: see `prime`.

        Returns:
            The seconds that were fed.

        Raises:
            ControlError: no such seconds or channel; or somebody is listening already.
            EngineError: there is no input, or it fails.
        """
        found = self._check(slot, name, voice, seconds)
        if not self._listening.acquire(blocking=False):
            raise ControlError("the input is being listened to already: wait for that")
        try:
            with self._input.listen(channel) as source:
                count = self._feed_from(source, found, seconds, name, voice)
        finally:
            self._listening.release()
        return count / found.plugin.sample_rate_hz

    def _feed_from(
        self, source: Listening, slot: Slot, seconds: float, name: str, voice: int
    ) -> int:
        """How many codes were fed."""
        plugin, fed = slot.plugin, Fed(slot.voice, voice_of(slot, voice))
        rate_hz = plugin.sample_rate_hz
        made = soxr.ResampleStream(source.rate_hz, rate_hz, 1, "float64", "HQ")
        step = step_of(slot.voice.compiled)
        count = max(round(seconds * rate_hz) // step, 1) * step
        waiting, left = np.zeros(0, np.int64), count
        taken = source.come
        while left > 0:
            if self._ended.is_set():
                raise ControlError("the engine ends")
            if len(waiting) < min(LIVE_PIECE, left):
                come = source.await_more(taken)
                samples = source.part(taken, come).astype(np.float64)
                taken = come
                if source.rate_hz != rate_hz:
                    samples = made.resample_chunk(samples)
                waiting = np.append(waiting, encoded(plugin, samples))
            piece = waiting[: min(LIVE_PIECE, left)]
            fed.feed(piece)
            waiting, left = waiting[len(piece) :], left - len(piece)
        self._go_on(slot, fed, name, voice, None)
        return count

    def end(self) -> None:
        """Listen no more: the engine ends. Waits until nobody does."""
        self._ended.set()
        with self._listening:
            pass

    def _check(self, slot: int, name: str, voice: int, seconds: float) -> Slot:
        """The slot; all that can be wrong is said before anything is computed."""
        found = self._slots.slot(slot)
        check_name(name)
        voice_of(found, voice)
        if not (math.isfinite(seconds) and 0 < seconds <= LONGEST_S):
            raise ControlError(f"{seconds:g} s: give seconds above 0, up to {LONGEST_S:g}")
        return found

    def _prime(self, slot: Slot, codes: I64, name: str, voice: int, at_ns: int | None) -> float:
        with self._computing:
            self._await_changes()
            fed = Fed(slot.voice, voice_of(slot, voice))
            codes = whole_steps(slot.voice.compiled, codes)
            for start in range(0, len(codes), PIECE):
                fed.feed(codes[start : start + PIECE])
            self._go_on(slot, fed, name, voice, at_ns)
        return len(codes) / slot.plugin.sample_rate_hz

    def _go_on(self, slot: Slot, fed: Fed, name: str, voice: int, at_ns: int | None) -> None:
        if self._slots.slot(slot.number) is not slot:
            raise ControlError(f"slot {slot.number}: another plugin was loaded meanwhile")
        self._banks.put(slot.number, name, fed.state())
        self._banks.recall(slot.number, name, voice, at_ns=at_ns)

    def _await_changes(self) -> None:
        """Let the engine come to the changes that were asked for until now."""
        core = self._stage.core
        head = core.counter(sh.EVENT_HEAD)
        end = time.monotonic() + WAIT_S
        taken = None  # blocks, as the last of them was taken
        while self._stage.running and time.monotonic() < end:
            if taken is None and core.counter(sh.EVENT_TAIL) >= head:
                taken = core.counter(sh.CALLBACKS)
            if taken is not None and core.counter(sh.CALLBACKS) > taken:
                return
            time.sleep(0.001)
