"""A class as a performer moves it: over OSC, by MIDI, and how soon it is heard."""

import sys
from collections.abc import Iterator
from pathlib import Path

import mido
import numpy as np
import pytest

from rtsynth.control.midi.router import MidiRouter
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.host import Host
from rtsynth.host.protocol import Engine
from rtsynth.plugin import Parameter, save
from tests.ports import free_port
from tests.requirements import require_portaudio
from tests.rounds import good_rounds
from tests.rtsynth.class_plugin import class_plugin, gate_plugin
from tests.rtsynth.control.jack_capture import JackCapture
from tests.rtsynth.control.latency import latencies
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import (
    jack_server,
    running,
    wait_for_engine,
    wait_until,
)
from tests.rtsynth.control.test_end_to_end_jack import BLOCK_FRAMES, RATE_HZ, SHARED
from tests.rtsynth.plugins import samplernn_manifest, samplernn_tensors

pytestmark = pytest.mark.system

LABELS = ["man", "woman", "child", "whisper"]
VOICE = Parameter(
    name="voice", minimum=0, maximum=3, default=0, role="class", smoothing_ms=0, labels=LABELS
)
BRIGHT = Parameter(name="bright", minimum=0, maximum=1, default=0)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """Random weights, four classes; nothing is played."""
    manifest = samplernn_manifest(parameters=(BRIGHT, VOICE))
    plugin = save(tmp_path / "voices.safetensors", manifest, samplernn_tensors(manifest))
    with Host(device="null", precision="float32") as host:
        host.load(plugin)
        yield host


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    engine: Engine = host  # mypy compares the two
    with OscServer(engine, port=0) as server, OscClient(server.port) as client:
        yield client


def test_osc_moves_a_class_and_in_between(host: Host, client: OscClient) -> None:
    for value in (2, 1.5, 0.0, 3):
        client.send("/slot/1/param/voice", value)
        assert wait_until(lambda value=value: host.slot(1)["voice"] == value)
    address, text = client.ask("/slot/1/param/voice", 4.0, reply="/fail")
    assert (address, "clamped to 3" in str(text)) == ("/slot/1/param/voice", True)
    client.send("/slot/1/param/voice/norm", 0.5)
    assert wait_until(lambda: host.slot(1)["voice"] == 1.5)


def test_the_description_has_the_names(host: Host) -> None:
    bright, voice = host.describe().slots[0].parameters
    assert voice.labels == tuple(LABELS)
    assert (voice.role, voice.maximum) == ("class", 3.0)
    assert bright.labels == ()


def test_a_controller_spans_the_classes_and_reaches_each(host: Host) -> None:
    router = MidiRouter(host)

    def moved(place: int, cc: int = 17) -> float:
        router.handle(mido.Message("control_change", control=cc, value=place))
        return host.slot(1)["voice"]

    values = [moved(place) for place in range(128)]
    np.testing.assert_allclose(values, 3 * np.arange(128) / 127, atol=1.51 / 127)
    assert np.all(np.diff(values) > 0)
    assert [values.index(number) for number in range(4)] == [0, 42, 85, 127]
    # A range of its own is taken as it is; another kind of parameter is not drawn to anything.
    router = MidiRouter(host, table(bound(21, "voice", span=(1.0, 2.0))))
    assert moved(64, cc=21) == pytest.approx(1 + 64 / 127)
    router.handle(mido.Message("control_change", control=16, value=42))
    assert host.slot(1)["bright"] == pytest.approx(42 / 127)


def test_a_class_changes_at_the_next_sample_of_the_plugin(tmp_path: Path) -> None:
    """Nothing of the engine smooths it: sound of both classes lies next to each other."""
    plugin = class_plugin(tmp_path / "tones.safetensors")
    with Host(
        device="null", rate_hz=16_000, block_frames=BLOCK_FRAMES, precision="float32"
    ) as host:
        slot = host.load(plugin)
        host.start()
        blocks = []
        for value in (0.0, 1.0):
            slot["voice"] = value
            start = host.read_scope(1 << 60)[0]
            assert wait_until(lambda start=start: host.read_scope(1 << 60)[0] > start + 3000)
            blocks.append(host.read_scope(host.read_scope(1 << 60)[0] - 1000)[1])
    signs = [np.sign(samples) for samples in blocks]
    assert np.all(signs[0][1:] == -signs[0][:-1])
    assert np.all(signs[1][2:] == -signs[1][:-2])


@pytest.mark.measure
@pytest.mark.alone
@pytest.mark.jack
@pytest.mark.parametrize("rate_hz", [16_000, RATE_HZ], ids="plugin at {} Hz".format)
def test_a_class_over_osc_sounds_within_two_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate_hz: int
) -> None:
    """Nine of ten, in three rounds of five.

    A plugin at another rate is resampled: a sample of its own, and the filter's rise.
    """
    require_portaudio()
    limit = 2 * BLOCK_FRAMES + (0 if rate_hz == RATE_HZ else RATE_HZ // 1000)
    plugin, port = gate_plugin(tmp_path / "gate.safetensors", rate_hz), free_port()
    words = ["serve", str(plugin.path), "--device", "system", "--precision", "float32"]
    command = [sys.executable, "-m", "rtsynth", *words, "--osc", f"127.0.0.1:{port}"]
    with (
        jack_server(monkeypatch, rate_hz=RATE_HZ, block_frames=BLOCK_FRAMES),
        JackCapture() as capture,
        running(command) as engine,
        OscClient(port) as client,
    ):
        wait_for_engine(engine, client)
        capture.connect_engine()

        def attempt() -> str:
            frames = latencies(capture, lambda up: client.send("/slot/1/param/voice", float(up)))
            print(
                f"\nclass over OSC, frames of {RATE_HZ} Hz, blocks of {BLOCK_FRAMES}: median "
                f"{np.median(frames):.0f}, 90 % {np.quantile(frames, 0.9):.0f}, largest "
                f"{frames.max()}; limit {limit}"
            )
            if np.quantile(frames, 0.9) <= limit:
                return ""
            return f"frames above {limit}: {frames[frames > limit]}"

        good_rounds(attempt, good=3, of=5, reason=SHARED)
