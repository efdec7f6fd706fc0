"""How soon a message is heard, by the way it came and the size of the blocks, as a table.

    python -m tests.rtsynth.control.latency_table [--tries 200] [--blocks 64 128 256]

An engine process on a JACK server without sound hardware, 48 kHz; a plugin of 16 kHz that changes
from silence to a level with a parameter that is not smoothed; from just before the message is sent
to the frame in which the level is there, by the server's clock. So the resampling filter is in it,
and what a sound card adds is not.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from websockets.sync.client import connect

from tests.ports import free_port
from tests.rtsynth.class_plugin import gate_plugin
from tests.rtsynth.control.jack_capture import JackCapture
from tests.rtsynth.control.latency import latencies
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode
from tests.rtsynth.control.programs import jack_server, running, wait_for_engine
from tests.rtsynth.control.step_plugin import RATE_HZ

ADDRESS = "/slot/1/param/voice"
PLUGIN_HZ = 16_000

Turn = Callable[[bool], None]


@contextmanager
def routes(block_frames: int) -> Iterator[tuple[JackCapture, dict[str, Turn]]]:
    """What records an engine, and the ways in which its knob is turned."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        jack_server(patch, rate_hz=RATE_HZ, block_frames=block_frames),
        JackCapture() as capture,
    ):
        patch.setenv("XDG_DATA_HOME", folder)  # connections of JACK's are kept there
        keyboard = Keyboard("keys")
        plugin, port = gate_plugin(Path(folder) / "gate.safetensors", PLUGIN_HZ), free_port()
        command = [sys.executable, "-m", "rtsynth", "serve", str(plugin.path), "--device", "system"]
        command += ["--precision", "float32", "--osc", f"127.0.0.1:{port}"]
        with running(command) as engine, OscClient(port) as client:
            wait_for_engine(engine, client)
            capture.connect_engine()
            with connect(f"ws://127.0.0.1:{port + 1}/") as web:
                yield (
                    capture,
                    {
                        "OSC": lambda up: client.send(ADDRESS, float(up)),
                        "MIDI CC, JACK": lambda up: keyboard.send(0xB0, 16, 127 * up),
                        "OSCQuery, WebSocket": lambda up: web.send(encode(ADDRESS, float(up))),
                    },
                )
        keyboard.unplug()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--blocks", type=int, nargs="+", default=[64, 128, 256])
    asked = parser.parse_args()
    rows: dict[str, list[str]] = {}
    for block_frames in asked.blocks:
        load = os.getloadavg()[0]
        with routes(block_frames) as (capture, turns):
            for name, turn in turns.items():
                ms = latencies(capture, turn, asked.tries) / RATE_HZ * 1000
                rows.setdefault(name, []).append(
                    f"{np.median(ms):.1f} / {np.quantile(ms, 0.99):.1f}"
                )
                print(f"{name}, {block_frames} frames: {rows[name][-1]}", file=sys.stderr)
        print(f"load before {block_frames} frames: {load:.1f}", file=sys.stderr)
    print("| ms, median / 99 % |", *(f"{frames} frames |" for frames in asked.blocks))
    print("|---|" + "---|" * len(asked.blocks))
    for name, cells in rows.items():
        print(f"| {name} |", *(f"{cell} |" for cell in cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
