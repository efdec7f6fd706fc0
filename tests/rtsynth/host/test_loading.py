"""More than there is time for: what plays counts when more is loaded, and overload is reported."""

import re
import time
from collections.abc import Iterator

import pytest

from rtsynth import Host, InputError, Plugin
from rtsynth.compiler import precision
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.precision import measure_load
from rtsynth.engine.live import shared as sh
from rtsynth.host.notices import Notice
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


@pytest.mark.measure
def test_what_plays_counts_when_more_is_loaded(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slot after slot until the sum is too much: one line with the remedy; the rest plays on."""
    with Host(device="null", ahead_ms=0) as host:
        first = host.load(plugin)
        monkeypatch.setattr(precision, "HEADROOM", 3.5 * measure_load(first.voice.compiled))
        with pytest.raises(InputError) as error:
            for _ in range(sh.MAX_SLOTS - 1):
                host.load(plugin)
        (line,) = str(error.value).splitlines()
        assert re.search(r"too large to play here beside what plays, which takes \d+%", line)
        assert "; unload a slot, " in line
        count = len(host.slots)
        assert 1 < count < sh.MAX_SLOTS
        # Replacing one of them asks for no more than there was; with one less there is room.
        host.unload(count)
        host.unload(1)
        host.load(plugin)
        # What played together before the engine had to be restarted is back, whatever it takes.
        for number in range(1, sh.MAX_SLOTS + 1):
            host.load_into(number, plugin, insist=True)
        assert len(host.slots) == sh.MAX_SLOTS


@pytest.mark.measure
def test_a_plugin_that_came_compiled_counts_too(
    compiled: Compiled, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Host(device="null", ahead_ms=0) as host:
        host.load(compiled)
        monkeypatch.setattr(precision, "HEADROOM", measure_load(compiled))
        with pytest.raises(InputError, match="beside what plays"):
            host.load(plugin)


def test_a_new_plugin_is_measured_anew(compiled: Compiled, plugin: Plugin) -> None:
    """Whatever took the place in memory of one that is gone."""
    with Host(device="null", ahead_ms=0) as host:
        first = host.load(plugin)
        assert first.share is not None
        host.unload(1)
        assert host.load(compiled).share is None
        assert host.load(plugin).share is not None
        (measured,) = (slot.share for slot in host.slots if slot.number == 1)
        assert measured is not None


def test_a_named_precision_plays_all_the_same_and_says_so(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """To whoever subscribes, as to the terminal."""
    monkeypatch.setattr("rtsynth.compiler.precision.HEADROOM", 1e-9)
    monkeypatch.setattr("rtsynth.host.loading.HEADROOM", 1e-9)
    with Host(device="null", ahead_ms=0, precision="float32") as host:
        host.load(plugin)
        host.load(plugin)
        _, notices = host.read_notices(0)
        assert [(notice.address, notice.texts[0]) for notice in notices] == [
            ("/fail", "/slot/1/load"), ("/fail", "/slot/2/load"),
        ]  # fmt: skip
        told = notices[1].texts[1]
        assert re.search(r"takes \d+% of real time, with the other slots \d+%: expect drop", told)
        assert told in caplog.text


def test_an_overload_is_told_once(
    host: Host, plugin: Plugin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in (("WINDOW_S", 0.1), ("TOO_MUCH", 0.0), ("LET_GO", -1.0)):
        monkeypatch.setattr(f"rtsynth.host.overload.{name}", value)
    host.load(plugin)
    host.check_load()  # it does not play yet
    host.start()

    def told() -> list[Notice]:
        host.check_load()
        return host.read_notices(0)[1]

    until(lambda: len(told()) > 0)
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        (notice,) = told()
        time.sleep(0.02)
    assert (notice.address, notice.texts[0]) == ("/fail", "/load")
    assert notice.texts[1] in caplog.text
