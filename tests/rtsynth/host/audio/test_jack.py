"""A real JACK server: the client and its ports have names, and connections come back and stay."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rtsynth.host.audio.jack import jack_client
from tests.ports import free_port
from tests.requirements import lacking, require, require_portaudio
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.jack import JackServer

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.jack, pytest.mark.measure]

PORTS = ["rtsynth:mix_left", "rtsynth:mix_right", "rtsynth:slot_1", "rtsynth:slot_2"]


def wait_for(done: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while not done():
        assert time.monotonic() < end
        if process.poll() is not None:
            pytest.fail(process.communicate()[1])
        time.sleep(0.1)


@contextmanager
def engine(
    plugin: Path, environment: dict[str, str], port: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "rtsynth", "serve", plugin, plugin, "--midi", "none",
         "--precision", "float32", "--osc", f"127.0.0.1:{port or free_port()}", "--device", "JACK",
         "--outputs", "per-slot"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_names_and_connections_survive_a_restart(
    plugin_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("jackd", "jack_lsp")
    require_portaudio()
    with JackServer(rate_hz=48_000, block_frames=512, playback=6) as server:
        monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
        environment = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
        with jack_client() as jack:
            if jack is None:
                lacking("JACK's library cannot be used")
            with engine(plugin_path, environment) as process:
                wait_for(lambda: jack.outputs("rtsynth") == PORTS, process)
                kept = tmp_path / "rtsynth" / "jack.json"
                wait_for(kept.exists, process)
                assert jack.connections(PORTS[2]) == ["system:playback_3"]
                jack.connect(PORTS[2], "system:playback_6")
                jack.disconnect(PORTS[2], "system:playback_3")
                jack.disconnect(PORTS[3], "system:playback_4")

                def noted() -> bool:
                    text = kept.read_text()
                    gone = "playback_3" not in text and "playback_4" not in text
                    return "playback_6" in text and gone

                wait_for(noted, process)
            assert jack.outputs("rtsynth") == []
            port = free_port()
            with engine(plugin_path, environment, port) as process:
                wait_for(lambda: jack.connections(PORTS[2]) == ["system:playback_6"], process)
                wait_for(lambda: jack.connections(PORTS[3]) == [], process)
                assert jack.outputs("rtsynth") == PORTS
                assert jack.connections(PORTS[0]) == ["system:playback_1"]
                with OscClient(port) as client:
                    for name in ("Lead: 1", "Bass"):
                        client.send("/slot/1/name", name)
                        shown = f"rtsynth:{name.replace(':', '-')}"
                        wait_for(lambda shown=shown: shown in jack.outputs("rtsynth"), process)
                        assert jack.connections(shown) == ["system:playback_6"]
                    client.send("/slot/1/name", "")
                    wait_for(lambda: jack.outputs("rtsynth") == PORTS, process)
                assert "slot_1" in kept.read_text()
                assert "Lead" not in kept.read_text()
