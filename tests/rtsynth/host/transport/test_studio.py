"""In a studio, as docs/how-to/studio.md says: JACK, a multitrack recorder, and restarts of each.

Nothing is a model: a JACK server, `rtsynth play`, Ecasound, and JACK's own program that rolls the
transport. What is played is modulated in time with the transport; the recorder's file says whether.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.host.audio.jack import Jack, jack_client
from tests.ports import free_port
from tests.requirements import lacking, require, require_portaudio
from tests.rtsynth.cli.run import wait_for
from tests.rtsynth.cli.test_interrupts import frames_of
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.jack import JackServer
from tests.rtsynth.host.transport.jack_programs import SCALE, Roller, Ruler, recorder
from tests.rtsynth.processes.test_supervisor import QUICK

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.jack, pytest.mark.measure]

RATE_HZ, BLOCK_FRAMES = 48_000, 256
BPM, BEATS = 120.0, 1.0  # of a cycle of the LFO
CLOSE_S = 0.005
OURS, DAW = "rtsynth:mix_left", "daw:in_1"
RULER, RULED = "ruler:out", "daw:in_2"


@contextmanager
def engine(
    plugin: Path, environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], OscClient]]:
    """`rtsynth play` whose gain rises and falls with the beat."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", QUICK, "--headless", plugin, "--device", "system", "--midi", "none",
         "--precision", "float32", "--osc", f"127.0.0.1:{port}", "--tempo", str(BPM),
         "--modulate", "lfo1:gain:0.15", "--set", f"lfo1_beats={BEATS}",
         "--set", "gain=-24"],  # far below the limiter, which would shape what is measured
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        with OscClient(port) as client:
            wait_for(lambda: frames_of(client) > 0, process)
            yield process, client
    finally:
        process.terminate()
        process.communicate(timeout=60)


def off_s(take: Path) -> float:
    """How much later than the transport the level rises and falls, in seconds.

    The level in decibels is fitted by a sine of the beat. Beside the sound the recorder has what
    the ruler says: where the transport was. Gaps are the machine's: programs that were not served
    in time.
    """
    sound, rate_hz = soundfile.read(take, dtype="float64")
    window = rate_hz // 100
    count = len(sound) // window
    left, ruler = np.moveaxis(sound[: count * window].reshape(count, window, 2), 2, 0)
    rms = np.sqrt(np.square(left).mean(axis=1))
    whole = (rms > 1e-5) & np.isclose(np.ptp(ruler, axis=1), (window - 1) * SCALE)
    assert whole.sum() > 200, "silence"
    decibels = 20 * np.log10(rms[whole])
    beats = ruler[whole].mean(axis=1) / SCALE / rate_hz * BPM / 60
    turn = 2 * np.pi * beats / BEATS
    table = np.stack([np.sin(turn), np.cos(turn), np.ones(turn.size)], axis=1)
    (sine, cosine, _), *_ = np.linalg.lstsq(table, decibels, rcond=None)
    assert np.hypot(sine, cosine) > 5.0, "the level does not follow the beat"
    return float(-np.arctan2(cosine, sine) / (2 * np.pi) * BEATS * 60 / BPM)


def connected(jack: Jack) -> bool:
    return DAW in jack.connections(OURS)


def connects(jack: Jack) -> bool:
    """Connect them, as a musician would: once both take connections."""
    jack.connect(OURS, DAW)
    return connected(jack)


def record(roller: Roller, from_s: float, seconds: float) -> None:
    """Let the transport roll over a stretch of the song."""
    subprocess.run(["jack_connect", RULER, RULED], check=True)
    roller.do(f"locate {round(from_s * RATE_HZ)}", "play")
    time.sleep(seconds)
    roller.do("stop")
    time.sleep(0.5)


def test_a_recorder_follows_and_connections_survive_every_restart(
    plugin_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("jackd", "jack_lsp", "jack_transport", "ecasound")
    require_portaudio()
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
    kept, take = tmp_path / "rtsynth" / "jack.json", tmp_path / "take.wav"
    with JackServer(rate_hz=RATE_HZ, block_frames=BLOCK_FRAMES) as server:
        monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
        environment["JACK_DEFAULT_SERVER"] = server.name

        def daw(path: Path) -> AbstractContextManager[subprocess.Popen[str]]:
            return recorder(server.name, path, BLOCK_FRAMES)

        with jack_client() as jack, Roller(server.name) as roller, Ruler():
            if jack is None:
                lacking("JACK's library cannot be used")
            with engine(plugin_path, environment) as (process, client):
                with daw(take) as recording:
                    wait_for(lambda: DAW in jack.inputs(), recording)
                    wait_for(lambda: connects(jack), process)
                    wait_for(lambda: kept.exists() and DAW in kept.read_text(), process)
                    record(roller, 0.0, 8.0)
                    assert client.ask("/transport", reply="/transport/state")[0] == 0
                assert abs(off_s(take)) < CLOSE_S
                with daw(tmp_path / "second.wav") as recording:  # the recorder's restart
                    wait_for(lambda: connected(jack), recording)
                    record(roller, 3.3, 6.0)
                assert abs(off_s(tmp_path / "second.wav")) < CLOSE_S
            with daw(tmp_path / "third.wav") as recording:
                wait_for(lambda: DAW in jack.inputs(), recording)
                with engine(plugin_path, environment) as (process, _):  # the engine's
                    wait_for(lambda: connected(jack), process)
                    record(roller, 0.7, 5.0)
            assert abs(off_s(tmp_path / "third.wav")) < CLOSE_S


def test_connections_survive_a_restart_of_jack(
    plugin_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("jackd", "jack_lsp", "jack_transport", "ecasound")
    require_portaudio()
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
    kept = tmp_path / "rtsynth" / "jack.json"
    with JackServer(rate_hz=RATE_HZ, block_frames=BLOCK_FRAMES) as server:
        monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
        environment["JACK_DEFAULT_SERVER"] = server.name

        def lists() -> str:
            done = subprocess.run(
                ["jack_lsp", "-c"], capture_output=True, text=True, timeout=10,
                env=environment | {"JACK_NO_START_SERVER": "1"},
            )  # fmt: skip
            return done.stdout

        def is_connected() -> bool:
            """In the listing an input stands below the output it is connected to."""
            return f"{OURS}\n" in (ports := lists()) and DAW in _below(ports, OURS)

        with engine(plugin_path, environment) as (process, _):
            with recorder(server.name, tmp_path / "a.wav", BLOCK_FRAMES) as recording:
                wait_for(lambda: DAW in lists() and OURS in lists(), recording)
                connect = ["jack_connect", OURS, DAW]
                wait_for(lambda: subprocess.run(connect, env=environment).returncode == 0, process)
                wait_for(lambda: kept.exists() and DAW in kept.read_text(), process)
                server.kill()
            server.start_again()
            with recorder(server.name, tmp_path / "b.wav", BLOCK_FRAMES) as recording:
                wait_for(is_connected, recording)
                with Roller(server.name) as roller, Ruler():
                    wait_for(lambda: process.poll() is None and is_connected(), process)
                    record(roller, 0.0, 5.0)
            assert abs(off_s(tmp_path / "b.wav")) < CLOSE_S


def _below(listing: str, port: str) -> list[str]:
    """What `jack_lsp -c` lists as connected to a port."""
    found, here = [], False
    for line in listing.splitlines():
        if line.startswith(" "):
            if here:
                found.append(line.strip())
        else:
            here = line == port
    return found
