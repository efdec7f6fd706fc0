"""Taken-over parameters in descriptions, states and swaps."""

import json
import time
from pathlib import Path

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import compile_plugin
from rtsynth.control.osc.describe import description_json
from rtsynth.engine.kernels.limiter import lookahead_frames
from rtsynth.host.slot import Slot
from rtsynth.plugin import Parameter, Plugin
from tests.rtsynth.host.live import heard_by, until
from tests.rtsynth.host.taken import knob, table
from tests.rtsynth.host.values import MODULATION
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin

pytestmark = pytest.mark.system


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
        *extra, "motion.beta", "timbre.beta", "gain", "temperature", "top_k", "top_p", "min_p",
        "attack", "decay", "sustain", "release", "glide", *MODULATION,
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
