"""A session taken up by another engine: the same slots, values, take-overs, and what sounds."""

import logging
from pathlib import Path

import pytest
import soundfile

from rtsynth import save
from rtsynth.common.control_info import FollowedRun
from rtsynth.host.host import Host
from rtsynth.host.performance import KeptSlot, Performance
from rtsynth.host.states import SESSION_FILE, kept_session
from rtsynth.plugin import load
from rtsynth.processes.resume import (
    Keeper,
    resume,
    resume_following,
    resume_log,
    resume_recording,
    session_of,
)
from tests.rtsynth.host.live import until
from tests.rtsynth.host.run import new_run, write_network
from tests.rtsynth.host.test_sections import Dial, Reloading
from tests.rtsynth.plugins import tiers_plugin

pytestmark = pytest.mark.system


def new_host() -> Host:
    return Host("null", rate_hz=48_000, block_frames=128, precision="float32")


def step() -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def tiers_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiers") / "tiers.safetensors"
    made = tiers_plugin()
    save(path, made.manifest, made.tensors)
    return path


def test_everything_comes_back(plugin_path: Path, tiers_path: Path, tmp_path: Path) -> None:
    with new_host() as host:
        host.load_into(1, plugin_path)
        tiers = host.load_into(3, tiers_path)
        host.load_into(4, plugin_path)
        host.start()
        host.seed(1, 7)
        host.presets.save(1, "low")
        host.sections.add("gain", Dial(3))
        host.lineup.rename(3, "Water")
        host.lineup.arrange([4, 3])
        host.sections.slot(3).restore({"later": "version"})
        host.set(1, "amplitude", 0.25)
        host.note_on(1, 70.0, 0.5)
        host.note_off(1, 70.0)
        host.note_on(4, 71.0, 0.5)  # held: it is not to go on by itself
        taken, free = [p.name for p in tiers.plugin.parameters if f"{p.name}.take" in
                       tiers.values()][:2]  # fmt: skip
        host.set(3, taken, host.slot(3).spec(taken).maximum)
        host.set(3, f"{free}.offset", 0.5 * host.slot(3).spec(f"{free}.offset").maximum)
        host.set(3, f"{free}.scale", 0.5)
        host.fade_out()  # what was pushed has been taken in
        keeper = Keeper(host, tmp_path)
        keeper.keep()
        session = session_of(host)
    assert kept_session(tmp_path) == session
    assert sorted(session.performance.slots) == [1, 3, 4]
    assert [slot.drones for slot in session.performance.slots.values()] == [False, True, False]
    assert session.performance.slots[1].seed == 7
    assert session.performance.slots[3].sections["later"] == "version"
    assert session.performance.slots[3].values[f"{taken}.take"] == 1
    assert session.performance.slots[3].values[f"{free}.take"] == 0
    assert session.performance.slots[3].values[f"{free}.scale"] == 0.5
    with new_host() as again:
        gain = Dial()
        again.sections.add("gain", gain)
        resume(again, session.performance, step)
        assert gain.value == 3
        assert (again.lineup.name(3), again.lineup.order) == ("Water", [4, 3, 1])
        assert again.presets.current(1) == "low"
        assert session_of(again) == session
        again.start()
        again.fade_out()
        assert session_of(again) == session


def test_values_and_seed_are_those_of_the_slot_that_sections_have_left(plugin_path: Path) -> None:
    kept = KeptSlot(
        str(plugin_path),
        {"pitch": 66.0, "temperature": 0.5},
        drones=False,
        seed=7,
        sections={"again": "again", "voices": 3},
    )
    with new_host() as host:
        host.sections.add_for_slots("again", Reloading(lambda n: host.load_into(n, plugin_path)))
        resume(host, Performance({2: kept}), step)
        slot = host.slot(2)
        assert (host.get(2, "pitch"), host.get(2, "temperature")) == (66, 0.5)
        assert (slot.seeded, slot.drones, slot.voices) == (7, False, 3)


