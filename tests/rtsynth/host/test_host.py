"""`Host` and its slots, on the null device and through the callback itself."""

import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth import Host, InputError, Plugin, PluginError
from rtsynth.common.errors import ControlError
from rtsynth.compiler.controls import controls_of
from rtsynth.control.osc.describe import description_json
from rtsynth.engine.kernels.limiter import lookahead_frames
from rtsynth.engine.kernels.resample import design_filter
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
    TEMPERATURE,
    VALUE,
)
from rtsynth.host.slot import Slot
from rtsynth.host.states import states_folder
from rtsynth.plugin import Parameter
from tests.rounds import good_rounds
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.host.hearing import heard_by
from tests.rtsynth.plugins import random_plugin

pytestmark = pytest.mark.system

DEADLINE_S = 60.0


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


def until(condition: Callable[[], object]) -> None:
    """Wait for the audio thread."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "the engine never got there"
        time.sleep(0.002)


def row(slot: Slot, index: int, column: int = VALUE) -> float:
    """What the audio thread has in its parameter table."""
    return float(slot.voice.arena[HEADER_FLOATS + index * PARAMETER_FLOATS + column])


def value(slot: Slot, name: str) -> float:
    return row(slot, slot._control(name).index)


# --- values --------------------------------------------------------------------------------------


def test_values_start_at_their_defaults(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    assert slot.number == 1
    assert slot.values() == {
        "instrument": 0, "amplitude": 0.5, "pitch": 69, "gain": 0, "temperature": 1,
        "top_k": 0, "top_p": 1,
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
    for number in (0, 2, -1, 17):
        with pytest.raises(ControlError, match=f"slot {number} is empty; loaded: 1"):
            host.set(number, "pitch", 1)


def test_observers_hear_of_every_change(host: Host, plugin: Plugin) -> None:
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
    slot.note_off(70)  # held below: nothing is heard of it
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
    until(lambda: host.read_scope(0)[1][-1000:].any() == False)  # noqa: E712
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


# --- slots ---------------------------------------------------------------------------------------


def test_slots_fill_up(host: Host, plugin: Plugin) -> None:
    numbers = [host.load(plugin).number for _ in range(16)]
    assert numbers == list(range(1, 17))
    with pytest.raises(InputError, match="all 16 slots are taken"):
        host.load(plugin)
    host.unload(3)
    assert host.load(plugin).number == 3
    for number in (0, 17):
        with pytest.raises(ControlError, match="slots are 1 to 16"):
            host.load_into(number, str(plugin.path))


def test_a_swap_keeps_what_means_the_same(host: Host, plugin: Plugin, tmp_path: Path) -> None:
    """The same name, the same unit, and in range; and the gain. Sampling is the plugin's own."""
    other = random_plugin(
        tmp_path / "other.safetensors",
        seed=5,
        hidden=33,
        name="other",
        parameters=[
            Parameter(name="brightness", minimum=0, maximum=9, default=3),
            Parameter(name="amplitude", minimum=0, maximum=2, default=1),
            Parameter(name="instrument", minimum=0, maximum=1, default=0.5, unit="%"),
            Parameter(name="pitch", minimum=60, maximum=80, default=61, unit="MIDI"),
        ],
    )
    old = host.load(plugin)
    host.start()
    old["pitch"], old["gain"], old["amplitude"], old["instrument"] = 70, -12, 0.25, 1
    old["temperature"] = 0.5
    until(lambda: value(old, "pitch") == 70)
    new = host.load_into(1, str(other.path))
    assert host.slot(1) is new
    assert new.values() == {
        "brightness": 3, "amplitude": 0.25, "instrument": 0.5, "pitch": 70, "gain": -12,
        "temperature": 1, "top_k": 0, "top_p": 1,
    }  # fmt: skip
    until(lambda: host.core.counter(sh.CURRENT) == new.voice.address)
    until(lambda: host.core.counter(sh.FADING) == 0)
    until(lambda: value(new, "gain") == np.float32(10 ** (-12 / 20)))
    assert value(new, "pitch") == 70
    assert value(new, "brightness") == 3
    new["brightness"] = 8
    until(lambda: value(new, "brightness") == 8)


