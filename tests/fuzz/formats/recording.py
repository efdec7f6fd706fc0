"""Recordings of every container, their headers damaged more often than their samples."""

import io
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import soundfile

from rtsynth.common.audiofile import frames_of, read_mono
from rtsynth.common.remarks import keep_quiet
from tests.fuzz.mutate import damage_bytes

MUTANTS = 2500
NAME = "recording.wav"  # what is inside decides
RATE_HZ = 16_000
HEADER_BYTES = 120
KINDS = (
    ("WAV", "PCM_16", 2), ("WAV", "FLOAT", 1), ("WAVEX", "PCM_24", 1), ("WAV", "IMA_ADPCM", 1),
    ("RF64", "PCM_16", 1), ("AIFF", "PCM_16", 2), ("AU", "PCM_16", 1), ("CAF", "PCM_24", 1),
    ("W64", "PCM_16", 1), ("FLAC", "PCM_16", 1), ("OGG", "VORBIS", 1), ("OGG", "OPUS", 1),
    ("MP3", "MPEG_LAYER_III", 1),
)  # fmt: skip


@cache
def _whole(container: str, subtype: str, channels: int) -> bytes:
    tone = 0.3 * np.sin(np.arange(RATE_HZ // 4) * 0.17)
    out = io.BytesIO()
    audio = np.repeat(tone[:, None], channels, axis=1)
    soundfile.write(out, audio, RATE_HZ, format=container, subtype=subtype)
    return out.getvalue()


def original() -> bytes:
    return _whole(*KINDS[0])


def mutant(seed: int) -> bytes:
    random = Random(seed)
    whole = _whole(*random.choice(KINDS))
    if random.random() < 0.7:
        return damage_bytes(random, whole[:HEADER_BYTES]) + whole[HEADER_BYTES:]
    return damage_bytes(random, whole)


def read(path: Path) -> None:
    frames_of(path, keep_quiet)
    read_mono(path, RATE_HZ, say=keep_quiet)
