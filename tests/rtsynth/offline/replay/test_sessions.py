"""Random sessions of a host that plays, with everything a performer does, replayed to the bit."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth import Host
from rtsynth.common.clock_sources import INTERNAL, MIDI
from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth.compiler.network_state import voices_of
from rtsynth.host.transport.midi_clock import PER_BEAT
from tests.rtsynth.offline.replay.performance import replayed
from tests.rtsynth.plugins import random_plugin

ROUNDS, PAUSE_S = 12, 0.03
STEP_24_BIT = 2.0**-23
VOICES = 3
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def plugins(plugin_path: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("other") / "other.safetensors"
    random_plugin(path, seed=9, hidden=8, layers=1, rate_hz=11_025, name="other")
    return [str(plugin_path), str(path)]


class Session:
    """Does one thing after the other to a host, at random."""

    def __init__(self, host: Host, plugins: list[str], random: np.random.Generator) -> None:
        self._host, self._plugins, self._random = host, plugins, random
        self._acts: list[Callable[[int, int | None], object]] = [
            self._note_on, self._note_on, self._note_off, self._knob, self._knob, self._bend,
            self._express, self._seed, self._reset, self._load, self._unload, self._state,
            self._recall, self._panic, self._mute, self._preset, self._morph, self._voice,
            self._voices, self._modulate, self._modulate, self._modulate, self._source,
            self._source, self._tempo, self._transport, self._clock, self._bank, self._bank,
            self._between, self._between, self._loop, self._prime,
            self._open, self._hidden, self._hidden,
        ]  # fmt: skip

    def pan(self) -> None:
        """Pan slots, too; before it plays, else a recording that is mono ends with the first."""
        self._host.mixer.set(1, "pan", self._value(-1, 1))
        self._acts += [self._mixer, self._mixer]

    def act(self) -> None:
        """Do something, now or a little later."""
        random = self._random
        act = self._acts[int(random.integers(0, len(self._acts)))]
        later_ns = time.monotonic_ns() + int(random.integers(0, 60_000_000))
        slots = [slot.number for slot in self._host.slots]
        act(int(random.choice(slots or [1])), later_ns if random.random() < 0.5 else None)

    def _value(self, low: float, high: float) -> float:
        return float(self._random.uniform(low, high))

    def _note_on(self, slot: int, at_ns: int | None) -> None:
        note = float(self._random.integers(60, 80))
        self._host.note_on(slot, note, self._value(0.1, 1), source=1, at_ns=at_ns)

    def _note_off(self, slot: int, at_ns: int | None) -> None:
        note = float(self._random.integers(60, 80))
        self._host.note_off(slot, note, source=1, at_ns=at_ns)

    def _knob(self, slot: int, at_ns: int | None) -> None:
        name = str(self._random.choice(["pitch", "amplitude", "instrument", "gain", "temperature"]))
        self._host.set_norm(slot, name, self._value(0.2, 1), at_ns=at_ns)

    def _bend(self, slot: int, at_ns: int | None) -> None:
        self._host.bend(slot, self._value(-3, 3), source=1, at_ns=at_ns)

    def _express(self, slot: int, at_ns: int | None) -> None:
        self._host.express(slot, self._value(0, 1), source=1, at_ns=at_ns)

    def _seed(self, slot: int, at_ns: int | None) -> None:
        self._host.seed(slot, int(self._random.integers(0, 2**53)), at_ns=at_ns)

    def _reset(self, slot: int, at_ns: int | None) -> None:
        self._host.reset(slot, at_ns=at_ns)

    def _load(self, slot: int, at_ns: int | None) -> None:
        plugin = str(self._random.choice(self._plugins))
        self._host.load_into(int(self._random.integers(1, 4)), plugin)

    def _unload(self, slot: int, at_ns: int | None) -> None:
        if len(self._host.slots) > 1:
            self._host.unload(slot)

    def _state(self, slot: int, at_ns: int | None) -> None:
        self._host.save_state(f"replay-{self._random.integers(0, 2)}")

    def _recall(self, slot: int, at_ns: int | None) -> None:
        self._host.recall_state("replay-0")

    def _preset(self, slot: int, at_ns: int | None) -> None:
        if self._random.random() < 0.5:
            self._host.presets.save(slot, "one")
        elif "one" in self._host.presets.list(slot):
            self._host.presets.recall(slot, "one", at_ns=at_ns)

    def _morph(self, slot: int, at_ns: int | None) -> None:
        presets, seconds = self._host.presets, self._value(0, 0.1)
        presets.save(slot, "two")
        if "one" in presets.list(slot):
            presets.morph_between(slot, "one", "two", self._value(0, 1), seconds, at_ns=at_ns)

    def _voice(self, slot: int, at_ns: int | None) -> None:
        self._host.voicing.set_voice(slot, 1, "pitch", self._value(64, 76), at_ns=at_ns)

    def _voices(self, slot: int, at_ns: int | None) -> None:
        self._host.voicing.set_voices(slot, int(self._random.integers(1, VOICES + 1)))

    def _bank(self, slot: int, at_ns: int | None) -> None:
        banks, name = self._host.banks, str(self._random.choice(["here", "there"]))
        voice = int(self._random.integers(0, self._host.slot(slot).voices + 1))
        if self._random.random() < 0.3:
            banks.back(slot, self._value(0, 0.5), voice, at_ns=at_ns)
        elif name in banks.names(slot):
            banks.recall(slot, name, voice, at_ns=at_ns)
        elif self._random.random() < 0.3:
            state = banks.now(slot, PATIENCE_S)
            for part in voices_of(self._host.slot(slot).voice.compiled, state):
                part.hidden[:] *= np.float32(0.5)
            banks.put(slot, name, state)
        else:
            banks.save(slot, name, at_ns=at_ns)

    def _between(self, slot: int, at_ns: int | None) -> None:
        """Turn from one state to another, or let notes begin from one."""
        banks = self._host.banks
        voice = int(self._random.integers(0, self._host.slot(slot).voices + 1))
        for name in {"left", "right"} - set(banks.names(slot)):
            banks.put(slot, name, banks.now(slot, PATIENCE_S))
        if self._random.random() < 0.3:
            banks.start_from(slot, str(self._random.choice(["left", "right", ""])))
        for _ in range(int(self._random.integers(1, 4))):
            position = self._value(0, 1)
            banks.morph_between(slot, "left", "right", position, voice, at_ns=at_ns)

    def _loop(self, slot: int, at_ns: int | None) -> None:
        """Loop a state, or the last while, or no more."""
        banks, seconds = self._host.banks, self._value(0.001, 0.1)
        match int(self._random.integers(0, 3)):
            case 0 if names := banks.names(slot):
                banks.loop(slot, str(self._random.choice(names)), seconds, at_ns=at_ns)
            case 1:
                banks.loop(slot, "", seconds, at_ns=at_ns)
            case _:
                banks.loop(slot, "", 0.0, at_ns=at_ns)

    def _prime(self, slot: int, at_ns: int | None) -> None:
        voice = int(self._random.integers(0, self._host.slot(slot).voices + 1))
        noise = self._random.uniform(-1, 1, 500)
        self._host.priming.prime(slot, noise, 16_000, "there", voice, at_ns=at_ns)

    def _open(self, slot: int, at_ns: int | None) -> None:
        self._host.hidden.open(slot, opened=self._random.random() < 0.8)

    def _hidden(self, slot: int, at_ns: int | None) -> None:
        if self._host.hidden.is_open(slot):
            name = self._random.choice(["layer1_scale", "layer1_noise", "freeze", "loop"])
            self._host.set_norm(slot, f"audio.{name}", self._value(0, 1), at_ns=at_ns)

    def _mixer(self, slot: int, at_ns: int | None) -> None:
        self._host.mixer.set(slot, "pan", self._value(-1, 1), at_ns=at_ns)

    def _mute(self, slot: int, at_ns: int | None) -> None:
        self._host.mixer.set(slot, "mute", self._random.integers(0, 2), at_ns=at_ns)
        if self._random.random() < 0.5:
            self._host.panic()

    def _modulate(self, slot: int, at_ns: int | None) -> None:
        source = str(self._random.choice(SOURCE_NAMES))
        target = str(self._random.choice(["pitch", "amplitude", "gain", "lfo1_rate"]))
        self._host.modulation.assign(slot, source, target, self._value(-0.5, 0.5), at_ns=at_ns)
        match int(self._random.integers(0, 8)):
            case 0:
                self._host.panic()
            case 1:
                self._host.modulation.clear(slot, at_ns=at_ns)
            case _:
                pass

    def _source(self, slot: int, at_ns: int | None) -> None:
        names = ["macro1", "lfo1_rate", "lfo1_beats", "lfo2_shape", "follow", "walk_rate"]
        name = str(self._random.choice(names))
        self._host.set_norm(slot, name, self._value(0, 1), at_ns=at_ns)

    def _tempo(self, slot: int, at_ns: int | None) -> None:
        self._host.tempo.choose(INTERNAL)
        self._host.tempo.set_tempo(self._value(40, 300), at_ns=at_ns)

    def _transport(self, slot: int, at_ns: int | None) -> None:
        self._host.tempo.choose(INTERNAL)
        if self._random.random() < 0.5:
            self._host.tempo.locate(self._value(0, 64), at_ns=at_ns)
        self._host.tempo.roll(bool(self._random.integers(0, 3)), at_ns=at_ns)

    def _clock(self, slot: int, at_ns: int | None) -> None:
        """Follow the clock of a sequencer that rolls since a beat."""
        self._host.tempo.choose(MIDI)
        clock, now_s = self._host.tempo.midi, time.monotonic()
        tick_s = 60.0 / self._value(40, 300) / PER_BEAT
        clock.handle("start", now_s - (PER_BEAT + 1) * tick_s)
        for number in range(PER_BEAT + 1):
            clock.handle("clock", now_s - (PER_BEAT - number) * tick_s)

    def _panic(self, slot: int, at_ns: int | None) -> None:
        self._host.panic()


def play(folder: Path, plugins: list[str], seed: int) -> tuple[Path, np.ndarray]:
    """A session's log, and what was recorded of it."""
    random = np.random.default_rng(seed)
    log, take = folder / "take.events", folder / "take.wav"
    host = Host(
        "null",
        precision="float32",
        rate_hz=int(random.choice([16_000, 44_100, 48_000])),
        block_frames=int(random.choice([64, 128, 500])),
        ahead_ms=float(random.choice([0, 30, 200])),
        voices=int(random.choice([1, VOICES])),
        seed=seed,
    )
    with host:
        host.load(plugins[0]).place("pitch", float(random.uniform(64, 76)))
        host.event_log.open(log)
        session = Session(host, plugins, random)
        if seed % 2:
            session.pan()
        host.record_start(str(take))
        host.start()
        for number in range(2):
            host.save_state(f"replay-{number}")
        for _ in range(ROUNDS):
            for _ in range(random.integers(1, 6)):
                session.act()
            time.sleep(PAUSE_S)
        host.fade_out()
        host.record_stop()
        assert host.event_log.problem is None
    return log, soundfile.read(take, dtype="float32")[0]


