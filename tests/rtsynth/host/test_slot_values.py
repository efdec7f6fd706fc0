"""Generated parameters of a slot: followed, taken over, released, described, kept in states."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.control.osc.describe import description_json
from rtsynth.engine.kernels.limiter import lookahead_frames
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    VALUE,
)
from rtsynth.host.slot import Slot
from rtsynth.plugin import Parameter, Plugin
from tests.rtsynth.host.live import heard_by
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin

pytestmark = pytest.mark.system

DEADLINE_S = 60.0
SPAN = np.float32(5000)  # of the centroid, as networks see it; its low end is 0


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


@pytest.fixture
def slot(host: Host, three: Compiled) -> Slot:
    return host.load(three)


def until(condition: Callable[[], object]) -> None:
    """Wait for the audio thread."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "the engine never got there"
        time.sleep(0.002)


def table(slot: Slot, name: str, voice: int = 0) -> float:
    """What the audio thread has in a voice's parameter table."""
    row = HEADER_FLOATS + slot._control(name).index * PARAMETER_FLOATS + VALUE
    size = int(slot.voice.compiled.program.config[CONFIG_ARENA_FLOATS])
    return float(slot.voice.arena[voice * size + row])


def knob(value: float) -> float:
    """What is read back for a knob at `value` Hz: it was a float32 as the network saw it."""
    return float(np.float32(value) / SPAN) * 5000


# --- following -----------------------------------------------------------------------------------


def test_it_follows_what_its_tier_makes(host: Host, slot: Slot) -> None:
    host.start()
    seen: dict[str, set[float]] = {name: set() for name in (*MOTION, *TIMBRE)}
    until(lambda: [seen[name].add(slot[name]) for name in seen] and len(seen["centroid"]) > 20)
    assert all(len(values) > 5 for values in seen.values())
    # In its unit: the network's 0..1 is 0..5000 Hz.
    at = slot.voice.compiled.followed["centroid"]
    host.stop()
    assert slot["centroid"] == host.get(1, "centroid") == float(slot.voice.arena[at]) * 5000
    assert slot["fill"] == 0.5


def test_its_knob_is_kept_apart(host: Host, slot: Slot) -> None:
    """`values` holds what is set and saved: knobs and takes, not what happens to be drawn."""
    host.start()
    until(lambda: slot["centroid"] != 0)
    values = slot.values()
    assert (values["centroid"], values["centroid.take"]) == (1000, 0)
    assert [n for n in values if n.startswith("centroid")] == [
        "centroid", "centroid.take", "centroid.offset", "centroid.scale",
    ]  # fmt: skip


# --- taking over ---------------------------------------------------------------------------------


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_setting_it_takes_it_over(host: Host, slot: Slot, running: bool) -> None:
    if running:
        host.start()
    slot["centroid"] = 3000
    assert slot["centroid.take"] == 1
    host.start()
    until(lambda: slot["centroid"] == knob(3000))
    time.sleep(0.05)
    assert slot["centroid"] == knob(3000)
    assert (table(slot, "centroid.take"), table(slot, "centroid")) == (1, 3000)
    slot["centroid"] = 250
    until(lambda: slot["centroid"] == knob(250))


def test_it_is_released_by_its_take(host: Host, slot: Slot) -> None:
    slot["centroid"] = 3000
    host.start()
    until(lambda: slot["centroid"] == knob(3000))
    assert slot.set("centroid.take", 0) == 0
    until(lambda: table(slot, "centroid.take") == 0)
    seen: set[float] = set()
    until(lambda: seen.add(slot["centroid"]) or len(seen) > 10)
    assert slot.values()["centroid"] == 3000  # where the knob was left
    slot["centroid.take"] = 1
    until(lambda: slot["centroid"] == knob(3000))


def test_values_are_clamped(slot: Slot) -> None:
    assert slot.set("centroid", 9e9) == 4000
    assert slot.set("centroid.take", 7) == 1
    assert slot.set("centroid.offset", -1e6) == -3900
    assert slot.set("centroid.scale", 50) == 4
    assert slot.set("motion.beta", 0) == 0.05


def test_offset_and_scale_move_what_is_followed(host: Host, slot: Slot) -> None:
    slot["motion.beta"] = 20
    slot["centroid.scale"] = 0
    slot["centroid.offset"] = 1234
    host.start()
    until(lambda: slot["centroid"] == pytest.approx(1234, abs=0.01))
    assert slot["centroid.take"] == 0


def test_norm(host: Host, slot: Slot) -> None:
    assert host.set_norm(1, "centroid", 0.5) == 2050
    assert slot["centroid.take"] == 1
    assert host.set_norm(1, "centroid.offset", 0.5) == 0
    assert host.set_norm(1, "motion.beta", 0.5) == pytest.approx(1.0)  # an exponential knob


