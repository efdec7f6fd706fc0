"""What an engine starts with: plugins, a preset of theirs, or a set; refused before it is slow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import InputError
from rtsynth.host.performance import performance_of
from rtsynth.host.presets.preset import preset_files
from rtsynth.processes.begin import begin, beginning_of
from rtsynth.processes.options import EngineOptions
from tests.rtsynth.host.test_sections import Reloading

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for what in ("presets", "sets"):
        monkeypatch.setenv(f"RTSYNTH_{what.upper()}", str(tmp_path / what))
    return tmp_path


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


def start(host: Host, **options: object) -> int:
    """The number of slots that were filled."""
    steps: list[int] = []
    begin(host, beginning_of(EngineOptions(**options)), lambda: steps.append(1))
    return len(steps)


def test_plugins_with_a_preset_and_settings(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    host.set(1, "pitch", 66)
    host.set(1, "amplitude", 0.9)
    host.presets.save(1, "2 warm")
    host.unload(1)
    path = str(plugin.path)
    assert start(host, plugins=[path], preset="2 warm", settings=["pitch=70"]) == 1
    assert (host.get(1, "pitch"), host.get(1, "amplitude")) == (70, pytest.approx(0.9))
    assert host.presets.current(1) == "2 warm"
    with pytest.raises(InputError, match="--preset 'x': random has none.*saved presets: 2 warm"):
        beginning_of(EngineOptions(plugins=[path], preset="x"))
    with pytest.raises(InputError, match="--set breath"):
        beginning_of(EngineOptions(plugins=[path], settings=["breath=1"]))


def test_how_notes_are_played(host: Host, plugin: Plugin, tmp_path: Path) -> None:
    scale = tmp_path / "five.scl"
    scale.write_text("! five.scl\nfive\n 5\n240.\n480.\n720.\n960.\n2/1\n")
    path = str(plugin.path)
    options = {"plugins": [path], "bend_range": 7.0, "velocity": "soft", "tuning": str(scale)}
    start(host, **options)
    voicing = host.voicing.of(1)
    assert (voicing.bend_range, voicing.velocity, voicing.tuning) == (7.0, 0.5, (str(scale),))
    host.load(plugin)
    assert host.voicing.of(2).tuning == (str(scale),)  # slots to come are tuned, too
    host.note_on(1, 64.0, 0.5)
    assert host.get(1, "pitch") == pytest.approx(60 + 4 * 2.4)
    with pytest.raises(InputError, match="--pressure breath: "):
        beginning_of(EngineOptions(plugins=[path], pressure="breath"))
    with pytest.raises(InputError, match=r"--recall-set: .* leave --velocity out"):
        EngineOptions(recall_set="x", velocity="soft").check()


def test_tempo_and_source_are_above_those_of_a_set(host: Host, plugin: Plugin) -> None:
    start(host, plugins=[str(plugin.path)], tempo=90.0, sync="internal")
    assert host.tempo.read() == {"tempo": 90.0, "source": "internal"}
    host.sets.save("slow")
    host.tempo.choose("midi")
    start(host, recall_set="slow", tempo=101.0)
    assert host.tempo.read() == {"tempo": 101.0, "source": "internal"}
    for refused in ({"tempo": 10.0}, {"sync": "link"}):
        with pytest.raises(InputError, match=next(f"--{name}" for name in refused)):
            EngineOptions(**refused).check()


def test_the_tempo_is_no_setting_of_a_slot(plugin: Plugin) -> None:
    for name in ("tempo", "modulation/tempo"):
        with pytest.raises(InputError, match="--set tempo=96: the tempo is .*: give --tempo 96"):
            beginning_of(EngineOptions(plugins=[str(plugin.path)], settings=[f"{name}=96"]))


def test_modulation_is_assigned_where_it_is_known(host: Host, plugin: Plugin) -> None:
    path = str(plugin.path)
    start(host, plugins=[path, path], modulate=["lfo1:pitch:0.25", "macro2:sampling/top_p:-0.5"])
    assigned = [("lfo1", "pitch", 0.25), ("macro2", "top_p", -0.5)]
    assert host.modulation.of(1) == host.modulation.of(2) == assigned
    with pytest.raises(InputError, match="--modulate lfo1:breath: parameter 'breath' is unknown"):
        beginning_of(EngineOptions(plugins=[path], modulate=["lfo1:breath:1"]))
    with pytest.raises(InputError, match="--recall-set: a set has .* leave --modulate out"):
        EngineOptions(recall_set="gig", modulate=["lfo1:pitch:1"]).check()


def test_settings_are_above_a_preset_that_loads_the_slot_again(host: Host, plugin: Plugin) -> None:
    host.sections.add_for_slots("again", Reloading(lambda number: host.load_into(number, plugin)))
    host.load(plugin)
    host.set(1, "pitch", 66)
    host.presets.save(1, "a")
    host.unload(1)
    start(host, plugins=[str(plugin.path)], preset="a", settings=["pitch=70"])
    assert host.get(1, "pitch") == 70


def test_a_set(host: Host, plugin: Plugin) -> None:
    host.load_into(2, plugin)
    host.set(2, "pitch", 66)
    host.presets.save(2, "a")
    host.end_drone(2)
    host.sets.save("gig")
    kept = performance_of(host.slots, host.sections)
    host.unload(2)
    assert start(host, recall_set="gig") == 1
    assert performance_of(host.slots, host.sections) == kept
    with pytest.raises(InputError, match="set 'x' does not exist; saved sets: gig"):
        beginning_of(EngineOptions(recall_set="x"))


def test_a_refusal_names_ten_presets_at_most(plugin: Plugin) -> None:
    for number in range(11):
        preset_files(plugin.name).write(f"n{number}", {})
    with pytest.raises(InputError, match=r"saved presets: (n\d+, ){10}\.\.\.$"):
        beginning_of(EngineOptions(plugins=[str(plugin.path)], preset="x"))
