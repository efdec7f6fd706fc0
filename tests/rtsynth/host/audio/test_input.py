"""Who listens to the input: one device for all of them."""

from itertools import repeat
from typing import ClassVar

import pytest

from rtsynth.common.errors import ControlError, EngineError
from rtsynth.host.audio.input import KEPT_S, Input
from rtsynth.host.audio.listening import InputRing
from rtsynth.host.audio.portaudio import NoDeviceError


class Device(InputRing):
    """Instead of one of PortAudio's: it is only opened and closed."""

    opened: ClassVar[list["Device"]] = []

    def __init__(self, device: int, channel: int, longest_s: float) -> None:
        assert device == 3
        if channel > 2:
            raise ControlError("no such channel")
        super().__init__("card", channel, 1000, longest_s)
        self.closed = False
        self.opened.append(self)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    monkeypatch.setattr("rtsynth.host.audio.input.find_input", lambda playing_to: 3)
    monkeypatch.setattr("rtsynth.host.audio.input.Listening", Device)
    Device.opened = []
    return Device.opened


def test_it_is_open_while_anybody_listens(devices: list[Device]) -> None:
    sound_in = Input()
    first = sound_in.open(1)
    with sound_in.listen(1) as second:
        assert second is first
    assert [each.closed for each in devices] == [False]
    sound_in.close()
    assert [each.closed for each in devices] == [True]
    sound_in.open(2)
    assert [each.closed for each in devices] == [True, False]
    assert len(devices[1].part(0, 1)) == 1
    assert KEPT_S == 60.0


def test_another_channel_waits_for_the_end(devices: list[Device]) -> None:
    sound_in = Input()
    sound_in.open(1)
    with pytest.raises(ControlError, match="channel 2: channel 1 of the input is being listened"):
        sound_in.open(2)
    sound_in.close()
    for _ in repeat(None, 2):
        with pytest.raises(ControlError, match="no such channel"), sound_in.listen(3):
            pass
    with sound_in.listen(2):
        pass
    assert [each.closed for each in devices] == [True, True]


def test_it_is_closed_whatever_the_listener_does(devices: list[Device]) -> None:
    sound_in = Input()
    with pytest.raises(EngineError), sound_in.listen(1):
        raise EngineError("the engine ends")
    assert devices[0].closed


def test_without_an_input_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(playing_to: object) -> int:
        raise NoDeviceError("no audio input device was found")

    monkeypatch.setattr("rtsynth.host.audio.input.find_input", none)
    with pytest.raises(NoDeviceError, match="no audio input device"):
        Input().open(1)
