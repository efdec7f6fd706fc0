"""Slots are opened and closed while they play: values, notes and the network's state stay."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.user_folders import data_folder
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.network_state import voices_of
from rtsynth.engine.program.layout import CONFIG_HIDDEN_END, CONFIG_HIDDEN_START
from rtsynth.host.opening import FOLDER, keep
from rtsynth.host.presets.preset import CLOSED
from rtsynth.plugin import Plugin, save
from rtsynth.plugin.exchange import exchanged
from tests.rtsynth.host.live import until
from tests.rtsynth.offline.replay.performance import replayed
from tests.rtsynth.plugins import random_plugin, tiers_plugin

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def playing(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=16_000, voices=2) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def host(playing: Host) -> Host:
    playing.hidden.open(1, opened=False)
    return playing


def names(host: Host) -> set[str]:
    return {control.name for control in host.slot(1).describe().controls}


def test_an_opened_slot_has_more_controls(host: Host) -> None:
    before, values = names(host), host.slot(1).values()
    host.set(1, "pitch", 71.0)
    host.hidden.open(1)
    assert host.hidden.is_open(1)
    assert names(host) - before == {
        *(f"audio.layer{n}_{what}" for n in (1, 2) for what in ("scale", "noise")),
        "audio.freeze", "audio.loop",
    }  # fmt: skip
    assert host.get(1, "pitch") == 71.0
    assert host.slot(1).values().items() >= (values | {"pitch": 71.0}).items()
    host.set(1, "audio.layer2_scale", 0.0)
    assert host.get(1, "audio.layer2_scale") == 0.0
    host.set(1, "audio/freeze", 2.0)
    host.hidden.open(1, opened=False)
    assert names(host) == before


def test_it_goes_on_from_the_state_that_it_was_in(host: Host) -> None:
    slot = host.slot(1)
    until(lambda: slot.voice.slot.header[0] > 1000)
    host.hidden.open(1)
    begun = host.slot(1).voice.begins_from
    assert begun is not None
    config = slot.voice.compiled.program.config
    floats = config[CONFIG_HIDDEN_END] - config[CONFIG_HIDDEN_START]
    rest = slot.voice.compiled.program.rest
    assert np.count_nonzero(begun[5 : 5 + floats] != rest) > 20


def test_notes_sound_on(host: Host) -> None:
    host.note_on(1, 70.0, 0.8)
    host.hidden.open(1)
    assert host.slot(1).held
    assert not host.slot(1).drones
    host.note_off(1, 70.0)
    assert not host.slot(1).held
    host.reset(1)


def test_the_states_of_its_bank_stay(host: Host) -> None:
    state = host.banks.now(1)
    host.banks.put(1, "here", state)
    host.hidden.open(1)
    np.testing.assert_array_equal(host.banks.state(1, "here"), state)
    host.banks.recall(1, "here")
    host.hidden.open(1, opened=False)
    assert host.banks.names(1) == ["here"]
    host.banks.delete(1, "here")


def test_hidden_controls_are_modulated_and_in_presets(host: Host) -> None:
    host.hidden.open(1)
    host.modulation.assign(1, "lfo1", "audio.layer1_scale", 0.5)
    with pytest.raises(InputError, match=r"audio\.freeze cannot be modulated"):
        host.modulation.assign(1, "lfo1", "audio.freeze", 0.5)
    host.set(1, "audio.layer1_noise", 0.25)
    host.presets.save(1, "rough")
    host.set(1, "audio.layer1_noise", 0.0)
    host.presets.recall(1, "rough")
    until(lambda: host.get(1, "audio.layer1_noise") == 0.25)
    host.modulation.clear(1)


def test_a_preset_that_needs_hidden_layers_opens_them(
    compiled: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one go: it is undone and done again as one, and a replay is the same to the bit."""
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path / "presets"))
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(compiled)
        host.presets.save(1, "plain")
        host.hidden.open(1)
        host.presets.save(1, "opened, as it is")
        host.set(1, "audio.layer1_noise", 0.25)
        host.set(1, "audio.freeze", 1.0)
        host.presets.save(1, "rough")
        host.hidden.open(1, opened=False)
        host.event_log.open(tmp_path / "take.events")
        host.start()
        assert host.presets.recall(1, "opened, as it is") == []
        assert not host.hidden.is_open(1)  # it sounds the same without
        host.snapshots.keep("before", [1], ["presets"])
        assert host.presets.recall(1, "rough") == []
        assert host.hidden.is_open(1)
        assert (host.get(1, "audio.layer1_noise"), host.get(1, "audio.freeze")) == (0.25, 1.0)
        host.snapshots.keep("after", [1], ["presets"])
        assert host.snapshots.recall("before", "after") == []
        assert not host.hidden.is_open(1)
        assert host.presets.current(1) == "opened, as it is"
        assert host.snapshots.recall("after", "before") == []
        assert host.hidden.is_open(1)
        until(lambda: host.get(1, "audio.layer1_noise") == 0.25)
        assert host.presets.current(1) == "rough"
        until(lambda: host.slot(1).voice.slot.header[0] > 4000)
    assert replayed(tmp_path / "take.events").size > 8000


