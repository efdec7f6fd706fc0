"""`rtsynth score`."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

import rtsynth as package
from tests.rtsynth.cli.run import rtsynth, succeeds

pytestmark = pytest.mark.system


def test_score(plugin_path: Path, tmp_path: Path) -> None:
    audio = 0.3 * np.sin(2 * np.pi * 440 * np.arange(3000) / 16_000)
    path = tmp_path / "a.wav"
    soundfile.write(path, audio, 16_000, subtype="FLOAT")
    document = json.loads(succeeds("score", plugin_path, path, "--set", "pitch=70", "--json"))
    plugin = package.load(plugin_path)
    expected = package.score(plugin, audio.astype(np.float32), {"pitch": 70})
    assert document["bits_per_sample"] == pytest.approx(expected, abs=1e-9)
    assert document["samples"] == 3000
    # A parameter that stands still in a file is the same as one that is set.
    held = tmp_path / "held.csv"
    held.write_text("time_s,pitch\n0,70\n")
    text = succeeds("score", plugin_path, path, "--conditioning", held)
    assert text == f"{expected:.4f} bits per sample (3000 samples)\n"


@pytest.mark.measure
def test_a_score_says_what_it_clamps(plugin_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, 0.3 * np.sin(0.17 * np.arange(400)), 16_000)
    done = rtsynth("score", plugin_path, path, "--set", "pitch=172")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line == "rtsynth: --set pitch=172 is out of range: clamped to 76"
    assert done.stdout == succeeds("score", plugin_path, path, "--set", "pitch=76")
