"""PortAudio streams whose callback is compiled code."""

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from rtsynth.common.errors import EngineError, InputError
from rtsynth.common.outputs import ANY_DEVICE
from rtsynth.host.audio.backend import StreamRequest

JACK = "JACK Audio Connection Kit"  # as PortAudio calls it
INSTALL_HINT = "install PortAudio (Debian, Ubuntu: apt install libportaudio2)"


class NoDeviceError(EngineError):
    """There is no PortAudio, or it knows no such output device."""


class NoPortAudioError(NoDeviceError):
    """There is no PortAudio."""


_quiet = threading.RLock()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep ALSA's and JACK's own chatter off the terminal: they write to file descriptor 2.

    What Python writes is kept off as well, unless it has a stderr of its own (`own_stderr`), as in
    an engine process. One thread after the other (MIDI opens devices from its own): two at once
    could restore each other's silence.
    """
    with _quiet:
        try:
            saved = os.dup(2)
        except OSError:
            yield
            return
        sys.stderr.flush()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.close(null)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def import_sounddevice() -> Any:
    """The `sounddevice` module; initialises PortAudio the first time.

    Raises:
        NoDeviceError: PortAudio is not installed or does not start.
    """
    try:
        with quiet_stderr():
            import sounddevice
    except OSError as error:
        raise NoPortAudioError(f"PortAudio is missing; {INSTALL_HINT}") from error
    except Exception as error:  # sounddevice.PortAudioError, which cannot be imported here
        if type(error).__name__ != "PortAudioError":
            raise
        raise NoDeviceError(f"PortAudio does not start ({error})") from error
    return sounddevice


def output_devices() -> list[dict[str, Any]]:
    """Every device with outputs: index, name, api, channels, rate_hz, default."""
    sounddevice = import_sounddevice()
    apis = sounddevice.query_hostapis()
    default = default_output(sounddevice)
    return [
        {
            "index": index,
            "name": device["name"],
            "api": apis[device["hostapi"]]["name"],
            "channels": device["max_output_channels"],
            "rate_hz": int(device["default_samplerate"]),
            "default": index == default,
        }
        for index, device in enumerate(sounddevice.query_devices())
        if device["max_output_channels"] > 0
    ]


def default_output(sounddevice: Any) -> int:
    """Index of PortAudio's default output, or of the first output, or -1."""
    index = int(sounddevice.default.device[1])
    if index >= 0:
        return index
    for candidate, device in enumerate(sounddevice.query_devices()):
        if device["max_output_channels"] > 0:
            return candidate
    return -1


def find_device(name: str | None) -> int:
    """Index of the output device called `name` (a part of its name or its number).

    Raises:
        NoDeviceError: there is no output device at all.
        InputError: none, or more than one, is called so.
    """
    sounddevice = import_sounddevice()
    if name is None:
        index = default_output(sounddevice)
        if index < 0:
            raise NoDeviceError("no audio output device was found")
        return index
    devices = output_devices()
    exact = [d for d in devices if name in (str(d["index"]), d["name"])]
    found = exact or [d for d in devices if name.lower() in f"{d['api']} {d['name']}".lower()]
    if len(found) != 1:
        problem = "is not there" if not found else "could be several"
        known = ", ".join([*(f"{d['index']} {d['name']}" for d in devices), "null"])
        raise InputError(f"--device {name!r} {problem}; `rtsynth devices` shows: {known}")
    return int(found[0]["index"])


class DeviceName(NamedTuple):
    """A device that was played to, as it is found again; without a name any device will do."""

    name: str = ""
    api: str = ""
    rate_hz: int = 0
    block_frames: int = 0

    def __str__(self) -> str:
        return f"{self.name} ({self.api})" if self.name else ANY_DEVICE


def find_again(name: str, api: str) -> int:
    """Index of a device that was there before, in its sound system; any device for "".

    The numbers that ALSA puts behind a name ("hw:1,0") change when a device is plugged in again.

    Raises:
        EngineError: it is not there.
    """
    if not name:
        return find_device(None)
    wanted = _without_numbers(name)
    for device in output_devices():
        if device["api"] == api and _without_numbers(device["name"]) == wanted:
            return int(device["index"])
    raise NoDeviceError(f"{name} ({api}) is not there")


def _without_numbers(name: str) -> str:
    return re.sub(r"\(hw:[^)]*\)", "", name).strip()


class PortAudioStream:
    """An output stream that calls the compiled callback."""

    def __init__(self, request: StreamRequest, device: int) -> None:
        # Compiled when it is imported: those who only look for devices need not wait for that.
        from rtsynth.engine.live.callback import stream_callback

        sounddevice = import_sounddevice()
        ffi = sounddevice._ffi
        info = sounddevice.query_devices(device)
        self.name = str(info["name"])
        channels = int(info["max_output_channels"])
        if channels < request.channels:
            raise EngineError(
                f"audio device {self.name!r} has {channels} output channels, not "
                f"{request.channels}; give --channels {channels}, or another --device"
            )
        self.api: str | None = str(sounddevice.query_hostapis(info["hostapi"])["name"])
        try:
            with quiet_stderr():
                self._stream = sounddevice._StreamBase(
                    kind="output",
                    samplerate=request.rate_hz or info["default_samplerate"],
                    blocksize=request.block_frames or 0,
                    device=device,
                    channels=request.channels,
                    dtype="float32",
                    latency="low",
                    callback=ffi.cast("PaStreamCallback *", stream_callback.address),
                    userdata=ffi.cast("void *", request.words.ctypes.data),
                )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise EngineError(
                f"audio device {self.name!r} does not open ({error}); "
                "try another --device, --rate or --block"
            ) from error
        self.rate_hz = round(self._stream.samplerate)
        self.block_frames = int(self._stream.blocksize)  # 0: the device decides
        self.latency_s = float(self._stream.latency)

    def start(self) -> None:
        """Begin calling back.

        Raises:
            EngineError: the device does not start.
        """
        try:
            with quiet_stderr():
                self._stream.start()
        except import_sounddevice().PortAudioError as error:
            raise EngineError(f"audio device {self.name!r} does not start ({error})") from error

    def stop(self) -> None:
        """Stop after the buffers that are queued have been played."""
        self._stream.stop()

    def close(self) -> None:
        """Give the device back."""
        self._stream.close()

    @property
    def active(self) -> bool:
        """Whether it calls back."""
        return bool(self._stream.active)
