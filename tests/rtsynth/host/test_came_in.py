"""What came in, where nothing that the network sees moved."""

import numpy as np
import pytest

from rtsynth.common.errors import EngineError
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.program.layout import BUILT_IN, GAIN, GATE
from rtsynth.host.audio import listening
from rtsynth.host.audio.listening import InputRing
from rtsynth.host.came_in import CameIn
from rtsynth.host.core import EngineCore
from rtsynth.host.heard import Stretch
from rtsynth.host.voice import Voice, make_voice
from tests.rtsynth.engine.driver import Driver
from tests.rtsynth.host.audio.test_listening import come_in

RATE_HZ = 16_000
INPUT_HZ = 48_000
LOOK_S = 0.02
PITCH = BUILT_IN + 2


class Played:
    """An engine with one slot, and somebody who plays into its input."""

    def __init__(self, compiled: Compiled, latency_s: float = 0.0) -> None:
        core, self.voice = EngineCore(RATE_HZ, 2), make_voice(compiled, RATE_HZ)
        self.driver = Driver(core, self.voice)
        core.play(0, self.voice)
        core.set_master(True)
        self.ring = InputRing("card", 1, INPUT_HZ, 60.0)
        self.ring.latency_s = latency_s
        self.came_in = CameIn(self.ring)
        self.phase = 0

    def tone(self, hz: float, seconds: float, level: float = 0.4, look: bool = True) -> None:
        """Time goes on; every 20 ms something comes in, and is looked at."""
        for _ in range(round(seconds / LOOK_S)):
            self.driver.run_all(round(LOOK_S * RATE_HZ), 64)
            count = round(LOOK_S * INPUT_HZ)
            at = self.phase + np.arange(count)
            come_in(self.ring, level * np.sin(2 * np.pi * hz * at / INPUT_HZ))
            self.phase += count
            if look:
                self.came_in.look(self.voice)

    def push(self, target: int, value: float) -> None:
        self.driver.push(target, value)
        self.driver.run_all(1600, 64)  # it is there, whatever glides

    def stretches(self, seconds: float = 10.0, voice: Voice | None = None) -> list[Stretch]:
        return self.came_in.stretches(voice or self.voice, seconds)[0]


@pytest.fixture
def played(compiled: Compiled) -> Played:
    return Played(compiled)


def strongest_hz(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
    return float(np.argmax(spectrum) * RATE_HZ / (1 << 18))


def test_it_is_found_with_the_values_of_then(played: Played) -> None:
    played.push(PITCH, 66.0)
    played.tone(370.0, 1.0)
    played.push(PITCH, 72.0)
    played.tone(523.0, 1.0)
    first, second = played.stretches()
    assert first.values == pytest.approx({"instrument": 0.0, "amplitude": 0.5, "pitch": 66.0})
    assert second.values["pitch"] == pytest.approx(72.0)
    for found, hz in ((first, 370.0), (second, 523.0)):
        assert 0.9 < len(found.sound) / RATE_HZ <= 1.0
        assert strongest_hz(found.sound) == pytest.approx(hz, abs=0.5)
        middle = found.sound[2000:-2000]
        assert np.abs(middle).max() == pytest.approx(0.4, rel=0.01)
    (late,) = played.stretches(0.5)
    assert late.values["pitch"] == pytest.approx(72.0)
    assert len(late.sound) / RATE_HZ == pytest.approx(0.47, abs=0.03)
    assert played.stretches(0.2) == []


def test_what_the_device_takes_is_reckoned_with(compiled: Compiled) -> None:
    """A tone that begins with other values comes later, and none of the one before is in there."""
    played = Played(compiled, latency_s=0.2)
    played.tone(370.0, 1.0)
    played.push(PITCH, 72.0)
    played.tone(370.0, 0.2)  # what was played before
    played.tone(1000.0, 1.0)
    first, second = played.stretches()
    assert strongest_hz(first.sound) == pytest.approx(370.0, abs=0.5)
    assert strongest_hz(second.sound[:4000]) == pytest.approx(1000.0, abs=2.0)
    assert len(second.sound) / RATE_HZ == pytest.approx(1.0, abs=0.05)


def test_what_the_slot_is_mixed_to_does_not_matter(played: Played) -> None:
    played.push(GAIN, 0.001)
    played.tone(370.0, 1.0)
    (found,) = played.stretches()
    assert np.abs(found.sound[2000:-2000]).max() == pytest.approx(0.4, rel=0.01)


def test_too_loud_is_clipped(played: Played) -> None:
    played.tone(370.0, 0.5, level=1.5)
    (found,) = played.stretches()
    assert np.abs(found.sound).max() == 1.0


def test_silence_is_left_out_and_counted(played: Played) -> None:
    played.tone(370.0, 0.5, level=0.0005)
    assert played.came_in.stretches(played.voice, 10.0) == ([], 1)
    played.push(PITCH, 72.0)
    played.tone(370.0, 0.5)
    found, silent = played.came_in.stretches(played.voice, 10.0)
    assert ([round(each.values["pitch"]) for each in found], silent) == ([72], 1)


def test_what_moves_and_what_is_not_held_is_not_found(played: Played) -> None:
    for number in range(20):
        played.push(PITCH, 66.0 + number / 10)
        played.tone(370.0, 0.1)
    assert played.stretches() == []
    played.push(GATE, 0.0)
    played.tone(370.0, 1.0)
    assert played.stretches() == []


def test_after_a_time_without_a_look_it_begins_anew(played: Played) -> None:
    """The slot had several voices meanwhile, say: nobody knows what it was set to."""
    played.tone(370.0, 1.0)
    played.tone(500.0, 1.2, look=False)
    played.tone(523.0, 1.0)
    (found,) = played.stretches()
    assert strongest_hz(found.sound) == pytest.approx(523.0, abs=0.5)


def test_of_more_than_a_minute_the_last_is_kept(played: Played) -> None:
    played.tone(523.0, 2.0)
    silence = np.zeros(INPUT_HZ)
    for _ in range(59):
        come_in(played.ring, silence)
        played.came_in.look(played.voice)
    played.tone(370.0, 2.0)
    (found,) = played.stretches(1000.0)
    assert len(found.sound) / RATE_HZ == pytest.approx(60.0, abs=1.1)
    assert np.abs(found.sound[: 50 * RATE_HZ]).max() < 1e-3 < np.abs(found.sound).max()


def test_a_device_that_gives_nothing_is_named(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "STALLED_S", 0.0)
    with pytest.raises(EngineError, match="nothing comes from the audio input 'card'"):
        played.came_in.check()
