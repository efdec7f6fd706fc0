"""Every command once in earnest, as a process."""

import csv
import json
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

import rtsynth as package
from rtsynth.plugin.library import plugin_folders
from tests.rounds import good_rounds
from tests.rtsynth.cli.run import refused, rtsynth, succeeds
from tests.rtsynth.control.midi_bytes import header, track
from tests.rtsynth.plugins import random_plugin

pytestmark = pytest.mark.system

STEP_24_BIT = 2.0**-23


@pytest.mark.alone
def test_help_is_quick() -> None:
    def attempt() -> str:
        began = time.monotonic()
        succeeds("--help")
        took_s = time.monotonic() - began
        return "" if took_s < 2.0 else f"{took_s:.1f} s"

    good_rounds(attempt, good=2, of=3, reason="the first one reads the modules from the disk")


def test_help_names_every_command() -> None:
    text = succeeds("--help")
    for command in ("play", "serve", "render", "score", "info", "list", "devices", "bench"):
        (line,) = [line for line in text.splitlines() if line.split()[:1] == [command]]
        assert len(line.split()) > 3
    assert succeeds() == text


@pytest.mark.parametrize(
    "command", ["play", "serve", "render", "score", "info", "list", "devices", "bench"]
)
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from rtsynth.cli import main

    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"rtsynth {command}" in text
    assert "--help" in text


def test_version() -> None:
    assert succeeds("--version") == f"rtsynth {package.__version__}\n"


def test_an_unknown_command() -> None:
    assert "no command 'plya'; there are play" in refused("plya")


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


def test_a_score_says_what_it_clamps(plugin_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, 0.3 * np.sin(0.17 * np.arange(400)), 16_000)
    done = rtsynth("score", plugin_path, path, "--set", "pitch=172")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line == "rtsynth: --set pitch=172 is out of range: clamped to 76"
    assert done.stdout == succeeds("score", plugin_path, path, "--set", "pitch=76")


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


def test_info(plugin_path: Path) -> None:
    document = json.loads(succeeds("info", plugin_path, "--json"))
    assert document["path"] == str(plugin_path)
    assert document["name"] == "random"
    assert document["weights"] == sum(t.size for t in package.load(plugin_path).tensors.values())
    text = succeeds("info", plugin_path)
    for word in ("random", "gru", "16000 Hz", "pitch", "64 to 76", "MIDI"):
        assert word in text


def test_list(plugin_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "rtsynth" / "plugins"
    folder.mkdir(parents=True)
    (folder / "mine.safetensors").write_bytes(plugin_path.read_bytes())
    (folder / "broken.safetensors").write_bytes(b"?")
    environment = {"XDG_DATA_HOME": str(tmp_path)}
    if "rtsynth-tests" not in str(plugin_folders()[0]):
        pytest.skip("XDG_DATA_HOME has no meaning on this system")
    rows = {row["name"]: row for row in json.loads(succeeds("list", "--json", **environment))}
    assert rows["mine"]["parameters"] == ["instrument", "amplitude", "pitch"]
    assert "not a readable" in rows["broken"]["error"]
    text = succeeds("list", **environment)
    assert "mine" in text
    assert str(folder) in text


def test_devices() -> None:
    document = json.loads(succeeds("devices", "--json"))
    assert document.keys() == {"audio", "midi", "problems"}
    null = document["audio"][-1]
    assert (null["name"], null["rate_hz"]) == ("null", 48_000)
    assert sum(row["default"] for row in document["audio"]) <= 1
    assert "null" in succeeds("devices")


OFFLINE = {
    "plugin", "precision", "threads", "voices", "us_per_sample", "x_realtime", "weight_bytes",
    "bandwidth_gb_s", "limit_us_per_sample", "fraction_of_limit",
}  # fmt: skip
LIVE = {"block_frames", "rate_hz", "callbacks", "xruns", "callback_us", "period_us"}


def test_bench(plugin_path: Path, tmp_path: Path) -> None:
    done = rtsynth("bench", plugin_path, "--arch", "gru:2x16", "--seconds", "0.1", "--json",
                   "--live", "--device", "null", "--block", "64", "--threads", "1",
                   "--append", tmp_path / "log.jsonl")  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    precisions = ["float32", "int8", "int4"]
    settings = [(row["plugin"], row["precision"]) for row in rows]
    assert settings == [(name, p) for name in ("random", "gru:2x16") for p in precisions]
    kept = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [
        {name: line[name] for name in row} for line, row in zip(kept, rows, strict=True)
    ] == rows
    assert all(line["cpu"] and line["time"] and "commit" in line for line in kept)
    for row in rows:
        assert row.keys() >= OFFLINE | LIVE
        assert row["threads"] == row["voices"] == 1
        assert row["callback_us"].keys() == {"p50", "p99", "p999", "max"}
        assert row["x_realtime"] == pytest.approx(62.5 / row["us_per_sample"])
        ratio = row["limit_us_per_sample"] / row["us_per_sample"]
        assert row["fraction_of_limit"] == pytest.approx(ratio)
        assert row["limit_us_per_sample"] == pytest.approx(
            row["bytes_per_sample"] / row["bandwidth_gb_s"] / 1e3
        )
        assert row["period_us"] == pytest.approx(64 / 48_000 * 1e6)
        assert row["callbacks"] > 50
        times = row["callback_us"]
        assert 0 < times["p50"] <= times["p99"] <= times["p999"] <= times["max"]
    # Every measurement is announced, and how many there are.
    told = [line for line in done.stderr.splitlines() if "rtsynth: measuring " in line]
    assert len(told) == 6
    assert told[1].startswith("rtsynth: measuring 2 of 6: random int8 on 1 thread; at least ")
    # 2 layers of 20 units and 256 outputs, in whole vectors of 16.
    assert rows[0]["weight_bytes"] > 4 * (3 * 20 * 20 * 2 * 2 + 256 * 20)
    # In a pipe nothing is cut.
    table = succeeds("bench", "--arch", "gru:1x8", "--seconds", "0.1", COLUMNS="40")
    for heading in ("precision", "us/sample", "weights MB", "of limit", "float32"):
        assert heading in table
    assert "…" not in table


@pytest.mark.parametrize("command", ["info", "list"])
def test_a_reader_that_goes_away_is_no_error(command: str, plugin_path: Path) -> None:
    import subprocess
    import sys

    arguments = [command] + ([str(plugin_path), "--json"] if command == "info" else ["--json"])
    process = subprocess.Popen(
        [sys.executable, "-m", "rtsynth", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert errors == ""


@pytest.mark.measure
@pytest.mark.alone
def test_who_played_with_dropouts_is_told(tmp_path: Path) -> None:
    """Of a network that takes twice the time there is; of one that is in time, nothing."""
    slow, quick = tmp_path / "slow.safetensors", tmp_path / "quick.safetensors"
    random_plugin(slow, hidden=256, layers=3, rate_hz=96_000)
    random_plugin(quick, rate_hz=16_000)
    told = "late or incomplete callbacks; a longer --ahead may help"
    for path, expected in ((slow, True), (quick, False)):
        words = ["--device", "null", "--midi", "none", "--osc", "127.0.0.1:0", "--ahead", "500"]
        exact = ["--precision", "float32", "--threads", "1", "--seconds", "1"]
        done = rtsynth("serve", path, *words, *exact)
        assert done.returncode == 0
        assert (told in done.stderr) == expected, done.stderr
