"""Which input is listened to; listening itself is tested on JACK (test_priming_jack.py)."""

import pytest

from rtsynth.host.audio.listening import choose_input
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
