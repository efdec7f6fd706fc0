"""What an engine reports of itself."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

from rtsynth import Host, Plugin
from rtsynth.engine.kernels.limiter import lookahead_frames
from rtsynth.engine.kernels.resample import design_filter
from rtsynth.engine.live import shared as sh
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


def test_status_and_telemetry(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    status = json.loads(json.dumps(host.status(), allow_nan=False))
    assert (status["device"], status["api"], status["rate_hz"]) == ("null", None, 48_000)
    assert (status["running"], status["callbacks"], status["load"]) == (False, 0, 0)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 300)
    status = host.status()
    assert status["block_frames"] == 64
    assert status["frames"] == pytest.approx(status["callbacks"] * 64, abs=128)
    assert 0 < status["load"] < 1
    converter_frames = design_filter(plugin.sample_rate_hz, 48_000).latency_frames
    assert status["latency_ms"] == pytest.approx(
        (64 + converter_frames + lookahead_frames(48_000)) / 48, abs=0.01
    )
    telemetry = host.read_telemetry()
    (meter,) = telemetry.meters
    assert meter.slot == 1
    assert -60 < meter.rms_db <= meter.peak_db <= 20
    assert telemetry.xruns == 0
    cursor, samples = host.read_scope(0)
    assert samples.dtype == np.float32
    assert np.abs(samples).max() > 0
    later, more = host.read_scope(cursor)
    assert later - cursor == more.size


def test_a_device_that_takes_nothing_is_told_by_its_last_callback(
    host: Host, plugin: Plugin
) -> None:
    host.load(plugin)
    assert host.status()["still_s"] == 0.0
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 100)
    assert 0.0 <= host.status()["still_s"] < 0.5
    host._output._stream.stop()  # as where the server of the device has died
    until(lambda: host.status()["still_s"] > 0.6)
    before = host.status()
    until(lambda: host.status()["still_s"] > before["still_s"] + 0.1)
    assert host.status()["callbacks"] == before["callbacks"]


def test_silence_is_minus_120_decibel(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    assert host.read_telemetry().meters[0][1:] == (-120, -120)
