"""Plugins are played and measured: those that learned pass, others do not."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

import rtsynth
from rtsynth.plugin.library import resolve
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
    heard = Listener(plugin, recordings).listen(most=1)
    assert [each.point.between for each in heard] == [False, True]
    for each in heard:
        assert {"pitch_cents", "level_db", "harmonic_to_rest_db", "hiss_db", "lock_ms"} <= set(
            each.measured
        )
        assert {"level_db", "harmonic_to_rest_db"} <= set(each.wanted)
        assert "event_rate" not in each.measured
    assert heard[0].wanted["harmonic_to_rest_db"] > 40  # a tone of 16 bits
    assert not all_passed(heard)


def test_where_no_knob_is_a_pitch(tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "a.safetensors", parameters=[])
    rng = np.random.default_rng(0)
    sf.write(tmp_path / "rain.wav", rng.normal(0, 0.05, 32_000), 16_000)
    listener = Listener(plugin, recorded_in(tmp_path, plugin.manifest))
    assert pitch_of(plugin.manifest) is None
    assert not listener.has_events
    (heard,) = listener.listen()
    assert {"level_db", "event_rate", "event_depth_db", "hiss_db"} <= set(heard.measured)
    assert heard.wanted["level_db"] == pytest.approx(-26, abs=0.5)
    assert "pitch_cents" not in heard.measured


@pytest.mark.measure
def test_the_plugin_of_pops_follows_its_recordings(tmp_path: Path) -> None:
    list(make_pops(tmp_path, files=3, seconds=5.0))
    plugin = rtsynth.load(resolve("pops"))
    listener = Listener(plugin, recorded_in(tmp_path, plugin.manifest))
    assert listener.has_events
    heard = listener.listen(most=3)
    assert summaries(heard, "event_rate")["points"].passed
    assert summaries(heard, "event_depth_db")["points"].value > SHALLOWEST_DB


@pytest.mark.measure
def test_the_shipped_instrument_is_in_tune() -> None:
    heard = Listener(rtsynth.load(resolve("clarinet-trumpet")), []).listen(most=6)
    assert summaries(heard, "pitch_cents")["points"].passed
    assert summaries(heard, "lock_ms")["points"].passed
    assert summaries(heard, "level_db")["points"].passed is None  # no recordings are known