def test_what_cannot_be_had_any_more_is_left_out(
    plugin_path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slots = {
        2: KeptSlot(str(tmp_path / "gone.safetensors"), {}),
        5: KeptSlot(str(plugin_path), {"pitch": 1e300, "other": 1.0, "amplitude": 0.5}),
    }
    with new_host() as host, caplog.at_level(logging.WARNING):
        resume(host, Performance(slots), step)
        assert [slot.number for slot in host.slots] == [5]
        assert host.get(5, "pitch") == host.slot(5).spec("pitch").maximum
        assert host.get(5, "amplitude") == 0.5
    (line,) = (record.getMessage() for record in caplog.records)
    assert line.startswith("slot 2 stays empty: ")


def test_a_recording_goes_on_in_the_next_take(
    plugin_path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "take.wav"
    with new_host() as host:
        host.load(plugin_path)
        host.record_start(str(path))
        host.start()
        assert session_of(host).recording == str(path)
    frames = soundfile.info(path).frames
    with path.open("ab") as file:
        file.write(bytes(2))  # torn off
    with new_host() as host, caplog.at_level(logging.WARNING):
        resume_recording(host, path)
        assert host.status()["recording"] == str(tmp_path / "take-2.wav")
        assert soundfile.info(path).frames == frames
        assert host.record_stop() == 0
        caplog.clear()
        resume_recording(host, tmp_path / "gone" / "take.wav")
        (line,) = (record.getMessage() for record in caplog.records)
        assert "recording was not resumed" in line
        assert [notice.address for notice in host.read_notices(0)[1]] == ["/fail"]


def test_a_session_that_cannot_be_kept_is_reported_once(
    plugin_path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with new_host() as host, caplog.at_level(logging.WARNING):
        keeper = Keeper(host, tmp_path / "no")
        for _ in range(3):
            keeper.keep()
    assert len(caplog.records) == 1
    assert kept_session(tmp_path) is None


def test_a_session_is_written_only_when_something_has_changed(
    plugin_path: Path, tmp_path: Path
) -> None:
    def written() -> bool:
        keeper.keep()
        kept = (tmp_path / SESSION_FILE).exists()
        (tmp_path / SESSION_FILE).unlink(missing_ok=True)
        return kept

    with new_host() as host:
        host.load(plugin_path)
        keeper = Keeper(host, tmp_path)
        assert written()
        assert not written()
        for change in (
            lambda: host.set(1, "pitch", 71),
            lambda: host.end_drone(1),
            lambda: host.seed(1, 3),
            lambda: host.record_start(str(tmp_path / "take.wav")),
            host.record_stop,
            lambda: host.unload(1),
        ):
            change()
            assert written()
            assert not written()


def test_the_log_of_an_engine_that_crashed_is_kept(tmp_path: Path) -> None:
    (tmp_path / "take.events").write_text("until the crash")
    with new_host() as host:
        resume_log(host, tmp_path / "take.events")
        assert host.event_log.path == tmp_path / "take-2.events"
    assert (tmp_path / "take.events").read_text() == "until the crash"


def test_a_log_that_cannot_go_on_stops_nothing(tmp_path: Path) -> None:
    with new_host() as host:
        resume_log(host, tmp_path / "gone" / "take.events")
        assert host.event_log.path is None
        (notice,) = host.read_notices(0)[1]
        assert "does not exist" in str(notice)


def test_runs_are_followed_by_the_next_engine_too(
    plugin_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.02)
    plugin = load(plugin_path)
    follows, holds, waits = (new_run(tmp_path / name) for name in ("follows", "holds", "waits"))
    for step_number in (10, 20):
        write_network(holds, plugin, step_number)
        write_network(follows, plugin, step_number)
    with new_host() as host:
        for slot in (1, 2, 4):
            host.load_into(slot, plugin)
        keeper = Keeper(host, tmp_path)
        keeper.keep()
        host.following.follow(1, follows)
        host.following.follow(2, holds)
        host.following.follow(4, waits)
        write_network(holds, plugin, 30)
        until(lambda: host.following.status()[2].step == 30)
        host.following.back(2)
        keeper.keep()
    session = kept_session(tmp_path)
    assert session is not None
    assert session.following == {
        1: (str(follows), "follows"), 2: (str(holds), "holds"), 4: (str(waits), "waits"),
    }  # fmt: skip
    with new_host() as again:
        resume(again, session.performance, step)
        resume_following(again, session.following)
        shown = {slot.number: slot.follows for slot in again.describe().slots}
        assert shown == {
            1: FollowedRun(str(follows), "follows", 20),
            2: FollowedRun(str(holds), "holds", 20),
            4: FollowedRun(str(waits), "waits", 0),
        }
        again.start()
        for run in (follows, holds, waits):
            write_network(run, plugin, 40)
        until(lambda: again.following.status()[1].step == 40)
        until(lambda: again.following.status()[4] == (waits, "follows", 40))
        assert again.following.status()[2] == (holds, "holds", 20)
        assert again.slot(1).plugin.manifest.provenance.steps == 40


def test_a_run_that_is_gone_is_said(
    plugin_path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = new_run(tmp_path / "run")
    with new_host() as host, caplog.at_level(logging.WARNING):
        host.load_into(1, plugin_path)
        following = {1: (str(tmp_path / "gone"), "follows"), 2: (str(run), "follows")}
        resume_following(host, following)
        assert host.following.status() == {}
        texts = [notice.texts for notice in host.read_notices(0)[1]]
    assert texts[0][0] == "/slot/1/follow"
    assert texts[0][1].endswith("gone: no such folder; give the folder of a training run")
    assert texts[1] == ("/slot/2/follow", "slot 2 is empty")
    assert len(caplog.records) == 2
