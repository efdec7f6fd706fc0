"""`rtsynth play` and its two processes: what one of them does never takes the other down.

Over 350 lines: one story for each way an engine or its window ends, with the same two processes.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.files.kept_options import read_kept_options, write_kept_options
from rtsynth.common.supervisor_mark import VARIABLE
from rtsynth.plugin import load
from rtsynth.processes import supervisor
from rtsynth.processes.life import Life
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.supervisor import Probe, Watch, _Supervisor, after
from rtsynth.processes.wish import leave_wish, take_wish
from tests.ports import free_port
from tests.requirements import lacking, require_module
from tests.rtsynth.cli.run import finished, interrupt, spawn, wait_for
from tests.rtsynth.cli.test_interrupts import QUIET, frames_of
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode
from tests.rtsynth.host.run import new_run, write_network

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals"),
]

QUICK = """
import sys
from rtsynth.cli import main
from rtsynth.common.files.kept_options import read_kept_options, write_kept_options
from rtsynth.common.supervisor_mark import VARIABLE
from rtsynth.processes import supervisor
supervisor.HANG_S = 1.5
sys.exit(main(["play", *sys.argv[1:]]))
"""


@contextmanager
def supervised(
    plugin: Path | None, *flags: str | Path, window: bool = False
) -> Iterator[tuple[subprocess.Popen[str], OscClient]]:
    """The supervisor of a playing engine, impatient; and a client of the engine."""
    port = free_port()
    arguments = [*([] if plugin is None else [plugin]), *QUIET, *flags]
    process = subprocess.Popen(
        [sys.executable, "-c", QUICK, "--osc", f"127.0.0.1:{port}",
         *([] if window else ["--headless"]), *map(str, arguments)],
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


@pytest.mark.measure
@pytest.mark.parametrize(
    ("blow", "reason"),
    [
        (signal.SIGSTOP, "the audio has stopped"),
        (signal.SIGKILL, "the engine crashed (SIGKILL)"),
    ],
    ids=["hangs", "crashes"],
)
def test_a_lost_engine_is_started_again_with_its_session(
    blow: signal.Signals, reason: str, plugin_path: Path, tmp_path: Path
) -> None:
    """Slots 1 and 3; 1 was silent between notes. The take is kept, and the next one begun."""
    take = tmp_path / "take.wav"
    with supervised(plugin_path, "--set", "pitch=65") as (process, client):
        first = engine_pid(client)
        client.send("/slot/3/load", str(plugin_path))
        client.expect("/done", timeout_s=120)
        client.send("/slot/1/note/on", 70.0, 0.25)
        client.send("/slot/1/note/off", 70.0)
        values = {
            "/slot/1/param/amplitude": 0.25,
            "/slot/1/gain": -12.0,
            "/slot/1/sampling/temperature": 0.75,
            "/slot/3/param/pitch": 72.5,
        }
        for address, value in values.items():
            client.send(address, value)
        client.send("/record/start", str(take))
        client.expect("/done")
        time.sleep(0.5)  # the engine keeps its session five times a second
        os.kill(first, blow)
        wait_for(lambda: engine_pid(client) not in (0, first), process)
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        slots = client.ask_json("/describe")["slots"]
        assert [slot["slot"] for slot in slots] == [1, 3]
        for address, value in {**values, "/slot/1/param/pitch": 70.0}.items():
            assert client.ask(f"{address}/get", reply=address)[0] == pytest.approx(value)
        client.send("/notify", 1)
        levels = {}
        for message in client.messages(2.0):
            if message.address == "/meter":
                slot, peak_db, _ = message.arguments
                levels[slot] = peak_db
        assert levels[1] == pytest.approx(-120)
        assert levels[3] > -60
        assert client.ask_json("/status")["recording"] == str(tmp_path / "take-2.wav")
        began = frames_of(client)
        wait_for(lambda: frames_of(client) > began + 4800, process)
        done = interrupt(process)
    assert done.returncode == 130
    assert f"{reason}; starting the engine again" in done.stderr
    assert f"the take until now is kept: {take} (" in done.stderr
    assert f"recording continues in {tmp_path / 'take-2.wav'}" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["take-2.wav", "take.wav"]
    for path in (take, tmp_path / "take-2.wav"):
        audio, rate_hz = soundfile.read(path)
        assert audio.size > rate_hz / 4
        assert np.abs(audio).max() > 0.01


@pytest.mark.measure
def test_presets_and_sets_are_restored_with_the_session(plugin_path: Path) -> None:
    """The current preset is known again: `next` goes on from it; also after a start from a set."""
    with supervised(plugin_path) as (process, client):
        for name, pitch in (("1 low", 65.0), ("2 high", 72.0), ("3 top", 75.0)):
            client.send("/slot/1/param/pitch", pitch)
            client.ask("/slot/1/preset/save", name, reply="/done")
        client.ask("/slot/1/preset/recall", "2 high", reply="/done")
        client.ask("/set/save", "gig", reply="/done")
        again(process, client)
        client.send("/slot/1/preset/list")
        assert client.expect("/slot/1/preset/current") == ("2 high",)
        client.ask("/slot/1/preset/next", reply="/done")
        assert client.ask("/slot/1/param/pitch/get", reply="/slot/1/param/pitch") == (75.0,)
        interrupt(process)
    with supervised(None, "--recall-set", "gig") as (process, client):
        for _ in range(2):
            assert client.ask("/slot/1/param/pitch/get", reply="/slot/1/param/pitch") == (72.0,)
            client.send("/slot/1/preset/list")
            assert client.expect("/slot/1/preset/current") == ("2 high",)
            again(process, client)
        interrupt(process)


def again(process: subprocess.Popen[str], client: OscClient) -> None:
    """Crash the engine, and wait for the one after it."""
    time.sleep(0.5)  # the engine keeps its session five times a second
    first = engine_pid(client)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: engine_pid(client) not in (0, first), process)


@pytest.mark.measure
def test_a_training_run_is_followed_on(
    plugin_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crashed engine, and one that was asked to start again, go on with its networks."""
    monkeypatch.setenv("RTSYNTH_ENGINE", str(tmp_path / "engine"))

    def followed() -> object:
        return client.ask_json("/describe")["slots"][0]["follows"]

    plugin, run = load(plugin_path), new_run(tmp_path / "run")
    write_network(run, plugin, 10)
    with supervised(plugin_path) as (process, client):
        client.ask("/slot/1/follow", str(run), reply="/done")
        again(process, client)
        assert followed() == {"run": str(run), "state": "follows", "step": 10, "listens": 0}
        write_network(run, plugin, 20)
        later = {"run": str(run), "state": "follows", "step": 20, "listens": 0}
        wait_for(lambda: followed() == later, process)
        time.sleep(0.5)
        restarted(process, client, "rate", "44100", "block", "256")
        assert followed() == later
        interrupt(process)


