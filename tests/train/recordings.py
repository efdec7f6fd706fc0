"""Small sets of synthetic recordings, and a configuration to train on them in seconds."""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from rtsynth_train.core.filenames import format_name
from rtsynth_train.gru.config import GruTrainConfig, parse_gru

RATE_HZ = 16000


def write_tone(folder: Path, inst: float, pitch: float, amplitude: float, seconds: float) -> Path:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * times
    tone = np.sin(phase) + inst * 0.5 * np.sin(2 * phase)
    audio = 0.6 * amplitude * tone
    name = format_name("tone", {"instID": inst, "p": pitch, "a": amplitude})
    sf.write(folder / name, audio, RATE_HZ, subtype="PCM_16")
    return folder / name


def write_set(folder: Path, seconds: float = 0.6) -> Path:
    folder.mkdir(exist_ok=True)
    for inst in (0.0, 1.0):
        for pitch in (64.0, 70.0, 76.0):
            write_tone(folder, inst, pitch, 0.5, seconds)
    return folder


def small_config(folder: Path, **changes: dict[str, Any]) -> GruTrainConfig:
    raw: dict[str, Any] = {
        "plugin": {"name": "tiny"},
        "data": {"folder": str(folder), "levels": 64},
        "conditioning": [
            {"field": "instID", "name": "instrument", "minimum": 0.0, "maximum": 1.0,
             "default": 0.0, "role": "class"},
            {"field": "a", "name": "amplitude", "minimum": 0.0, "maximum": 1.0,
             "default": 0.5, "role": "amplitude"},
            {"field": "p", "name": "pitch", "minimum": 64.0, "maximum": 76.0,
             "default": 70.0, "role": "pitch"},
        ],
        "model": {"hidden_size": 8, "layers": 2},
        "streams": {"batch": 4, "chunk": 64},
        "optimiser": {"steps": 12, "rate": 0.01, "warm_up_steps": 2, "average": 0.9},
        "run": {"threads": 1, "evaluate_every": 5, "checkpoint_every": 4, "preview_every": 8,
                "preview_s": 0.05},
    }  # fmt: skip
    for section, values in changes.items():
        raw[section] = {**raw[section], **values}
    return parse_gru(raw, "test")


def scatter(folder: Path) -> list[str]:
    """Spread a set's files over formats, depths and cases; the names of its recordings."""
    first, second, third, *rest = sorted(path.name for path in folder.glob("*.wav"))
    (folder / "take 2" / "b").mkdir(parents=True)
    flac = f"{first.removesuffix('.wav')}.flac"
    audio, rate_hz = sf.read(folder / first)
    sf.write(folder / flac, audio, rate_hz, subtype="PCM_16")
    (folder / first).unlink()
    capitals = f"{second.removesuffix('.wav')}.WAV"
    (folder / second).rename(folder / capitals)
    (folder / third).rename(folder / "take 2" / "b" / third)
    (folder / f"._{rest[0]}").write_bytes(b"\0\5\x16\7Mac OS X")
    return [flac, capitals, third, *rest]