@pytest.mark.parametrize("name", ["fill.take", "centroid.beta", "audio.beta", "centroid.", "take"])
def test_parts_that_do_not_exist(slot: Slot, name: str) -> None:
    for attempt in (lambda: slot.set(name, 1), lambda: slot[name]):
        with pytest.raises(ControlError, match=r"is unknown; three has (\S+, ){10}\.\.\."):
            attempt()


def test_timed_takes(host: Host, slot: Slot) -> None:
    host.start()
    until(lambda: table(slot, "gain") == 1)
    at = time.monotonic_ns() + 500_000_000
    slot.set("centroid", 3000, at_ns=at)
    seen = (table(slot, "centroid.take"), slot["centroid.take"])
    if time.monotonic_ns() < at:  # else the machine was too busy to look in time
        assert seen == (0, 0)
    until(lambda: slot["centroid"] == knob(3000))
    assert time.monotonic_ns() > at
    assert slot["centroid.take"] == 1


def test_observers_hear_of_takes(host: Host, slot: Slot) -> None:
    journal = host.journal()
    slot["centroid"] = 3000
    slot["centroid.take"] = 0
    takes = [(1, "centroid.take", taken) for taken in (1, 0)]
    assert heard_by(journal) == [(1, "centroid", 3000), *takes]


# --- notes ---------------------------------------------------------------------------------------


def test_a_note_takes_a_generated_pitch_over(host: Host) -> None:
    slot = host.load(tiers_plugin(pitch_role="pitch"))
    host.start()
    slot.note_on(72, 1.0)
    until(lambda: slot["pitch"] == pytest.approx(72, abs=1e-4))
    assert slot["pitch.take"] == 1
    slot["pitch.take"] = 0
    until(lambda: slot["pitch"] != pytest.approx(72, abs=1e-4))


def test_a_note_of_several_takes_only_its_own_voice_over() -> None:
    compiled = compile_plugin(tiers_plugin(pitch_role="pitch"))
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64, voices=3) as host:
        slot = host.load(compiled)
        host.start()
        slot.note_on(60, 1.0)
        slot.note_on(72, 1.0)

        def takes() -> list[float]:
            return [table(slot, "pitch.take", voice) for voice in range(3)]

        until(lambda: sorted(takes()) == [0, 1, 1])
        pitches = {table(slot, "pitch", v) for v in range(3) if takes()[v] == 1}
        assert pitches == {60, 72}
        assert slot["pitch.take"] == 1
        slot["pitch.take"] = 0  # all of them are released
        until(lambda: takes() == [0, 0, 0])


def test_a_state_out_of_range_says_so(
    host: Host, slot: Slot, caplog: pytest.LogCaptureFixture
) -> None:
    slot.restore({"fill": 2.0, "gain": -3.0})
    assert (slot["fill"], slot["gain"]) == (1.0, -3.0)
    assert [record.getMessage() for record in caplog.records] == [
        "slot 1: fill: 2 is out of range: clamped to 1"
    ]


# --- describing ----------------------------------------------------------------------------------


def test_describe(host: Host, slot: Slot) -> None:
    (described,) = json.loads(description_json(host.describe()))["slots"]
    rows = {row["name"]: row for row in described["parameters"]}
    assert list(rows) == [p.name for p in slot.plugin.parameters]
    assert rows["centroid"] == {
        "name": "centroid", "minimum": 100, "maximum": 4000, "default": 1000, "value": 1000,
        "unit": "Hz", "curve": "linear", "role": "conditioning", "description": "",
        "generated": True, "tier": "motion", "rate_hz": 125, "upsampling": "linear",
        "delay_ms": 8.0, "taken": False, "followed": 0.0,
        "reaction_ms": rows["centroid"]["reaction_ms"],
    }  # fmt: skip
    assert rows["pitch"]["upsampling"] == "hold"
    assert (rows["pitch"]["delay_ms"], rows["mfcc1"]["delay_ms"]) == (0.0, 2.0)
    assert (rows["mfcc1"]["tier"], rows["mfcc1"]["rate_hz"]) == ("timbre", 500)
    assert rows["fill"]["generated"] is False
    assert rows["fill"].keys() == rows["centroid"].keys() - {
        "tier", "rate_hz", "upsampling", "delay_ms", "taken", "followed"
    }  # fmt: skip
    extra = [f"{n}.{part}" for n in (*TIMBRE, *MOTION) for part in ("take", "offset", "scale")]
    assert [row["name"] for row in described["controls"]] == [
        *extra, "motion.beta", "timbre.beta", "gain", "temperature", "top_k", "top_p",
    ]  # fmt: skip
    offset = next(row for row in described["controls"] if row["name"] == "centroid.offset")
    assert (offset["minimum"], offset["maximum"], offset["unit"]) == (-3900, 3900, "Hz")
    assert offset["value"] == offset["default"] == 0
    assert offset.keys() == {
        "name", "minimum", "maximum", "default", "value", "unit", "description",
    }  # fmt: skip


