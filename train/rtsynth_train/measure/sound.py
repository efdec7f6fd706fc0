"""What a sound is, measured independently of the network: pitch, level, brightness."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth_train.core.librosa_once import load_librosa

# C4 to C6: with these settings pyin tracks every recording of the reference set correctly. From
# lower down it takes the recorded clarinet's MIDI 68 and trumpet's 71 for the octave below. An
# octave up is in range for every note, an octave down from MIDI 72.
PITCH_RANGE_HZ = (261.6, 1046.5)
CENTROID_FLOOR_DB = 45.0
_FRAME = 1024
_HOP = 256
FRAME_S = 0.064
OCTAVES_PER_S = 35.92  # pyin's own: it would rather not move faster
PERIODS = 4.2  # of the lowest pitch that is looked for
_RESOLUTION_SEMITONES = 0.05

NoteKey = tuple[int, float, int]  # instrument, amplitude, MIDI pitch


@dataclass(frozen=True)
class Reference:
    """How one recording sounds."""

    level_db: float
    centroid_hz: float


def level_db(audio: np.ndarray) -> float:
    """RMS level in dB re full scale."""
    return float(10 * np.log10(np.mean(np.square(audio, dtype=np.float64)) + 1e-12))


def centroid_hz(audio: np.ndarray, rate_hz: int) -> float:
    """Spectral centroid of what lies within CENTROID_FLOOR_DB of the strongest partial:
    sum(f |X|) / sum(|X|).

    Without the floor the centroid follows the faint noise that 256 levels and sampling leave
    across the whole spectrum, and that noise is much the same for every instrument.
    """
    magnitude = np.abs(np.fft.rfft(audio * np.hanning(len(audio))))
    floor = magnitude.max() * 10 ** (-CENTROID_FLOOR_DB / 20)
    magnitude = np.where(magnitude >= floor, magnitude, 0.0)
    return float((magnitude * np.fft.rfftfreq(len(audio), 1 / rate_hz)).sum() / magnitude.sum())


def track_pitch(
    audio: np.ndarray,
    rate_hz: int,
    range_hz: tuple[float, float] | None = None,
    hop_s: float | None = None,
    shortest_s: float = FRAME_S,
    octaves_per_s: float = OCTAVES_PER_S,
) -> tuple[np.ndarray, np.ndarray]:
    """librosa.pyin: (frame centres in s, pitch as a MIDI number, NaN where unvoiced).

    Frames are not padded: each covers only the 64 ms around its centre; with a `range_hz` (None:
    PITCH_RANGE_HZ) `shortest_s`, or four periods of its lowest pitch if that is more.
    Without `hop_s` they are 256 samples apart.
    """
    librosa = load_librosa()
    low, high = range_hz or PITCH_RANGE_HZ
    frame, hop = _FRAME, _HOP
    if range_hz is not None:
        frame = 2 * round(max(shortest_s, PERIODS / low) * rate_hz / 2)
    if hop_s is not None:
        hop = max(1, round(hop_s * rate_hz))
    if len(audio) < frame:
        return np.zeros(0), np.zeros(0)
    pitch_hz, _, _ = librosa.pyin(
        audio.astype(np.float32),
        fmin=low,
        fmax=high,
        sr=rate_hz,
        frame_length=frame,
        hop_length=hop,
        resolution=_RESOLUTION_SEMITONES,
        center=False,
        max_transition_rate=octaves_per_s,
    )
    times = (np.arange(len(pitch_hz)) * hop + frame / 2) / rate_hz
    return times, 69 + 12 * np.log2(pitch_hz / 440.0)


def held_pitch_error_cents(
    audio: np.ndarray, rate_hz: int, pitch: float, range_hz: tuple[float, float] | None = None
) -> float:
    """Median deviation from MIDI `pitch`; 1200 when most of the sound has no pitch."""
    _, measured = track_pitch(audio, rate_hz, range_hz)
    if not measured.size or np.isfinite(measured).mean() < 0.5:
        return 1200.0
    return float(np.nanmedian(measured) - pitch) * 100


def reference_path(plugin: Path) -> Path:
    """Where the measures of the recordings lie, beside their plugin."""
    return plugin.with_name(f"{plugin.stem}.reference.json")


def measure_recordings(folder: Path) -> dict[NoteKey, Reference]:
    """Measure every file of a reference set (see `reference_set`)."""
    from rtsynth.common.audiofile import find_audio, rate_of, read_mono
    from rtsynth_train.core.filenames import values_for

    out = {}
    for path in find_audio(folder):
        instrument, amplitude, pitch = values_for(path, ["instID", "a", "p"])
        audio, rate_hz = read_mono(path), rate_of(path)
        out[int(instrument), amplitude, int(pitch)] = Reference(
            level_db(audio), centroid_hz(audio, rate_hz)
        )
    return out


def write_reference(path: Path, reference: dict[NoteKey, Reference]) -> None:
    """One line per recording: instrument, amplitude, pitch, level, centroid."""
    rows = [
        [instrument, amplitude, pitch, round(r.level_db, 2), round(r.centroid_hz, 1)]
        for (instrument, amplitude, pitch), r in sorted(reference.items())
    ]
    columns = ["instrument", "amplitude", "pitch", "level_db", "centroid_hz"]
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    with atomic_write(path) as temporary:
        temporary.write_text(f'{{"columns": {json.dumps(columns)},\n "notes": [\n{lines}\n]}}\n')


def read_reference(path: Path) -> dict[NoteKey, Reference]:
    """Read what `write_reference` wrote."""
    try:
        rows = json.loads(path.read_text())["notes"]
        return {
            (int(i), float(a), int(p)): Reference(float(db), float(hz)) for i, a, p, db, hz in rows
        }
    except OSError as error:
        raise InputError(
            f"{path}: measures of the recordings not found; name the recordings with --data"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a table of recordings ({error})") from error
