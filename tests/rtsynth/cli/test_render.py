"""`rtsynth render`: the file, its format, automation, what is clamped."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

import rtsynth as package
from tests.rtsynth.cli.run import rtsynth, succeeds
from tests.rtsynth.control.midi_bytes import header, track

pytestmark = pytest.mark.system


STEP_24_BIT = 2.0**-23


def test_render_writes_what_render_returns(plugin_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    flags = ("--seconds", "0.5", "--seed", "7", "--set", "pitch=72", "--set", "temperature=0.9")
    done = rtsynth("render", plugin_path, "--out", out, *flags, "--block", "33")
    assert (done.returncode, done.stdout) == (0, "")
    audio, rate_hz = soundfile.read(out)
    expected = package.render(
        package.load(plugin_path), 0.5, {"pitch": 72, "temperature": 0.9}, seed=7
    )
    assert rate_hz == 16_000
    np.testing.assert_allclose(audio, expected, atol=STEP_24_BIT)
    assert soundfile.info(out).subtype == "PCM_24"
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.measure
def test_a_setting_out_of_range_is_clamped_and_said(plugin_path: Path, tmp_path: Path) -> None:
    outs = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for out, pitch in zip(outs, ("172", "76"), strict=True):
        done = rtsynth(
            "render", plugin_path, "--out", out, "--seconds", "0.1", "--set", f"pitch={pitch}"
        )
        assert done.returncode == 0
        said = "--set pitch=172 is out of range: clamped to 76" in done.stderr
        assert said == (pitch == "172")
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_render_with_automation_and_prime(plugin_path: Path, tmp_path: Path) -> None:
    automation = tmp_path / "a.csv"
    with automation.open("w", newline="") as file:
        csv.writer(file).writerows([["time_s", "pitch"], [0, 65], [0.1, 75]])
    prime = tmp_path / "prime.flac"
    soundfile.write(prime, 0.3 * np.sin(np.arange(22_050) * 0.1), 22_050)
    out = tmp_path / "a.flac"
    flags = ("--seconds", "0.2", "--automation", automation, "--prime", f"{prime}:0.25")
    succeeds("render", plugin_path, "--out", out, *flags, "--format", "PCM_16")
    info = soundfile.info(out)
    assert (info.frames, info.subtype) == (3200, "PCM_16")
    plain = package.render(package.load(plugin_path), 0.2, {"pitch": 65})
    audio, _ = soundfile.read(out)
    assert np.abs(audio - plain).max() > 0.01


@pytest.mark.measure
def test_a_midi_file_says_what_it_clamps_and_leaves_out(plugin_path: Path, tmp_path: Path) -> None:
    song = tmp_path / "song.mid"
    notes = track((0, 0x90, 10, 100), (50, 0x80, 10, 0), (0, 0x90, 127, 100))
    song.write_bytes(header(tracks=2) + notes)
    out = tmp_path / "a.wav"
    words = ("render", plugin_path, "--seconds", "0.1", "--automation", song, "--out", out)
    done = rtsynth(*words, "--batch", "2")  # read for each of them, and said once
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if "wrote" not in line] == [
        f"rtsynth: {song}: left out: missing tracks that the header promises (1)",
        f"rtsynth: {song}: notes (2) out of range 64..76: clamped",
    ]
