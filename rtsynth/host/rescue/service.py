"""`Rescue`: the voices of the slots that are watched, on a thread of its own.

All that it does are events like those of a hand: they are in event logs, and replays need nothing
of this. What was learnt of a plugin decides when; see `learning`, `traps` and `steering`.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from rtsynth.common.errors import ControlError
from rtsynth.common.log import RateLimitedLog
from rtsynth.engine.program.layout import TARGET_RESET, TARGET_RETURN, TEMPERATURE
from rtsynth.host.changes import Action, Change
from rtsynth.host.notices import Notices
from rtsynth.host.rescue.learning import STEP_MS
from rtsynth.host.rescue.observer import Observer
from rtsynth.host.rescue.profile import Profile
from rtsynth.host.rescue.profiles import Profiles
from rtsynth.host.rescue.steering import COOLER, MODES, OFF, Act, Kind, Steering
from rtsynth.host.rescue.traps import Judge, State
from rtsynth.host.sections import Sections
from rtsynth.host.slot import Slot
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.voice import Voice
from rtsynth.host.voicings import Slots
from rtsynth.plugin.opened import is_opened

REST = 3  # of so many rounds one is left out where voices take turns

log = RateLimitedLog(logging.getLogger("rtsynth"))


class _Voice:
    """What is known of a voice."""

    def __init__(self, voice: Voice, number: int, profile: Profile) -> None:
        rate_hz = voice.compiled.plugin.sample_rate_hz
        self.observer = Observer(voice.compiled, voice.arena, number)
        self.judge = Judge(profile, rate_hz)
        self.steering = Steering(rate_hz, voice.slot.bank.step)
        self.rate_hz = rate_hz
        self.backs = 0  # how often it had been gone back, when it was looked at last
        self.looked = 0  # the round in which it was looked at last
        self.pressing = False  # whether the next round has to look again


class _Watched:
    """The voices of a slot, as it was loaded."""

    def __init__(self, voice: Voice, profile: Profile) -> None:
        self.voice = weakref.ref(voice)
        self.voices = [_Voice(voice, number, profile) for number in range(voice.voices)]


class Rescue:
    """Watches slots, and rescues their networks. Any thread may call anything but `look`.

    `slot` counts from 1; methods raise ControlError for a slot that is empty.
    """

    def __init__(
        self,
        slots: Slots,
        notices: Notices,
        sections: Sections,
        publish: Callable[[Change], None],
        unheard: Callable[[], tuple[int, float]],
    ) -> None:
        self._slots, self._notices, self._publish = slots, notices, publish
        self._unheard = unheard  # `Moments.unheard`
        sections.add_for_slots("rescue", self)
        self.profiles = Profiles()
        self._lock = threading.Lock()
        self._modes: dict[int, str] = {}
        self._counts: dict[int, int] = {}
        self._watched: dict[int, _Watched] = {}  # of `look` alone
        self._round = 0
        self._begun = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def choose(self, slot: int, mode: str) -> None:
        """ "off", "gentle" or "firm".

        Raises:
            ControlError: another mode.
        """
        if mode not in MODES:
            raise ControlError(f"no rescue {mode[:40]!r}; there are {', '.join(MODES)}")
        self._slots.slot(slot)
        with self._lock:
            self._modes[slot] = mode
            self._start_thread()
        self._publish(Action(slot, "rescue", (mode,)))

    def mode(self, slot: int) -> str:
        """How a slot is rescued."""
        self._slots.slot(slot)
        return self.chosen(slot)

    def chosen(self, slot: int) -> str:
        """The same of any slot, also of one that was emptied a moment ago."""
        return self._modes.get(slot, OFF)

    def forget(self, slot: int) -> None:
        """A slot is empty: what comes there next is not rescued before it is asked for."""
        with self._lock:
            mode = self._modes.pop(slot, OFF)
            self._counts.pop(slot, None)
        if mode != OFF:
            self._publish(Action(slot, "rescue", (OFF,)))

    def count(self, slot: int) -> int:
        """How often a slot was rescued since the engine began."""
        self._slots.slot(slot)
        return self._counts.get(slot, 0)

    def learns(self, slot: int) -> bool:
        """Whether what is healthy for the plugin is not known yet: until then nothing is done."""
        return self.profiles.learns(self._slots.slot(slot).plugin)

    # --- what presets, sets and sessions keep of a slot ----------------------------------------

    def read(self, slot: int) -> str:
        """How a slot is rescued, as plain data."""
        return self.mode(slot)

    def restore(self, slot: int, data: Any) -> list[str]:
        """Rescue it so again.

        Raises:
            ControlError: it is no mode.
        """
        self.choose(slot, str(data))
        return []

    # --- life ----------------------------------------------------------------------------------

    def begin(self) -> None:
        """The sound has started: watch, as soon as anything is to be watched."""
        with self._lock:
            self._begun = True
            self._start_thread()

    def end(self) -> None:
        """Watch no more."""
        with self._lock:
            self._begun, thread = False, self._thread
        if thread is not None:
            self._stopping.set()
            thread.join()
            for slot in self._slots.slots:
                self._let_go(slot)
            with self._lock:
                self._thread = None
                self._stopping.clear()
        self.profiles.stop()

    def _start_thread(self) -> None:
        """Needs the lock."""
        wanted = self._begun and any(mode != OFF for mode in self._modes.values())
        if wanted and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="rescue", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        due_s = time.monotonic()
        while not self._stopping.wait(max(due_s - time.monotonic(), 0.001)):
            due_s = max(due_s + STEP_MS / 1000, time.monotonic())
            try:
                self.look()
            except ControlError as error:  # no room for an event, or a slot was just emptied
                log.warning(f"rescue: {error}")
            except Exception as error:  # a bug of ours: say so, and go on
                log.warning("rescue: internal error", error)

    def look(self) -> None:
        """A round, every STEP_MS, by one thread: of all voices one that sounds is looked at.

        Of a single one every second time, of several two times in three; of what is perhaps wrong
        every time.
        """
        self._round += 1
        slots = {slot.number: slot for slot in self._slots.slots}
        for number in [n for n in self._watched if n not in slots]:
            del self._watched[number]
        found = [
            (slot, number, voice)
            for slot in slots.values()
            for number, voice in enumerate(self._voices(slot))
        ]
        turns = [each for each in found if each[2].observer.sounds or each[2].steering.busy]
        turns = [each for each in turns if each[2].looked < self._round - 1]
        rests = len(turns) > 1 and self._round % REST == 0
        first = min(() if rests else turns, key=lambda each: each[2].looked, default=None)
        for slot, number, voice in found:
            if voice.pressing or (first is not None and voice is first[2]):
                self._look_at(slot, number, voice)

    def _voices(self, slot: Slot) -> list[_Voice]:
        """The voices of a slot that are watched."""
        mode, voice = self._modes.get(slot.number, OFF), slot.voice
        watched = self._watched.get(slot.number)
        if watched is not None and watched.voice() is voice:
            if mode == OFF and not any(each.steering.busy for each in watched.voices):
                del self._watched[slot.number]
                return []
            return watched.voices
        self._let_go(slot)
        plugin = voice.compiled.plugin
        # What is done to the layers of an opened slot is meant.
        profile = None if mode == OFF or is_opened(plugin) else self.profiles.of(plugin)
        if profile is None:
            return []
        watched = self._watched[slot.number] = _Watched(voice, profile)
        return watched.voices

    def _let_go(self, slot: Slot) -> None:
        """Watch a slot's voices no longer; none stays cooler than its knob says."""
        watched = self._watched.pop(slot.number, None)
        for number, voice in enumerate(watched.voices[: slot.voices] if watched else ()):
            if voice.steering.busy:
                self._act(slot, number, Act(Kind.WARM))

    def _look_at(self, slot: Slot, number: int, voice: _Voice) -> None:
        heard = self._heard_of(voice)
        look = voice.observer.look()
        voice.looked = self._round
        if look is None:
            return
        verdict = voice.judge.judge(look)
        voice.pressing = verdict.state in (State.BORDER, State.WRONG)
        mode = self._modes.get(slot.number, OFF)
        for act in voice.steering.step(mode, look.clock, verdict, heard):
            if act.kind is Kind.ACCEPT:
                voice.judge.accept(look)
                continue
            if act.kind in (Kind.RETURN, Kind.RESET):
                voice.observer.forget()
            self._act(slot, number, act)
        voice.pressing = voice.pressing or voice.steering.busy

    def _heard_of(self, voice: _Voice) -> int:
        """The sample of a voice that is heard now; what is void of what it was ahead is let go."""
        backs, ahead_s = self._unheard()
        heard = voice.observer.clock - round(ahead_s * voice.rate_hz)
        if backs != voice.backs:
            voice.backs = backs
            for part in (voice.observer, voice.judge, voice.steering):
                part.rewound(heard)
        return heard

    def _act(self, slot: Slot, number: int, act: Act) -> None:
        warm = slot["temperature"]
        target, value = {
            Kind.COOL: (TEMPERATURE, warm * COOLER),
            Kind.WARM: (TEMPERATURE, warm),
            Kind.RETURN: (TARGET_RETURN, float(act.at)),
            Kind.RESET: (TARGET_RESET, 0.0),
        }[act.kind]
        slot.times.at(None, SlotActs.steer, (target, value, number))
        if act.reason:
            self._counts[slot.number] = self._counts.get(slot.number, 0) + 1
            self._notices.add(f"/slot/{slot.number}/rescued", act.reason)
            how = "reset" if act.kind is Kind.RESET else "went back"
            log.warning(f"slot {slot.number}: rescued from {act.reason}: voice {number + 1} {how}")
