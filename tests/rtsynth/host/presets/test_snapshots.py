"""Snapshots: an undo of what was done to slots, mappings, everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError
from rtsynth.host.mapping.binding import CC, Binding, Physical
from rtsynth.host.presets import snapshots
from tests.rtsynth.host.live import until
from tests.rtsynth.plugins import tiers_plugin

pytestmark = pytest.mark.system


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load_into(1, plugin)
        opened.load_into(2, plugin)
        opened.start()
        yield opened


def test_a_slot_moves_back_and_plays_on(host: Host) -> None:
    slot = host.slot(1)
    host.set(1, "pitch", 66)
    host.modulation.assign(1, "lfo1", "pitch", 0.25)
    host.snapshots.keep("before", [1])
    host.set(1, "pitch", 70)
    host.set(2, "pitch", 71)
    host.modulation.assign(1, "lfo1", "pitch", 0.0)
    host.lineup.rename(1, "Lead")
    host.snapshots.keep("after", [1])
    assert host.snapshots.recall("before") == []
    until(lambda: host.get(1, "pitch") == 66)
    assert [tuple(each) for each in host.modulation.of(1)] == [("lfo1", "pitch", 0.25)]
    assert host.snapshots.recall("after") == []
    until(lambda: host.get(1, "pitch") == 70)
    assert host.modulation.of(1) == []
    assert host.slot(1) is slot
    assert (host.get(2, "pitch"), host.lineup.name(1)) == (71, "Lead")  # nobody's concern


def test_a_slot_that_was_removed_is_back_in_its_place(host: Host, plugin: Plugin) -> None:
    host.load_into(3, plugin)
    host.lineup.rename(2, "Bass")
    host.lineup.arrange([2, 3, 1])
    host.set(2, "pitch", 66)
    host.end_drone(2)
    until(lambda: not host.slot(2).drones)
    host.snapshots.keep("there", [2])
    host.unload(2)
    host.snapshots.keep("gone", [2])
    assert host.snapshots.recall("there") == []
    until(lambda: host.get(2, "pitch") == 66)
    assert (host.lineup.name(2), host.lineup.order) == ("Bass", [2, 3, 1])
    until(lambda: not host.slot(2).drones)
    assert host.snapshots.recall("gone") == []
    assert [slot.number for slot in host.slots] == [1, 3]


def test_a_plugin_that_is_in_no_file_is_kept_itself(host: Host) -> None:
    other = tiers_plugin()
    assert other.path is None
    host.load_into(1, other)
    host.snapshots.keep("other", [1])
    host.unload(1)
    assert host.snapshots.recall("other") == []
    assert host.slot(1).plugin is other


def test_sections_alone_and_everything(host: Host) -> None:
    kept = (Binding("pitch", Physical(CC, 21, 1), slot=1),)
    host.snapshots.keep("none", sections=["mappings"])
    host.mappings.replace(kept)
    host.set(1, "pitch", 70)
    host.snapshots.keep("all")
    assert host.snapshots.recall("none") == []
    assert host.mappings.learned == ()
    assert host.get(1, "pitch") == 70
    host.unload(2)
    host.set(1, "pitch", 66)
    host.mixer.set(0, "gain", -6)
    assert host.snapshots.recall("all") == []
    until(lambda: host.get(1, "pitch") == 70)
    assert tuple(each._replace(origin="") for each in host.mappings.learned) == kept
    assert host.mixer.get(0, "gain") == 0.0
    assert [slot.number for slot in host.slots] == [1, 2]


def test_what_cannot_be_kept(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    for slots, sections, text in (([0], [], "1 to 16"), ([17], [], "1 to 16"), ([], ["x"], "'x'")):
        with pytest.raises(ControlError, match=text):
            host.snapshots.keep("a", slots, sections)
    with pytest.raises(ControlError, match="1 to 64"):
        host.snapshots.keep("a" * 65)
    monkeypatch.setattr(snapshots, "MOST", 2)
    for name in "abc":
        host.snapshots.keep(name, [1])
    with pytest.raises(ControlError, match="no snapshot 'a' any more"):
        host.snapshots.recall("a")
    assert host.snapshots.recall("b") == []


def test_an_undo_leaves_what_was_moved_since(host: Host, plugin: Plugin) -> None:
    host.set(1, "amplitude", 0.125)
    host.snapshots.keep("before")
    host.set(1, "pitch", 66)
    host.set(1, "amplitude", 0.5)
    host.mixer.set(0, "gain", -6)
    host.unload(2)
    host.snapshots.keep("after")
    host.set(1, "pitch", 70)  # MIDI, another window
    host.load_into(2, tiers_plugin())
    host.load_into(3, plugin)
    assert host.snapshots.recall("before", "after") == []
    until(lambda: host.get(1, "amplitude") == 0.125)
    assert host.get(1, "pitch") == 70
    assert host.mixer.get(0, "gain") == 0.0
    assert [slot.number for slot in host.slots] == [1, 2, 3]
    assert host.slot(2).plugin.name != plugin.name
    host.set(1, "amplitude", 0.25)
    host.mixer.set(0, "gain", -3)
    with pytest.raises(ControlError, match="by something else since"):
        host.snapshots.recall("before", "after")


def test_an_undo_and_a_redo_of_a_whole_slot(host: Host) -> None:
    host.set(2, "pitch", 66)
    until(lambda: host.get(2, "pitch") == 66)
    host.snapshots.keep("before", [2])
    host.unload(2)
    host.snapshots.keep("after", [2])
    assert host.snapshots.recall("before", "after") == []
    until(lambda: host.get(2, "pitch") == 66)
    assert host.snapshots.recall("after", "before") == []
    assert [slot.number for slot in host.slots] == [1]
    assert host.snapshots.recall("before", "") == []  # into an empty slot
    assert [slot.number for slot in host.slots] == [1, 2]
    assert host.snapshots.recall("", "before") == []
    assert [slot.number for slot in host.slots] == [1]


def test_owners_take_no_room_from_each_other(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST", 2)
    monkeypatch.setattr(snapshots, "MOST_IN_ALL", 3)
    host.snapshots.keep("mine", [1], owner="me")
    for name in "abcd":
        host.snapshots.keep(name, [1], owner="stranger")
    host.snapshots.keep("other", [1], owner="third")  # and the one with most of them loses one
    for name in ("mine", "d", "other"):
        assert host.snapshots.recall(name) == []
    for name in "abc":
        with pytest.raises(ControlError, match="any more"):
            host.snapshots.recall(name)


def test_files_of_presets_are_undone(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved over, renamed, deleted; and which of them is the current one."""
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    presets, names = host.presets, ("a", "b")
    files = [f"preset/1/{name}" for name in names]
    host.set(1, "pitch", 66)
    presets.save(1, "a")

    def kept(name: str) -> None:
        host.snapshots.keep(name, sections=["presets"], files=files)

    kept("first")
    host.set(1, "pitch", 70)
    presets.save(1, "a")
    kept("saved")
    presets.rename(1, "a", "b")
    kept("renamed")
    presets.delete(1, "b")
    kept("deleted")
    assert (presets.list(1), presets.current(1)) == ([], None)
    for back, standing, listed in (
        ("renamed", "deleted", "b"),
        ("saved", "renamed", "a"),
        ("first", "saved", "a"),
    ):
        assert host.snapshots.recall(back, standing) == []
        assert (presets.list(1), presets.current(1)) == ([listed], listed)
        assert host.get(1, "pitch") == 70  # no control is moved
    presets.recall(1, "a")
    assert host.get(1, "pitch") == 66
    assert host.snapshots.recall("saved", "first") == []
    presets.recall(1, "a")
    assert host.get(1, "pitch") == 70
    assert host.snapshots.files_of("saved", "first", "nothing") == files