@pytest.mark.measure
def test_one_slot_that_is_not_the_first_comes_back_alone(plugin_path: Path) -> None:
    with supervised(plugin_path) as (process, client):
        first = engine_pid(client)
        client.send("/slot/2/load", str(plugin_path))
        client.expect("/done", timeout_s=120)
        client.send("/slot/1/unload")
        client.expect("/done")
        time.sleep(0.5)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: engine_pid(client) not in (0, first), process)
        assert [slot["slot"] for slot in client.ask_json("/describe")["slots"]] == [2]


@pytest.mark.measure
def test_an_engine_whose_network_is_deaf_plays_on(plugin_path: Path) -> None:
    """A flood keeps the OSC thread from answering for far longer than the supervisor's patience."""
    datagram = encode("/slot/1/param/pitch/get")
    with supervised(plugin_path) as (process, client):
        pid, began = engine_pid(client), frames_of(client)
        end = time.monotonic() + 4.0
        with OscClient(client.socket.getpeername()[1]) as flood:
            while time.monotonic() < end:
                flood.socket.send(datagram)
        wait_for(lambda: frames_of(client) > began + 4800, process)
        assert engine_pid(client) == pid
        done = interrupt(process)
    assert "again" not in done.stderr


class TestWatch:
    """What is taken for death: signs of life in the memory that an engine really writes."""

    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(supervisor, "STILL_START_S", 0.3)
        monkeypatch.setattr(supervisor, "HANG_S", 0.3)

    def looked(self, watch: Watch, seconds: float, sign: Callable[[], None]) -> str | None:
        """Problems found in a length of time in which a sign of life is given again and again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sign()
            watch.look()
            if watch.problem is not None:
                return watch.problem
            time.sleep(0.01)
        return None

    def test_a_start_may_be_slow_while_the_compiler_gets_on(self, tmp_path: Path) -> None:
        life = Life(tmp_path, new=True)
        engine = Life(tmp_path)
        watch = Watch(life)
        assert self.looked(watch, 1.0, engine.step) is None
        assert not watch.plays
        assert self.looked(watch, 5.0, lambda: None) == "the engine does not start"

    def test_frames_are_the_life_of_one_that_plays(self, tmp_path: Path) -> None:
        life, engine = Life(tmp_path, new=True), Life(tmp_path)
        words = engine.engine_words(100)
        watch = Watch(life)
        engine.plays(7, 48_000, 128, waits=False)

        def computes() -> None:
            words[7] += 128

        assert self.looked(watch, 1.0, computes) is None
        assert watch.plays
        assert watch.played_s == words[7] / 48_000
        assert self.looked(watch, 5.0, engine.step) == "the audio has stopped"

    def test_a_long_block_is_waited_for(self, tmp_path: Path) -> None:
        life = Life(tmp_path, new=True)
        watch = Watch(life)
        life.plays(7, 8_000, 8_000, waits=True)
        assert self.looked(watch, 1.0, lambda: None) is None
        assert watch.waits

    def test_a_supervisor_that_slept_blames_nobody(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ctrl-Z stops both; the one that wakes first must not take the other for dead."""
        monkeypatch.setattr(supervisor, "ASLEEP_S", 0.2)
        life = Life(tmp_path, new=True)
        life.plays(7, 48_000, 128, waits=False)
        watch = Watch(life)
        watch.look()
        time.sleep(0.5)
        watch.look()
        assert watch.problem is None


