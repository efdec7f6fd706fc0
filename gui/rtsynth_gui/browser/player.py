"""Plays a sound file to this machine's default output, in a process of its own.

`python -m rtsynth_gui.browser.player FILE`: a sound system that hangs or crashes does so here, and
not in the window.
"""

import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from rtsynth.common.errors import EngineError, InputError, RtsynthError
from rtsynth.common.plain_text import plain

CHANNELS = 2
FADE_S = 0.01  # at the end, where the sound is cut


def read_sound(path: Path) -> tuple[NDArray[np.float32], int]:
    """Samples [N, channels], and their rate in Hz.

    Raises:
        InputError: it is no sound file.
    """
    try:
        audio, rate_hz = soundfile.read(str(path), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise InputError(f"{path}: not a readable sound file ({error})") from error
    return audio, int(rate_hz)


def prepared(
    audio: NDArray[np.float32], rate_hz: int, device_rate_hz: int, channels: int
) -> NDArray[np.float32]:
    """The first channel [N] at the device's rate, in each of its channels, faded out at the end."""
    mono = soxr.resample(audio[:, 0], rate_hz, device_rate_hz).astype(np.float32)
    fade = min(len(mono), round(FADE_S * device_rate_hz))
    if fade:
        mono[-fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return np.ascontiguousarray(np.repeat(mono[:, None], channels, axis=1))


def play(path: Path) -> None:
    """Play a file and return when it is over.

    Raises:
        InputError: it is no sound file.
        EngineError: there is no output, or it does not open.
    """
    audio, rate_hz = read_sound(path)
    try:
        import sounddevice
    except OSError as error:  # the library it needs
        raise EngineError("previews need PortAudio (Debian: apt install libportaudio2)") from error
    try:
        if int(sounddevice.default.device[1]) < 0:
            raise EngineError("no sound output for previews: no audio device was found")
        device = sounddevice.query_devices(kind="output")
        device_rate_hz = int(device["default_samplerate"])
        channels = min(CHANNELS, int(device["max_output_channels"]))
        samples = prepared(audio, rate_hz, device_rate_hz, channels)
        with sounddevice.OutputStream(
            samplerate=device_rate_hz, channels=channels, dtype="float32", latency="high"
        ) as stream:
            stream.write(samples)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise EngineError(f"no sound output for previews: {error}") from error


def main() -> int:
    try:
        play(Path(sys.argv[1]))
    except RtsynthError as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
