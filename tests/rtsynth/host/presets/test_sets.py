"""Sets: everything comes back, what plays already plays on, what is gone is said."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host, Plugin, save
from rtsynth.common.errors import ControlError, InputError
from rtsynth.host.performance import performance_of
from rtsynth.host.presets.set_files import read_set
from tests.rtsynth.host.live import until
from tests.rtsynth.host.test_sections import Dial, Dials
from tests.rtsynth.plugins import random_plugin, tiers_plugin

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


def test_everything_comes_back(host: Host, plugin: Plugin, folder: Path) -> None:
    made = tiers_plugin()
    tiers = save(folder / "three.safetensors", made.manifest, made.tensors)
    gain, dials = Dial(3), Dials()
    host.sections.add("gain", gain)
    host.sections.add_for_slots("dials", dials)
    host.load_into(1, plugin)
    host.load_into(3, tiers)
    host.seed(1, 7)
    host.set(1, "pitch", 65)
    host.presets.save(1, "low")
    host.set(3, "rmse", 0.25)
    host.end_drone(3)
    dials.values[3] = 5
    host.lineup.rename(3, "Water")
    host.lineup.move(3, 1)
    host.sets.save("gig")
    kept = performance_of(host.slots, host.sections)
    assert host.sets.list() == ["gig"]
    assert read_set("gig") == kept
    before = host.slot(1)
    host.start()
    host.unload(3)
    host.load_into(2, plugin)
    host.set(1, "pitch", 70)
    host.presets.save(1, "high")
    host.seed(1, 8)
    host.end_drone(1)
    gain.value, dials.values[3] = 4, 6
    host.lineup.rename(1, "Lead")
    assert host.lineup.order == [1, 2]
    assert host.sets.recall("gig") == []
    assert [slot.number for slot in host.slots] == [1, 3]
    assert host.slot(1) is before  # it plays on
    described = host.describe()
    assert [slot.name for slot in described.slots] == [plugin.name, "Water"]
    assert described.order == (3, 1)
    until(lambda: host.get(1, "pitch") == 65 and not host.slot(3).drones)
    until(lambda: performance_of(host.slots, host.sections) == kept)
    assert (gain.value, dials.values[3], host.presets.current(1)) == (3, 5, "low")


def test_what_is_gone_is_said_and_the_rest_is_there(
    host: Host, plugin: Plugin, folder: Path
) -> None:
    other = random_plugin(folder / "other.safetensors", seed=1, name="other")
    host.load_into(1, other)
    host.load_into(2, plugin)
    host.set(2, "pitch", 66)
    host.sets.save("gig")
    host.unload(1)
    (folder / "other.safetensors").unlink()
    host.set(2, "pitch", 70)
    (problem,) = host.sets.recall("gig")
    assert problem.startswith("slot 1: ")
    assert "other.safetensors: no such file" in problem
    assert [slot.number for slot in host.slots] == [2]
    assert host.get(2, "pitch") == 66
    host.sets.delete("gig")
    for attempt in (host.sets.recall, host.sets.delete):
        with pytest.raises(InputError, match="set 'gig' does not exist; saved sets: none"):
            attempt("gig")


def test_a_plugin_that_has_changed_takes_what_fits(
    host: Host, plugin: Plugin, folder: Path
) -> None:
    path = folder / "random.safetensors"
    host.load_into(1, random_plugin(path))
    host.set(1, "pitch", 66)
    host.sets.save("gig")
    parameters = [parameter for parameter in plugin.parameters if parameter.name != "instrument"]
    random_plugin(path, parameters=parameters)
    host.set(1, "pitch", 70)
    host.load_into(1, path)
    assert host.sets.recall("gig") == ["slot 1: it has no instrument"]
    assert host.get(1, "pitch") == 66


def test_a_slot_that_cannot_be_emptied_is_said_and_the_rest_is_restored(
    host: Host, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    gain = Dial(3)
    host.sections.add("gain", gain)
    host.load_into(1, plugin)
    host.sets.save("gig")
    host.load_into(2, plugin)
    gain.value = 4

    def refuse(number: int) -> None:
        raise ControlError("busy")

    monkeypatch.setattr(host._rack, "unload", refuse)
    assert host.sets.recall("gig") == ["slot 2: busy"]
    assert gain.value == 3


def test_one_recall_after_the_other(host: Host, plugin: Plugin) -> None:
    host.load_into(1, plugin)
    host.sets.save("gig")
    recall = threading.Thread(target=host.sets.recall, args=("gig",), daemon=True)
    with host.sets.restoring.lock:
        recall.start()
        recall.join(0.1)
        assert recall.is_alive()
    recall.join(5)
    assert not recall.is_alive()
