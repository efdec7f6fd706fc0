"""Tempo and transport of an engine, for surfaces; and the thread of those who follow them."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from rtsynth.common.clock_sources import (
    AUTO,
    HIGHEST_BPM,
    INTERNAL,
    JACK,
    LOWEST_BPM,
    SOURCES,
    check_source,
    clamped_tempo,
)
from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.log import RateLimitedLog
from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Action
from rtsynth.host.notices import Notices
from rtsynth.host.sections import Sections
from rtsynth.host.stage import Stage
from rtsynth.host.transport.clocks import Clocks, State
from rtsynth.host.transport.internal import Taps
from rtsynth.host.transport.jack_link import JackLink
from rtsynth.host.transport.jack_transport import JackTransport, open_transport
from rtsynth.host.transport.reading import MOST_BEATS, Reading, beats_in
from rtsynth.host.transport.slot_beats import SlotBeats, Slots
from rtsynth.host.transport.takes import TAKES_SECTION, Recording, Takes, TakesSection

log = RateLimitedLog(logging.getLogger("rtsynth"))

TICK_S = 1 / 30
SHOWN_TEMPO = 0.002  # a smaller change of another clock's tempo is jitter, and not published
JUMP_S = 0.1  # of the position: it was moved
_END_S = 1.0  # a JACK server that has died may never let a client go: it is not waited for


class Tempo:
    """Any thread may call anything. `at_ns` is a `time.monotonic_ns()` time, None is now.

    Args:
        stage: where changes are published.
        slots: what counts beats.
        recording: what records takes; what it cannot record is put into `notices`.
        on_jack: whether the sound goes to JACK: else AUTO does not look for its transport.
        open_jack: becomes a client of JACK's.
    """

    def __init__(
        self,
        stage: Stage,
        slots: Slots,
        recording: Recording,
        notices: Notices,
        *,
        on_jack: bool = False,
        open_jack: Callable[[], JackTransport | None] = open_transport,
    ) -> None:
        self._stage = stage
        self._beats, self._takes = SlotBeats(stage.core, slots), Takes(recording, notices)
        self._on_jack, self._open_jack = on_jack, open_jack
        self._lock = threading.RLock()
        self._clocks, self._taps = Clocks(), Taps()
        self.midi = self._clocks.midi
        self._shown_ns = time.monotonic_ns()
        self._shown = self._clocks.look(self._shown_ns)[0]
        self._poked = threading.Event()
        self._thread: tuple[threading.Thread, threading.Event] | None = None  # and what ends it

    def state(self) -> State:
        """Where everything is now."""
        with self._lock:
            return self._clocks.look(time.monotonic_ns())[0]

    @property
    def asked(self) -> str:
        """The source that was chosen."""
        return self._clocks.asked

    # --- what surfaces ask for --------------------------------------------------------------------

    def set_tempo(self, tempo_bpm: float, *, at_ns: int | None = None) -> float:
        """Play at another tempo; returns it after clamping.

        Raises:
            ControlError: no finite number, or the tempo is that of a clock that is followed.
        """
        tempo_bpm, now_ns = clamped_tempo(tempo_bpm), _time(at_ns)
        with self._lock:
            self._clocks.check_tempo_is_ours(now_ns)
            self._clocks.internal.set_tempo(tempo_bpm, now_ns)
        self._changed()
        return tempo_bpm

    def tap(self, *, at_ns: int | None = None) -> float | None:
        """Tap a beat: from the second on they set the tempo, which is returned; see `Taps`.

        Raises:
            ControlError: the tempo is that of a clock that is followed.
        """
        now_ns = _time(at_ns)
        with self._lock:
            self._clocks.check_tempo_is_ours(now_ns)
            tempo_bpm = self._taps.tap(now_ns)
        return None if tempo_bpm is None else self.set_tempo(tempo_bpm, at_ns=now_ns)

    def choose(self, source: str) -> None:
        """Follow one of SOURCES.

        Raises:
            ControlError: there is none of that name.
        """
        check_source(source)
        with self._lock:
            self._clocks.asked = source
        self._stage.publish(Action(0, "tempo/source", (source,)))
        self._changed()

    def roll(self, rolls: bool, *, at_ns: int | None = None) -> None:
        """Start from where it is, or stop there.

        Raises:
            ControlError: another clock is followed.
        """
        now_ns = _time(at_ns)
        with self._lock:
            self._clocks.check_is_internal(now_ns)
            self._clocks.internal.roll(rolls, now_ns)
        self._changed()

    def locate(self, beats: float, *, at_ns: int | None = None) -> float:
        """Go to a position from 0 on; returns it after clamping.

        Raises:
            ControlError: not a number, or another clock is followed.
        """
        if beats != beats:
            raise ControlError("the position is not a number")
        beats, now_ns = min(max(float(beats), 0.0), MOST_BEATS), _time(at_ns)
        with self._lock:
            self._clocks.check_is_internal(now_ns)
            self._clocks.internal.locate(beats, now_ns)
        self._changed()
        return beats

    @property
    def records(self) -> str | None:
        """What takes are called that follow; None while they do not."""
        return self._takes.path

    def record(self, path: str | None) -> None:
        """Record a take called `path` whenever it rolls; None: no more."""
        self._takes.path = path
        self._stage.publish(Action(0, "record/follow", (path or "",)))

    # --- what is kept of it -----------------------------------------------------------------------

    def keep_in(self, sections: Sections) -> None:
        """Register what is kept: tempo and source; and apart, where takes are recorded."""
        sections.add("tempo", self)
        sections.add(TAKES_SECTION, TakesSection(lambda: self.records, self.record))

    def read(self) -> dict[str, Any]:
        """See `rtsynth.host.sections.Service`."""
        with self._lock:  # as it was published: a clock's jitter is no other state
            tempo_bpm = self._shown.tempo_bpm
        return {"tempo": tempo_bpm, "source": self.asked}

    def restore(self, data: Any) -> list[str]:
        """Go back there; the position, and whether it rolls, stay as they are.

        Raises:
            InputError: it is no state of a tempo; nothing has changed.
        """
        if not isinstance(data, dict) or data.get("source") not in SOURCES:
            raise InputError(f"no source, one of {', '.join(SOURCES)}")
        tempo_bpm: Any = data.get("tempo")
        if type(tempo_bpm) not in (int, float) or not LOWEST_BPM <= tempo_bpm <= HIGHEST_BPM:
            raise InputError(f"tempo: not a number from {LOWEST_BPM:g} to {HIGHEST_BPM:g}")
        with self._lock:
            self._clocks.asked = data["source"]
            self._clocks.internal.set_tempo(float(tempo_bpm), time.monotonic_ns())
        self._stage.publish(Action(0, "tempo/source", (data["source"],)))
        self._changed()
        return []

    # --- the thread -------------------------------------------------------------------------------

    def begin(self) -> None:
        """Let slots and recordings follow; just before the sound starts."""
        if self._stage.core.counter(sh.FRAMES) == 0:
            self._beats.begin(self.state().tempo_bpm)
        ends = threading.Event()
        thread = threading.Thread(target=self._run, args=(ends,), name="tempo", daemon=True)
        self._thread = thread, ends
        thread.start()

    def end(self) -> None:
        """Let them follow no more. The stage's lock must not be held."""
        if self._thread is not None:
            (thread, ends), self._thread = self._thread, None
            ends.set()
            self._poked.set()
            thread.join(_END_S)

    def _run(self, ends: threading.Event) -> None:
        jack, rolled = JackLink(self._open_jack), False
        while not ends.is_set():
            wants_jack = self.asked == JACK or (self.asked == AUTO and self._on_jack)
            try:
                reading = jack.read(time.monotonic_ns(), wanted=wants_jack)
                rolled = self.tick(reading, rolled)
            except Exception as error:  # a bug of ours: say so, and follow on
                log.warning("tempo: internal error", error)
            self._poked.wait(TICK_S)
            self._poked.clear()
        jack.close()

    def tick(self, jack: Reading | None, rolled: bool) -> bool:
        """Look at the clocks, `jack` being JACK's, let those who follow know; whether it rolls."""
        with self._lock:
            self._clocks.jack = jack
            now_ns = time.monotonic_ns()
            state, reading = self._clocks.look(now_ns)
            self._show(state, now_ns)
        # JACK's position is that of the sound that is computed now, not of what is played now.
        early_ns = round(self._stage.delay_ms * 1e6) if state.source == JACK else 0
        self._beats.follow(reading, now_ns, early_ns)
        if state.rolls != rolled:
            self._takes.follow(state.rolls)
        return state.rolls

    def _changed(self) -> None:
        """Publish what has; the thread does the rest, now."""
        with self._lock:
            now_ns = time.monotonic_ns()
            self._show(self._clocks.look(now_ns)[0], now_ns)
        self._poked.set()

    def _show(self, state: State, now_ns: int) -> None:
        """Publish a state, if it is not what everybody expects."""
        shown = self._shown
        moved = shown.rolls * beats_in(now_ns - self._shown_ns, shown.tempo_bpm)
        off_s = abs(state.beats - shown.beats - moved) * 60.0 / state.tempo_bpm
        retimed = abs(state.tempo_bpm / shown.tempo_bpm - 1.0)
        another_tempo = retimed > (0.0 if state.source == INTERNAL else SHOWN_TEMPO)
        if another_tempo:
            self._stage.publish(Action(0, "tempo", (state.tempo_bpm,)))
        known = state.rolls == shown.rolls and state.source == shown.source
        if another_tempo or not known or off_s > JUMP_S:
            about = (int(state.rolls), state.beats, state.tempo_bpm, state.source)
            self._stage.publish(Action(0, "transport/state", about))
            self._shown, self._shown_ns = state, now_ns


def _time(at_ns: int | None) -> int:
    return time.monotonic_ns() if at_ns is None else at_ns
