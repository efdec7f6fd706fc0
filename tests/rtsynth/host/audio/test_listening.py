"""Which input is listened to, and what is kept; real devices: test_priming_jack.py."""

import ctypes

import numpy as np
import pytest

from rtsynth.common.errors import EngineError
from rtsynth.engine.live.listen import listening_callback
from rtsynth.host.audio import listening
from rtsynth.host.audio.listening import InputRing, choose_input
from rtsynth.host.audio.portaudio import DeviceName, NoDeviceError

CARD, OTHER = DeviceName("card", "ALSA"), DeviceName("card", "JACK")


def test_which_input_is_listened_to() -> None:
    inputs = {2: DeviceName("microphone", "ALSA"), 5: OTHER, 7: CARD}
    playing_to = CARD._replace(rate_hz=48_000, block_frames=256)
    assert choose_input(inputs, 2, playing_to) == 7
    assert choose_input(inputs, 5, DeviceName("loudspeakers", "ALSA")) == 5
    assert choose_input(inputs, 5, None) == 5
    assert choose_input(inputs, -1, None) == 2
    with pytest.raises(NoDeviceError, match="no audio input device was found: connect one"):
        choose_input({}, -1, playing_to)


def come_in(ring: InputRing, samples: np.ndarray) -> None:
    """As a device calls."""
    sound = samples.astype(np.float32)
    source, words = (ctypes.c_void_p(each.ctypes.data) for each in (sound, ring.words))
    listening_callback.ctypes(source, None, len(sound), None, 0, words)


def test_the_last_seconds_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SPARE_S", 0.5)
    monkeypatch.setattr(listening, "STALLED_S", 0.0)
    ring = InputRing("card", 1, 100, 2.0)
    with pytest.raises(EngineError, match="nothing comes from the audio input 'card'"):
        ring.await_more(0)
    for first in range(0, 1000, 40):
        come_in(ring, np.arange(first, first + 40))
        assert ring.await_more(first) == ring.come == first + 40
    np.testing.assert_array_equal(ring.part(800, 1000), np.arange(800, 1000))
    np.testing.assert_array_equal(ring.part(760, 761), [760])
