"""A recording under way: what a full disk does to it, and how the performer learns of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.rtsynth.cli.run import finished, interrupt, wait_for
from tests.rtsynth.cli.test_interrupts import engine, frames_of
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.shared_engine import SharedEngine

resource = pytest.importorskip("resource", reason="POSIX limits")
pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        not hasattr(resource, "prlimit"), reason="limits of another process (Linux)"
    ),
]


@contextmanager
def room_on_the_disk(pid: int, size: int) -> Iterator[None]:
    """As much as a limit on the size of the files of a process, which is lifted again."""
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_at_once_and_the_engine_plays_on(
    shared_engine: SharedEngine, tmp_path: Path
) -> None:
    path, process = tmp_path / "a.wav", shared_engine.program.process
    with OscClient(shared_engine.port) as client, room_on_the_disk(process.pid, 150_000):
        client.send("/notify", 1)
        client.send("/record/start", str(path))
        assert client.expect("/done") == ("/record/start", str(path))
        address, problem = client.expect("/fail")
        assert address == "/record/start"
        assert problem.startswith(f"{path}: the disk refused (File too large); the recording ended")
        status = client.ask_json("/status")
        assert (status["recording"], status["recording_problem"]) == (None, problem)
        began = frames_of(client)
        wait_for(lambda: frames_of(client) > began + 9600, process)
        client.send("/notify", 0)
        client.send("/record/stop")
        assert client.expect("/fail") == ("/record/stop", problem)
        client.send("/record/stop")
        assert client.expect("/fail") == ("/record/stop", "nothing is being recorded")
    assert problem in shared_engine.program.log()
    audio, _ = soundfile.read(path)
    assert 0.5 * 48_000 < audio.size <= 150_000 / 3
    assert np.abs(audio).max() > 0.01
    assert [found.name for found in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.measure
def test_a_run_whose_recording_failed_says_so_at_its_end(plugin_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with engine("serve", plugin_path, "--record", path) as (process, client):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (50_000, 50_000))
        wait_for(lambda: client.ask_json("/status")["recording"] is None, process)
        process.terminate()
        done = finished(process)
    assert done.returncode == 1
    assert "the disk refused" in done.stderr
    assert soundfile.info(path).frames > 0


@pytest.mark.measure
def test_a_killed_engine_leaves_its_take_and_the_next_run_leaves_it_alone(
    plugin_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    with engine("serve", plugin_path, "--record", path) as (process, client):
        wait_for(lambda: frames_of(client) > 24_000, process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    audio, _ = soundfile.read(path)
    assert audio.size > 9_600
    with engine("serve", plugin_path, "--record", path) as (process, client):
        wait_for(lambda: frames_of(client) > 9_600, process)
        done = interrupt(process)
    assert f"{path} exists; recording to {tmp_path / 'a-2.wav'}" in done.stderr
    assert f"wrote {tmp_path / 'a-2.wav'}" in done.stderr
    np.testing.assert_array_equal(soundfile.read(path)[0], audio)
