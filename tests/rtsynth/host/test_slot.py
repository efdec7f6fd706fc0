"""A slot as a performer sees it: values, notes, voices."""

import contextlib
import json
import sys
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError
from rtsynth.compiler.controls import controls_of
from rtsynth.control.osc.describe import description_json
from rtsynth.engine.kernels.limiter import lookahead_frames
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
    TEMPERATURE,
)
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.host.live import heard_by, row, until, value
from tests.rtsynth.host.values import MODULATION

pytestmark = pytest.mark.system


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


# --- values --------------------------------------------------------------------------------------


def test_values_start_at_their_defaults(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    assert slot.number == 1
    assert slot.values() == {
        "instrument": 0, "amplitude": 0.5, "pitch": 69, "gain": 0, "temperature": 1,
        "top_k": 0, "top_p": 1, "min_p": 0,
        "attack": 0, "decay": 100, "sustain": 1, "release": 0, "glide": 0, **MODULATION,
    }  # fmt: skip
    assert value(slot, "pitch") == 69


def test_a_value_set_arrives(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    slot["pitch"] = 72
    assert slot["pitch"] == 72
    until(lambda: value(slot, "pitch") == 72)
    assert host.set(1, "gain", -20) == -20
    until(lambda: value(slot, "gain") == np.float32(0.1))
    assert host.set_norm(1, "pitch", 0.25) == 67
    assert host.get(1, "pitch") == 67
    until(lambda: value(slot, "pitch") == 67)


def test_values_are_clamped(host: Host, plugin: Plugin) -> None:
    """From Python without an error: `set` returns what became of the value."""
    slot = host.load(plugin)
    assert slot.set("pitch", 200) == 76
    assert slot["pitch"] == 76
    assert slot.set("pitch", -5) == 64
    assert host.set_norm(1, "pitch", 7) == 76
    assert slot.set("top_p", 0) == 0.01


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_must_be_finite(host: Host, plugin: Plugin, bad: float) -> None:
    slot = host.load(plugin)
    for attempt in (
        lambda: slot.set("pitch", bad),
        lambda: host.set(1, "gain", bad),
        lambda: host.set_norm(1, "pitch", bad),
    ):
        with pytest.raises(ControlError, match="is not a finite number"):
            attempt()
    assert slot["pitch"] == 69
    assert host.core.words[sh.EVENT_HEAD] == 0


def test_unknown_names_and_slots(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    for attempt in (
        lambda: slot.set("loudness", 1),
        lambda: slot["loudness"],
        lambda: host.get(1, "loudness"),
        lambda: host.set_norm(1, "loudness", 1),
    ):
        with pytest.raises(ControlError, match="'loudness' is unknown; random has instrument"):
            attempt()
    for number in (2, -1, 17):
        with pytest.raises(ControlError, match=f"slot {number} is empty; loaded: 1"):
            host.set(number, "pitch", 1)
    with pytest.raises(ControlError, match="no 'pitch' of the master; there are gain"):
        host.set(0, "pitch", 1)  # the master's controls are those of slot 0


def test_every_change_is_in_the_journal(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    journal = host.journal()
    host.set(1, "pitch", 99)
    host.note_on(1, 65, 1.0)
    assert heard_by(journal) == [(1, "pitch", 76), (1, "amplitude", 1.0), (1, "pitch", 65)]


def test_seeds(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    host.seed(1, 2**53)
    for bad in (-1, 2**53 + 1):
        with pytest.raises(ControlError, match="seed"):
            host.seed(1, bad)


# --- notes ---------------------------------------------------------------------------------------


def test_the_last_note_held_sounds(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    slot.note_on(65, 1.0)
    assert (slot["pitch"], slot["amplitude"]) == (65, 1.0)
    slot.note_on(70, 0.5)
    assert (slot["pitch"], slot["amplitude"]) == (70, 0.55)
    slot.note_on(72, 0.1)
    slot.note_off(70)  # held below: nothing follows
    assert slot["pitch"] == 72
    slot.note_off(72)
    assert (slot["pitch"], slot["amplitude"]) == (65, 1.0)
    slot.note_on(65, 0.5)  # struck again: one note, not two
    slot.note_off(65)
    slot.note_off(65)
    assert slot["pitch"] == 65


def test_the_gate_follows_the_notes(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    assert row(slot, GATE) == 1  # it sounds before any note
    slot.note_on(65, 1.0)
    slot.note_on(70, 1.0)
    slot.note_off(65)
    until(lambda: value(slot, "pitch") == 70)
    assert row(slot, GATE, TARGET) == 1
    slot.note_on(70, 0.0)  # velocity 0 is a note-off
    until(lambda: row(slot, GATE) == 0)
    until(lambda: not host.read_scope(0)[1][-1000:].any())
    slot.note_on(66, 0.7)
    until(lambda: row(slot, GATE) == 1)
    host.panic()
    until(lambda: row(slot, GATE) == 0)
    slot.note_off(66)
    host.reset(1)
    until(lambda: row(slot, GATE) == 1)


def test_notes_beyond_the_range_are_clamped(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    assert slot.note_on(127, 1.0) == 76
    assert slot["pitch"] == 76
    assert host.note_on(1, 69.5, 0.5) == 69.5
    assert slot["pitch"] == 69.5


def test_it_is_described_whether_it_sounds(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    (described,) = host.describe().slots
    assert described.sounds
    slot.note_on(70, 1.0)
    assert host.describe().slots[0].sounds
    slot.note_off(70)
    assert not host.describe().slots[0].sounds
    slot.reset()
    assert host.describe().slots[0].sounds


def test_describe(host: Host, plugin: Plugin) -> None:
    host.load(plugin)["pitch"] = 70
    described = json.loads(description_json(host.describe()))
    assert described.keys() == {"version", "slots", "master", "order"}
    (slot,) = described["slots"]
    assert slot.keys() == {
        "slot", "plugin", "description", "sample_rate_hz", "path", "parameters", "controls",
        "precision", "threads", "voices", "mixer", "name", "output", "sounds",
        "opened", "follows", "tiers", "rescue",
    }  # fmt: skip
    assert (slot["precision"], slot["threads"], slot["voices"]) == ("float32", 1, 1)
    assert slot["sounds"]
    assert [row["name"] for row in slot["parameters"]] == ["instrument", "amplitude", "pitch"]
    assert [row["name"] for row in slot["controls"]] == [
        "gain", "temperature", "top_k", "top_p", "min_p",
        "attack", "decay", "sustain", "release", "glide", *MODULATION,
    ]  # fmt: skip
    assert slot["parameters"][2] == {
        "name": "pitch", "minimum": 64, "maximum": 76, "default": 69, "value": 70,
        "unit": "MIDI", "curve": "linear", "role": "pitch", "description": "",
        # Its ramp, a sample, a block of the null device's own size (it does not play yet), and what
        # the limiter looks ahead.
        "generated": False, "reaction_ms": round(
            10 + 1 / 16 + (64 + lookahead_frames(48_000)) / 48, 2
        ),
    }  # fmt: skip
    for control in slot["parameters"]:
        assert control.keys() == slot["parameters"][0].keys()
    for control in slot["controls"]:
        common = slot["parameters"][0].keys() - {"generated", "reaction_ms"}
        assert control.keys() - {"labels", "reaction_ms"} == common  # labels: of a choice its names
    reactions = {c["name"]: c["reaction_ms"] for c in slot["controls"] if "reaction_ms" in c}
    delay = (64 + lookahead_frames(48_000)) / 48
    assert reactions == {
        "gain": round(10 + 1 / 16 + delay, 2),
        **dict.fromkeys(("temperature", "top_k", "top_p", "min_p"), round(1 / 16 + delay, 2)),
    }


# --- voices --------------------------------------------------------------------------------------


def test_notes_sound_together(plugin: Plugin) -> None:
    """Each note has a voice of its own; a knob moves them all."""
    with Host("null", precision="float32", voices=3) as host:
        slot = host.load(plugin)
        size = int(slot.voice.compiled.program.config[CONFIG_ARENA_FLOATS])
        pitch = next(c.index for c in controls_of(plugin) if c.spec.name == "pitch")

        def heading(index: int) -> list[float]:
            """Where a row of every voice's parameter table is moving to."""
            table = slot.voice.arena.reshape(3, size)[:, HEADER_FLOATS:]
            return [float(x) for x in table[:, index * PARAMETER_FLOATS + TARGET]]

        assert heading(GATE) == [1.0, 0.0, 0.0]  # one drone, until notes are played
        host.start()
        host.note_on(1, 64.0, 1.0)
        host.note_on(1, 70.0, 1.0)
        assert wait_until(lambda: heading(GATE) == [1.0, 1.0, 0.0])
        assert heading(pitch)[:2] == [64.0, 70.0]
        host.set(1, "temperature", 0.25)
        assert wait_until(lambda: heading(TEMPERATURE) == [0.25] * 3)
        host.note_off(1, 64.0)
        assert wait_until(lambda: heading(GATE) == [0.0, 1.0, 0.0])
        host.panic()
        assert wait_until(lambda: heading(GATE) == [0.0] * 3)


def test_notes_and_knobs_from_two_threads_do_not_block_each_other(plugin: Plugin) -> None:
    with Host("null", precision="float32") as host:
        host.load(plugin)
        host.start()

        def notes() -> None:
            for _ in range(1500):
                host.note_on(1, 69.0, 0.5)
                host.note_off(1, 69.0)

        def knob() -> None:
            for _ in range(1500):
                host.set(1, "pitch", 70.0)

        def patient(work: Callable[[], None]) -> None:
            with contextlib.suppress(ControlError):  # too many changes at once
                work()

        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            threads = [
                threading.Thread(target=patient, args=(work,), daemon=True)
                for work in (notes, knob)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        finally:
            sys.setswitchinterval(before)
        assert not any(thread.is_alive() for thread in threads)


def test_a_reset_leaves_one_voice_sounding_and_a_note_takes_it(plugin: Plugin) -> None:
    with Host("null", precision="float32", voices=3) as host:
        slot = host.load(plugin)
        size = int(slot.voice.compiled.program.config[CONFIG_ARENA_FLOATS])
        gates = slot.voice.arena.reshape(3, size)[:, HEADER_FLOATS + GATE * PARAMETER_FLOATS :]
        host.start()
        host.note_on(1, 69.0, 1.0)
        host.note_on(1, 70.0, 1.0)
        host.reset(1)
        assert wait_until(lambda: list(gates[:, TARGET]) == [1, 0, 0])
        host.note_on(1, 72.0, 1.0)
        host.note_off(1, 72.0)
        assert wait_until(lambda: list(gates[:, TARGET]) == [0, 0, 0])
