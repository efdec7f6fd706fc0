"""`Host`: an engine in this process, its slots, and everything a control surface may ask of it."""

import logging
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.computing import check_ahead, check_precision
from rtsynth.common.control_names import some_names
from rtsynth.common.errors import InputError
from rtsynth.common.outputs import PER_SLOT, check_outputs
from rtsynth.common.seeds import check_seed
from rtsynth.engine.live.shared import MAX_SLOTS
from rtsynth.engine.program.layout import MAX_VOICES
from rtsynth.host.audio.input import Input
from rtsynth.host.audio.portaudio import JACK, DeviceName
from rtsynth.host.bank_section import banks_for
from rtsynth.host.changes import Action
from rtsynth.host.event_log import EventLog
from rtsynth.host.following import Following
from rtsynth.host.host.playing import Playing
from rtsynth.host.loading import Loadable, Loading
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.mapping.section import SECTION, MappingsSection
from rtsynth.host.mixer import Mixer
from rtsynth.host.modulation import Modulation
from rtsynth.host.network import Networks
from rtsynth.host.notices import Notice, Notices
from rtsynth.host.opening import Openings
from rtsynth.host.output import Output
from rtsynth.host.overload import OverloadWatch
from rtsynth.host.presets.service import Presets
from rtsynth.host.presets.sets import Sets
from rtsynth.host.presets.snapshots import Snapshots
from rtsynth.host.priming import Priming
from rtsynth.host.protocol import Telemetry
from rtsynth.host.rack import Rack
from rtsynth.host.readings import Readings
from rtsynth.host.recorder import Recordings
from rtsynth.host.rescue.service import Rescue
from rtsynth.host.restart import Restart
from rtsynth.host.schedule import Feeder
from rtsynth.host.sections import Sections
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage
from rtsynth.host.states import read_state, write_state
from rtsynth.host.transport.service import Tempo
from rtsynth.host.voicings import VoicesSection, Voicings

log = logging.getLogger("rtsynth")


