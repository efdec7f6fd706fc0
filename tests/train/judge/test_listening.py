"""Plugins are played and measured: those that learned pass, others do not."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

import rtsynth
from rtsynth.plugin.library import resolve
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.judge.listening import Listener
from rtsynth_train.judge.points import pitch_of
from rtsynth_train.judge.verdict import SHALLOWEST_DB, all_passed, summaries
from rtsynth_train.measure.recorded import recorded_in
from rtsynth_train.sets.pops import make_pops
from tests.rtsynth.plugins import random_plugin
from tests.train.recordings import write_set


def test_a_network_that_learned_nothing_is_off(tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "a.safetensors")
    recordings = recorded_in(write_set(tmp_path / "set"), plugin.manifest)
    rows = Listener(plugin, recordings).listen(most=1)
    assert [each.point.between for each in rows] == [False, True]
    for each in rows:
        assert {"pitch_cents", "level_db", "harmonic_to_rest_db", "hiss_db", "lock_ms"} <= set(
            each.measured
        )
        assert {"level_db", "harmonic_to_rest_db"} <= set(each.wanted)
        assert "event_rate" not in each.measured
    assert rows[0].wanted["harmonic_to_rest_db"] > 40  # a tone of 16 bits
    assert not all_passed(rows)


def test_where_no_knob_is_a_pitch(tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "a.safetensors", parameters=[])
    rng = np.random.default_rng(0)
    sf.write(tmp_path / "rain.wav", rng.normal(0, 0.05, 32_000), 16_000)
    listener = Listener(plugin, recorded_in(tmp_path, plugin.manifest))
    assert pitch_of(plugin.manifest) is None
    assert not listener.has_events
    (row,) = listener.listen()
    assert {key for key in row.measured if "." not in key} == {"level_db", "hiss_db"}
    assert row.wanted == {"level_db": pytest.approx(-26, abs=0.5)}
    (row,) = Listener(plugin, []).listen()  # nor is it judged by events without its recordings
    assert set(row.measured) == {"level_db"}
    assert all_passed([row]) is None


def test_recordings_are_taken_as_training_takes_them(tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "a.safetensors", parameters=[])
    noise = np.random.default_rng(0).normal(0, 0.01, 32_000)
    sf.write(tmp_path / "rain.wav", np.stack([30 * noise + 0.1, noise + 0.1], axis=1), 16_000)
    rules = SoundRules(channels=2, remove_dc=True)
    (row,) = Listener(plugin, recorded_in(tmp_path, plugin.manifest), rules=rules).listen()
    assert row.wanted["level_db"] == pytest.approx(-40, abs=0.5)


def test_recordings_that_cannot_be_used_are_left_out_and_named(tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "a.safetensors")
    recordings = recorded_in(write_set(tmp_path / "set"), plugin.manifest)
    first, second = recordings[0].path, recordings[1].path
    first.write_bytes(b"no audio")
    sf.write(second, np.zeros(16_000), 16_000)
    listener = Listener(plugin, recordings)
    used = {path for row in listener.listen(most=6) for path in row.point.recordings}
    assert used == {each.path for each in recordings[2:]}
    assert [line.split(":")[0] for line in listener.left_out] == ["left out"] * 2
    assert first.name in listener.left_out[0]
    assert "silent" in listener.left_out[1]


def test_a_beginning_that_is_silent_is_left_out(tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "a.safetensors", parameters=[], rate_hz=8000)
    sound = np.random.default_rng(0).normal(0, 0.1, 8000)
    sf.write(tmp_path / "late.wav", np.concatenate([np.zeros(21 * 8000), sound]), 8000)
    listener = Listener(plugin, recorded_in(tmp_path, plugin.manifest))
    (row,) = listener.listen()
    assert not row.wanted
    assert listener.left_out == [
        f"left out: {tmp_path / 'late.wav'}: is silent in its first 20 s; cut that off"
    ]


@pytest.mark.measure
def test_the_plugin_of_pops_follows_its_recordings(tmp_path: Path) -> None:
    list(make_pops(tmp_path, files=3, seconds=5.0))
    plugin = rtsynth.load(resolve("pops"))
    listener = Listener(plugin, recorded_in(tmp_path, plugin.manifest))
    assert listener.has_events
    rows = listener.listen(most=3)
    assert summaries(rows, "event_rate")["points"].passed
    assert summaries(rows, "event_depth_db")["points"].value > SHALLOWEST_DB


@pytest.mark.measure
def test_the_shipped_instrument_is_in_tune() -> None:
    rows = Listener(rtsynth.load(resolve("clarinet-trumpet")), []).listen(most=6)
    assert summaries(rows, "pitch_cents")["points"].passed
    assert summaries(rows, "lock_ms")["points"].passed
    assert summaries(rows, "level_db")["points"].passed is None  # no recordings are known