def test_what_waits_for_nothing_opens_nothing(
    compiled: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program change is obeyed at its time, and a morph moves: what is left out is said."""
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(compiled)
        host.presets.save(1, "plain")
        host.hidden.open(1)
        host.set(1, "audio.layer1_noise", 0.25)
        host.set(1, "pitch", 71.0)
        host.presets.save(1, "rough")
        host.hidden.open(1, opened=False)
        host.set(1, "pitch", 66.0)
        host.start()
        line = f"6 values left out: {CLOSED}"
        (said,) = host.presets.recall(1, "rough", at_ns=time.monotonic_ns())
        assert said.endswith(line)
        assert len(said) < 160
        until(lambda: host.get(1, "pitch") == 71.0)
        (said,) = host.presets.morph_between(1, "plain", "rough", 0.5)
        assert said.endswith(line)
        assert not host.hidden.is_open(1)


def test_it_stays_opened_with_other_voices_and_in_sets(host: Host) -> None:
    host.hidden.open(1)
    host.set(1, "audio.layer1_noise", 0.5)
    host.voicing.set_voices(1, 3)
    assert host.hidden.is_open(1)
    assert host.get(1, "audio.layer1_noise") == 0.5
    host.voicing.set_voices(1, 2)
    kept = host.sections.slot(1).read()
    assert kept["opened"] is True
    host.hidden.open(1, opened=False)
    assert host.sections.slot(1).restore({"opened": True}) == []
    assert host.hidden.is_open(1)
    assert host.sections.slot(1).restore({"opened": "yes"}) != []


def test_an_empty_slot_is_said(host: Host) -> None:
    with pytest.raises(ControlError, match="slot 9 is empty"):
        host.hidden.open(9)


def test_before_the_sound_starts(compiled: Compiled) -> None:
    """From rest, as nothing has played."""
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(compiled)
        host.hidden.open(1)
        assert host.slot(1).voice.begins_from is None
        host.set(1, "audio.layer1_scale", 0.5)
        host.start()
        assert host.get(1, "audio.layer1_scale") == 0.5


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Plugin]:
    """Three tiers each; the middle one of the second is wider."""
    folder = tmp_path_factory.mktemp("tiers")
    plugins = [tiers_plugin(seed=1), tiers_plugin(seed=2, hidden=(20, 40, 33))]
    return [
        save(folder / f"{number}.safetensors", each.manifest, each.tensors)
        for number, each in enumerate(plugins)
    ]


def test_a_tier_is_swapped_while_it_plays(two: list[Plugin], tmp_path: Path) -> None:
    """The others go on, the new one begins at rest; a replay finds what was made."""
    one, other = two
    with Host("null", precision="float32", rate_hz=16_000, voices=2) as host:
        host.load(one)
        host.event_log.open(tmp_path / "take.events")
        host.start()
        host.set(1, "fill", 0.75)
        until(lambda: host.slot(1).voice.slot.header[0] > 4000)
        before = host.slot(1).voice.compiled
        made = host.hidden.swap(1, "timbre", str(other.path))
        slot = host.slot(1)
        assert slot.plugin.content_hash == made.content_hash
        assert slot.plugin.manifest.tiers[1].config["hidden_size"] == 40
        assert host.get(1, "fill") == 0.75
        begun, compiled = slot.voice.begins_from, slot.voice.compiled
        assert begun is not None
        begin = int(compiled.program.config[CONFIG_HIDDEN_START])
        hidden = voices_of(compiled, begun)[0].hidden
        rest = compiled.program.rest
        for number, stays in enumerate((True, False, True)):
            for at, floats in compiled.tiers[number].hidden:
                there = slice(at - begin, at - begin + floats)
                assert np.array_equal(hidden[there], rest[there]) is not stays
        assert before.plugin.content_hash != made.content_hash
        host.hidden.open(1)
        host.hidden.swap(1, "timbre", str(one.path))  # and back: what there was first
        assert host.hidden.is_open(1)
        until(lambda: host.slot(1).voice.slot.header[0] > 4000)
    assert replayed(tmp_path / "take.events").size > 8000


def test_what_was_made_is_written_once(two: list[Plugin]) -> None:
    made = keep(*exchanged(two[0], "motion", two[1]))
    assert made.path is not None
    assert made.path.parent == data_folder() / FOLDER
    written_ns = made.path.stat().st_mtime_ns
    assert keep(*exchanged(two[0], "motion", two[1])).content_hash == made.content_hash
    assert made.path.stat().st_mtime_ns == written_ns


def test_what_does_not_fit_leaves_the_slot(host: Host, two: list[Plugin], tmp_path: Path) -> None:
    playing = host.slot(1)
    with pytest.raises(InputError, match="has no tier 'motion'; there are audio"):
        host.hidden.swap(1, "motion", two[0])
    with pytest.raises(InputError, match="16000 Hz"):
        host.hidden.swap(1, "audio", random_plugin(tmp_path / "slow.safetensors", rate_hz=8000))
    assert host.slot(1) is playing
