"""A set of four synthetic voices that read the same passages, for the class of a SampleRNN.

The voices are formant synthesis by the program espeak-ng; the text is the beginning of Alice's
Adventures in Wonderland (1865). Beside every recording lies a .csv with the number of the voice,
one line per sample. Passages come in the order of the book and file names start with them, so
the last files of the set are passages that no voice has read in the ones before.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile import read_mono
from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.errors import EngineError, InputError
from rtsynth.common.files.atomic import atomic_write, make_folder

RATE_HZ = 16000
PROGRAM = "espeak-ng"
RMS = 0.1  # of the sounding part; the peakiest passage then reaches 0.95
PEAK = 0.98
SILENCE = 0.003  # amplitude below which it is silent
LONGEST_PAUSE_S = 0.12  # longer pauses are cut to this: silence teaches a network little
EDGE_S = 0.05  # silence before and after a passage
README = "README.txt"
LABELS = "labels.txt"  # a name a line, of class 0, 1, ...: what the trainer looks for

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Voice:
    """What espeak-ng calls it (language+variant), its pitch 0..99, its words per minute."""

    label: str
    variant: str
    pitch: int
    words_per_minute: int = 165


# The class is the place in this list. Median pitch: 92, 270 and 417 Hz, and none.
# (Language en-us: under en-gb espeak-ng 1.51 leaves variants out without a word.)
VOICES = (
    Voice("man", "en-us+m7", 25),
    Voice("woman", "en-us+f5", 75),
    Voice("child", "en-us+belinda", 99),
    Voice("whisper", "en-us+whisper", 50),
)


def passages() -> list[str]:
    """The text, passage by passage."""
    text = package_files("rtsynth_train").joinpath("texts/alice.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


PASSAGES = len(passages())


def speak(voice: Voice, text: str) -> F64:
    """`text` by `voice`, float64 [T] at RATE_HZ.

    Raises:
        InputError: espeak-ng is not installed.
        EngineError: it failed.
    """
    if shutil.which(PROGRAM) is None:
        raise InputError(f"{PROGRAM}: program not found (apt install {PROGRAM})")
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "spoken.wav"
        command = [
            PROGRAM,
            *("-v", voice.variant),
            *("-p", str(voice.pitch)),
            *("-s", str(voice.words_per_minute)),
            *("-w", str(wav)),
            "--",
            text,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not wav.is_file():
            errors = done.stderr.strip().splitlines()[-1:] or ["no sound"]
            raise EngineError(f"{PROGRAM} failed: {errors[0]}")
        return read_mono(wav, RATE_HZ, full_scale=None)


def without_long_pauses(audio: F64) -> F64:
    """`audio` [T] with every pause cut to LONGEST_PAUSE_S, and EDGE_S at both ends."""
    loud = np.flatnonzero(np.abs(audio) > SILENCE)
    if loud.size == 0:
        return audio[:0]
    keep = np.zeros(len(audio), bool)
    half, edge = round(LONGEST_PAUSE_S * RATE_HZ / 2), round(EDGE_S * RATE_HZ)
    # Half of a pause's length after its last loud sample, half before its next one.
    for before, after in zip(loud[:-1].tolist(), loud[1:].tolist(), strict=True):
        if after - before > 2 * half:
            keep[before : before + half] = keep[after - half : after] = True
        else:
            keep[before:after] = True
    keep[max(0, loud[0] - edge) : loud[0]] = True
    keep[loud[-1] : loud[-1] + edge] = True
    return audio[keep]


def at_level(audio: F64) -> F64:
    """`audio` [T] with an RMS of RMS where it sounds, within -PEAK..PEAK."""
    sounding = audio[np.abs(audio) > SILENCE]
    if sounding.size == 0:
        return audio
    return np.clip(audio * RMS / np.sqrt(np.mean(sounding**2)), -PEAK, PEAK)


def write_classes(path: Path, classes: NDArray[np.integer]) -> None:
    """A .csv of whole numbers [T], one line per sample."""
    with atomic_write(path) as temporary, temporary.open("w", encoding="ascii") as file:
        file.write("\n".join(map(str, classes.tolist())) + "\n")


def make_speech(folder: Path, count: int = PASSAGES) -> Iterator[Path]:
    """Write `count` passages by every voice into `folder`, yielding each file once written.

    Raises:
        InputError: espeak-ng is not installed, or there are not that many passages.
    """
    texts = passages()
    if not 1 <= count <= len(texts):
        raise InputError(f"speech: has 1..{len(texts)} passages, not {count}")
    if shutil.which(PROGRAM) is None:
        raise InputError(f"{PROGRAM}: program not found (apt install {PROGRAM})")
    make_folder(folder)
    for number, text in enumerate(texts[:count], 1):
        for voice_number, voice in enumerate(VOICES):
            audio = at_level(without_long_pauses(speak(voice, text)))
            path = folder / f"p{number:02d}_{voice_number}_{voice.label}.wav"
            write_audio(path, audio, RATE_HZ)
            write_classes(path.with_suffix(".csv"), np.full(len(audio), voice_number))
            yield path
    with atomic_write(folder / LABELS) as temporary:
        temporary.write_text("".join(f"{voice.label}\n" for voice in VOICES), encoding="utf-8")
    with atomic_write(folder / README) as temporary:
        temporary.write_text(_readme(), encoding="utf-8")


def _readme() -> str:
    voices = "\n".join(
        f"  {number}  {voice.label}: {PROGRAM} -v {voice.variant} -p {voice.pitch}"
        f" -s {voice.words_per_minute}"
        for number, voice in enumerate(VOICES)
    )
    return (
        "Four synthetic voices, 16 kHz mono, with their class beside each recording (.csv, one\n"
        f"line per sample):\n{voices}\n\n"
        "Text: Lewis Carroll, Alice's Adventures in Wonderland (1865), in the public domain.\n"
        f"Voices: the formant synthesis of {PROGRAM}. The program is under GPL-3.0-or-later; what\n"
        "it speaks is no derived work of it, so the recordings are as free as the text: CC0.\n"
        "Pauses are cut to 0.12 s and levels made equal. Made by `rtsynth prepare speech`.\n"
    )
