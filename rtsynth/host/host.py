"""`Host`: an engine in this process, its slots, and everything a control surface may ask of it."""

import logging
import math
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.computing import check_ahead, check_precision
from rtsynth.common.control_names import some_names
from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.seeds import check_seed
from rtsynth.common.version import __version__
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.precision import HEADROOM, Setting, choose, measure_load
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import MAX_VOICES
from rtsynth.host.audio.portaudio import DeviceName
from rtsynth.host.core import make_voice
from rtsynth.host.notes import Source
from rtsynth.host.notices import Notice, Notices
from rtsynth.host.output import Output
from rtsynth.host.overload import OverloadWatch
from rtsynth.host.protocol import Meter, Telemetry
from rtsynth.host.recorder import Recordings
from rtsynth.host.schedule import Feeder, Schedule
from rtsynth.host.slot import Slot
from rtsynth.host.states import read_state, write_state
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import resolve

log = logging.getLogger("rtsynth")

Observer = Callable[[int, str, float], None]


class Host:
    """Plays plugins. Usable in a notebook or a test: `with Host(device="null") as host: ...`.

    Args:
        device: part of a device's name, its number, "null", or None for the default device (and
            the null device, with a warning, where there is none).
        rate_hz, block_frames: None leaves the choice to the device.
        seed: what the voices' random numbers start from.
        precision: of the weights, "auto", "float32", "int8" or "int4"; "auto" measures when a
            plugin is loaded and takes the most exact one that is fast enough.
        threads: how many compute a large plugin; None for as few as will do.
        voices: notes of one plugin that can sound together.
        ahead_ms: how far ahead of the device the sound is computed, by a thread of its own: a
            network that takes nearly all of real time then plays through a machine's bad moments,
            and every change is heard so much later. 0: never. None: `precision.AHEAD_MS` where a
            plugin that is loaded before the start needs it.
        back, words: see `Output`; for a supervised engine.

    Every method may be called from any thread.

    Raises:
        InputError: no such device, or something is out of range.
        EngineError: the device does not open.
    """

    def __init__(
        self,
        device: str | None = None,
        *,
        rate_hz: int | None = None,
        block_frames: int | None = None,
        channels: int = 2,
        seed: int = 0,
        precision: str = "auto",
        threads: int | None = None,
        voices: int = 1,
        ahead_ms: float | None = None,
        back: DeviceName | None = None,
        words: NDArray[np.int64] | None = None,
    ) -> None:
        check_precision(precision, threads)
        check_ahead(ahead_ms)
        check_seed(seed)
        if not 1 <= voices <= MAX_VOICES:
            raise InputError(f"voices: {voices} is not in 1..{MAX_VOICES}")
        self.seed_value = seed
        self._precision, self._threads, self._voices = precision, threads, voices
        self.lock = threading.RLock()
        self.schedule = Schedule()
        self._feeder = Feeder(self.schedule, self)
        self._loading = threading.RLock()  # of those who load; taken before `lock`
        self._loads: dict[int, float] = {}  # share of real time, by the address of the voice
        self._overload = OverloadWatch()
        self._slots: dict[int, Slot] = {}
        self._observers: list[Observer] = []
        self.notices = Notices()
        self._output = Output(device, rate_hz, block_frames, channels, back=back, words=words)
        self.core = self._output.core
        self.recordings = Recordings(self.core, self._recording_failed)
        self._may_go_ahead = ahead_ms is None
        if ahead_ms is not None:
            try:
                self._output.set_ahead(ahead_ms)
            except InputError:
                self._output.close()
                raise
        self._running = False

    # --- life ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the sound (rising from silence)."""
        with self.lock:
            if not self._running:
                self._output.start()
                self._running = True
                if (device := self._output.waits_for) is not None:
                    self.notices.add("/device", "null", f"waiting for {device}")
                self._feeder.start()

    def fade_out(self) -> None:
        """Fade to silence (20 ms) and wait for it, as long as the device still plays."""
        if self._running:
            self.core.set_master(False)
            self.core.wait_faded()

    def stop(self) -> None:
        """Fade out and stop; what waited for its time is forgotten."""
        self._feeder.stop()
        with self.lock:
            if self._running:
                self.fade_out()
                self._output.stop()
                self._running = False
            self.schedule.drop()

    def close(self) -> None:
        """Finish a recording, stop, give the device back.

        In this order: the stream of a sound server that died may never stop.
        """
        self.fade_out()
        try:
            if self.recording:
                self.record_stop()
        finally:
            self.stop()
            self._output.close()

    @property
    def rate_hz(self) -> int:
        """Rate of the device."""
        return self.core.rate_hz

    @property
    def device(self) -> str:
        """Name of the device, or "null"."""
        return self._output.name

    @property
    def playing_to(self) -> DeviceName | None:
        """The device, also one that is waited for; None for a null device that was chosen."""
        return self._output.playing_to

    @property
    def waits(self) -> bool:
        """Whether the device is not there: the null device plays in its place."""
        return self._output.waits_for is not None

    @property
    def api(self) -> str | None:
        """The device's sound system, e.g. "ALSA"; None for the null device."""
        return self._output.api

    # --- slots -----------------------------------------------------------------------------------

    def load(self, plugin: Plugin | Compiled | str | Path) -> Slot:
        """Load a plugin (or the file at a path, or of a name) into the next free slot.

        Raises:
            PluginError: the file cannot be used.
            InputError: all slots are taken, or the plugin makes parameters only.
        """
        with self._loading:  # else two threads could take the same slot
            for number in range(1, sh.MAX_SLOTS + 1):
                if number not in self._slots:
                    return self.load_into(number, plugin)
        raise InputError(f"all {sh.MAX_SLOTS} slots are taken; unload one first")

    def load_into(
        self, number: int, plugin: Plugin | Compiled | str | Path, *, insist: bool = False
    ) -> Slot:
        """Load a plugin into slot `number`.

        The compiling happens here, in the calling thread; a plugin that played in the slot plays
        on meanwhile and is faded over. Values that mean the same to the new plugin are kept, see
        `Slot.take_values`. What waits for its time is for the plugin that is there by then. With
        `insist` a plugin that does not fit beside what plays is loaded all the same.

        Raises:
            PluginError: the file cannot be used; the slot is as it was.
            InputError: precision "auto", and it does not fit beside what the other slots take.
            ControlError: no such slot.
        """
        if not 1 <= number <= sh.MAX_SLOTS:
            raise ControlError(f"slot {number}: slots are 1 to {sh.MAX_SLOTS}")
        with self._loading:  # one after the other: each is judged beside those before it
            return self._load_into(number, plugin, insist)

    def _load_into(self, number: int, plugin: Plugin | Compiled | str | Path, insist: bool) -> Slot:
        compiled, setting = self._compiled(number, plugin, insist)
        self.core.wait_for_fade(number - 1)  # mostly done by here, where nobody waits for the lock
        with self.lock:
            self.core.wait_for_fade(number - 1)
            voice = make_voice(compiled, self.rate_hz, self.seed_value, self._voices)
            slot = Slot(self, number, voice, self._voices)
            if setting is not None:
                self._loads[voice.address] = setting.load
            if number in self._slots:
                self._slots[number].times.hand_over()
                slot.take_values(self._slots[number])
            self.core.play(number - 1, slot.voice)
            if self._running:
                self._output.raise_priority()  # of helpers that this plugin is the first to need
            self._slots[number] = slot
        return slot

    def _compiled(
        self, number: int, plugin: Plugin | Compiled | str | Path, insist: bool
    ) -> tuple[Compiled, Setting | None]:
        """What is to be played in slot `number`; how, unless that was decided by the caller."""
        source = load(resolve(str(plugin))) if isinstance(plugin, str | Path) else plugin
        if isinstance(source, Compiled):
            return source, None
        _ = source.manifest.audio_codec  # raises for a plugin that makes none
        may_start = self._may_go_ahead and not self._running
        compiled, setting = choose(
            source,
            self._precision,
            self._threads,
            block_samples=self._block_samples(source),
            voices=self._voices,
            ahead=may_start or self._output.ahead_ms > 0,
            taken=self._taken_beside(number),
            insist=insist,
        )
        if setting.total > HEADROOM:
            with self.lock:  # the sound may have started meanwhile
                if may_start and not self._running and self._output.ahead_ms < setting.ahead_ms:
                    self._output.set_ahead(min(setting.ahead_ms, self._output.most_ahead_ms))
            told = f"{source.name}: {setting.consequence(self._output.ahead_ms)}"
            log.warning("%s", told)
            self.notices.add("/fail", f"/slot/{number}/load", told)
        return compiled, setting

    def _block_samples(self, plugin: Plugin) -> int:
        return max(1, self._output.block_frames * plugin.sample_rate_hz // self.rate_hz)

    def _taken_beside(self, number: int) -> float:
        """The share of real time that the slots other than `number` take, each at its worst."""
        with self.lock:
            others = [slot for slot in self.slots if slot.number != number]
            self._loads = {
                slot.voice.address: self._loads[slot.voice.address]
                for slot in self.slots
                if slot.voice.address in self._loads
            }
        for slot in others:
            if slot.voice.address not in self._loads:  # it came compiled
                compiled = slot.voice.compiled
                block = self._block_samples(compiled.plugin)
                self._loads[slot.voice.address] = measure_load(compiled, block, self._voices)
        return sum(self._loads[slot.voice.address] for slot in others)

    def check_load(self) -> None:
        """Tell, once, that computing takes more time than there is; to be called now and then."""
        told = self._overload.look(self.core, len(self._slots)) if self._running else None
        if told is not None:
            log.warning("%s", told)
            self.notices.add("/fail", "/load", told)

    def unload(self, number: int) -> None:
        """Fade a slot out and empty it; what waits for its time there is forgotten."""
        self.core.wait_for_fade(number - 1)
        with self.lock:
            self.slot(number)
            self.core.wait_for_fade(number - 1)
            self.core.play(number - 1, None)
            del self._slots[number]
            self.schedule.drop(number)

    def give(self, slot: int, until_ns: int, end_s: float) -> bool:
        """For the feeder of the schedule, see `rtsynth.host.schedule.Fed`."""
        with self.lock:
            if slot in self._slots:
                return self._slots[slot].times.feed(until_ns, end_s)
            self.schedule.drop(slot)
            return True

    def slot(self, number: int) -> Slot:
        """The slot called `number` (from 1).

        Raises:
            ControlError: nothing is loaded there.
        """
        slot = self._slots.get(number)
        if slot is None:
            known = ", ".join(str(n) for n in sorted(self._slots)) or "none"
            raise ControlError(f"slot {number} is empty; loaded: {known}")
        return slot

    @property
    def slots(self) -> list[Slot]:
        """The loaded slots, by number."""
        return [self._slots[number] for number in sorted(self._slots)]

    # --- controls (see rtsynth.host.protocol.Engine) --------------------------------------------

    def subscribe(self, observer: Observer) -> None:
        """Call `observer(slot, name, value)` after every change, in the thread that made it."""
        self._observers.append(observer)

    def notify(self, slot: int, name: str, value: float) -> None:
        """Tell the observers."""
        for observer in self._observers:
            observer(slot, name, value)

    @property
    def running(self) -> bool:
        """Whether `start` was called, and `stop` was not since."""
        return self._running

    def frame_for(self, at_ns: int | None) -> int:
        """The device frame of a monotonic time; NOW for None or while nothing plays."""
        if at_ns is None or not self._running:
            return sh.NOW
        return self.core.frame_at(at_ns)

    def set(self, slot: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        """Move a parameter or control; returns the value after clamping (which is no error)."""
        return self.slot(slot).set(name, value, at_ns=at_ns)

    def set_norm(self, slot: int, name: str, position: float, *, at_ns: int | None = None) -> float:
        """Move a control to a knob position 0..1; returns the value there."""
        if not math.isfinite(position):
            raise ControlError(f"{name}: {position} is not a finite number")
        return self.slot(slot).set(name, self.slot(slot).spec(name).value_at(position), at_ns=at_ns)

    def get(self, slot: int, name: str) -> float:
        """The value a control is at or moving to; timed changes count from their time on."""
        return self.slot(slot)[name]

    def note_on(
        self,
        slot: int,
        note: float,
        velocity: float,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> float:
        """Start a note; velocity 0..1. Returns the note that sounds, after clamping."""
        return self.slot(slot).note_on(note, velocity, source=source, at_ns=at_ns)

    def note_off(
        self, slot: int, note: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Release a note."""
        self.slot(slot).note_off(note, source=source, at_ns=at_ns)

    def bend(
        self, slot: int, semitones: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Bend the notes of a source; before the first note, what sounds."""
        self.slot(slot).bend(semitones, source=source, at_ns=at_ns)

    def express(
        self, slot: int, share: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Leave the notes of a source a share 0..1 of their amplitude."""
        self.slot(slot).express(share, source=source, at_ns=at_ns)

    def end_drone(self, slot: int, *, at_ns: int | None = None) -> None:
        """Silence a slot that sounds without any note."""
        self.slot(slot).end_drone(at_ns=at_ns)

    def reset(self, slot: int, *, at_ns: int | None = None) -> None:
        """Put a slot's network where a note starts, and let it sound."""
        self.slot(slot).reset(at_ns=at_ns)

    def seed(self, slot: int, seed: int, *, at_ns: int | None = None) -> None:
        """Restart a slot's random numbers."""
        self.slot(slot).seed(seed, at_ns=at_ns)

    def panic(self) -> None:
        """Close every slot's gate, drop what waits; a note or `reset` opens it again."""
        for slot in self.slots:
            slot.silence()

    def save_state(self, name: str) -> None:
        """Store the values of all controls under `name`."""
        write_state(name, {str(slot.number): slot.values() for slot in self.slots})

    def recall_state(self, name: str) -> None:
        """Move all controls to the values stored under `name`; what has no place here is told."""
        for number, values in read_state(name).items():
            slot = self._slots.get(int(number))
            if slot is None:
                self._tell_of_recall(name, f"slot {number} is empty")
            elif missing := slot.restore(values):
                what = (
                    f"slot {number}, {slot.plugin.name}, has no {some_names(missing, missing[0])}"
                )
                self._tell_of_recall(name, what)

    def _tell_of_recall(self, name: str, problem: str) -> None:
        text = f"state {name!r}: {problem}; load the plugin it was saved with"
        log.warning("%s", text)
        self.notices.add("/fail", "/state/recall", text)

    def record_start(self, path: str) -> str:
        """Write the output to `path` (24 bits) from now on; an existing file is left alone.

        Returns the file that is written.
        """
        with self.lock:
            self.recordings.start(Path(path))
            return str(self.recordings.path)

    @property
    def recording(self) -> bool:
        """Whether what is heard is being written to a file."""
        return self.recordings.path is not None

    def record_stop(self) -> int:
        """Finish the recording; returns its length in frames.

        Raises:
            ControlError: nothing is being recorded.
            EngineError: it ended before, because the disk refused.
        """
        with self.lock:
            return self.recordings.stop()

    def _recording_failed(self, problem: str) -> None:
        log.warning("%s", problem)
        self.notices.add("/fail", "/record/start", problem)

    def read_notices(self, cursor: int) -> tuple[int, list[Notice]]:
        """(new cursor, what clients are to be told without having asked, since `cursor`)."""
        return self.notices.since(cursor)

    # --- looking ---------------------------------------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """What there is to control; see `rtsynth.host.protocol`."""
        return {"version": __version__, "slots": [slot.describe() for slot in self.slots]}

    def status(self) -> dict[str, Any]:
        """Counters and settings of the engine."""
        counter = self.core.counter
        return {
            "version": __version__,
            "pid": os.getpid(),
            "device": self.device,
            "api": self.api,
            "waits_for": None if (device := self._output.waits_for) is None else str(device),
            "rate_hz": self.rate_hz,
            "block_frames": self._output.block_frames,
            "ahead_ms": round(self._output.ahead_ms, 2),
            "latency_ms": round(1000 * self.latency_s, 2),
            "running": self._running,
            "callbacks": counter(sh.CALLBACKS),
            "frames": counter(sh.FRAMES),
            "xruns": counter(sh.XRUNS),
            "late_events": counter(sh.LATE_EVENTS),
            "lost_events": counter(sh.LOST_EVENTS),
            "waiting_events": len(self.schedule),
            "load": self._mean_load(),
            "recording": str(path) if (path := self.recordings.path) else None,
            "recording_problem": self.recordings.problem,
        }

    @property
    def latency_s(self) -> float:
        """From a change arriving to its being heard: one block, the filter, the device.

        And what is computed ahead.
        """
        filters = [slot.voice.latency_frames for slot in self.slots]
        return self._output.latency_s + max(filters, default=0.0) / self.rate_hz

    def _mean_load(self) -> float:
        durations = self.core.callback_ns(last=200)
        block = self.core.counter(sh.RENDER_FRAMES)
        if durations.size == 0 or block == 0:
            return 0.0
        return float(durations.mean()) / (block / self.rate_hz * 1e9)

    def read_telemetry(self) -> Telemetry:
        """Levels, load, xruns."""
        meters = []
        for slot in self.slots:
            peak, square = (float(x) for x in self.core.levels[slot.number - 1])
            meters.append(Meter(slot.number, _decibel(peak), _decibel(math.sqrt(max(square, 0)))))
        return Telemetry(meters, self._mean_load(), self.core.counter(sh.XRUNS))

    def read_scope(self, cursor: int) -> tuple[int, NDArray[np.float32]]:
        """(new cursor, samples put out since `cursor`) at the device's rate."""
        return self.core.read_output(cursor)


def _decibel(amplitude: float) -> float:
    return 20 * math.log10(max(amplitude, 1e-6))
