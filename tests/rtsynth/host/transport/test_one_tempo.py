"""The tempo is the engine's: no slot, preset, knob or client of OSCQuery has one of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.describe import description_json
from rtsynth.control.oscquery.tree import build_tree
from rtsynth.engine.program.layout import TEMPO
from rtsynth.host.mapping.binding import CC, Binding, Physical
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.presets.preset import preset_files
from rtsynth.plugin import Parameter
from tests.rtsynth.host.live import row
from tests.rtsynth.plugins import PARAMETERS, random_plugin

ELSEWHERE = "the tempo is the engine's, the same in all slots"


@pytest.fixture
def host(compiled: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load(compiled)
        yield opened


@pytest.mark.parametrize("name", ["tempo", "modulation/tempo", "modulation.tempo"])
def test_a_slot_is_not_given_one(host: Host, name: str) -> None:
    slot = host.slot(1)
    for act in (
        lambda: host.set(1, name, 90.0),
        lambda: host.set_norm(1, name, 0.5),
        lambda: slot.place(name, 90.0),
    ):
        with pytest.raises(ControlError, match=f"{ELSEWHERE}: set it with /tempo"):
            act()
    assert host.get(1, name) == 120.0
    assert not slot.has(name)
    assert slot.has("lfo1_beats")


def test_it_is_shown_but_not_kept(host: Host) -> None:
    assert "tempo" not in host.slot(1).values()
    description = host.describe()
    assert description.slots[0].values["tempo"] == 120.0
    (shown,) = json.loads(description_json(description))["slots"]
    assert "lfo1_beats" in [control["name"] for control in shown["controls"]]
    assert "tempo" not in [control["name"] for control in shown["controls"]]
    node = build_tree(description).find("/slot/1/modulation/tempo")
    other = build_tree(description).find("/slot/1/modulation/lfo1_beats")
    assert node is not None
    assert other is not None
    assert (node.attributes["ACCESS"], other.attributes["ACCESS"]) == (1, 3)
    assert node.attribute("VALUE", host.get) == [120.0]


def test_presets_and_morphs_leave_it_alone(host: Host, plugin: Plugin) -> None:
    host.presets.save(1, "a")
    file = preset_files(plugin.name).path("a")
    document = json.loads(file.read_text())
    assert "tempo" not in document["values"]
    assert "lfo1_beats" in document["values"]
    document["values"] |= {"tempo": 90.0, "lfo1_beats": 4.0}  # as an early one has it
    file.write_text(json.dumps(document))
    assert host.presets.recall(1, "a") == []
    assert (host.get(1, "tempo"), host.get(1, "lfo1_beats")) == (120.0, 4.0)
    host.presets.save(1, "b")
    host.presets.morph(1, {"a": 0.5, "b": 0.5})
    assert host.get(1, "tempo") == 120.0
    assert host.slot(1).restore({"tempo": 90.0, "lfo1_beats": 2.0}) == []
    assert (host.get(1, "tempo"), host.get(1, "lfo1_beats")) == (120.0, 2.0)


def test_no_knob_is_mapped_to_it(host: Host) -> None:
    knob = Physical(CC, 21)
    MidiMap((Binding("lfo1_beats", knob, 1),)).check(host.describe())
    with pytest.raises(InputError, match=f"map.toml: target: {ELSEWHERE}"):
        MidiMap((Binding("tempo", knob, 1, origin="map.toml"),)).check(host.describe())


def test_a_plugin_s_own_tempo_is_a_parameter_like_any_other(host: Host, tmp_path: Path) -> None:
    own = Parameter(name="tempo", minimum=0.0, maximum=10.0, default=3.0)
    plugin = random_plugin(tmp_path / "own.safetensors", parameters=[*PARAMETERS, own])
    slot = host.load(plugin)
    host.set(slot.number, "tempo", 7.0)
    host.tempo.set_tempo(96.0)
    host.tempo.begin()
    host.tempo.end()
    assert host.get(slot.number, "tempo") == 7.0
    assert slot.values()["tempo"] == 7.0
    assert host.get(1, "tempo") == 96.0
    for each in (slot, host.slot(1)):
        assert row(each, TEMPO) == 96.0
