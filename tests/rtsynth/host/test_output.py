"""A host whose sound is computed ahead of its device."""

import logging
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from rtsynth.common.errors import EngineError, InputError
from rtsynth.compiler import precision
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import moments
from rtsynth.engine.live import shared as sh
from rtsynth.host import loading, output
from rtsynth.host.audio.null import NullStream
from rtsynth.host.audio.portaudio import JACK
from rtsynth.host.host import Host
from rtsynth.host.moments import STEP_MS
from rtsynth.plugin import Plugin
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


def test_it_plays_records_and_fades_out(compiled: Compiled, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    with Host("null", rate_hz=48_000, block_frames=128, ahead_ms=200) as host:
        host.load(compiled)
        host.record_start(str(path))
        host.start()
        assert host.core.counter(sh.OUT_HEAD) - host.core.counter(sh.PLAYED) > 7000
        time.sleep(0.3)
    audio, rate_hz = soundfile.read(path)
    assert rate_hz == 48_000
    # Up to the end of the fade: not all that had been computed.
    assert 0.3 * rate_hz < audio.size
    assert np.abs(audio[:5000]).max() > 0.01
    assert audio[-1] == 0


def test_it_stops_and_starts_again(compiled: Compiled) -> None:
    with Host("null", rate_hz=48_000, block_frames=128, ahead_ms=50) as host:
        host.load(compiled)
        for _ in range(2):
            host.start()
            before = host.core.counter(sh.PLAYED)
            end = time.monotonic() + 30
            while host.core.counter(sh.PLAYED) < before + 4800 and time.monotonic() < end:
                time.sleep(0.01)
            assert host.core.counter(sh.PLAYED) >= before + 4800
            host.stop()
            # Nothing is left over that the next start would begin with.
            assert host.core.counter(sh.PLAYED) == host.core.counter(sh.OUT_HEAD)


def test_it_ends_in_one_fade(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing fades, records and stops: what is computed ahead is waited for once."""
    ends = []
    stop = output.Output.stop

    def stopped(self: output.Output) -> None:
        ends.append(self.core.counter(sh.PLAYED))
        stop(self)

    monkeypatch.setattr(output.Output, "stop", stopped)
    with Host("null", rate_hz=48_000, block_frames=128, ahead_ms=2000) as host:
        host.load(compiled)
        host.start()
        host.fade_out()
        played = host.core.counter(sh.PLAYED)
        for _ in range(3):
            host.fade_out()
    # Frames, not seconds: each fade more would be another 2 s of them.
    assert 0 <= ends[0] - played < 48_000


def test_a_device_that_does_not_start_leaves_no_thread_behind(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(NullStream, "start", interrupted)
    with Host("null", ahead_ms=50) as host:
        host.load(compiled)
        with pytest.raises(KeyboardInterrupt):
            host.start()
        assert not [t for t in threading.enumerate() if t.name == "rtsynth-ahead"]


def test_the_sound_can_start_while_a_plugin_is_being_loaded(
    plugin: Plugin, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it stays with the callback: a word that nobody acts on would be silence for good."""
    with Host("null", rate_hz=48_000, block_frames=128) as host:

        def slow(*args: Any, **kwargs: Any) -> tuple[Compiled, precision.Setting]:
            host.start()
            return compiled, precision.Setting("int4", 2, 0.8)

        monkeypatch.setattr(loading, "choose", slow)
        host.load(plugin)
        assert host.status()["ahead_ms"] == 0
        with pytest.raises(EngineError, match="the sound is playing"):
            host._output.set_ahead(100)
        frames, end = host.core.counter(sh.PLAYED), time.monotonic() + 30
        while host.core.counter(sh.PLAYED) < frames + 4800 and time.monotonic() < end:
            time.sleep(0.01)
        assert host.core.counter(sh.PLAYED) >= frames + 4800
        assert host.core.counter(sh.XRUNS) == 0


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize(
    ("api", "ahead_ms", "expected"),
    [
        ("ALSA", 0, [(60, 0)]),
        (JACK, 0, [(60, 0)]),
        (JACK, 50, [(1, 1), (1, 1)]),
        ("ALSA", 50, []),
        (None, 50, []),
    ],
)
def test_what_is_computed_ahead_is_never_above_the_callback(
    api: str | None,
    ahead_ms: float,
    expected: list[tuple[int, int]],
    allowed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """(priority, threads besides the helpers) that are asked for at a start."""
    asked = []

    def raised(priority: int = 60, others: Any = ()) -> bool:
        asked.append((priority, len(others)))
        return allowed

    monkeypatch.setattr(output, "raise_priority", raised)
    monkeypatch.setattr(output.Output, "api", property(lambda self: api))
    with Host("null", ahead_ms=ahead_ms) as host:
        host.start()
        assert host.core.counter(sh.AHEAD_RAISED) == (allowed and (1, 1) in expected)
    assert asked == expected


def test_the_delay_is_reported(compiled: Compiled) -> None:
    def told(ahead_ms: float) -> tuple[float, float, float]:
        with Host("null", rate_hz=48_000, block_frames=480, ahead_ms=ahead_ms) as host:
            slot = host.load(compiled)
            status, info = host.status(), slot.describe()
            reaction_ms = info.parameters[0].reaction_ms
            assert reaction_ms is not None
            return status["ahead_ms"], status["latency_ms"], reaction_ms + info.delay_ms

    at_once, ahead = told(0), told(150)
    # Beyond the next block, which is 10 ms, the margin and two blocks that are computed ahead.
    late = 10 + moments.MARGIN_MS + 2 * STEP_MS
    assert np.subtract(ahead, at_once) == pytest.approx([150, late, late], abs=0.02)
    assert at_once[0] == 0


@pytest.mark.parametrize("ahead_ms", [-1.0, 2001.0, float("nan")])
def test_out_of_range(ahead_ms: float) -> None:
    with pytest.raises(InputError, match=r"--ahead .*: give 0 to 2000 ms"):
        Host("null", ahead_ms=ahead_ms)


def test_what_the_output_ring_holds_limits_it() -> None:
    with pytest.raises(InputError, match=r"--ahead 1000: give 0 to 341 ms at 384000 Hz, or"):
        Host("null", rate_hz=384_000, ahead_ms=1000)


class TestAuto:
    """A plugin that needs more than the headroom is computed ahead, if that may be chosen."""

    @pytest.fixture(autouse=True)
    def _nothing_fits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in (precision, loading):
            monkeypatch.setattr(module, "HEADROOM", 1e-9)
        monkeypatch.setattr(precision, "AHEAD_HEADROOM", 1e9)

    def test_it_goes_ahead(self, plugin: Plugin, caplog: pytest.LogCaptureFixture) -> None:
        with Host("null") as host, caplog.at_level(logging.WARNING):
            host.load(plugin)
            assert host.status()["ahead_ms"] == precision.AHEAD_MS[0][1]
        (line,) = (record.getMessage() for record in caplog.records)
        assert "so it is computed 100 ms ahead: changes are heard later" in line
        assert "dropouts" not in line

    def test_and_is_computed(self, plugin: Plugin) -> None:
        with Host("null") as host:
            host.load(plugin)
            host.start()
            until(lambda: host.core.counter(sh.PLAYED) > host.rate_hz // 10)
            assert host.core.counter(sh.OUT_HEAD) > host.core.counter(sh.PLAYED)

    def test_the_plugin_that_needs_most_decides(
        self, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Host("null", rate_hz=384_000) as host:
            for table, expected in (
                ((1e9, 20.0), 20.0),
                ((1e9, 900.0), 341.33),
                ((1e9, 30.0), 341.33),
            ):
                monkeypatch.setattr(precision, "AHEAD_MS", (table,))
                host.load(plugin)
                assert host.status()["ahead_ms"] == expected

    def test_it_does_not_where_it_was_told_not_to(self, plugin: Plugin) -> None:
        with (
            Host("null", ahead_ms=0) as host,
            pytest.raises(InputError, match=r"too large to play here .*start with --ahead 100"),
        ):
            host.load(plugin)

    def test_what_would_not_help_is_not_advised(
        self, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(precision, "AHEAD_HEADROOM", 1e-9)
        for ahead_ms in (0, None):
            with (
                Host("null", ahead_ms=ahead_ms) as host,
                pytest.raises(InputError, match="too large") as error,
            ):
                host.load(plugin)
            assert "--ahead" not in str(error.value)

    def test_it_does_not_while_it_plays(self, plugin: Plugin, compiled: Compiled) -> None:
        with Host("null") as host:
            host.load(compiled)
            host.start()
            with pytest.raises(InputError, match="start with --ahead 100"):
                host.load(plugin)
            assert host.status()["ahead_ms"] == 0

    def test_a_length_that_was_given_is_kept(self, plugin: Plugin) -> None:
        with Host("null", ahead_ms=30) as host:
            host.load(plugin)
            assert host.status()["ahead_ms"] == 30


def test_slots_have_outputs_by_themselves(compiled: Compiled) -> None:
    with Host("null", rate_hz=48_000, block_frames=128, channels=5, outputs="per-slot") as host:
        host.load_into(2, compiled)
        host.set(2, "gain", -20.0)  # or the limiters would differ
        host.mixer.set(2, "pan", -1.0)
        host.start()
        end = time.monotonic() + 30
        while host.core.counter(sh.PLAYED) < 9600 and time.monotonic() < end:
            time.sleep(0.01)
        rows = host.core.read_outputs(0)[1]
    assert rows.shape[0] == 5
    loud = np.abs(rows).max(axis=1) > 0
    assert loud.tolist() == [True, False, False, True, False]
    np.testing.assert_allclose(rows[0], rows[3] * np.sqrt(2), rtol=1e-5, atol=1e-7)


def test_outputs_that_there_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="--channels 2: --outputs per-slot needs at least 3"):
        Host("null", outputs="per-slot")