class Host(Playing):
    """Plays plugins. Usable in a notebook or a test: `with Host(device="null") as host: ...`.

    Args:
        device: part of a device's name, its number, "null", or None for the default device (and
            the null device, with a warning, where there is none).
        rate_hz, block_frames: None leaves the choice to the device.
        channels: of the device that are opened: the mix is on the first two, or on a single one.
        outputs: "mix", or "per-slot": slot N is on channel 2 + N by itself as well.
        seed: what the voices' random numbers start from.
        precision: of the weights, "auto", "float32", "int8" or "int4"; "auto" measures when a
            plugin is loaded and takes the most exact one that is fast enough.
        threads: how many compute a large plugin; None for as few as will do.
        voices: notes of one plugin that can sound together.
        ahead_ms: how far ahead of the device the sound is computed, by a thread of its own: a
            network that takes nearly all of real time then plays through a machine's bad moments.
            For a change it is computed anew, from about 20 ms later on. 0: never. None:
            `precision.AHEAD_MS` where a plugin that is loaded before the start needs it.
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
        outputs: str = "mix",
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
        check_outputs(channels, outputs)
        if not 1 <= voices <= MAX_VOICES:
            raise InputError(f"voices: {voices} is not in 1..{MAX_VOICES}")
        self.notices, self.sections, self._overload = Notices(), Sections(), OverloadWatch()
        self._output = Output(
            device, rate_hz, block_frames, channels, back=back, words=words,
            own_outputs=min(channels - 2, MAX_SLOTS) if outputs == PER_SLOT else 0,
        )  # fmt: skip
        self.core, self.stage = self._output.core, Stage(self._output.core)
        self.lock, self.schedule = self.stage.lock, self.stage.schedule
        self.mappings = Mappings(self.notices, publish=self.stage.publish)
        self.sections.add(SECTION, MappingsSection(self.mappings))
        loading = Loading(
            self.stage, self._output, self.notices, precision=precision, threads=threads,
            may_go_ahead=ahead_ms is None,
        )  # fmt: skip
        self.mixer, self.restart = Mixer(self.stage), Restart()
        self.sections.add("mixer", self.mixer)
        self._rack = Rack(self.stage, self._output, loading, self.mixer, seed=seed, voices=voices)
        self.sections.add("lineup", self.lineup)
        self.voicing, self.network = Voicings(self._rack), Networks(self._rack)
        self.sections.add_for_slots("voices", VoicesSection(self._rack))  # loads the slot again
        self.sections.add_for_slots("voicing", self.voicing)
        self.banks = banks_for(self._rack, self.core, self.notices, self.sections)
        self.hidden = Openings(self.stage, self._rack, self.banks)
        self.sections.add_for_slots("opened", self.hidden)  # loads the slot again, too
        sound_in = Input(self._output)
        self.priming = Priming(self._rack, self.stage, self.banks, sound_in)
        self.modulation, self._feeder = Modulation(self._rack), Feeder(self.schedule, self._rack)
        self.following = Following(self._rack, self.stage.publisher, self.notices, sound_in,
            lambda: self.event_log.path is not None)  # fmt: skip
        self.sections.add_for_slots("modulation", self.modulation)
        self.rescue = Rescue(
            self._rack, self.notices, self.sections, self.stage.publish, self.core.moments.unheard
        )
        self._rack.forgets.append(self.rescue.forget)
        self.presets = Presets(self.stage, self._rack, self.sections, self.notices)
        self.sets = Sets(self._rack, self.sections, self.presets.moves, self.notices)
        restoring, opens = self.sets.restoring, self.mappings.open
        self.snapshots = Snapshots(self._rack, self.sections, restoring, opens, self.banks)
        self.recordings = Recordings(self.core, self._recording_failed)
        self.event_log = EventLog(self.core, partial(self._report, "/log"))
        self.tempo = Tempo(self.stage, self._rack, self, self.notices, on_jack=self.api == JACK)
        self.tempo.keep_in(self.sections)
        self._readings = Readings(self.stage, self._output, self._rack, self.recordings)
        if ahead_ms is not None:
            self._output.begin_ahead(ahead_ms)

    # --- life ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the sound (rising from silence)."""
        with self.lock:
            if not self.running:
                self.tempo.begin()  # slots are placed at its tempo: before the log has them
                self.event_log.begin()
                self._output.start()
                self.stage.running = True
                if (device := self._output.waits_for) is not None:
                    self.notices.add("/device", "null", f"waiting for {device}")
                self._feeder.start()
                self.rescue.begin()

    def fade_out(self) -> None:
        """Fade to silence (20 ms) and wait for it, as long as the device still plays."""
        if self.running:
            self.core.set_master(False)
            self.core.wait_faded()

    def stop(self) -> None:
        """Fade out and stop; what waited for its time is forgotten."""
        self._feeder.stop()
        self.rescue.end()
        self.tempo.end()
        with self.lock:
            if self.running:
                self.fade_out()
                with self._rack.stopping():
                    self._output.stop()
                self.event_log.finish()
                self.stage.running = False
            self.schedule.drop()

    def close(self) -> None:
        """Finish a recording, stop, give the device back.

        In this order: the stream of a sound server that died may never stop.
        """
        self.priming.end()
        self.following.close()
        self.fade_out()
        try:
            if self.recording:
                self.record_stop()
        finally:
            self.stop()
            self.event_log.finish()
            self.mappings.settle()
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

    def load(self, plugin: Loadable) -> Slot:
        """Load a plugin (or the file at a path, or of a name) into the next free slot.

        Raises:
            PluginError: the file cannot be used.
            InputError: all slots are taken, or the plugin generates parameters only.
        """
        return self._rack.load(plugin)

    def load_into(self, number: int, plugin: Loadable, *, insist: bool = False) -> Slot:
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
        return self._rack.load_into(number, plugin, insist=insist)

    def unload(self, number: int) -> None:
        """Fade a slot out and empty it; what waits for its time there is forgotten."""
        self._rack.unload(number)

    def check_load(self) -> None:
        """Report an overload, once; to be called every second or so."""
        problem = self._overload.look(self.core, len(self.slots)) if self.running else None
        if problem is not None:
            self._report("/load", problem)

    # --- states and recordings (see rtsynth.host.protocol.Engine) ---------------------------------

    @property
    def running(self) -> bool:
        """Whether `start` was called, and `stop` was not since."""
        return self.stage.running

    def save_state(self, name: str) -> None:
        """Store the values of all controls under `name`."""
        write_state(name, {str(slot.number): slot.values() for slot in self.slots})

    def recall_state(self, name: str) -> None:
        """Move all controls to the values stored under `name`; reports what has no place here."""
        for number, values in read_state(name).items():
            if (slot := self._rack.find(int(number))) is None:
                self._report_recall(name, f"slot {number} is empty")
            elif missing := slot.restore(values):
                lacks = some_names(missing, missing[0])
                self._report_recall(name, f"slot {number}, {slot.plugin.name}, has no {lacks}")

    def _report_recall(self, name: str, problem: str) -> None:
        text = f"state {name!r}: {problem}; load the plugin it was saved with"
        self._report("/state/recall", text)

    def _report(self, address: str, problem: str) -> None:
        log.warning("%s", problem)
        self.notices.add("/fail", address, problem)

    def record_start(self, path: str) -> str:
        """Write the output to `path` (24 bits) from now on; an existing file is left alone.

        Returns the file that is written.
        """
        with self.lock:
            self.recordings.start(Path(path), stereo=self.mixer.panned)
            self.stage.publish(Action(0, "record"))
            return str(self.recordings.path)

    @property
    def recording(self) -> bool:
        """Whether the output is being recorded."""
        return self.recordings.path is not None

    def record_stop(self) -> int:
        """Finish the recording; returns its length in frames.

        Raises:
            ControlError: nothing is being recorded.
            EngineError: it ended before, because the disk refused.
        """
        with self.lock:
            try:
                return self.recordings.stop()
            finally:
                self.stage.publish(Action(0, "record"))

    def _recording_failed(self, problem: str) -> None:
        self._report("/record/start", problem)
        self.stage.publish(Action(0, "record"))

    def read_notices(self, cursor: int) -> tuple[int, list[Notice]]:
        """(new cursor, unasked messages to clients since `cursor`)."""
        return self.notices.since(cursor)

    # --- looking ---------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """Counters and settings of the engine."""
        return {**self._readings.status(), "midi": self.mappings.status()}

    @property
    def latency_s(self) -> float:
        """From a change to its sound: one block, the filter, the device, what is ahead."""
        return self._readings.latency_s

    def read_telemetry(self) -> Telemetry:
        """Levels, load, xruns."""
        return self._readings.telemetry()

    def read_scope(self, cursor: int) -> tuple[int, NDArray[np.float32]]:
        """(new cursor, samples output since `cursor`) at the device's rate."""
        return self.core.read_output(cursor)
