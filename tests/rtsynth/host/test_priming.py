"""A slot goes on from a recording: in an engine that plays to the null device."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.network_state import voices_of
from rtsynth.host.fed import Fed, codes_of
from rtsynth.plugin import codec
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system

F32 = NDArray[np.float32]
LEAD_NS = 150_000_000


@pytest.fixture(scope="module")
def playing(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=16_000, voices=2) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def host(playing: Host) -> Host:
    for name in playing.banks.names(1):
        playing.banks.delete(1, name)
    playing.set(1, "pitch", 69)
    return playing


def recording(seconds: float = 0.25, hz: float = 440.0) -> NDArray[np.float64]:
    time_s = np.arange(round(16_000 * seconds)) / 16_000
    return np.asarray(0.5 * np.sin(2 * np.pi * hz * time_s))


def state_at(host: Host, at_ns: int) -> F32:
    host.banks.save(1, "then", at_ns=at_ns)
    serial = host.banks._of[host.slot(1)].serials["then"]
    bank = host.slot(1).voice.slot.bank
    until(lambda: serial in bank.serials)
    return host.banks.state(1, "then")


def test_it_goes_on_from_there_at_its_time(host: Host) -> None:
    at_ns = time.monotonic_ns() + LEAD_NS
    fed_s = host.priming.prime(1, recording(), 16_000, at_ns=at_ns)
    now = state_at(host, at_ns)
    assert fed_s == 0.25
    assert time.monotonic_ns() >= at_ns - LEAD_NS // 2
    np.testing.assert_array_equal(now, host.banks.state(1, "primed"))
    fed = Fed(host.slot(1).voice)
    fed.feed(codes_of(host.slot(1).plugin, recording(), 16_000, 1.0))
    np.testing.assert_array_equal(now, fed.state())


def test_one_voice_goes_on_from_there_and_the_other_is_as_it_was(host: Host) -> None:
    host.priming.prime(1, recording(hz=300), 16_000, "low")
    host.seed(1, 1)
    at_ns = time.monotonic_ns() + LEAD_NS
    host.priming.prime(1, recording(hz=900), 16_000, "high", 2, at_ns=at_ns)
    compiled = host.slot(1).voice.compiled
    first, second = voices_of(compiled, state_at(host, at_ns))
    high = voices_of(compiled, host.banks.state(1, "high"))
    np.testing.assert_array_equal(second.hidden, high[1].hidden)
    assert np.any(first.hidden != high[0].hidden)


def test_the_knobs_count_as_they_were_asked_for(host: Host) -> None:
    """Also right after they were: the engine has not come to that yet."""
    states = []
    for pitch in (65.0, 75.0, 65.0, 75.0):
        host.set(1, "pitch", pitch)
        host.priming.prime(1, recording(0.02), 16_000)
        states.append(host.banks.state(1, "primed"))
    np.testing.assert_array_equal(states[0], states[2])
    np.testing.assert_array_equal(states[1], states[3])
    assert np.any(states[0] != states[1])


def test_a_file_is_fed_from_its_end(host: Host, tmp_path: Path) -> None:
    sound = np.concatenate([np.full(8000, 0.3), recording()])
    path = tmp_path / "note.wav"
    soundfile.write(path, sound, 16_000, subtype="DOUBLE")
    assert host.priming.prime_file(1, str(path), "file", seconds=0.25) == 0.25
    host.priming.prime(1, recording(), 16_000, "samples")
    end = host.banks.state(1, "samples")
    np.testing.assert_array_equal(host.banks.state(1, "file"), end)
    assert host.priming.prime_file(1, str(path), "file", seconds=9.0) == 0.75
    assert np.any(host.banks.state(1, "file") != end)


def test_what_cannot_be(host: Host, tmp_path: Path) -> None:
    prime = host.priming.prime
    for seconds in (0.0, 61.0, float("nan")):
        with pytest.raises(ControlError, match="give seconds above 0, up to 60"):
            prime(1, recording(), 16_000, seconds=seconds)
    with pytest.raises(ControlError, match="slot 1 has voices 1 to 2"):
        prime(1, recording(), 16_000, "x", 3)
    with pytest.raises(ControlError, match="state name .*1 to 64 characters"):
        prime(1, recording(), 16_000, "")
    with pytest.raises(ControlError, match="slot 2 is empty"):
        prime(2, recording(), 16_000)
    with pytest.raises(InputError, match="no such audio file"):
        host.priming.prime_file(1, str(tmp_path / "gone.wav"))
    assert host.banks.names(1) == []


def test_another_plugin_meanwhile(host: Host, compiled: Compiled) -> None:
    """It is not given the state of a network that it is not."""
    host.load_into(2, compiled)
    problems: list[str] = []

    def prime() -> None:
        try:
            host.priming.prime(2, recording(30.0), 16_000, seconds=30.0)
        except ControlError as error:
            problems.append(str(error))

    thread = threading.Thread(target=prime)
    thread.start()
    until(lambda: host.priming._computing.locked())
    host.load_into(2, compiled)
    thread.join()
    assert problems == ["slot 2: another plugin was loaded meanwhile"]
    assert host.banks.names(2) == []
    host.unload(2)


def test_what_was_drawn_comes_back(host: Host) -> None:
    """A network that goes on from what it drew itself repeats nothing: it has just drawn that."""
    plugin = host.slot(1).plugin
    rule = plugin.manifest.audio_codec
    codes = np.random.default_rng(3).integers(rule.levels, size=300)
    host.priming.prime(1, codec.decode(rule.name, rule.levels, codes, rule.limits), 16_000)
    for voice in voices_of(host.slot(1).voice.compiled, host.banks.state(1, "primed")):
        assert voice.drawn[0] == codes[-1]
        assert voice.drawn[3] * 2**24 + voice.drawn[4] == 300
