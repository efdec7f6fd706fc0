"""Features of recordings over time, written as `.params`: `rtsynth prepare DATA --features ...`.

Every feature is normalised to 0..1 over the whole set; the file gives the values of 0 and 1. The
time of a frame is its centre. Where a feature means nothing (pitch without a pitch, brightness of
silence) it goes in a straight line between the frames around.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile import find_audio, rate_of, read_mono
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder
from rtsynth.offline.params_file import (
    PARAMS_SUFFIX,
    Original,
    Track,
    params_beside,
    read_params,
    write_params,
)
from rtsynth_train.core.converted import samples
from rtsynth_train.core.librosa_once import load_librosa
from rtsynth_train.core.sound_rules import AS_THEY_ARE, SoundRules

RATE_HZ = 125.0
PLUGIN_HZ = 16_000  # the rate of most plugins
WINDOW_S = 0.064
# Before and after an onset, which is found up to 81 samples (5.1 ms at 16 kHz) late. With 4 ms one
# pop in ten is off by more than 8 samples, with 6 ms the one before it is in the way.
REFINE_S = (0.005, 0.008)
RISEN = 0.3
RMS_HOPS = 8  # the level's window, at most
PITCH_RANGE_HZ = (65.4, 2093.0)  # C2 to C7
MFCC_COUNT = 13
MEL_BANDS = 40
DECIMALS = 6  # of the normalised values as they are written
# Longer recordings are measured by pieces, each with a margin before and after: a whole song
# would take 50 to 220 bytes a sample.
PIECE_SAMPLES = 1 << 20
MARGIN_S = 1.0
SILENT_RMS = 1e-4  # -80 dB: below it a frame has no brightness

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Frames:
    """How a recording is cut: `window` samples around every multiple of `hop` samples."""

    rate_hz: int
    window: int
    hop: int


def _rms(audio: F32, frames: Frames) -> NDArray[np.floating]:
    librosa = load_librosa()
    # Short enough for the requested rate to show.
    window = min(frames.window, RMS_HOPS * frames.hop)
    return np.asarray(librosa.feature.rms(y=audio, frame_length=window, hop_length=frames.hop))


def _centroid(audio: F32, frames: Frames) -> NDArray[np.floating]:
    librosa = load_librosa()
    hz = librosa.feature.spectral_centroid(
        y=audio, sr=frames.rate_hz, n_fft=frames.window, hop_length=frames.hop
    )
    return np.where(_rms(audio, frames) < SILENT_RMS, np.nan, hz)


def _pitch(audio: F32, frames: Frames) -> NDArray[np.floating]:
    librosa = load_librosa()
    low, high = PITCH_RANGE_HZ
    hz, _, _ = librosa.pyin(
        audio,
        fmin=low,
        fmax=min(high, frames.rate_hz / 4),
        sr=frames.rate_hz,
        frame_length=frames.window,
        hop_length=frames.hop,
        fill_na=np.nan,
    )
    return np.asarray(hz)[None, :]


def _mel(audio: F32, frames: Frames) -> NDArray[np.floating]:
    librosa = load_librosa()
    return np.asarray(
        librosa.feature.melspectrogram(
            y=audio,
            sr=frames.rate_hz,
            n_fft=frames.window,
            hop_length=frames.hop,
            n_mels=MEL_BANDS,
        )
    )


def _mfcc(mel: NDArray[np.floating]) -> NDArray[np.floating]:
    """Of the whole recording, as decibels are cut 80 below its loudest."""
    librosa = load_librosa()
    return np.asarray(librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=MFCC_COUNT))


def refine_onsets(audio: F32, onsets: F64, rate_hz: int) -> F64:
    """Onsets (s) moved to the sample: the first near by that has RISEN of the loudest near by.

    What a network is to start at a sample must be known to the sample, or it learns that it starts
    sometime around there.
    """
    before, after = round(REFINE_S[0] * rate_hz), round(REFINE_S[1] * rate_hz)
    refined = []
    for onset in np.round(onsets * rate_hz).astype(int).tolist():
        start = max(0, onset - before)
        near = np.abs(audio[start : onset + after])
        refined.append(start + int(np.argmax(near >= RISEN * near.max())))
    return np.unique(np.array(refined, np.float64)) / rate_hz


def _beat(audio: F32, frames: Frames) -> NDArray[np.floating]:
    """Where a moment lies between one onset and the next, as a point on a circle: cos and sin.

    Onsets are at (1, 0). A circle has no place where the value jumps, so a network that draws the
    next value close to the last one goes round it evenly. Before the first onset and after the
    last it continues as fast as beside them.
    """
    from rtsynth_train.measure.onsets import pop_times

    onsets = refine_onsets(audio, pop_times(audio, frames.rate_hz), frames.rate_hz)
    times = np.arange(1 + len(audio) // frames.hop) * frames.hop / frames.rate_hz
    if len(onsets) < 2:
        return np.full((2, len(times)), np.nan)
    between = np.diff(onsets)
    ahead = np.ceil(onsets[0] / between[0])
    behind = np.ceil((times[-1] - onsets[-1]) / between[-1]) + 1
    before = onsets[0] - between[0] * np.arange(ahead, 0, -1)
    after = onsets[-1] + between[-1] * np.arange(1, behind + 1)
    marks = np.concatenate([before, onsets, after])
    angle = 2 * np.pi * np.interp(times, marks, np.arange(len(marks)))
    return np.stack([np.cos(angle), np.sin(angle)])


@dataclass(frozen=True)
class Feature:
    """`measure(audio [T], frames)` gives [columns, frames], NaN where it means nothing.

    `local` depends on the sound within MARGIN_S alone; `finish` makes the feature of all of it.
    """

    unit: str
    columns: tuple[str, ...]
    measure: Callable[[F32, Frames], NDArray[np.floating]]
    local: bool = True
    finish: Callable[[NDArray[np.floating]], NDArray[np.floating]] = np.asarray

    def of(self, audio: F32, frames: Frames) -> F64:
        """`measure`, by pieces where the recording is long."""
        hop = frames.hop
        size = max(1, PIECE_SAMPLES // hop) * hop
        if not self.local or len(audio) <= size:
            return self.finish(self.measure(audio, frames)).astype(np.float64)
        margin = -(-round(MARGIN_S * frames.rate_hz) // hop) * hop
        pieces = []
        for start in range(0, len(audio), size):
            first = max(0, start - margin)
            rows = self.measure(audio[first : start + size + margin], frames)
            skip = (start - first) // hop
            is_last = start + size >= len(audio)
            pieces.append(rows[:, skip:] if is_last else rows[:, skip : skip + size // hop])
        return self.finish(np.concatenate(pieces, axis=1)).astype(np.float64)


FEATURES = {
    "rmse": Feature("amplitude", ("rmse",), _rms),
    "centroid": Feature("Hz", ("centroid",), _centroid),
    "pitch": Feature("Hz", ("pitch",), _pitch),
    "beat": Feature("", ("beat_cos", "beat_sin"), _beat, local=False),
    "mfcc": Feature("", tuple(f"mfcc{n}" for n in range(1, MFCC_COUNT + 1)), _mel, finish=_mfcc),
}


@dataclass(frozen=True)
class Measured:
    """One recording: frame `times` [n] (s), and `columns` [n] each, NaN where there is nothing."""

    path: Path
    times: F64
    columns: dict[str, F64]


def measure_file(
    path: Path,
    names: Sequence[str],
    rate_hz: float,
    audio_hz: int | None = None,
    rules: SoundRules = AS_THEY_ARE,
) -> Measured:
    """The features `names` of one recording, `rate_hz` frames a second (rounded to whole samples).

    It is measured as a plugin at `audio_hz` learns it (None: at its own rate): what lies above half
    of that rate would move its brightness, and its level, from what the plugin can sound like.

    Raises:
        InputError: not readable, or shorter than two windows.
    """
    audio_hz = audio_hz or rate_of(path)
    window = 2 ** round(np.log2(WINDOW_S * audio_hz))
    frames = Frames(audio_hz, window, max(1, round(audio_hz / rate_hz)))
    if rules.rules():
        audio = samples(path, audio_hz, rules).astype(np.float32)
    else:
        audio = read_mono(path, audio_hz, full_scale=None).astype(np.float32)
    if len(audio) < 2 * window:
        shortest_s = 2 * window / audio_hz
        raise InputError(f"{path}: {len(audio) / audio_hz:.2f} s is shorter than {shortest_s:g} s")
    columns: dict[str, F64] = {}
    for name in names:
        rows = FEATURES[name].of(audio, frames)
        columns |= dict(zip(FEATURES[name].columns, rows, strict=True))
    count = min(len(column) for column in columns.values())
    times = np.arange(count) * frames.hop / audio_hz
    return Measured(path, times, {name: column[:count] for name, column in columns.items()})


def fill_gaps(values: F64, otherwise: float) -> F64:
    """NaNs [n] replaced by straight lines between, the nearest value before and after.

    `otherwise` everywhere when there is nothing but NaN.
    """
    known = np.flatnonzero(np.isfinite(values))
    if known.size == 0:
        return np.full(len(values), otherwise)
    return np.interp(np.arange(len(values)), known, values[known])


def normalise_set(measured: Sequence[Measured]) -> list[dict[str, Track]]:
    """A track 0..1 per recording and feature, with one range for the whole set.

    Raises InputError for a feature that no recording has.
    """
    units = {column: feature.unit for feature in FEATURES.values() for column in feature.columns}
    out: list[dict[str, Track]] = [{} for _ in measured]
    for name in measured[0].columns:
        known = np.concatenate([m.columns[name][np.isfinite(m.columns[name])] for m in measured])
        if known.size == 0:
            raise InputError(f"--features {name}: no recording of this set has any; leave it out")
        low, high = float(known.min()), float(known.max())
        if high <= low:
            high = low + 1.0  # the same everywhere: 0
        for tracks, one in zip(out, measured, strict=True):
            values = (fill_gaps(one.columns[name], float(np.median(known))) - low) / (high - low)
            rounded = np.clip(values, 0.0, 1.0).round(DECIMALS)
            tracks[name] = Track(one.times, rounded, original=Original(units[name], low, high))
    return out


def check_names(names: Sequence[str]) -> None:
    """InputError for a feature that is unknown or requested twice."""
    for name in names:
        if name not in FEATURES:
            raise InputError(f"--features {name}: unknown; known: {', '.join(FEATURES)}")
        if names.count(name) > 1:
            raise InputError(f"--features {name}: given twice")


def make_features(
    folder: Path,
    names: Sequence[str],
    rate_hz: float = RATE_HZ,
    out: Path | None = None,
    audio_hz: int | None = None,
    rules: SoundRules = AS_THEY_ARE,
) -> Iterator[Path]:
    """Measure every recording under `folder`, yielding it; at the end write all `.params`.

    They are measured at `audio_hz`, the plugin's rate; None is PLUGIN_HZ, or the highest rate of
    the recordings where that is lower.

    They go beside the audio, or to the same places under `out`. Parameters that a `.params`
    beside the audio or under `out` has already are kept, those under `out` where both have one;
    features measured now replace either.
    """
    check_names(names)
    if not 1 <= rate_hz <= 1000:
        raise InputError(f"--rate-hz {rate_hz:g}: not in 1..1000")
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    paths = find_audio(folder)
    places = [params_beside(path, folder, out) for path in paths]
    kept = [
        _existing(path.with_suffix(PARAMS_SUFFIX)) | _existing(place)
        for path, place in zip(paths, places, strict=True)
    ]
    audio_hz = audio_hz or min(PLUGIN_HZ, max(rate_of(path) for path in paths))
    measured = []
    for path in paths:
        measured.append(measure_file(path, names, rate_hz, audio_hz, rules))
        yield path
    for path, place, before, tracks in zip(
        paths, places, kept, normalise_set(measured), strict=True
    ):
        make_folder(place.parent)
        write_params(place, path.name, before | tracks)


def _existing(path: Path) -> dict[str, Track]:
    return read_params(path) if path.exists() else {}
