"""The input of the sound card, read by a control thread beside the stream that plays.

What comes is kept by compiled code: with JACK it comes in the thread that plays. (PortAudio's own
buffer for streams without a callback crashes there, as of 19.7.)
"""

import logging
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError, EngineError
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.listen import listening_callback
from rtsynth.host.audio.jack import name_client
from rtsynth.host.audio.portaudio import (
    DeviceName,
    NoDeviceError,
    import_sounddevice,
    quiet_stderr,
)

log = logging.getLogger("rtsynth")

F32 = NDArray[np.float32]
SPARE_S = 5.0  # beyond what is listened to: a reader may be late
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
    return choose_input(inputs, int(sounddevice.default.device[0]), playing_to)


def choose_input(
    inputs: Mapping[int, DeviceName], default: int, playing_to: DeviceName | None
) -> int:
    """`find_input` among these, by index; `default` may be none of them.

    Raises:
        NoDeviceError: there are none.
    """
    if not inputs:
        raise NoDeviceError("no audio input device was found: connect one, or prime with a file")
    if playing_to is not None:
        for index, device in inputs.items():
            if (device.name, device.api) == (playing_to.name, playing_to.api):
                return index
    return default if default in inputs else next(iter(inputs))


class Listening:
    """One channel of an input device, while it is open. Use it in a `with`.

    Args:
        device: its index.
        channel: which one, from 1.
        longest_s: how much is to be kept at most.

    Raises:
        ControlError: it has no such channel.
        EngineError: the device does not open.
    """

    def __init__(self, device: int, channel: int, longest_s: float) -> None:
        sounddevice = import_sounddevice()
        ffi, info = sounddevice._ffi, sounddevice.query_devices(device)
        self.name, channels = str(info["name"]), int(info["max_input_channels"])
        if not 1 <= channel <= channels:
            raise ControlError(f"channel {channel}: {self.name!r} has inputs 1 to {channels}")
        self._error: type[Exception] = sounddevice.PortAudioError
        rate_hz = float(info["default_samplerate"])
        self._samples = np.zeros(round((longest_s + SPARE_S) * rate_hz), np.float32)
        self._words = np.zeros(sh.IN_WORDS, np.int64)
        self._words[sh.IN_SAMPLES] = self._samples.ctypes.data
        self._words[sh.IN_CAPACITY], self._words[sh.IN_CHANNELS] = self._samples.size, channel
        self._read = 0
        try:
            with quiet_stderr():
                self._stream: Any = sounddevice._StreamBase(
                    kind="input",
                    samplerate=rate_hz,
                    blocksize=0,
                    device=device,
                    channels=channel,
                    dtype="float32",
                    latency="high",
                    callback=ffi.cast("PaStreamCallback *", listening_callback.address),
                    userdata=ffi.cast("void *", self._words.ctypes.data),
                )
        except (self._error, ValueError) as error:
            raise EngineError(f"audio input {self.name!r} does not open ({error})") from error
        self.rate_hz = round(self._stream.samplerate)

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
        if self._words[sh.IN_LOST]:
            log.warning("audio input %r: the device has lost samples", self.name)

    def read(self) -> F32:
        """What has come since the last call, [n]; waits for something.

        Raises:
            EngineError: nothing comes any more.
        """
        end = time.monotonic() + STALLED_S
        while (head := int(sh.read_word(self._words, sh.IN_HEAD))) == self._read:
            if time.monotonic() > end:
                raise EngineError(f"nothing comes from the audio input {self.name!r}")
            time.sleep(POLL_S)
        first, self._read = self._read, head
        return self._samples[first:head].copy()
