"""An engine that writes down what it was asked, for tests of the surfaces alone."""

import threading
import time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.control_info import MASTER, ControlInfo, Description, Owner, SlotInfo
from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.host.audio.input import Input
from rtsynth.host.changes import Action, Journal, Mailbox, PluginChange, Publisher, ValueChange
from rtsynth.host.core import EngineCore
from rtsynth.host.following import Following
from rtsynth.host.lineup import Lineup
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.mixer import Mixer, own_name
from rtsynth.host.modulation import Modulation
from rtsynth.host.network import Networks
from rtsynth.host.notes import Source
from rtsynth.host.notices import Notice, Notices
from rtsynth.host.opening import Openings
from rtsynth.host.priming import Priming
from rtsynth.host.protocol import Meter, Telemetry
from rtsynth.host.rescue.service import Rescue
from rtsynth.host.restart import Restart
from rtsynth.host.sections import Sections
from rtsynth.host.stage import Stage
from rtsynth.host.state_banks import StateBanks
from rtsynth.host.transport.service import Tempo
from rtsynth.host.voicings import Voicings
from rtsynth.plugin.manifest import Parameter
from tests.rtsynth.control.no_slots import NoSlots
from tests.rtsynth.control.recording_presets import RecordingPresets, RecordingSets

PARAMETERS = (
    Parameter(name="instrument", minimum=0, maximum=1, default=0),
    Parameter(name="amplitude", minimum=0, maximum=1, default=0.8, role="amplitude"),
    Parameter(name="pitch", minimum=64, maximum=76, default=69, unit="MIDI", role="pitch"),
    Parameter(name="rate", minimum=1, maximum=100, default=10, curve="exponential"),
)
BUILT_INS = (
    Parameter(name="gain", minimum=-60, maximum=12, default=0, unit="dB"),
    Parameter(name="temperature", minimum=0, maximum=2, default=1),
    Parameter(name="top_k", minimum=0, maximum=256, default=0),
    Parameter(name="top_p", minimum=0.01, maximum=1, default=1),
)
INFOS = {
    spec.name: ControlInfo(
        spec.name,
        spec.minimum,
        spec.maximum,
        spec.default,
        spec.unit,
        spec.curve,
        spec.role,
        owner=owner,
    )
    for owner, specs in ((Owner.PLUGIN, PARAMETERS), (Owner.ENGINE, BUILT_INS))
    for spec in specs
}

RAMP = 1 << 20  # what it outputs counts samples modulo this: exact in float32


class Loaded(NamedTuple):
    """A slot that was loaded."""

    number: int