def test_a_set_that_was_saved_over_since_stays(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTSYNTH_SETS", str(tmp_path))
    host.snapshots.keep("before", files=["set/live"])
    host.sets.save("live")
    host.snapshots.keep("after", files=["set/live"])
    host.set(1, "pitch", 66)
    until(lambda: host.get(1, "pitch") == 66)
    host.sets.save("live")
    with pytest.raises(ControlError, match="files have been written by something else since"):
        host.snapshots.recall("before", "after")
    assert host.sets.list() == ["live"]
    assert host.get(1, "pitch") == 66
    host.snapshots.recall("before")  # without a second one it is as it was, whatever has happened
    assert host.sets.list() == []


def test_what_goes_with_a_file_stays_with_it(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved over by another window: the slot is still at that preset."""
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    for name in ("before", "after"):
        host.snapshots.keep(name, sections=["presets"], files=["preset/1/dark"])
        host.set(1, "pitch", 66 if name == "before" else 70)
        host.presets.save(1, "dark")
    with pytest.raises(ControlError, match="by something else since"):
        host.snapshots.recall("before", "after")
    assert (host.presets.list(1), host.presets.current(1)) == (["dark"], "dark")


def test_files_are_bounded(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTSYNTH_SETS", str(tmp_path))
    host.sets.save("live")
    size = (tmp_path / "live.json").stat().st_size
    monkeypatch.setattr(snapshots, "MOST_BYTES", 2 * size)
    host.snapshots.keep("slots", [1])
    for name in "abc":
        host.snapshots.keep(name, files=["set/live"])
    with pytest.raises(ControlError, match="no snapshot 'a' any more"):
        host.snapshots.recall("a")
    for name in ("slots", "b", "c"):
        assert host.snapshots.recall(name) == []
