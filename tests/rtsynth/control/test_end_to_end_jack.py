"""From a message to a change in the sound: the whole engine process, on a JACK server.

The plugin turns from silence to a level when its parameter has come 98 % of the way, and the sound
is recorded with the server's own frame clock, so what is measured is: message sent -> next block ->
smoothing done -> audible at the engine's output port.
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.ports import free_port
from tests.requirements import require_portaudio
from tests.rounds import good_rounds
from tests.rtsynth.control.jack_capture import JackCapture
from tests.rtsynth.control.latency import UnheardError, latencies
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import (
    jack_server,
    running,
    wait_for_engine,
)
from tests.rtsynth.control.step_plugin import RATE_HZ, SMOOTHING_MS, step_plugin

BLOCK_FRAMES = 128
SMOOTHING_FRAMES = round(SMOOTHING_MS * RATE_HZ / 1000)
LIMIT_FRAMES = 2 * BLOCK_FRAMES + SMOOTHING_FRAMES
SHARED = "a virtual machine shares its cores, and the server's cycle with them"

pytestmark = [pytest.mark.measure, pytest.mark.alone, pytest.mark.jack]


@pytest.fixture(scope="module")
def capture() -> Iterator[JackCapture]:
    require_portaudio()
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        jack_server(monkeypatch, rate_hz=RATE_HZ, block_frames=BLOCK_FRAMES),
        JackCapture() as jack,
    ):
        yield jack


@pytest.fixture(scope="module")
def keyboard(capture: JackCapture) -> Iterator[Keyboard]:
    keyboard = Keyboard("keys")
    yield keyboard
    keyboard.unplug()


@pytest.fixture(scope="module", params=[16_000, RATE_HZ], ids="plugin at {} Hz".format)
def client(
    request: pytest.FixtureRequest,
    capture: JackCapture,
    keyboard: Keyboard,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OscClient]:
    """A client of an engine whose plugin is resampled to the server's rate, or is at it."""
    path = tmp_path_factory.mktemp("step") / "step.safetensors"
    plugin = step_plugin(path, threshold=0.98, rate_hz=request.param)
    port = free_port()
    command = [sys.executable, "-m", "rtsynth", "serve", str(plugin.path), "--device", "system"]
    command += ["--precision", "float32", "--osc", f"127.0.0.1:{port}"]
    with running(command) as engine, OscClient(port) as client:
        wait_for_engine(engine, client)
        capture.connect_engine()
        assert client.ask_json("/status")["block_frames"] == BLOCK_FRAMES
        yield client


def check(name: str, capture: JackCapture, turn: Callable[[bool], None]) -> None:
    """All turns are heard and nine of ten are in time, in three rounds of five."""

    def attempt() -> str:
        try:
            frames = latencies(capture, turn)
        except UnheardError as lost:
            return str(lost)
        report(name, frames)
        if frames.min() < 0.97 * SMOOTHING_FRAMES - BLOCK_FRAMES / 4:
            return "a cycle of the server was missed: sooner than the smoothing allows"
        if np.quantile(frames, 0.9) > LIMIT_FRAMES:
            return f"frames above {LIMIT_FRAMES}: {frames[frames > LIMIT_FRAMES]}"
        return ""

    good_rounds(attempt, good=3, of=5, reason=SHARED)


def report(name: str, frames: np.ndarray) -> None:
    reaction_ms = (frames - SMOOTHING_FRAMES) / RATE_HZ * 1000
    print(
        f"{name}: message to sound, without the {SMOOTHING_MS:g} ms of smoothing: median "
        f"{np.median(reaction_ms):.2f} ms, 90 % {np.quantile(reaction_ms, 0.9):.2f} ms, "
        f"largest {reaction_ms.max():.2f} ms; 2 blocks are {2e3 * BLOCK_FRAMES / RATE_HZ:.2f} ms"
    )


def test_an_osc_message_is_heard_within_two_blocks_and_the_smoothing(
    capture: JackCapture, client: OscClient
) -> None:
    check("OSC", capture, lambda up: client.send("/slot/1/param/knob", float(up)))


def test_a_midi_controller_is_heard_within_two_blocks_and_the_smoothing(
    capture: JackCapture, client: OscClient, keyboard: Keyboard
) -> None:
    check("MIDI CC", capture, lambda up: keyboard.send(0xB0, 16, 127 * up))
