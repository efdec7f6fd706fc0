"""A slot of an engine that plays follows a run whose networks are written by hand."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rtsynth import Host
from rtsynth.common.control_info import FollowedRun
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.network_state import state_floats
from rtsynth.engine.live.shared import CURRENT
from rtsynth.engine.program.layout import GATE, HEADER_FLOATS, PARAMETER_FLOATS
from rtsynth.host.changes import Action
from rtsynth.host.following import FOLLOWS, HOLDS, WAITS
from rtsynth.offline.replay.replay import Replay
from rtsynth.plugin import Plugin, load, save
from tests.rtsynth.host.live import until, value
from tests.rtsynth.host.run import new_run, write_network
from tests.rtsynth.plugins import gru_manifest, gru_tensors

pytestmark = pytest.mark.system


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return new_run(tmp_path / "run")


@pytest.fixture
def host(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.02)
    with Host("null", precision="float32", rate_hz=16_000, voices=2) as opened:
        opened.load(plugin)
        opened.start()
        yield opened


def step(host: Host) -> int | None:
    return host.slot(1).plugin.manifest.provenance.steps


def problems(host: Host) -> list[str]:
    return [notice.texts[-1] for notice in host.read_notices(0)[1] if notice.address == "/fail"]


def test_each_network_is_gone_on_with(host: Host, plugin: Plugin, run: Path) -> None:
    slot, journal = host.slot(1), host.journal()
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    assert step(host) == 10
    for number in (20, 30):
        write_network(run, plugin, number)
        until(lambda number=number: step(host) == number)
    assert host.slot(1) is slot
    until(lambda: host.following.status()[1] == (run, FOLLOWS, 30))
    adopted = [each for each in journal.take() if isinstance(each, Action)]
    assert [(each.kind, each.arguments[0]) for each in adopted if each.slot == 1] == [
        ("follow/adopted", 10), ("follow", str(run)),
        ("follow/adopted", 20), ("follow/adopted", 30),
    ]  # fmt: skip
    assert host.describe().slots[0].follows == FollowedRun(str(run), FOLLOWS, 30)
    assert host.describe().slots[0].path.endswith(".safetensors")
    assert "followed" in host.describe().slots[0].path


def test_what_is_played_goes_on(host: Host, plugin: Plugin, run: Path) -> None:
    """Values, notes, modulation, states: nothing of it changes, and all of it still works."""
    slot = host.slot(1)
    host.set(1, "instrument", 0.75)
    host.note_on(1, 70.0, 1.0)
    host.note_on(1, 72.0, 0.5)
    host.modulation.assign(1, "lfo1", "instrument", 0.25)
    host.banks.save(1, "here")
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    values, assigned = slot.values(), slot.assigned
    for number in (20, 30):
        before = slot.voice
        write_network(run, plugin, number)
        until(lambda before=before: slot.voice is not before)
        until(lambda: host.core.counter(CURRENT) == slot.voice.address)
    assert (slot.values(), slot.assigned) == (values, assigned)
    assert host.banks.names(1) == ["here"]
    host.banks.recall(1, "here")
    host.note_off(1, 70.0)
    host.note_off(1, 72.0)
    gate, size = HEADER_FLOATS + GATE * PARAMETER_FLOATS, slot.voice.arena.size // 2
    until(lambda: slot.voice.arena[gate] == 0.0 == slot.voice.arena[size + gate])
    host.set(1, "instrument", 0.25)
    until(lambda: value(slot, "instrument") == 0.25)


def test_it_goes_back_and_holds(host: Host, plugin: Plugin, run: Path) -> None:
    first = host.slot(1).plugin
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    write_network(run, plugin, 20)
    until(lambda: step(host) == 20)
    assert host.following.back(1) == 10
    assert step(host) == 10
    write_network(run, plugin, 30)
    assert host.following.status()[1].state == HOLDS
    assert host.following.back(1) == 0
    assert host.slot(1).plugin.content_hash == first.content_hash
    with pytest.raises(ControlError, match="there is no network before this one"):
        host.following.back(1)
    host.following.follow(1, run)
    assert step(host) == 30
    host.following.stop(1)
    with pytest.raises(ControlError, match="slot 1 follows no training run"):
        host.following.stop(1)


def test_an_opened_slot_follows(host: Host, plugin: Plugin, run: Path) -> None:
    """And stays opened, with the values of its hidden controls."""
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    host.hidden.open(1)
    host.set(1, "audio.layer1_scale", 0.5)
    write_network(run, plugin, 20)
    until(lambda: step(host) == 20)
    assert host.hidden.is_open(1)
    assert host.get(1, "audio.layer1_scale") == 0.5
    host.hidden.open(1, opened=False)
    write_network(run, plugin, 30)
    until(lambda: step(host) == 30)
    assert host.following.status()[1] == (run, FOLLOWS, 30)
    assert problems(host) == []


def test_a_run_without_a_network_is_waited_for(host: Host, plugin: Plugin, run: Path) -> None:
    host.following.follow(2, run)
    assert host.following.status()[2].state == WAITS
    write_network(run, plugin, 10)
    until(lambda: len(host.slots) == 2)
    assert host.slot(2).plugin.name == plugin.name
    host.unload(2)
    until(lambda: 2 not in host.following.status())
    assert "no longer follows run: another plugin plays" in problems(host)[-1]


def test_another_shape_is_said_and_not_played(host: Host, plugin: Plugin, run: Path) -> None:
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    other = gru_manifest(hidden=24)
    save(run / f"{plugin.name}.safetensors", other, gru_tensors(other))
    until(lambda: problems(host))
    assert "has other layers than what plays, which goes on" in problems(host)[0]
    assert step(host) == 10
    (run / f"{plugin.name}.safetensors").write_bytes(b"half")
    until(lambda: len(problems(host)) == 2)
    assert "not a readable .safetensors file" in problems(host)[1]
    write_network(run, plugin, 20)
    until(lambda: step(host) == 20)
    assert len(problems(host)) == 2


def test_another_kind_of_plugin_is_loaded_first(host: Host, plugin: Plugin, run: Path) -> None:
    other = gru_manifest(hidden=8, layers=1)
    host.load_into(1, Plugin(other, gru_tensors(other)))
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    assert step(host) == 10
    with pytest.raises(ControlError, match="no network before"):
        host.following.back(1)


def test_voices_may_change_and_another_plugin_ends_it(
    host: Host, plugin: Plugin, run: Path
) -> None:
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    host.voicing.set_voices(1, 3)
    write_network(run, plugin, 20)
    until(lambda: step(host) == 20)
    assert host.slot(1).voices == 3
    host.load_into(1, plugin)
    until(lambda: not host.following.status())
    assert "another plugin plays" in problems(host)[-1]


def test_while_nothing_plays_it_is_loaded(plugin: Plugin, run: Path) -> None:
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(plugin)
        host.set(1, "instrument", 0.5)
        floats = state_floats(host.slot(1).voice.compiled)
        host.banks.put(1, "there", np.zeros(floats, np.float32))
        write_network(run, plugin, 10)
        host.following.follow(1, run)
        assert (step(host), host.get(1, "instrument")) == (10, 0.5)
        assert host.banks.names(1) == ["there"]


def test_what_is_no_run_is_refused(host: Host, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        host.following.follow(1, tmp_path / "gone")
    assert not host.following.status()


@pytest.mark.parametrize("ahead_ms", [None, 100.0])
def test_a_log_of_it_is_replayed_to_the_bit(
    plugin: Plugin,
    run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ahead_ms: float | None,
) -> None:
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.02)
    with Host("null", precision="float32", rate_hz=48_000, voices=2, ahead_ms=ahead_ms) as host:
        host.load(plugin)
        host.event_log.open(tmp_path / "take.events")
        host.start()
        write_network(run, plugin, 10)
        host.following.follow(1, run)
        for number in range(20, 80, 10):
            host.note_on(1, 64.0 + number / 10, 0.75)
            host.banks.save(1, "here")
            write_network(run, plugin, number)
            until(lambda number=number: step(host) == number)
            host.set(1, "instrument", number / 100)
            host.banks.recall(1, "here")
        host.following.back(1)
        host.following.back(1)
        host.stop()
    replay = Replay(tmp_path / "take.events")
    played = np.concatenate(list(replay))
    assert replay.same == replay.frames == len(played)
    assert not replay.differs
    assert np.ptp(played) > 1e-3
    assert len(list((run / "followed").iterdir())) == 7
    for file in (run / "followed").iterdir():
        load(file)


def test_a_device_that_takes_nothing_is_waited_for(
    plugin: Plugin, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its network is taken up as soon as something plays, and nothing is reported."""
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.02)
    monkeypatch.setattr("rtsynth.host.rack.TURN_S", 0.02)
    with Host("null", precision="float32", rate_hz=16_000, block_frames=64) as host:
        playing = host.load(plugin).plugin
        write_network(run, plugin, 10)
        host.stage.running = True  # but nobody calls back
        host.following.follow(1, run)
        assert host.slot(1).plugin is playing
        assert host.following.status()[1].state == WAITS
        host.stage.running = False
        host.start()
        until(lambda: step(host) == 10)
        assert problems(host) == []
