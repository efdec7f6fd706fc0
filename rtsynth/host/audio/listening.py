"""The input of the sound card, read by a control thread beside the stream that plays.

PortAudio keeps what comes in a buffer of its own: with JACK it is filled in the thread that plays,
so no Python may be called back there.
"""

import logging
import time
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError, EngineError
from rtsynth.host.audio.jack import name_client
from rtsynth.host.audio.portaudio import (
    DeviceName,
    NoDeviceError,
    import_sounddevice,
    quiet_stderr,
)

log = logging.getLogger("rtsynth")

F32 = NDArray[np.float32]
BUFFER_S = 0.2  # what PortAudio keeps at least
POLL_S = 0.005
STALLED_S = 2.0


def find_input(playing_to: DeviceName | None) -> int:
    """Index of the device that is played to, if it has inputs; else of the default input.

    Raises:
        NoDeviceError: there is no PortAudio, or no input.
    """
    name_client()
    sounddevice = import_sounddevice()
    apis = sounddevice.query_hostapis()
    inputs = {
        index: DeviceName(device["name"], apis[device["hostapi"]]["name"])
        for index, device in enumerate(sounddevice.query_devices())
        if device["max_input_channels"] > 0
    }
    if not inputs:
        raise NoDeviceError("no audio input device was found: connect one, or prime with a file")
    if playing_to is not None:
        for index, device in inputs.items():
            if (device.name, device.api) == (playing_to.name, playing_to.api):
                return index
    default = int(sounddevice.default.device[0])
    return default if default in inputs else next(iter(inputs))


class Listening:
    """One channel of an input device, while it is open. Use it in a `with`.

    Args:
        device: its index.
        channel: which one, from 1.

    Raises:
        ControlError: it has no such channel.
        EngineError: the device does not open.
    """

    def __init__(self, device: int, channel: int) -> None:
        sounddevice = import_sounddevice()
        info = sounddevice.query_devices(device)
        self.name, channels = str(info["name"]), int(info["max_input_channels"])
        if not 1 <= channel <= channels:
            raise ControlError(f"channel {channel}: {self.name!r} has inputs 1 to {channels}")
        self._error: type[Exception] = sounddevice.PortAudioError
        try:
            with quiet_stderr():
                self._stream: Any = sounddevice.InputStream(
                    samplerate=info["default_samplerate"],
                    device=device,
                    channels=channel,
                    dtype="float32",
                    latency=BUFFER_S,
                )
        except (self._error, ValueError) as error:
            raise EngineError(f"audio input {self.name!r} does not open ({error})") from error
        self.rate_hz = round(self._stream.samplerate)
        self._lost = False

    def __enter__(self) -> Self:
        try:
            with quiet_stderr():
                self._stream.start()
        except self._error as error:
            self._stream.close()
            raise EngineError(f"audio input {self.name!r} does not start ({error})") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def read(self) -> F32:
        """What has come since the last call, [n]; waits for something.

        Raises:
            EngineError: nothing comes any more.
        """
        end = time.monotonic() + STALLED_S
        try:
            while (there := self._stream.read_available) <= 0:
                if time.monotonic() > end:
                    raise EngineError(f"nothing comes from the audio input {self.name!r}")
                time.sleep(POLL_S)
            samples, lost = self._stream.read(there)
        except self._error as error:
            raise EngineError(f"audio input {self.name!r}: {error}") from error
        if lost and not self._lost:
            log.warning("audio input %r: samples were lost", self.name)
        self._lost = self._lost or bool(lost)
        return np.asarray(samples[:, -1], np.float32)
