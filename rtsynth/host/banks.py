"""State banks: what a slot's network was at a moment, kept by name, and put back.

Names belong to the plugin that plays in a slot, as it was loaded: with another one, or another
number of voices, they are gone. What is kept is the network alone: no knob moves. Of the last
minute every moment is kept without being asked for. See `rtsynth.engine.live.bank`.
"""

import math
import threading
import time
import weakref

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError
from rtsynth.engine.program.layout import (
    CLOCK,
    TARGET_KEEP,
    TARGET_RECALL,
    TARGET_RETURN,
    header_of,
)
from rtsynth.host.core import EngineCore
from rtsynth.host.slot import Slot
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.voice import CHOSEN, RING_S, Voice, read_state
from rtsynth.host.voicings import Slots

F32 = NDArray[np.float32]
WAIT_S = 1.0
MOST = CHOSEN // 2  # names of a slot
LONGEST_NAME = 64


class _Names:
    """The names of one voice's states: the serial of each."""

    def __init__(self) -> None:
        self.serials: dict[str, int] = {}
        self._last = 0

    def new_serial(self) -> int:
        """One whose row in the bank no name has; 0 is none."""
        taken = {serial % CHOSEN for serial in self.serials.values()}
        self._last += 1
        while self._last % CHOSEN in taken:
            self._last += 1
        return self._last


class Banks:
    """Keeps states of networks. Any thread may call anything; `slot` counts from 1.

    `at_ns` is the `time.monotonic_ns()` time of a change; None means the next block. Every method
    raises ControlError for a slot that is empty, and for a name that is not there.
    """

    def __init__(self, slots: Slots, core: EngineCore) -> None:
        self._slots, self._core = slots, core
        self._lock = threading.Lock()
        self._of: weakref.WeakKeyDictionary[Slot, _Names] = weakref.WeakKeyDictionary()

    def names(self, slot: int) -> list[str]:
        """The names of a slot's states, in the order in which they were kept first."""
        found = self._slots.slot(slot)
        with self._lock:
            return list(self._names(found).serials)

    def save(self, slot: int, name: str, *, at_ns: int | None = None) -> None:
        """Keep what the network is, under a name, over what was there.

        With upper tiers, as they begin their next step: up to one step of the slowest later.

        Raises:
            ControlError: no such name can be, or there are too many.
        """
        found = self._slots.slot(slot)
        with self._lock:
            serial = self._serial_for(found, slot, name)
            self._act(found, at_ns, TARGET_KEEP, serial)
            self._names(found).serials[name] = serial

    def recall(self, slot: int, name: str, voice: int = 0, *, at_ns: int | None = None) -> None:
        """Put a state back, in all voices or in one (from 1); values of knobs stay.

        Raises:
            ControlError: no such voice.
        """
        found = self._slots.slot(slot)
        with self._lock:
            serial = self._serial(found, name)
            self._act(found, at_ns, TARGET_RECALL, serial, _voice(found, voice))

    def back(self, slot: int, seconds: float, voice: int = 0, *, at_ns: int | None = None) -> float:
        """Return to what the network was some seconds ago, in all voices or in one (from 1).

        Returns the seconds, as far as there is something that long ago.

        Raises:
            ControlError: not in 0..60 seconds, or no such voice.
        """
        if not (math.isfinite(seconds) and 0 <= seconds <= RING_S):
            raise ControlError(f"{seconds:g} s: the last {RING_S} s are kept")
        found = self._slots.slot(slot)
        clock, rate_hz = _clock(found.voice, at_ns), found.plugin.sample_rate_hz
        wanted = max(clock - round(seconds * rate_hz), 0)
        self._act(found, at_ns, TARGET_RETURN, wanted, _voice(found, voice))
        return (clock - wanted) / rate_hz

    def state(self, slot: int, name: str) -> F32:
        """A copy of what is kept under a name, float32 as `rtsynth.compiler.network_state` has it.

        Raises:
            ControlError: it is not kept yet: its time has not come.
        """
        found = self._slots.slot(slot)
        with self._lock:
            state = read_state(found.voice, self._serial(found, name))
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
            serial = self._serial_for(found, slot, name)
            try:
                self._core.give_state(found.voice, serial, state)
            except ValueError as error:
                raise ControlError(
                    f"slot {slot}: no state of {found.plugin.name}: {error}"
                ) from error
            self._names(found).serials[name] = serial

    def now(self, slot: int, timeout_s: float = WAIT_S) -> F32:
        """What the network is now, or as its tiers begin their next step: waits for that.

        Raises:
            ControlError: nothing plays.
        """
        found = self._slots.slot(slot)
        with self._lock:
            serial = self._names(found).new_serial()
            self._act(found, None, TARGET_KEEP, serial)
        end = time.monotonic() + timeout_s
        while (state := read_state(found.voice, serial)) is None:
            if time.monotonic() > end:
                raise ControlError(f"slot {slot}: nothing plays")
            time.sleep(0.002)
        return state

    def delete(self, slot: int, name: str) -> None:
        """Forget a state."""
        found = self._slots.slot(slot)
        with self._lock:
            self._serial(found, name)
            del self._names(found).serials[name]

    def rename(self, slot: int, old: str, new: str) -> None:
        """Give a state another name.

        Raises:
            ControlError: there is a state of that name, or none can be.
        """
        _check_name(new)
        found = self._slots.slot(slot)
        with self._lock:
            self._serial(found, old)
            serials = self._names(found).serials
            if new != old and new in serials:
                raise ControlError(f"slot {slot} has a state {new!r} already")
            self._names(found).serials = {
                new if name == old else name: kept for name, kept in serials.items()
            }

    def _names(self, slot: Slot) -> _Names:
        return self._of.setdefault(slot, _Names())

    def _serial_for(self, found: Slot, slot: int, name: str) -> int:
        """A new serial for what is to be kept under a name."""
        _check_name(name)
        names = self._names(found)
        if name not in names.serials and len(names.serials) >= MOST:
            raise ControlError(f"slot {slot} keeps {MOST} states: delete one first")
        return names.new_serial()

    def _serial(self, slot: Slot, name: str) -> int:
        serials = self._names(slot).serials
        if name not in serials:
            there = ", ".join(list(serials)[:8]) or "none yet"
            raise ControlError(f"slot {slot.number} has no state {name[:LONGEST_NAME]!r}: {there}")
        return serials[name]

    def _act(
        self, slot: Slot, at_ns: int | None, target: int, value: int, voice: int | None = None
    ) -> None:
        slot.times.at(at_ns, SlotActs.use_bank, (target, value, voice))


def _voice(slot: Slot, voice: int) -> int | None:
    if not 0 <= voice <= slot.voices:
        raise ControlError(f"voice {voice}: slot {slot.number} has voices 1 to {slot.voices}")
    return voice - 1 if voice else None


def _clock(voice: Voice, at_ns: int | None) -> int:
    """The sample of a voice that is heard now, or at a time."""
    clock = int(header_of(voice.heard())[CLOCK])
    if at_ns is None:
        return clock
    rate_hz = voice.compiled.plugin.sample_rate_hz
    return clock + max(at_ns - time.monotonic_ns(), 0) * rate_hz // 1_000_000_000


def _check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ControlError(f"a name of a state has 1 to {LONGEST_NAME} letters")
