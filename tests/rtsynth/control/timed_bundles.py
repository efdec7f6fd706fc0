"""Bundles with time tags, as SuperCollider sends them: at which sample does each of them act?

    python -m tests.rtsynth.control.timed_bundles [--bundles 100] [--every 0.05] [--ahead 0.2]
        [--jack FRAMES]
    python -m tests.rtsynth.control.timed_bundles --bundles 100000 --every 0.0006 --ahead 3600

An engine process plays to the null device, or to a JACK server without sound hardware in blocks of
so many frames, and writes its event log. Each bundle is sent `--ahead` seconds before its time (a
score is sent as fast as `PER_S` allows). It is for a sample of its own: that of its time tag, and
as much later as all of them are, which is a block. Printed is how many samples off that the log has
them; with JACK also the recorded sound, where every other bundle makes the step plugin loud.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.control.osc.time import timetag_at
from rtsynth.engine.program.layout import BUILT_IN
from rtsynth.host.event_lines import Event
from rtsynth.offline.replay.reader import LogReader
from tests.ports import free_port
from tests.rtsynth.control.jack_capture import JackCapture
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.programs import (
    jack_server,
    running,
    wait_for_engine,
)
from tests.rtsynth.control.step_plugin import LEVEL, RATE_HZ, step_plugin

ADDRESS = "/slot/1/param/knob"
PER_S = 20_000  # bundles of a score that are sent in a second
BEGINS_S = 1.0  # before the first bundle is due, at least
SETTLES_S = 3.0  # until the device's clock is known well
F64 = NDArray[np.float64]


class Timed(NamedTuple):
    """Of the bundles that were sent: what the engine's log has, in the order of time.

    `off` is how many samples each acted beside its own; `off_heard` the same of those that were
    found in the sound (None: nobody listened).
    """

    sent: int
    values: F64
    due: F64  # frames, from the first one's
    off: F64
    late: int  # taken from the queue behind the block they were for
    xruns: int  # meanwhile: each is a step in the device's time
    status: dict[str, object]
    off_heard: F64 | None

    def line(self) -> str:
        """In words."""
        counts = {name: self.status[name] for name in ("late_events", "lost_events")}
        text = (
            f"{self.sent:,} bundles, {self.values.size:,} acted, {self.late} of them late; off "
            f"their sample by {np.abs(self.off).max():.1f} samples at most, "
            f"{np.quantile(np.abs(self.off), 0.99):.1f} at the 99th percentile; {counts}, "
            f"{self.xruns} xruns"
        )
        if self.off_heard is not None:
            text += (
                f"; {self.off_heard.size} steps heard, off by {np.abs(self.off_heard).max():.1f}"
            )
        return text


def value_of(number: int, count: int, *, steps: bool) -> float:
    """What a bundle says: the knob up and down in turn, or another value each."""
    return float(number % 2 == 0) if steps else (number + 1) / (count + 1)


def send(client: OscClient, count: int, every_s: float, ahead_s: float, *, steps: bool) -> F64:
    """Send the bundles; the times they are for, in seconds from the first on."""
    start_ns = time.time_ns()
    first_ns = start_ns + round(1e9 * (BEGINS_S + min(ahead_s, count / PER_S)))
    due_ns = first_ns + np.round(np.arange(count) * every_s * 1e9).astype(np.int64)
    send_ns = np.maximum(
        due_ns - round(ahead_s * 1e9), start_ns + np.arange(count) * (10**9 // PER_S)
    )
    for number in range(count):
        value = value_of(number, count, steps=steps)
        bundle = encode_bundle([encode(ADDRESS, value)], timetag_at(int(due_ns[number])))
        while (early_ns := int(send_ns[number]) - time.time_ns()) > 0:
            time.sleep(early_ns / 1e9)
        client.socket.send(bundle)
    time.sleep(max(0.0, (int(due_ns[-1]) - time.time_ns()) / 1e9) + BEGINS_S)
    return (due_ns - first_ns) / 1e9


def off_by(frames: F64, due: F64) -> F64:
    """How far frames are off those that were due, but for what all are off alike."""
    off = frames - due
    return off - np.median(off)


def heard(capture: JackCapture) -> F64:
    """The frames at which the recorded sound becomes loud."""
    blocks = capture.blocks.copy()
    origin = blocks[0][0]
    frames = np.concatenate(
        [np.arange(samples.size) + (at - origin) % (1 << 32) for at, samples in blocks]
    )
    loud = np.concatenate([samples for _, samples in blocks]) > LEVEL / 2
    return frames[1:][loud[1:] & ~loud[:-1]].astype(float)


def measure(count: int, every_s: float, ahead_s: float, jack_frames: int = 0) -> Timed:
    """Play the bundles, and read what became of them."""
    steps = bool(jack_frames)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("XDG_DATA_HOME", str(folder))  # connections of JACK's are kept there
        device, capture = "null", None
        if jack_frames:
            stack.enter_context(jack_server(patch, rate_hz=RATE_HZ, block_frames=jack_frames))
            device, capture = "system", stack.enter_context(JackCapture())
        plugin, log = step_plugin(folder / "step.safetensors", threshold=0.5), folder / "log"
        port = free_port()
        command = [sys.executable, "-m", "rtsynth", "serve", str(plugin.path), "--device", device]
        command += ["--precision", "float32", "--osc", f"127.0.0.1:{port}", "--oscquery", "off"]
        engine = stack.enter_context(
            running([*command, "--rate", str(RATE_HZ), "--midi", "none", "--log", str(log)])
        )
        client = stack.enter_context(OscClient(port))
        wait_for_engine(engine, client)
        if capture is not None:
            capture.connect_engine()
        time.sleep(SETTLES_S)
        if capture is not None:
            capture.blocks.clear()
        xruns = client.ask_json("/status")["xruns"]
        due = send(client, count, every_s, ahead_s, steps=steps) * RATE_HZ
        client.sync()
        status = client.ask_json("/status")
        client.ask("/quit", reply="/done")
        assert engine.wait(60) == 0, engine.log()
        lines = [line for line in LogReader(log) if isinstance(line, Event) and line.at >= 0]
        events = sorted((line for line in lines if line.target == BUILT_IN), key=lambda e: e.at)
    at = np.array([line.at for line in events], float)
    same = at.size == count
    return Timed(
        sent=count,
        values=np.array([line.value for line in events]),
        due=due,
        off=off_by(at, due) if same else np.array([np.inf]),
        late=sum(line.at < line.frame for line in events),
        xruns=status["xruns"] - xruns,
        status=status,
        off_heard=None if capture is None else _off_heard(heard(capture), due[::2]),
    )


def _off_heard(found: F64, due: F64) -> F64:
    return off_by(found, due) if found.size == due.size else np.array([np.inf])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundles", type=int, default=100)
    parser.add_argument("--every", type=float, default=0.05)
    parser.add_argument("--ahead", type=float, default=0.2)
    parser.add_argument("--jack", type=int, default=0, metavar="FRAMES")
    asked = parser.parse_args()
    print(measure(asked.bundles, asked.every, asked.ahead, asked.jack).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
