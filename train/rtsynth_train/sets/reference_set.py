"""Sets of notes from the recorded instruments of a sound font: RNNControl's reference set, and
`notes`, of many instruments over three octaves.

Every file is the steady part of one note at 16 kHz, mono; of the reference set MIDI key 64..76, ten
amplitudes, 2.5 s. Two corrections keep the parameters honest, both one number per file:

- tuning: a note that librosa.pyin measures more than `TUNING_TOLERANCE_CENTS` off is
  resampled to pitch (FluidR3's trumpet is up to 4 cents sharp);
- level: amplitude `a` means an RMS level of `RMS * a`, on every note. The sound font's own
  levels differ by 9 dB between notes and fall faster than linearly on the trumpet, whose
  tone darkens when played softly. That darkening is kept: the velocity follows the sound
  font's concave curve, gain = (velocity / 127)^2, and only the level is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.files.atomic import make_folder
from rtsynth_train.core.filenames import format_name
from rtsynth_train.core.librosa_once import load_librosa
from rtsynth_train.sets.soundfont import RENDER_RATE_HZ, SOUND_FONT, Note, render_notes

RMS = 0.17  # the peakiest note, the trumpet's lowest, then reaches 0.87
TUNING_TOLERANCE_CENTS = 1.5
SKIP_S = 0.5
_TUNING_SEARCH_SEMITONES = 1.5


@dataclass(frozen=True)
class Instrument:
    """A General MIDI program, and the value of `instID` in its file names, where they have one."""

    label: str
    program: int
    inst_id: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """What one reference set holds."""

    instruments: tuple[Instrument, ...]
    keys: tuple[int, ...] = tuple(range(64, 77))
    amplitudes: tuple[float, ...] = tuple(round(0.1 * i, 1) for i in range(1, 11))
    seconds: float = 2.5
    rate_hz: int = 16000
    shares: bool = False  # a field for each instrument, 1 for that of the file, instead of `instID`

    def fields(self, instrument: Instrument) -> dict[str, float]:
        """What the names of an instrument's files say of it."""
        if not self.shares:
            return {"instID": instrument.inst_id}
        return {each.label: float(each == instrument) for each in self.instruments}


RECIPES = {
    "clarinet-trumpet": Recipe((Instrument("clarinet", 71, 0.0), Instrument("trumpet", 56, 1.0))),
    "notes": Recipe(
        (
            Instrument("clarinet", 71),
            Instrument("trumpet", 56),
            Instrument("flute", 73),
            Instrument("horn", 60),
            Instrument("bassoon", 70),
            Instrument("violin", 40),
            Instrument("cello", 42),
            Instrument("organ", 20),
        ),
        keys=tuple(range(48, 85)),
        amplitudes=(0.1, 0.25, 0.5, 0.75, 1.0),
        seconds=1.5,
        shares=True,
    ),
}


def velocity_for(amplitude: float) -> int:
    """MIDI velocity whose SoundFont 2.04 concave attenuation is a gain of `amplitude`."""
    return max(1, min(127, round(127 * amplitude**0.5)))


def cents_off(audio: np.ndarray, rate_hz: int, key: int) -> float:
    """Median deviation of `audio` from MIDI `key`, by librosa.pyin, in cents."""
    librosa = load_librosa()
    target_hz = 440.0 * 2 ** ((key - 69) / 12)
    reach = 2 ** (_TUNING_SEARCH_SEMITONES / 12)
    pitch_hz, _, _ = librosa.pyin(
        audio.astype(np.float32),
        fmin=target_hz / reach,
        fmax=target_hz * reach,
        sr=rate_hz,
        frame_length=2048,
        resolution=0.01,
        max_transition_rate=2.0,
    )
    return float(np.nanmedian(1200 * np.log2(pitch_hz / target_hz)))


def render_files(recipe: Recipe, sound_font: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (file name, float64 samples [seconds * rate_hz]) of every file of the set."""
    length = round(recipe.seconds * recipe.rate_hz)
    for instrument in recipe.instruments:
        notes = [Note(k, velocity_for(a)) for k in recipe.keys for a in recipe.amplitudes]
        sounds = iter(
            render_notes(instrument.program, notes, SKIP_S, recipe.seconds + 0.2, sound_font)
        )
        for key in recipe.keys:
            takes = [next(sounds) for _ in recipe.amplitudes]
            loudest = soxr.resample(takes[-1], RENDER_RATE_HZ, recipe.rate_hz, "VHQ")
            cents = cents_off(loudest[:length], recipe.rate_hz, key)
            stretch = 2 ** (cents / 1200) if abs(cents) > TUNING_TOLERANCE_CENTS else 1.0
            for amplitude, take in zip(recipe.amplitudes, takes, strict=True):
                audio = soxr.resample(take, RENDER_RATE_HZ, recipe.rate_hz * stretch, "VHQ")
                audio = audio[recipe.rate_hz // 20 :][:length]  # clear of the filter's edge
                audio = audio - audio.mean()
                audio *= RMS * amplitude / np.sqrt(np.mean(audio**2))
                values = {**recipe.fields(instrument), "p": float(key), "a": amplitude}
                yield format_name(instrument.label, values), audio


def make_reference_set(name: str, folder: Path, sound_font: Path = SOUND_FONT) -> Iterator[Path]:
    """Write the set `name` of RECIPES into `folder`, yielding each file once written."""
    recipe = RECIPES[name]
    make_folder(folder)
    for file_name, audio in render_files(recipe, sound_font):
        path = folder / file_name
        write_audio(path, audio, recipe.rate_hz)
        yield path
