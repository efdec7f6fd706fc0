"""Ctrl-C, and the end of a timed run: status, and nothing lost or half written."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.ports import free_port
from tests.rtsynth.cli.run import (
    TIMEOUT_S,
    finished,
    interrupt,
    rtsynth,
    spawn,
    wait_for,
)
from tests.rtsynth.control.osc_client import OscClient

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals"),
]


# What plays nowhere, and is computed alike however busy the machine is.
QUIET = ("--device", "null", "--midi", "none", "--precision", "float32")


@contextmanager
def engine(
    command: str, plugin: Path, *flags: str | Path
) -> Iterator[tuple[subprocess.Popen[str], OscClient]]:
    """`rtsynth serve` or `play`, playing to the null device, and a client of it."""
    port = free_port()
    arguments = [command, plugin, *QUIET]
    if command == "play":
        arguments.append("--headless")
    process = spawn(*arguments, "--osc", f"127.0.0.1:{port}", *flags)
    try:
        with OscClient(port) as client:
            wait_for(lambda: frames_of(client) > 0, process)
            yield process, client
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def frames_of(client: OscClient) -> int:
    """Frames that the engine has put out; 0 while it does not answer."""
    try:
        return int(client.ask_json("/status", timeout_s=5.0)["frames"])
    except (AssertionError, ConnectionRefusedError):
        return 0


def test_render_interrupted(plugin_path: Path, tmp_path: Path) -> None:
    """In the middle: an hour takes a minute."""
    screen, end = os.openpty()
    command = [sys.executable, "-m", "rtsynth", "render", str(plugin_path)]
    command += ["--out", str(tmp_path / "a.wav"), "--seconds", "3600"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=end, env=os.environ | {"TERM": "xterm"}
    )
    os.close(end)
    shown, sent = b"", False
    with suppress(OSError):  # nobody writes there any more
        while data := os.read(screen, 4096):
            shown += data
            if b"rendering" in shown and not sent:
                process.send_signal(signal.SIGINT)
                sent = True
    os.close(screen)
    assert process.communicate(timeout=TIMEOUT_S)[0] == b""
    assert process.returncode == 130
    assert b"rendering" in shown
    assert b"Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.measure
@pytest.mark.parametrize("command", ["serve", "play"])
def test_an_interrupted_engine_keeps_its_recording(
    command: str, plugin_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    with engine(command, plugin_path, "--record", path) as (process, client):
        wait_for(lambda: frames_of(client) > 12_000, process)
        done = interrupt(process)
    assert done.returncode == 130
    assert done.stdout == ""
    assert f"wrote {path}" in done.stderr
    audio, rate_hz = soundfile.read(path)
    assert rate_hz == 48_000
    assert audio.size > 12_000
    assert np.abs(audio).max() > 0.01
    assert [found.name for found in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.measure
def test_ctrl_c_in_a_terminal_reaches_everybody(plugin_path: Path, tmp_path: Path) -> None:
    """The whole group gets the signal, the engine too."""
    port, path = free_port(), tmp_path / "a.wav"
    process = subprocess.Popen(
        [sys.executable, "-m", "rtsynth", "play", str(plugin_path), "--headless", *QUIET,
         "--record", str(path), "--osc", f"127.0.0.1:{port}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with OscClient(port) as client:
        wait_for(lambda: frames_of(client) > 4800, process)
    os.killpg(process.pid, signal.SIGINT)
    done = finished(process)
    assert done.returncode == 130
    assert soundfile.info(path).frames > 4800


@pytest.mark.measure
def test_an_engine_ended_by_sigterm_keeps_its_recording(plugin_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    with engine("serve", plugin_path, "--record", path) as (process, client):
        wait_for(lambda: frames_of(client) > 4800, process)
        process.terminate()
        assert finished(process).returncode == 0
    assert soundfile.info(path).frames > 4800


@pytest.mark.measure
def test_play_headless_for_a_second(plugin_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    done = rtsynth(
        "play", plugin_path, "--headless", *QUIET, "--seconds", "1", "--record", path,
        "--set", "pitch=72", "--set", "gain=-8", "--rate", "44100", "--block", "100",
        "--seed", "3", "--osc", f"127.0.0.1:{free_port()}",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    first, *_, last = done.stderr.splitlines()
    assert "playing random (float32) to the null device, 44100 Hz" in first or "compiling" in first
    assert last.startswith(f"rtsynth: wrote {path} (1.")
    audio, rate_hz = soundfile.read(path)
    assert rate_hz == 44_100
    assert 44_100 <= audio.size < 1.6 * 44_100  # and the fade-out
    # -8 dB is 0.4, and the converter overshoots on noise; without the flag it would reach 0.98.
    assert 0.05 < np.abs(audio).max() < 0.7


@pytest.mark.measure
def test_play_without_a_display_or_a_device_plays_on(plugin_path: Path) -> None:
    """No window and no sound card are warnings; no JACK server is found either."""
    done = rtsynth(
        "play", plugin_path, "--seconds", "0.5", "--midi", "none", "--precision", "float32",
        "--osc", f"127.0.0.1:{free_port()}",
        DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="",
        JACK_DEFAULT_SERVER="no-such-server",
    )  # fmt: skip
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert any("no display" in line and "playing without a window" in line for line in lines)
    assert any("playing random (float32) to" in line for line in lines)


@pytest.mark.measure
def test_two_plugins_at_once(plugin_path: Path) -> None:
    port = free_port()
    process = spawn("serve", plugin_path, plugin_path, *QUIET, "--osc", f"127.0.0.1:{port}")
    with OscClient(port) as client:
        wait_for(lambda: frames_of(client) > 0, process)
        slots = client.ask_json("/describe")["slots"]
    assert [slot["slot"] for slot in slots] == [1, 2]
    assert interrupt(process).returncode == 130
