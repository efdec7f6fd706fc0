"""`rtsynth play` and its two processes: what one of them does never takes the other down."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import soundfile

from rtsynth.supervisor import EngineCommand
from tests.requirements import lacking, require_module
from tests.rtsynth.cli.run import finished, free_port, interrupt, wait_for
from tests.rtsynth.cli.test_interrupts import QUIET, frames_of
from tests.rtsynth.control.osc_client import OscClient

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

QUICK = """
import sys
from rtsynth import supervisor
supervisor.HANG_S, supervisor.ASK_S = 1.5, 0.2
port, headless, *flags = sys.argv[1:]
pairs = dict(zip(flags[1::2], flags[2::2]))
settings = [pairs.pop("--set")] if "--set" in pairs else []
command = supervisor.EngineCommand(flags[:1], pairs, settings)
sys.exit(supervisor.supervise(command, f"127.0.0.1:{port}", headless=headless == "headless"))
"""


@contextmanager
def supervised(
    plugin: Path, *flags: str | Path, window: bool = False
) -> Iterator[tuple[subprocess.Popen[str], OscClient]]:
    """The supervisor of a playing engine, impatient; and a client of the engine."""
    port = free_port()
    arguments = [plugin, *QUIET, *flags]
    process = subprocess.Popen(
        [sys.executable, "-c", QUICK, str(port), "window" if window else "headless",
         *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    try:
        with OscClient(port) as client:
            wait_for(lambda: frames_of(client) > 0, process)
            yield process, client
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=30)


def engine_pid(client: OscClient) -> int:
    """The engine's own word for who it is; 0 while it does not answer."""
    try:
        return int(client.ask_json("/status", timeout_s=5.0)["pid"])
    except (AssertionError, ConnectionRefusedError):
        return 0


def children(process: subprocess.Popen[str]) -> list[int]:
    """Processes that a process started and that live."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not path.exists():
        lacking("this system does not tell a process's children (/proc)")
    return [int(word) for word in path.read_text().split()]


@pytest.mark.parametrize(
    ("blow", "reason"),
    [
        (signal.SIGSTOP, "the audio stands still"),
        (signal.SIGSEGV, "the engine crashed (SIGSEGV)"),
    ],
    ids=["hangs", "crashes"],
)
def test_a_lost_engine_is_started_again_with_its_values(
    blow: signal.Signals, reason: str, plugin_path: Path
) -> None:
    with supervised(plugin_path, "--set", "pitch=65") as (process, client):
        first = engine_pid(client)
        values = {
            "/slot/1/param/pitch": 72.5,
            "/slot/1/param/amplitude": 0.25,
            "/slot/1/gain": -12.0,
            "/slot/1/sampling/temperature": 0.75,
        }
        for address, value in values.items():
            client.send(address, value)
        client.sync()
        time.sleep(1.0)  # the supervisor asks every 0.2 s
        os.kill(first, blow)
        wait_for(lambda: engine_pid(client) not in (0, first), process)
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        restored: dict[str, float] = {}

        def all_restored() -> bool:
            for address in values:
                restored[address] = client.ask(f"{address}/get", reply=address)[0]
            return restored == pytest.approx(values)

        deadline = time.monotonic() + 20
        while not all_restored():
            assert time.monotonic() < deadline, restored
            time.sleep(0.1)
        began = frames_of(client)
        wait_for(lambda: frames_of(client) > began, process)
        done = interrupt(process)
    assert done.returncode == 130
    assert f"{reason}; starting the engine again" in done.stderr


def test_a_killed_window_leaves_the_sound(plugin_path: Path) -> None:
    require_module("PySide6", "pip install 'rtsynth[gui]'")
    with supervised(plugin_path, window=True) as (process, client):
        pid = engine_pid(client)
        wait_for(lambda: len(children(process)) == 2, process)
        (window,) = set(children(process)) - {pid}
        os.kill(window, signal.SIGKILL)
        wait_for(lambda: children(process) == [pid], process)
        time.sleep(0.5)
        began = frames_of(client)
        wait_for(lambda: frames_of(client) > began + 4800, process)
        assert engine_pid(client) == pid
        done = interrupt(process)
    assert done.returncode == 130
    assert "the window ended with status -9; the sound goes on" in done.stderr


def test_closing_the_window_ends_it_all(plugin_path: Path, tmp_path: Path) -> None:
    require_module("PySide6", "pip install 'rtsynth[gui]'")
    path = tmp_path / "a.wav"
    with supervised(plugin_path, "--record", path, window=True) as (process, client):
        pid = engine_pid(client)
        wait_for(lambda: len(children(process)) == 2, process)
        (window,) = set(children(process)) - {pid}
        # It subscribes when it is open: its own handlers are in place.
        wait_for(lambda: client.ask_json("/status")["osc"]["subscribers"] > 0, process)
        os.kill(window, signal.SIGTERM)  # closes it, as its button does
        done = finished(process)
    assert done.returncode == 0, done.stderr
    assert f"wrote {path}" in done.stderr
    assert soundfile.info(path).frames > 4800
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_engine_whose_supervisor_is_killed_ends_by_itself(
    plugin_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    with supervised(plugin_path, "--record", path) as (process, client):
        pid = engine_pid(client)
        process.kill()
        process.communicate()
        end = time.monotonic() + 10
        while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0] == "Z":
                break  # ended; nobody has asked for its status
            time.sleep(0.05)
        else:
            assert time.monotonic() < end
    assert soundfile.info(path).frames > 0


def test_an_engine_that_ends_with_an_error_ends_it_all(plugin_path: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            QUICK,
            str(free_port()),
            "headless",
            str(tmp_path / "no.safetensors"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    done = finished(process)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "no.safetensors: no such file" in line


def test_a_restart_goes_on_with_plugins_time_and_another_take(tmp_path: Path) -> None:
    record = tmp_path / "a.wav"
    command = EngineCommand(["old"], {"--seconds": "10", "--record": str(record)}, ["pitch=65"])
    description = {"slots": [{"slot": 2, "path": "two"}, {"slot": 1, "path": "one"}]}
    after = command.after(description, played_s=4.0)
    assert after.plugins == ["one", "two"]
    assert float(after.flags["--seconds"]) == pytest.approx(6.0)
    assert after.flags["--record"] == str(tmp_path / "a-2.wav")
    assert after.settings == ["pitch=65"]
    # It was lost before it could say what it had loaded.
    assert command.after({}, played_s=0.0).plugins == ["old"]
