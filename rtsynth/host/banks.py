"""State banks: what a slot's network was at a moment, kept by name, and put back.

Names belong to the plugin that plays in a slot, as it was loaded: with another one they are gone;
another number of voices takes them along. What is kept is the network alone: no knob moves. Of the
last minute every moment is kept without being asked for. See `rtsynth.engine.live.bank`.
"""

import math
import threading
import time
import weakref
from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError
from rtsynth.common.names import composed
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    CLOCK,
    TARGET_KEEP,
    TARGET_LOOP,
    TARGET_LOOP_LENGTH,
    TARGET_RECALL,
    TARGET_RETURN,
    header_of,
)
from rtsynth.host.bank_names import BankNames
from rtsynth.host.bank_voices import asked_voice, state_of_voice
from rtsynth.host.core import EngineCore
from rtsynth.host.notices import Notices
from rtsynth.host.slot import Slot
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.voice import RING_S, Voice, read_moment, read_state
from rtsynth.host.voicings import Slots

F32 = NDArray[np.float32]
WAIT_S = 1.0
SPARE_S = 0.5  # longer than an event waits for its block
LEAST_LOOP_S = 0.001


class Banks:
    """Keeps states of networks. Any thread may call anything; `slot` counts from 1.

    `at_ns` is the `time.monotonic_ns()` time of a change; None means the next block. Every method
    raises ControlError for a slot that is empty, and for a name that is not there.
    """

    def __init__(self, slots: Slots, core: EngineCore, notices: Notices) -> None:
        self._slots, self._core, self._notices = slots, core, notices
        self._lock = threading.Lock()
        self._of: weakref.WeakKeyDictionary[Slot, BankNames] = weakref.WeakKeyDictionary()

    def names(self, slot: int) -> list[str]:
        """The names of a slot's states, in the order in which they were kept first."""
        found = self._slots.slot(slot)
        with self._lock:
            return list(self._names(found).serials)

    def save(
        self,
        slot: int,
        name: str,
        seconds: float = 0.0,
        voice: int = 0,
        *,
        at_ns: int | None = None,
    ) -> None:
        """Keep what the network is, or was some seconds ago, under a name, over what was there.

        Of a single voice (from 1, or NEWEST) what is kept is put back as that in any voice.

        With upper tiers, as they begin their next step: up to one step of the slowest later. What
        it was, to the nearest moment before that the last minute is kept of.

        Raises:
            ControlError: no such name can be, there are too many, nothing is kept of that time, or
                there is no such voice.
        """
        _check_ago(seconds)
        found = self._slots.slot(slot)
        number = asked_voice(found, voice)
        ago_ns = round(seconds * 1e9)
        passed_ns = ago_ns - (0 if at_ns is None else max(at_ns - time.monotonic_ns(), 0))
        with self._lock:
            serial = self._names(found).next_for(name, slot)
            if passed_ns > 0:
                then = _moment(found, passed_ns / 1e9)
                self._give(found, serial, state_of_voice(found, then, number))
            else:
                then_ns = None if at_ns is None else at_ns - ago_ns
                self._act(found, then_ns, TARGET_KEEP, serial, number)
            self._name(found, name, serial)

    def recall(self, slot: int, name: str, voice: int = 0, *, at_ns: int | None = None) -> None:
        """Put a state back, in all voices or in one (from 1, or NEWEST); values of knobs stay.

        Raises:
            ControlError: no such voice.
        """
        found = self._slots.slot(slot)
        with self._lock:
            serial = self._names(found).find(name, slot)
            self._act(found, at_ns, TARGET_RECALL, serial, asked_voice(found, voice))
            self._note(found, at_ns, "bank/recall", name, voice)

    def back(self, slot: int, seconds: float, voice: int = 0, *, at_ns: int | None = None) -> float:
        """Return to what the network was some seconds ago, in all voices or in one (from 1).

        Returns the seconds, as far as there is something that long ago.

        Raises:
            ControlError: not in 0..60 seconds, or no such voice.
        """
        _check_ago(seconds)
        found = self._slots.slot(slot)
        clock, rate_hz = _clock(found.voice, at_ns), found.plugin.sample_rate_hz
        wanted = max(clock - round(seconds * rate_hz), 0)
        self._act(found, at_ns, TARGET_RETURN, wanted, asked_voice(found, voice))
        self._note(found, at_ns, "bank/back", seconds, voice)
        return (clock - wanted) / rate_hz

    def state(self, slot: int, name: str) -> F32:
        """A copy of what is kept under a name, float32 as `rtsynth.compiler.network_state` has it.

        Raises:
            ControlError: it is not kept yet: its time has not come.
        """
        found = self._slots.slot(slot)
        with self._lock:
            state = read_state(found.voice, self._names(found).find(name, slot))
        if state is None:
            raise ControlError(f"slot {slot}: the state {name!r} is not kept yet")
        return state

    def put(self, slot: int, name: str, state: F32) -> None:
        """Let a slot have a state under a name, over what was there; nothing is recalled.

        Raises:
            ControlError: no such name can be, there are too many, or it is no state of the network
                that plays there.
        """
        found = self._slots.slot(slot)
        with self._lock:
            serial = self._names(found).next_for(name, slot)
            self._give(found, serial, state)
            self._name(found, name, serial)

    def now(self, slot: int, timeout_s: float = WAIT_S) -> F32:
        """What the network is now, or as its tiers begin their next step: waits for that.

        Raises:
            ControlError: nothing plays.
        """
        found = self._slots.slot(slot)
        with self._lock:
            serial = self._names(found).next()
            self._act(found, None, TARGET_KEEP, serial)
        end = time.monotonic() + timeout_s
        while (state := read_state(found.voice, serial)) is None:
            if time.monotonic() > end:
                raise ControlError(f"slot {slot}: nothing plays")
            time.sleep(0.002)
        return state

    def go_on_from(self, slot: int, state: F32) -> None:
        """Let all voices go on from a state that has no name.

        Raises:
            ControlError: it is no state of the network that plays there.
        """
        found = self._slots.slot(slot)
        with self._lock:
            serial = self._names(found).next(self._needed_until(None))
            self._give(found, serial, state)
            self._act(found, None, TARGET_RECALL, serial)

    def delete(self, slot: int, name: str) -> None:
        """Forget a state."""
        found = self._slots.slot(slot)
        with self._lock:
            names, name = self._names(found), composed(name)
            names.find(name, slot)
            del names.serials[name]
            if names.start == name:
                self._start(found, "")
            self._announce(found)

    def rename(self, slot: int, old: str, new: str) -> None:
        """Give a state another name.

        Raises:
            ControlError: there is a state of that name, or none can be.
        """
        found = self._slots.slot(slot)
        with self._lock:
            self._names(found).rename(old, new, slot)
            self._announce(found)

    # --- notes and loops -------------------------------------------------------------------------

    def starts_from(self, slot: int) -> str:
        """The name of the state that notes of a slot begin from; "": where the network is."""
        found = self._slots.slot(slot)
        with self._lock:
            return self._names(found).start

    def start_from(self, slot: int, name: str) -> None:
        """Let every note begin from a state, in its voice; "": where the network is by then."""
        found = self._slots.slot(slot)
        with self._lock:
            if name:
                self._names(found).find(name, slot)
            self._start(found, name)
            self._announce(found)

    def loop(self, slot: int, name: str, seconds: float, *, at_ns: int | None = None) -> None:
        """Put a state back now and every so many seconds, in all voices; 0: no more.

        Args:
            name: "" stands for what the network was so many seconds ago: the last ones are looped.

        Raises:
            ControlError: it cannot be so long, or so short.
        """
        found = self._slots.slot(slot)
        shortest = int(LEAST_LOOP_S * found.plugin.sample_rate_hz) / found.plugin.sample_rate_hz
        if seconds != 0 and not shortest <= seconds <= RING_S:  # in whole samples, as `looped`
            raise ControlError(f"{seconds:g} s: a loop takes {LEAST_LOOP_S:g} to {RING_S} s")
        with self._lock:
            names, serial = self._names(found), 0
            length = max(round(seconds * found.plugin.sample_rate_hz), 1)
            if seconds != 0:
                serial = names.find(name, slot) if name else names.next()
                if not name:
                    then = max(_clock(found.voice, at_ns) - length, 0)
                    self._act(found, at_ns, TARGET_RETURN, then)
                    self._act(found, at_ns, TARGET_KEEP, serial)
            self._loop(found, at_ns, serial, length)
            self._note(found, at_ns, "bank/loop", name, seconds)
        self._changed(slot)

    def looped(self, slot: int) -> tuple[str, float] | None:
        """The state that is put back again and again, and every how many seconds; None for none.

        Its name is "" where it has none: the last seconds, or a state that is kept anew by now.
        """
        found = self._slots.slot(slot)
        serial, samples = found.looped.serial, found.looped.samples
        with self._lock:
            name = self._names(found).name_of(serial)
        return (name, samples / found.plugin.sample_rate_hz) if serial else None

    def _loop(self, found: Slot, at_ns: int | None, serial: int, samples: int) -> None:
        if serial:
            self._act(found, at_ns, TARGET_LOOP_LENGTH, samples)
        self._act(found, at_ns, TARGET_LOOP, serial)
        self._names(found).loop(serial, self._needed_until(at_ns))

    def _needed_until(self, at_ns: int | None) -> int:
        """Up to when a state is needed that is put back at a time, also if it is gone back."""
        ahead_s = self._core.counter(sh.AHEAD) / self._core.rate_hz
        return max(time.monotonic_ns(), at_ns or 0) + round((SPARE_S + ahead_s) * 1e9)

    def _give(self, found: Slot, serial: int, state: F32) -> None:
        try:
            self._core.give_state(found.voice, serial, state)
        except ValueError as error:
            raise ControlError(
                f"slot {found.number}: no state of {found.plugin.name}: {error}"
            ) from error

    def _names(self, slot: Slot) -> BankNames:
        return self._of.setdefault(slot, BankNames())

    def _name(self, found: Slot, name: str, serial: int) -> None:
        """A serial has a name from now on."""
        name = composed(name)
        names, is_new = self._names(found), name not in self._names(found).serials
        names.serials[name] = serial
        names.used = True
        if names.start == name:
            self._start(found, name)
        self._announce(found, listed=is_new)

    def _start(self, found: Slot, name: str) -> None:
        names, name = self._names(found), composed(name)
        names.start = name
        found.times.at(None, SlotActs.start_from, (names.serials[name] if name else 0,))

    def _announce(self, found: Slot, *, listed: bool = True) -> None:
        """Let everybody know that what is kept has changed; clients, if it is listed otherwise."""
        self._note(found, None, "bank")
        if listed:
            self._changed(found.number)

    def _changed(self, slot: int) -> None:
        self._notices.add(f"/slot/{slot}/bank/changed")

    def _note(self, found: Slot, at_ns: int | None, kind: str, *arguments: Hashable) -> None:
        found.times.at(at_ns, SlotActs.note_bank, (kind, *arguments))

    def _act(
        self, slot: Slot, at_ns: int | None, target: int, value: int, voice: int | None = None
    ) -> None:
        slot.times.at(at_ns, SlotActs.use_bank, (target, value, voice))


def _check_ago(seconds: float) -> None:
    if not (math.isfinite(seconds) and 0 <= seconds <= RING_S):
        raise ControlError(f"{seconds:g} s: the last {RING_S} s are kept")


def _moment(slot: Slot, seconds: float) -> F32:
    """What the network of a slot was so long ago."""
    voice, rate_hz = slot.voice, slot.plugin.sample_rate_hz
    state = read_moment(voice, _clock(voice, None) - round(seconds * rate_hz))
    if state is None:
        raise ControlError(f"slot {slot.number}: nothing is kept of {seconds:.3g} s ago")
    return state


def _clock(voice: Voice, at_ns: int | None) -> int:
    """The sample of a voice that is heard now, or at a time."""
    clock = int(header_of(voice.heard())[CLOCK])
    if at_ns is None:
        return clock
    rate_hz = voice.compiled.plugin.sample_rate_hz
    return clock + max(at_ns - time.monotonic_ns(), 0) * rate_hz // 1_000_000_000