def test_what_looks_for_a_device_is_not_reached_by_ctrl_c() -> None:
    """It would print where it was interrupted."""
    probe = Probe()
    try:
        assert not probe.found("no such card", "no such system")
        assert probe.process is not None
        assert os.getpgid(probe.process.pid) != os.getpgrp()
    finally:
        probe.end()
    assert probe.process is None


@pytest.mark.measure
def test_a_killed_window_leaves_the_sound(plugin_path: Path) -> None:
    require_module("PySide6", "pip install 'rtsynth[gui]'")
    with supervised(plugin_path, window=True) as (process, client):
        pid = engine_pid(client)
        wait_for(lambda: len(children(process)) == 2, process)
        (window,) = set(children(process)) - {pid}
        if sys.platform == "linux":  # the window knows who starts its engine again
            environment = Path(f"/proc/{window}/environ").read_bytes().split(b"\0")
            assert f"{VARIABLE}={process.pid}".encode() in environment
        os.kill(window, signal.SIGKILL)
        wait_for(lambda: children(process) == [pid], process)
        time.sleep(0.5)
        began = frames_of(client)
        wait_for(lambda: frames_of(client) > began + 4800, process)
        assert engine_pid(client) == pid
        done = interrupt(process)
    assert done.returncode == 130
    assert "the window exited with status -9; the engine is still playing" in done.stderr


@pytest.mark.measure
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


@pytest.mark.measure
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