def test_the_description_follows(host: Host, slot: Slot) -> None:
    def centroid() -> dict[str, object]:
        rows = json.loads(description_json(host.describe()))["slots"][0]["parameters"]
        return next(row for row in rows if row["name"] == "centroid")

    host.start()
    until(lambda: centroid()["followed"] != 0)
    assert (centroid()["taken"], centroid()["value"]) == (False, 1000)
    slot["centroid"] = 3000
    assert (centroid()["taken"], centroid()["value"]) == (True, 3000)
    until(lambda: centroid()["followed"] == knob(3000))
    slot["centroid.take"] = 0
    assert (centroid()["taken"], centroid()["value"]) == (False, 3000)


def test_reactions_reckon_with_the_block_that_really_plays(host: Host, slot: Slot) -> None:
    def reaction_ms(name: str) -> float:
        rows = json.loads(description_json(host.describe()))["slots"][0]["parameters"]
        return float(next(row["reaction_ms"] for row in rows if row["name"] == name))

    host.start()
    output_ms = (64 + lookahead_frames(48_000)) / 48
    until(lambda: reaction_ms("fill") == round(10 + 8 + 2 + output_ms, 2))
    assert reaction_ms("centroid") == round(20 + 1 / 16 + output_ms, 2)
    assert reaction_ms("rmse") == round(20 + 2 + 2 + output_ms, 2)


def test_a_network_of_no_numbers_can_still_be_described(host: Host) -> None:
    """JSON has no word for what is not a number."""
    plugin = tiers_plugin(networks=(0, 5, 0), phased=True)
    for name, tensor in plugin.tensors.items():
        if name.endswith(".period"):
            tensor[:] = 0
    host.load(plugin)
    host.start()
    time.sleep(0.1)
    json.loads(description_json(host.describe()), parse_constant=pytest.fail)


# --- states, swaps -------------------------------------------------------------------------------


@pytest.fixture
def states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTSYNTH_STATES", str(tmp_path / "states"))


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_a_state_keeps_takes(host: Host, slot: Slot, running: bool) -> None:
    """What was taken over is so again, what was free is free again, also if its knob was moved."""
    if running:
        host.start()
    slot["centroid"] = 3000
    slot["rmse"], slot["rmse.take"] = 0.9, 0  # moved, and let go
    slot["mfcc3.offset"], slot["timbre.beta"] = 7, 2
    saved = slot.values()
    host.save_state("here")
    slot["centroid.take"], slot["rmse"], slot["mfcc1"] = 0, 0.1, 20
    slot["mfcc3.offset"], slot["timbre.beta"] = 0, 1
    host.recall_state("here")
    assert slot.values() == saved
    host.start()
    wanted = {"centroid.take": 1, "rmse.take": 0, "mfcc1.take": 0, "mfcc3.offset": 7,
              "timbre.beta": 2, "centroid": 3000}  # fmt: skip
    until(lambda: all(table(slot, name) == value for name, value in wanted.items()))


def test_a_swap_keeps_takes(host: Host, slot: Slot) -> None:
    host.start()
    slot["centroid"], slot["rmse"], slot["rmse.take"] = 3000, 0.9, 0
    new = host.load_into(1, compile_plugin(tiers_plugin(seed=5)))
    assert (new["centroid.take"], new["rmse.take"]) == (1, 0)
    until(lambda: new["centroid"] == knob(3000))
    assert (table(new, "rmse.take"), new.values()["rmse"]) == (0, 0.9)


def test_a_swap_lets_go_of_what_the_next_plugin_cannot_have(host: Host, slot: Slot) -> None:
    """Another unit, another range; and how a tier draws is the plugin's own."""
    host.start()
    slot["centroid"], slot["rmse"], slot["mfcc1.offset"] = 3000, 0.9, 7
    slot["motion.beta"], slot["temperature"], slot["gain"] = 3, 0.5, -9
    other = tiers_plugin(seed=5)
    changed = {
        "centroid": {"maximum": 2000, "default": 900},
        "rmse": {"unit": "dB"},
    }
    parameters = [
        Parameter(**{**p.model_dump(), **changed.get(p.name, {})}) for p in other.parameters
    ]
    manifest = other.manifest.model_copy(update={"parameters": parameters})
    new = host.load_into(1, compile_plugin(Plugin(manifest, other.tensors)))
    values = new.values()
    assert (values["centroid.take"], values["rmse.take"]) == (0, 0)
    assert (values["mfcc1.offset"], values["gain"]) == (7, -9)
    assert (values["motion.beta"], values["temperature"]) == (1, 1)


@pytest.mark.parametrize("name", ["motion.beta", "motion/beta", " motion/beta "])
def test_dots_and_slashes_name_the_same(host: Host, slot: Slot, name: str) -> None:
    journal = host.journal()
    slot[name] = 2.5
    assert slot[name] == host.get(1, name) == slot["motion.beta"] == 2.5
    assert slot.has(name)
    assert slot.spec(name).name == "motion.beta"
    assert slot.values()["motion.beta"] == 2.5
    assert name == "motion.beta" or name not in slot.values()
    assert heard_by(journal) == [(1, "motion.beta", 2.5)]
