"""Thousands of broken packets: read or refused, and an engine that plays continues."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rtsynth.control.osc.packet import decode
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.engine.live import shared as sh
from rtsynth.host.host import Host
from tests.rtsynth.control.osc.mutants import mutants
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.control.step_plugin import RATE_HZ, step_plugin

pytestmark = pytest.mark.system

AT_ONCE = 25  # that a socket's buffer holds, and the answers


@pytest.mark.parametrize("seed", [1, 2])
def test_a_mutant_is_read_or_refused(seed: int) -> None:
    """In a process of its own: it could crash, hang, or take all memory."""
    count = 10_000
    done = subprocess.run(
        [sys.executable, "-m", "tests.rtsynth.control.osc.mutants", str(seed), str(count)],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["read"] + told["refused"] == count
    assert min(told["read"], told["refused"]) > count // 10  # they are good ones
    assert told["slowest_s"] < 0.5
    assert told["grown_mb"] < 100


def test_an_engine_that_plays_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RTSYNTH_STATES", str(tmp_path / "states"))
    path = step_plugin(tmp_path / "step.safetensors", threshold=0.5).path
    with Host(device="null", precision="float32", rate_hz=RATE_HZ, block_frames=128) as host:
        assert path is not None
        host.load(path)
        host.start()
        with OscServer(host, port=0) as server, OscClient(server.port) as asker:
            told: list[str] = []
            packets = mutants(3, 3000)
            while batch := list(itertools.islice(packets, AT_ONCE)):
                # A sender of its own: one of the mutants may have the answers sent elsewhere.
                with OscClient(server.port) as sender:
                    for datagram in batch:
                        sender.socket.send(datagram)
                    wait_until_idle(asker)
                    told += failures(sender)
            frames = host.core.counter(sh.FRAMES)
            host.panic()
            assert wait_until(lambda: host.core.counter(sh.FRAMES) > frames + RATE_HZ // 10)
            assert host.status()["lost_events"] == 0
    assert len(told) > 300
    assert not [line for line in told if "internal error" in line or "\n" in line]
    assert not [record for record in caplog.records if record.exc_info]
    assert {each.name for each in tmp_path.iterdir()} <= {"step.safetensors", "states"}


def wait_until_idle(asker: OscClient) -> None:
    """Clients take turns: while another one's messages wait, one is read between two questions."""
    read = [0, 2]
    while read[-1] - read[-2] > 1:
        counts = asker.ask_json("/status")["osc"]
        read.append(sum(counts[name] for name in ("messages", "failed", "withheld")))


def failures(sender: OscClient) -> list[str]:
    """What has come back until now; streams to subscribers are not looked at."""
    told = []
    sender.socket.setblocking(False)
    for _ in range(500):
        try:
            (message,) = decode(sender.socket.recv(65_536))
        except (BlockingIOError, ConnectionRefusedError):
            break
        if message.address == "/fail":
            told.append(str(message.arguments[1]))
    return told
