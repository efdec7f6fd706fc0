"""The input of the sound card, read by a control thread beside the stream that plays.

What comes is kept by compiled code: with JACK it comes in the thread that plays. (PortAudio's own
buffer for streams without a callback crashes there, as of 19.7.)
"""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

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
SPARE_S = 5.0  # beyond what is kept: a reader may be late
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
        raise NoDeviceError("no audio input device was found: connect one, or use a recording")
    if playing_to is not None:
        for index, device in inputs.items():
            if (device.name, device.api) == (playing_to.name, playing_to.api):
                return index
    return default if default in inputs else next(iter(inputs))


class InputRing:
    """The last seconds of one channel of an input, which a callback writes.

    Samples are counted from the first that came. Any thread may read.

    Args:
        name: of the device, for messages.
        channel: which one, from 1.
        rate_hz: how many come in a second.
        longest_s: how much of what came last can be read.
    """

    latency_s = 0.0  # what the device takes from the sound to its samples

    def __init__(self, name: str, channel: int, rate_hz: int, longest_s: float) -> None:
        self.name, self.channel, self.rate_hz = name, channel, rate_hz
        # Written here once: the thread that calls back is not to wait for pages of memory.
        self._samples = np.full(round((longest_s + SPARE_S) * rate_hz), 0.0, np.float32)
        self.words = np.zeros(sh.IN_WORDS, np.int64)
        self.words[sh.IN_SAMPLES] = self._samples.ctypes.data
        self.words[sh.IN_CAPACITY], self.words[sh.IN_CHANNELS] = self._samples.size, channel

    @property
    def come(self) -> int:
        """How many samples have come."""
        return int(sh.read_word(self.words, sh.IN_HEAD))

    def await_more(self, than: int) -> int:
        """Wait until more samples have come; how many by then.

        Raises:
            EngineError: nothing comes any more.
        """
        end = time.monotonic() + STALLED_S
        while (come := self.come) <= than:
            if time.monotonic() > end:
                raise EngineError(
                    f"nothing comes from the audio input {self.name!r}: connect it and listen again"
                )
            time.sleep(POLL_S)
        return come

    def part(self, first: int, last: int) -> F32:
        """The samples from one (which is among the last) up to another, [n]."""
        return self._samples[np.arange(first, last) % self._samples.size]


class Listening(InputRing):
    """An input device that is listened to until it is closed.

    Args:
        device: its index.
        channel: which one, from 1.
        longest_s: how much of what came last can be read.

    Raises:
        ControlError: it has no such channel.
        EngineError: the device does not open, or does not start.
    """

    def __init__(self, device: int, channel: int, longest_s: float) -> None:
        sounddevice = import_sounddevice()
        ffi, info = sounddevice._ffi, sounddevice.query_devices(device)
        name, channels = str(info["name"]), int(info["max_input_channels"])
        if not 1 <= channel <= channels:
            raise ControlError(f"channel {channel}: {name!r} has inputs 1 to {channels}")
        rate_hz = float(info["default_samplerate"])
        super().__init__(name, channel, round(rate_hz), longest_s)
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
                    userdata=ffi.cast("void *", self.words.ctypes.data),
                )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise EngineError(f"audio input {name!r} does not open ({error})") from error
        self.rate_hz = round(self._stream.samplerate)
        self.latency_s = float(self._stream.latency)
        try:
            with quiet_stderr():
                self._stream.start()
        except sounddevice.PortAudioError as error:
            self._stream.close()
            raise EngineError(f"audio input {name!r} does not start ({error})") from error

    def close(self) -> None:
        """Give the device back; where its sound server has died, that may never come to an end."""
        # It is the thread that keeps what the callback writes to, for as long as it may.
        thread = threading.Thread(target=self._close, name="input-close", daemon=True)
        thread.start()
        thread.join(STALLED_S)

    def _close(self) -> None:
        self._stream.close()
        if self.words[sh.IN_LOST]:
            log.warning("audio input %r: the device has lost samples", self.name)