@pytest.mark.measure
def test_an_engine_that_ends_with_an_error_ends_it_all(plugin_path: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            QUICK,
            "--headless",
            "--osc",
            f"127.0.0.1:{free_port()}",
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


def test_a_wish_ends_with_the_engine_that_left_it() -> None:
    """Else the next /quit would be taken for another start."""
    with _Supervisor(EngineOptions(["no.safetensors"])) as both:
        leave_wish(both._folder, {"device": "null"})
        both._restart()  # as where it crashed before the wish was taken
        assert take_wish(both._folder) is None


def test_a_restart_has_the_time_that_is_left() -> None:
    options = EngineOptions(["one"], seconds=10.0, record="a.wav", settings=["pitch=65"])
    assert after(options, played_s=4.0) == replace(options, seconds=6.0)
    left_s = after(options, played_s=11.0).seconds
    assert left_s is not None
    assert left_s > 0
    endless = replace(options, seconds=None)
    assert after(endless, played_s=4.0) == endless


@pytest.mark.measure
def test_an_engine_is_started_again_with_other_options(
    plugin_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was played stays, and what works is kept; options that do not work are said, and those
    before are back."""
    monkeypatch.setenv("RTSYNTH_ENGINE", str(tmp_path))
    with supervised(plugin_path, "--set", "pitch=65") as (process, client):
        assert client.ask_json("/engine/options")["possible"] is True
        pid = restarted(process, client, "rate", "44100", "block", "256", gain=-12.0)
        wait_for(lambda: read_kept_options() == {"rate": "44100", "block": "256"}, process)
        restarted(process, client, "device", "no such card", from_pid=pid)
        described = client.ask_json("/engine/options")
        assert described["options"]["rate"] == "44100"
        assert "no such card" in described["refused"] or "PortAudio" in described["refused"]
        assert client.ask("/slot/1/gain/get", reply="/slot/1/gain")[0] == pytest.approx(-12.0)
        assert read_kept_options() == {"rate": "44100", "block": "256"}
        place = f"127.0.0.1:{free_port()}"
        client.send("/notify", 1)
        client.ask("/engine/restart", "osc", place, "voices", "2", reply="/done")
        assert client.expect("/engine/moves") == tuple(place.split(":"))
        with OscClient(int(place.split(":")[1])) as there:
            wait_for(lambda: engine_pid(there) != 0, process)
            wait_for(lambda: "osc" in read_kept_options(), process)
            assert read_kept_options()["voices"] == "2"
            there.send("/slot/2/load", str(plugin_path))
            there.expect("/done", timeout_s=120)
            assert there.ask_json("/describe")["slots"][1]["voices"] == 2
            pid = engine_pid(there)
            there.ask("/engine/forget", reply="/done")
            wait_for(lambda: engine_pid(there) not in (0, pid), process)
            assert there.ask_json("/status")["rate_hz"] == 48_000
            wait_for(lambda: read_kept_options() == {}, process)
        done = interrupt(process)
    assert "starting it as before" in done.stderr


def restarted(
    process: subprocess.Popen[str],
    client: OscClient,
    *words: str,
    from_pid: int = 0,
    gain: float | None = None,
) -> int:
    """Ask for another start and wait for it; the process of the engine that is there then."""
    first = from_pid or engine_pid(client)
    if gain is not None:
        client.send("/slot/1/gain", gain)
    client.ask("/engine/restart", *words, reply="/done")
    wait_for(lambda: engine_pid(client) not in (0, first), process)
    status = client.ask_json("/status")
    assert (status["rate_hz"], status["block_frames"]) == (44_100, 256)
    return int(status["pid"])


@pytest.mark.measure
def test_a_kept_device_that_is_not_there_does_not_stop_the_sound(
    plugin_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTSYNTH_ENGINE", str(tmp_path))
    kept = {"device": "no such card", "rate": "44100", "midi": "none"}
    write_kept_options(kept)
    port = free_port()
    words = ["play", str(plugin_path), "--headless", "--osc", f"127.0.0.1:{port}"]
    process = spawn(*words)
    try:
        with OscClient(port) as client:
            for _ in range(2):
                wait_for(lambda: frames_of(client) > 0, process)
                described = client.ask_json("/engine/options")
                assert described["options"]["device"] == "no such card"
                assert described["given_up"] == ["device", "rate"]
                assert described["problem"]
                status = client.ask_json("/status")
                assert status["rate_hz"] != 44_100 or status["device"] != "null"
                again(process, client)
        done = interrupt(process)
    finally:
        process.kill()
    assert "playing without what is kept for this machine (device, rate)" in done.stderr
    assert read_kept_options() == kept
