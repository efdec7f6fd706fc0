"""`play --log` and `render --replay`: through the command line, sample for sample."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.cli.render_replay import verdict
from tests.ports import free_port
from tests.rtsynth.cli.run import finished, refused, rtsynth, spawn, wait_for
from tests.rtsynth.control.osc_client import OscClient

pytestmark = [pytest.mark.system, pytest.mark.measure]


def test_what_was_played_is_rendered_again(plugin_path: Path, tmp_path: Path) -> None:
    log, take, again = tmp_path / "a.events", tmp_path / "a.wav", tmp_path / "b.wav"
    port = free_port()
    process = spawn(
        "play", plugin_path, "--headless", "--device", "null", "--midi", "none", "--voices", "3",
        "--osc", f"127.0.0.1:{port}", "--record", take, "--log", log, "--set", "pitch=66",
        "--block", "128", "--seed", "5", "--ahead", "20",
    )  # fmt: skip
    wait_for(lambda: take.exists() and take.stat().st_size > 20_000, process)
    with OscClient(port) as client:
        client.send("/slot/1/note_on", 67.0, 0.9)
        client.send("/slot/1/temperature", 0.8)
        client.ask("/slot/2/load", str(plugin_path), reply="/done")
        client.send("/slot/1/note_on", 72.0, 0.5)
        client.send("/slot/1/seed", 99)
        client.send("/slot/2/pitch", 75.0)
        size = take.stat().st_size
        wait_for(lambda: take.stat().st_size > size + 50_000, process)
        client.ask("/slot/1/load", str(plugin_path), reply="/done")
        client.ask("/slot/2/unload", reply="/done")
        client.send("/panic")
        client.send("/slot/1/reset")
        size = take.stat().st_size
        wait_for(lambda: take.stat().st_size > size + 100_000, process)
        client.send("/quit")
    played = finished(process)
    assert played.returncode == 0, played.stderr
    assert f"wrote {log} (rtsynth render --replay plays it again)" in played.stderr
    done = rtsynth("render", "--replay", log, "--out", again)
    assert done.returncode == 0, done.stderr
    assert "what was played, to the bit" in done.stderr
    (recorded, rate_hz), (rendered, other_hz) = soundfile.read(take), soundfile.read(again)
    assert rate_hz == other_hz
    assert np.abs(recorded).max() > 0.01
    np.testing.assert_array_equal(rendered[: len(recorded)], recorded)
    assert not rendered[len(recorded) :].any()  # what was computed ahead, after the fade
    lines = log.read_text()
    for kind in ("voice", "play", "event", "master", "done"):
        assert f'{{"line":"{kind}",' in lines


def test_what_the_log_says_is_not_asked_for_again(plugin_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    line = refused("render", plugin_path, "--replay", "a.events", "--out", out)
    assert "PLUGIN: cannot be combined with --replay" in line
    line = refused("render", "--replay", "a.events", "--seconds", "1", "--out", out)
    assert "--seconds: cannot be combined with --replay" in line
    assert "PLUGIN: is missing" in refused("render", "--seconds", "1", "--out", out)
    assert "none.events: cannot be read" in refused(
        "render", "--replay", tmp_path / "none.events", "--out", out
    )


@pytest.mark.parametrize(
    ("same_s", "differs", "words"),
    [
        (1.0, False, "what was played, to the bit"),
        (0.5, False, "of which 0.5 s are known to be what was played, to the bit"),
        (0.25, True, "which is what was played up to 0.25 s, and differs later"),
    ],
)
def test_verdict(same_s: float, differs: bool, words: str) -> None:
    assert verdict(1.0, same_s, differs) == words