class RecordingEngine:
    """Keeps values as the real one would and lists every call in `calls`."""

    def __init__(self, slots: int = 1) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.sources: list[Source] = []  # of notes, bend and expression, in the order of the calls
        self.changed = threading.Condition()
        self.specs = {spec.name: spec for spec in PARAMETERS + BUILT_INS}
        self.values = {
            (slot, spec.name): float(spec.default)
            for slot in range(1, slots + 1)
            for spec in self.specs.values()
        }
        self.plugins = dict.fromkeys(range(1, slots + 1), "clarinet")
        self.states: dict[str, dict[tuple[int, str], float]] = {}
        self.voicing = Voicings(NoSlots())
        self.bend_ranges: dict[int, float] = {}
        self.tunings: dict[int, Tuned] = {}
        self.load_seconds = 0.0
        self.notices = Notices()
        self.sections = Sections()
        self.mappings = Mappings(self.notices)
        self.presets = RecordingPresets(self)
        self.sets = RecordingSets(self)
        self.publisher = Publisher()
        stage = Stage(EngineCore(48_000, 2))
        stage.publisher = self.publisher
        self.mixer = Mixer(stage)
        self.lineup = Lineup(stage, lambda: self.plugins)
        self.modulation, self.network = Modulation(NoSlots()), Networks(NoSlots())
        self.banks = StateBanks(NoSlots(), stage.core, self.notices)
        self.priming = Priming(NoSlots(), stage, self.banks)
        self.following = Following(NoSlots(), self.publisher, self.notices, Input(), lambda: False)
        self.hidden = Openings(stage, NoSlots(), self.banks)
        publish = self.publisher.publish
        self.rescue = Rescue(NoSlots(), self.notices, self.sections, publish, lambda: (0, 0.0))
        self.recording = False
        self.restart = Restart()
        self.tempo = Tempo(stage, NoSlots(), self, self.notices)
        self.described = 0

    def note(self, *call: Any) -> None:
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def wait_for(self, count: int, timeout_s: float = 30.0) -> list[tuple[Any, ...]]:
        """The calls, once there are `count` of them."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.calls) >= count, timeout_s), self.calls
            return list(self.calls)

    def spec(self, slot: int, name: str) -> Parameter:
        if (slot, name) not in self.values:
            raise ControlError(f"slot {slot} has no parameter {name!r}")
        return self.specs[name]

    def check(self, slot: int) -> None:
        if slot not in self.plugins:
            raise ControlError(f"there is no slot {slot}")

    def describe(self) -> Description:
        self.described += 1
        strips = {slot: self.mixer.describe(slot) for slot in self.plugins}
        return Description(
            "0",
            master=self.mixer.describe(MASTER),
            order=tuple(self.lineup.order),
            slots=tuple(
                SlotInfo(
                    number=slot,
                    plugin=plugin,
                    description="",
                    sample_rate_hz=16_000,
                    path=f"{plugin}.safetensors",
                    precision="float32",
                    threads=1,
                    voices=1,
                    delay_ms=0.0,
                    parameters=tuple(
                        info
                        for info in INFOS.values()
                        if info.owner is Owner.PLUGIN and (slot, info.name) in self.values
                    ),
                    controls=tuple(i for i in INFOS.values() if i.owner is Owner.ENGINE),
                    mixer=strips[slot].controls,
                    values={name: v for (where, name), v in self.values.items() if where == slot}
                    | dict(strips[slot].values),
                    followed={},
                    taken=frozenset(),
                    name=self.lineup.name(slot),
                )
                for slot, plugin in self.plugins.items()
            ),
        )

    def subscribe(self, *, values: bool = True) -> Mailbox:
        box = Mailbox(values=values)
        self.publisher.add(box)
        return box

    def journal(self) -> Journal:
        box = Journal()
        self.publisher.add(box)
        return box

    def change_value(self, slot: int, name: str, value: float) -> None:
        self.values[slot, name] = value
        self.publisher.publish(ValueChange(slot, INFOS[name], value))

    def change_plugin(self, slot: int, plugin: str | None) -> None:
        """Load a plugin, or none, beside the surfaces."""
        if plugin is None:
            del self.plugins[slot]
        else:
            self.plugins[slot] = plugin
        self.publisher.publish(PluginChange(slot))

    def status(self) -> dict[str, Any]:
        return {"rate_hz": 48_000, "block_frames": 128, "device": "null", "xruns": 0, "load": 0.1}

    def set(self, slot: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        if (own := own_name(slot, name)) is not None:
            return self.mixer.set(slot, own, value, at_ns=at_ns)
        applied = self.spec(slot, name).clamp(value)
        self.change_value(slot, name, applied)
        self.note("set", slot, name, applied, at_ns)
        return applied

    def set_norm(self, slot: int, name: str, position: float, *, at_ns: int | None = None) -> float:
        if (own := own_name(slot, name)) is not None:
            return self.mixer.set_norm(slot, own, position, at_ns=at_ns)
        return self.set(slot, name, self.spec(slot, name).value_at(position), at_ns=at_ns)

    def get(self, slot: int, name: str) -> float:
        if (own := own_name(slot, name)) is not None:
            return self.mixer.get(slot, own)
        self.spec(slot, name)
        return self.values[slot, name]

    def note_on(
        self,
        slot: int,
        note: float,
        velocity: float,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> float:
        self.check(slot)
        played = self.specs["pitch"].clamp(note)
        self.change_value(slot, "pitch", played)
        self.publisher.publish(Action(slot, "note_on", (note, velocity, source), at_ns))
        self.sources.append(source)
        self.note("note_on", slot, note, velocity, at_ns)
        return played

    def note_off(
        self, slot: int, note: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        self.check(slot)
        self.publisher.publish(Action(slot, "note_off", (note, source), at_ns))
        self.sources.append(source)
        self.note("note_off", slot, note, at_ns)

    def bend(
        self, slot: int, semitones: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        self.check(slot)
        self.sources.append(source)
        self.note("bend", slot, semitones, at_ns)

    def express(
        self, slot: int, share: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        self.check(slot)
        self.sources.append(source)
        self.note("express", slot, share, at_ns)

    def turn(
        self,
        slot: int,
        wheel: str,
        value: float | None,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> None:
        self.check(slot)
        self.sources.append(source)
        self.note("turn", slot, wheel, value, at_ns)

    def bend_range(self, slot: int) -> float:
        self.check(slot)
        return self.bend_ranges.get(slot, 2.0)

    def pitch_of(self, slot: int, note: float) -> float | None:
        self.check(slot)
        return self.tunings[slot].pitch(note) if slot in self.tunings else note

    def end_drone(self, slot: int, *, at_ns: int | None = None) -> None:
        self.check(slot)
        self.note("end_drone", slot, at_ns)

    def sound_off(self, slot: int, *, source: Source = None, at_ns: int | None = None) -> None:
        self.check(slot)
        self.sources.append(source)
        self.note("sound_off", slot, at_ns)

    def load(self, path: str) -> Loaded:
        slot = next(number for number in range(1, 17) if number not in self.plugins)
        self.change_plugin(slot, path)
        self.note("load", slot, path)
        return Loaded(slot)

    def load_into(self, slot: int, path: str) -> None:
        self.check(slot)
        time.sleep(self.load_seconds)
        if "missing" in path:
            raise InputError(f"{path}: no such file")
        self.change_plugin(slot, path)
        self.note("load", slot, path)

    def unload(self, slot: int) -> None:
        self.check(slot)
        self.change_plugin(slot, None)
        self.note("unload", slot)

    def reset(self, slot: int, *, at_ns: int | None = None) -> None:
        self.check(slot)
        self.note("reset", slot, at_ns)

    def seed(self, slot: int, seed: int, *, at_ns: int | None = None) -> None:
        self.check(slot)
        self.note("seed", slot, seed, at_ns)

    def panic(self) -> None:
        self.note("panic")

    def save_state(self, name: str) -> None:
        self.states[name] = dict(self.values)
        self.note("save_state", name)

    def recall_state(self, name: str) -> None:
        if name not in self.states:
            raise InputError(f"state {name!r} does not exist")
        for (slot, control), value in self.states[name].items():
            self.change_value(slot, control, value)
        self.note("recall_state", name)

    def record_start(self, path: str) -> str:
        self.note("record_start", path)
        return path

    def record_stop(self) -> None:
        self.note("record_stop")

    def read_notices(self, cursor: int) -> tuple[int, list[Notice]]:
        return self.notices.since(cursor)

    def read_telemetry(self) -> Telemetry:
        meters = [Meter(slot, -6.0, -9.0) for slot in self.plugins]
        return Telemetry(meters, 0.25, 3, (Meter(0, -1.0, -2.0), Meter(0, -3.0, -4.0)))

    def read_followed(self) -> dict[int, dict[str, float]]:
        return {}

    def read_scope(self, cursor: int) -> tuple[int, NDArray[np.float32]]:
        frames = int(time.monotonic() * 48_000)
        return frames, (np.arange(max(cursor, frames - 48_000), frames) % RAMP).astype(np.float32)