@pytest.mark.parametrize(
    ("pitch", "asked"),
    [
        (Parameter(name="pitch", minimum=60, maximum=70, default=61, unit="MIDI"), 75),
        (Parameter(name="pitch", minimum=20, maximum=2000, default=440, unit="Hz"), 70),
    ],
    ids=["out of range", "another unit"],
)
def test_a_swap_to_another_meaning_starts_at_the_default(
    host: Host, plugin: Plugin, tmp_path: Path, pitch: Parameter, asked: float
) -> None:
    other = random_plugin(tmp_path / "other.safetensors", parameters=[pitch])
    host.load(plugin)["pitch"] = asked
    host.start()
    new = host.load_into(1, str(other.path))
    assert new["pitch"] == pitch.default
    assert value(new, "pitch") == pitch.default
    # And back again: what was left out is not remembered either.
    assert host.load_into(1, str(plugin.path))["pitch"] == 69


def test_swaps_in_a_row_end_at_the_last_one(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    for pitch in (65, 66, 67, 68):
        slot = host.load_into(1, str(plugin.path))
        slot["pitch"] = pitch
    until(lambda: value(slot, "pitch") == 68)
    assert host.core.counter(sh.CURRENT) == slot.voice.address


def test_a_plugin_that_cannot_be_loaded_changes_nothing(
    host: Host, plugin: Plugin, tmp_path: Path
) -> None:
    slot = host.load(plugin)
    (tmp_path / "bad.safetensors").write_bytes(b"no plugin")
    with pytest.raises(PluginError, match=r"bad\.safetensors"):
        host.load_into(1, str(tmp_path / "bad.safetensors"))
    assert host.slot(1) is slot
    host.set(1, "pitch", 70)


def test_changes_before_the_start_wait_for_it(host: Host, plugin: Plugin) -> None:
    first, second = host.load(plugin), host.load(plugin)
    first["pitch"], second["pitch"] = 64, 76
    host.start()
    until(lambda: (value(first, "pitch"), value(second, "pitch")) == (64, 76))


def test_loading_while_stopped_sets_no_other_knob(
    host: Host, plugin: Plugin, tmp_path: Path
) -> None:
    """Changes that were meant for one plugin never move the knobs of the next."""
    other = random_plugin(
        tmp_path / "other.safetensors",
        parameters=[Parameter(name=n, minimum=0, maximum=100, default=3) for n in "abc"],
    )
    host.load(plugin)["pitch"] = 75
    slot = host.load_into(1, str(other.path))
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 20)
    assert [value(slot, name) for name in "abc"] == [3, 3, 3]


# --- life ----------------------------------------------------------------------------------------


