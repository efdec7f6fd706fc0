"""How soon a knob is in the sound of a large network that `rtsynth play` computes ahead.

Three GRU layers of 800 units at 16 kHz, on a JACK server without sound hardware: the network is
loud or silent as its knob says. It is loud for so long while no knob moves: each stretch that is
not loud is a dropout. Then the knob is turned ten times a second by OSC. Both are read off the
sound that another JACK client records, by the server's clock. In the end the engine's own recording
is compared with the replay of its events.

    python -m tests.rtsynth.control.knob_played [SECONDS [HIDDEN [PRECISION [BLOCK [THREADS]]]]]
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.ports import free_port
from tests.rtsynth.control.jack_capture import JackCapture
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import Program, jack_server, running, wait_for_engine
from tests.rtsynth.control.step_plugin import LEVEL, RATE_HZ, step_plugin

PLUGIN_HZ = 16_000
EVERY_S = 0.1
LONGEST_TURN_S = 60.0
AHEAD_MS = 400
KNOB = "/slot/1/param/knob"
SETTLE_S = 3.0
ENDS_S = 60.0


@dataclass
class Figures:
    """What was measured; `late_ms` [N]: from just before a message is sent to its effect."""

    rest_s: float
    rest_gaps: int  # stretches in which no sound came
    turn_s: float
    turn_xruns: int
    late_ms: NDArray[np.float64]
    unrecorded: int  # blocks that the client that records missed itself, at rest
    status: dict[str, float]

    def __str__(self) -> str:
        late = self.late_ms
        return (
            f"load {self.status['load']:.2f}, margin {self.status['margin_ms']:g} ms; "
            f"{late.size} turns: median {np.median(late):.1f} ms, "
            f"90 % {np.quantile(late, 0.9):.1f}, 99 % {np.quantile(late, 0.99):.1f}, "
            f"largest {late.max():.1f}; "
            f"at rest {self.rest_gaps} dropouts in {self.rest_s:.0f} s, "
            f"turning {self.turn_xruns} in {self.turn_s:.0f} s; "
            f"{self.unrecorded} blocks missed by the recording"
        )


def gaps(loud: NDArray[np.bool_]) -> int:
    """How many stretches are not loud."""
    quiet = np.concatenate(([False], ~loud))
    return int(np.count_nonzero(quiet[1:] & ~quiet[:-1]))


def status_of(client: OscClient) -> dict[str, float]:
    """The engine's `/status`."""
    client.send("/status")
    found: dict[str, float] = json.loads(client.expect("/status.reply")[0])
    return found


def at_rest(capture: JackCapture, seconds: float, block: int) -> tuple[int, int]:
    """Dropouts of a sound that stays loud, and blocks that the recording itself missed."""
    found = missed = 0
    for _ in range(max(1, round(seconds / 5))):
        capture.blocks.clear()
        time.sleep(5.0)
        blocks = list(capture.blocks)
        times = np.array([at for at, _ in blocks], np.int64)
        missed += int(np.sum(np.diff(times) // block - 1))
        found += gaps(np.concatenate([samples for _, samples in blocks]) > LEVEL / 2)
    return found, missed


def turned(capture: JackCapture, client: OscClient, seconds: float) -> NDArray[np.float64]:
    """Milliseconds from each turn, up and down, to the first sample that is as it says."""
    random = np.random.default_rng(0)
    late = []
    up = False
    for _ in range(round(seconds / EVERY_S)):
        capture.blocks.clear()
        sent = capture.now()
        client.send(KNOB, float(up))
        time.sleep(EVERY_S * random.uniform(0.9, 1.1))
        loud = capture.heard(sent, round(RATE_HZ * EVERY_S * 0.85)) > LEVEL / 2
        # From there on it stays so: a dropout is no arrival, and one behind it counts as late.
        other = np.flatnonzero(loud != up)
        arrived = int(other[-1]) + 1 if other.size else 0
        late.append(1000 * arrived / RATE_HZ if arrived < loud.size else np.inf)
        up = not up
    return np.array(late)


@contextmanager
def played(
    folder: Path, hidden: int, precision: str, block: int, threads: int
) -> Iterator[tuple[Program, OscClient, JackCapture]]:
    """`rtsynth play` of such a network, recorded by JACK and by itself."""
    plugin = step_plugin(
        folder / "step.safetensors", 0.5, PLUGIN_HZ, layers=3, hidden=hidden, smoothing_ms=0.0
    )
    port = free_port()
    with (
        pytest.MonkeyPatch.context() as patch,
        jack_server(patch, rate_hz=RATE_HZ, block_frames=block),
        JackCapture() as capture,
    ):
        patch.setenv("XDG_DATA_HOME", str(folder))
        command = [
            sys.executable, "-m", "rtsynth", "play", str(plugin.path), "--headless",
            "--device", "system", "--block", f"{block}", "--ahead", f"{AHEAD_MS}",
            "--precision", precision, "--threads", f"{threads}", "--osc", f"127.0.0.1:{port}",
            "--record", str(folder / "take.wav"), "--log", str(folder / "take.events"),
        ]  # fmt: skip
        with running(command) as engine, OscClient(port) as client:
            wait_for_engine(engine, client)
            capture.connect_engine()
            yield engine, client, capture


def differing(folder: Path) -> int:
    """Samples of the engine's recording that `render --replay` of its events has not."""
    words = ["render", "--replay", folder / "take.events", "--out", folder / "again.wav"]
    subprocess.run([sys.executable, "-m", "rtsynth", *map(str, words)], check=True)  # takes a while
    take, _ = soundfile.read(folder / "take.wav", dtype="float32")
    again, _ = soundfile.read(folder / "again.wav", dtype="float32")
    # What was computed ahead, and not heard any more, follows in silence.
    return int(np.count_nonzero(take != again[: len(take)]) + np.count_nonzero(again[len(take) :]))


def measure(
    folder: Path,
    seconds: float,
    hidden: int = 800,
    precision: str = "int4",
    block: int = 128,
    threads: int = 2,
) -> Figures:
    """At rest for so long, then turning for as long, a minute at most; the take is in `folder`."""
    turning_s = min(seconds, LONGEST_TURN_S)
    with played(folder, hidden, precision, block, threads) as (engine, client, capture):
        client.send(KNOB, 1.0)
        time.sleep(SETTLE_S)
        rest, missed = at_rest(capture, seconds, block)
        before = status_of(client)
        late = turned(capture, client, turning_s)
        after = status_of(client)
        client.send("/quit")
        assert engine.wait(ENDS_S) == 0, engine.log()
    xruns = int(after["xruns"] - before["xruns"])
    return Figures(seconds, rest, turning_s, xruns, late, missed, after)


def main(
    length: str = "30",
    units: str = "800",
    bits: str = "int4",
    frames: str = "128",
    count: str = "2",
) -> None:
    """The figures, then the replay, which takes a while."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        print(measure(at, float(length), int(units), bits, int(frames), int(count)), flush=True)
        print(f"the replay differs in {differing(at)} samples")


if __name__ == "__main__":
    main(*sys.argv[1:])
