"""`rtsynth gui` and the screenshot tool as processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.link.link import parse_connect
from tests.gui.peer import Peer
from tests.requirements import require
from tests.rtsynth.host.test_live_jack import virtual_screen

pytestmark = [pytest.mark.system, pytest.mark.measure]

TIMEOUT_S = 120.0


def run_gui(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "rtsynth", "gui", *arguments],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_window(process: subprocess.Popen[str], peer: Peer) -> None:
    end_s = time.monotonic() + TIMEOUT_S
    while peer.count("/status") < 2:
        assert process.poll() is None
        assert time.monotonic() < end_s
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_signals_close_the_window(peer: Peer, sent: signal.Signals, status: int) -> None:
    process = run_gui("--connect", f"127.0.0.1:{peer.port}")
    wait_for_window(process, peer)
    process.send_signal(sent)
    _, errors = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert "rtsynth:" not in errors
    assert OscMessage("/notify", (0,)) in peer.received


@pytest.mark.skipif(sys.platform != "linux", reason="X11")
def test_a_window_that_lost_its_display_was_not_closed(peer: Peer) -> None:
    """So the engine of `rtsynth play` goes on."""
    require("Xvfb")
    with virtual_screen() as display:
        process = run_gui(
            "--connect", f"127.0.0.1:{peer.port}", QT_QPA_PLATFORM="xcb", DISPLAY=display
        )
        wait_for_window(process, peer)
    _, errors = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 1
    assert "rtsynth: the window has lost its display" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--connect", "127.0.0.1:0"], ["--connect", "1..65535"]),
        (["--connect", "127.0.0.1:99999"], ["--connect", "65535"]),
        (["--connect", "host.invalid:9000"], ["--connect", "host.invalid"]),
    ],
)
def test_bad_endpoints_are_one_line(arguments: list[str], words: list[str]) -> None:
    process = run_gui(*arguments)
    _, errors = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2
    (line,) = [line for line in errors.splitlines() if "propagateSizeHints" not in line]
    assert line.startswith("rtsynth: ")
    assert all(word in line for word in words)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows have a display")
def test_no_display_is_one_line() -> None:
    process = run_gui(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    _, errors = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2
    assert errors.startswith("rtsynth: no display")
    assert errors.count("\n") == 1


def test_endpoints() -> None:
    assert parse_connect("studio:9001") == ("studio", 9001)
    assert parse_connect("127.0.0.1") == ("127.0.0.1", 9000)
    with pytest.raises(InputError):
        parse_connect("studio:0")


def screenshot(peer: Peer, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rtsynth_gui.screenshot", str(out)]
    command += ["--connect", f"127.0.0.1:{peer.port}", "--seconds", "0.2", "--size", "1280x720"]
    return subprocess.run([*command, *more], timeout=TIMEOUT_S, capture_output=True, text=True)


def test_screenshot(peer: Peer, tmp_path: Path) -> None:
    pictures = []
    for page in ("", "Browser"):
        out = tmp_path / f"window{page}.png"
        assert screenshot(peer, out, "--page", page).returncode == 0
        pictures.append(out.read_bytes())
        header = pictures[-1][:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(header[16:20], "big") == 2560, "two device pixels per pixel"
        assert int.from_bytes(header[20:24], "big") == 1440, "it fits"
    assert pictures[0] != pictures[1]
    refused = screenshot(peer, tmp_path / "none.png", "--page", "Attic")
    assert refused.returncode == 2
    assert "--page Attic: there are Browser, Presets" in refused.stderr
