"""Writing audio files: whole or not at all, and as long as what was to be written."""

from pathlib import Path
from typing import Any

import soundfile
from numpy.typing import NDArray

from rtsynth.common.errors import InputError, WriteError
from rtsynth.common.files.atomic import atomic_write, library_name

CONTAINERS = {".wav": "WAV", ".flac": "FLAC", ".aiff": "AIFF", ".aif": "AIFF"}
# What a .wav becomes above LARGEST_WAV_BYTES, whose sizes have 32 bits: EBU Tech 3306.
LARGE_WAV = "RF64"
LARGEST_WAV_BYTES = (1 << 32) - (1 << 16)  # with room for the header
SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}


def check_audio_path(path: Path) -> Path:
    """The path, if audio can be written to it.

    Raises:
        InputError: an unknown ending.
    """
    if path.suffix.lower() not in CONTAINERS:
        raise InputError(f"{path}: cannot write {path.suffix!r} audio; use {', '.join(CONTAINERS)}")
    return path


def container_of(path: Path, size_bytes: int = 0) -> str:
    """libsndfile's name of the format for `size_bytes` of samples in a file of the path's ending.

    Raises:
        InputError: an unknown ending, or one whose files are never so large.
    """
    container = CONTAINERS[check_audio_path(path).suffix.lower()]
    if size_bytes <= LARGEST_WAV_BYTES or container == "FLAC":
        return container
    if container == "WAV":
        return LARGE_WAV
    raise InputError(f"{path}: {path.suffix} files end at 4 GiB; use .wav or .flac")


def write_audio(path: Path, audio: NDArray[Any], rate_hz: int, subtype: str = "PCM_16") -> None:
    """Write mono [T] or [T, channels] samples in -1..1, in the format of the path's ending.

    Samples may also be whole numbers of 32 bits, of which the upper ones are kept.

    Raises:
        InputError: an unknown ending, or a place that cannot be written to.
        WriteError: the disk is full, or fails; nothing is left of the file.
    """
    container = container_of(path, audio.size * SAMPLE_BYTES[subtype])
    with atomic_write(path) as temporary:
        name = library_name(temporary)  # soundfile refuses text that is not UTF-8
        soundfile.write(name, audio, rate_hz, subtype=subtype, format=container)
        # Some encoders keep quiet about a disk that takes no more.
        written = soundfile.info(name).frames
        if written != len(audio):
            raise WriteError(f"{path}: only {written} of {len(audio)} samples could be written")