def test_start_and_stop_as_often_as_you_like(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    for _ in range(2):
        host.start()
        host.start()
        began = host.core.counter(sh.CALLBACKS)
        until(lambda began=began: host.core.counter(sh.CALLBACKS) > began + 5)
        host.stop()
        host.stop()
        count = host.core.counter(sh.CALLBACKS)
        time.sleep(0.02)
        assert host.core.counter(sh.CALLBACKS) == count
        assert host.core.read_output(0)[1][-1] == 0  # faded out
    host.close()
    host.close()


def test_a_stop_fades_out(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    slot.place("gain", -8)
    host.start()
    until(lambda: host.core.counter(sh.FRAMES) > 4800)
    host.stop()
    _, heard = host.read_scope(0)
    tail = heard[-2000:]
    loud = np.flatnonzero(np.abs(tail) > 0)[-1]
    assert np.abs(tail[loud - 40 : loud + 1]).max() < 0.05  # 40 of 960 frames of the fade


def test_timed_changes_on_a_running_host(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    host.set(1, "pitch", 65, at_ns=time.monotonic_ns())  # perhaps before the first callback
    until(lambda: value(slot, "pitch") == 65)
    late = host.status()["late_events"]  # the first one, on a busy machine
    at = time.monotonic_ns() + 500_000_000
    host.set(1, "pitch", 75, at_ns=at)
    seen = {value(slot, "pitch"), host.get(1, "pitch"), slot.values()["pitch"]}
    if time.monotonic_ns() < at:  # else the machine was too busy to look in time
        assert seen == {65}
    until(lambda: value(slot, "pitch") == 75)
    assert time.monotonic_ns() > at
    assert host.get(1, "pitch") == 75
    assert host.status()["late_events"] == late
    host.set(1, "pitch", 70, at_ns=time.monotonic_ns() - 1_000_000_000)
    assert host.get(1, "pitch") == 70
    until(lambda: value(slot, "pitch") == 70)
    assert host.status()["late_events"] == late + 1


def test_what_is_read_follows_timed_changes_in_their_order(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)  # before, there is no time to speak of
    now = time.monotonic_ns()
    for ahead_s, pitch in ((60.0, 71), (0.2, 65), (0.2, 66)):  # the later of one time wins
        host.set(1, "pitch", pitch, at_ns=now + int(ahead_s * 1e9))
    host.set(1, "pitch", 64)  # at once, which changes nothing for later
    until(lambda: value(slot, "pitch") == 66)
    assert slot["pitch"] == host.describe().slots[0].values["pitch"] == 66


def test_timed_changes_after_a_pause(host: Host, plugin: Plugin) -> None:
    """The clock of the first stretch says nothing about the second."""
    slot = host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    host.stop()
    time.sleep(1.2)
    host.start()
    host.set(1, "pitch", 65, at_ns=time.monotonic_ns())
    until(lambda: value(slot, "pitch") == 65)


@pytest.mark.alone
def test_the_null_device_keeps_time(plugin: Plugin) -> None:
    with Host("null", precision="float32", rate_hz=44_100, block_frames=100) as host:
        host.load(plugin)
        host.start()
        until(lambda: host.core.counter(sh.FRAMES) > 0)

        def attempt() -> str:
            frames, began = host.core.counter(sh.FRAMES), time.monotonic()
            time.sleep(0.5)
            frames = host.core.counter(sh.FRAMES) - frames
            rate_hz = frames / (time.monotonic() - began)
            return "" if rate_hz == pytest.approx(44_100, rel=0.1) else f"{rate_hz:.0f} Hz"

        good_rounds(attempt, good=3, of=5, reason="the machine's clock is shared")


# --- recording and states ------------------------------------------------------------------------


def test_record(host: Host, plugin: Plugin, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    host.load(plugin)
    host.start()
    assert host.record_start(str(path)) == str(path)
    assert host.status()["recording"] == str(path)
    with pytest.raises(ControlError, match=r"already recording to .*a\.wav; stop first"):
        host.record_start(str(tmp_path / "b.wav"))
    began = host.core.counter(sh.FRAMES)
    until(lambda: host.core.counter(sh.FRAMES) > began + 9600)
    frames = host.record_stop()
    with pytest.raises(ControlError, match="nothing is being recorded"):
        host.record_stop()
    assert host.status()["recording"] is None
    audio, rate_hz = soundfile.read(path)
    assert (audio.size, rate_hz) == (frames, 48_000)
    assert frames > 9600
    assert np.abs(audio).max() > 0.01
    with pytest.raises(InputError, match="cannot write '.mp3' audio"):
        host.record_start(str(tmp_path / "a.mp3"))


def test_closing_keeps_a_recording(plugin: Plugin, tmp_path: Path) -> None:
    with Host("null", precision="float32") as host:
        host.load(plugin)
        host.start()
        host.record_start(str(tmp_path / "a.wav"))
        until(lambda: host.core.counter(sh.FRAMES) > 5000)
    assert soundfile.info(tmp_path / "a.wav").frames > 4000


def test_states(host: Host, plugin: Plugin) -> None:
    one, two = host.load(plugin), host.load(plugin)
    one["pitch"], two["gain"] = 65, -30
    host.save_state("pair")
    assert (states_folder() / "pair.json").is_file()
    one["pitch"], two["gain"], two["temperature"] = 76, 0, 0.5
    host.unload(1)
    cursor, _ = host.read_notices(0)
    host.recall_state("pair")  # slot 1 is gone: the rest is recalled
    assert [notice.texts[-1] for notice in host.read_notices(cursor)[1]] == [
        "state 'pair': slot 1 is empty; load the plugin it was saved with"
    ]
    assert (two["gain"], two["temperature"], two["pitch"]) == (-30, 1, 69)
    assert host.load(plugin)["pitch"] == 69
    host.recall_state("pair")
    assert host.get(1, "pitch") == 65
    with pytest.raises(InputError, match="'other' does not exist; saved states: .*pair"):
        host.recall_state("other")


# --- looking -------------------------------------------------------------------------------------


def test_describe(host: Host, plugin: Plugin) -> None:
    host.load(plugin)["pitch"] = 70
    described = json.loads(description_json(host.describe()))
    assert described.keys() == {"version", "slots"}
    (slot,) = described["slots"]
    assert slot.keys() == {
        "slot", "plugin", "description", "sample_rate_hz", "path", "parameters", "controls",
        "precision", "threads", "voices",
    }  # fmt: skip
    assert (slot["precision"], slot["threads"], slot["voices"]) == ("float32", 1, 1)
    assert [row["name"] for row in slot["parameters"]] == ["instrument", "amplitude", "pitch"]
    assert [row["name"] for row in slot["controls"]] == ["gain", "temperature", "top_k", "top_p"]
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
        assert control.keys() == slot["parameters"][0].keys() - {"generated", "reaction_ms"}


def test_status_and_telemetry(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    status = json.loads(json.dumps(host.status(), allow_nan=False))
    assert (status["device"], status["api"], status["rate_hz"]) == ("null", None, 48_000)
    assert (status["running"], status["callbacks"], status["load"]) == (False, 0, 0)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 300)
    status = host.status()
    assert status["block_frames"] == 64
    assert status["frames"] == pytest.approx(status["callbacks"] * 64, abs=128)
    assert 0 < status["load"] < 1
    converter_frames = design_filter(plugin.sample_rate_hz, 48_000).latency_frames
    assert status["latency_ms"] == pytest.approx(
        (64 + converter_frames + lookahead_frames(48_000)) / 48, abs=0.01
    )
    telemetry = host.read_telemetry()
    (meter,) = telemetry.meters
    assert meter.slot == 1
    assert -60 < meter.rms_db <= meter.peak_db <= 20
    assert telemetry.xruns == 0
    cursor, samples = host.read_scope(0)
    assert samples.dtype == np.float32
    assert np.abs(samples).max() > 0
    later, more = host.read_scope(cursor)
    assert later - cursor == more.size


def test_silence_is_minus_120_decibel(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    assert host.read_telemetry().meters[0][1:] == (-120, -120)


# --- many threads --------------------------------------------------------------------------------


def test_four_threads_push_twenty_thousand_changes(host: Host, plugin: Plugin) -> None:
    """Every change is taken or refused aloud, and each knob ends where it was last put."""
    slots = [host.load(plugin) for _ in range(4)]
    host.start()
    refused = [0] * 4

    def turn(index: int) -> None:
        slot = slots[index]
        for step in range(5000):
            try:
                slot["pitch"] = 64 + step % 12
            except ControlError:
                refused[index] += 1
                time.sleep(0.001)
        while True:
            try:
                slot["pitch"] = 70 + index
                return
            except ControlError:
                time.sleep(0.001)

    threads = [threading.Thread(target=turn, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: [value(slot, "pitch") for slot in slots] == [70, 71, 72, 73])
    assert [slot["pitch"] for slot in slots] == [70, 71, 72, 73]
    accepted = 4 * 5001 - sum(refused)
    assert host.core.counter(sh.EVENT_TAIL) == accepted
    assert host.core.counter(sh.LOST_EVENTS) == 0


def test_plugins_are_loaded_by_many_threads(host: Host, plugin: Plugin) -> None:
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda: numbers.append(host.load(plugin).number)) for _ in range(8)
    ]
    host.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 9))


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


@pytest.mark.parametrize("voices", [0, 257])
def test_too_many_voices(voices: int) -> None:
    with pytest.raises(InputError, match="voices"):
        Host("null", precision="float32", voices=voices)


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