def check(folder: Path, plugins: list[str], seed: int) -> None:
    log, recorded = play(folder, plugins, seed)
    output = replayed(log)
    count = len(recorded)
    assert np.abs(recorded).max() > 0.01
    played = output if recorded.ndim == 2 else output[:, 0]
    np.testing.assert_allclose(played[:count], recorded, atol=STEP_24_BIT)
    assert not output[count:].any()


@pytest.mark.system
@pytest.mark.parametrize("seed", range(3))
def test_a_session_is_replayed_to_the_bit(tmp_path: Path, plugins: list[str], seed: int) -> None:
    check(tmp_path, plugins, seed)


@pytest.mark.measure
@pytest.mark.parametrize("seed", range(100, 200))
def test_a_hundred_sessions(tmp_path: Path, plugins: list[str], seed: int) -> None:
    check(tmp_path, plugins, seed)


@pytest.mark.system
def test_a_log_ends_with_the_sound(tmp_path: Path, plugins: list[str]) -> None:
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(plugins[0])
        host.event_log.open(tmp_path / "take.events")
        host.start()
        host.stop()
        assert host.event_log.path is None
        host.start()  # goes on where it was: without a log
        host.note_on(1, 70.0, 0.5)
    assert replayed(tmp_path / "take.events").size > 0
