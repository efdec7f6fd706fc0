"""Small recordings, with classes or values beside them; a configuration that trains in seconds."""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from rtsynth_train.samplernn.config import SampleRnnTrainConfig, parse_samplernn

RATE_HZ = 8000
CLASS_HZ = (200.0, 500.0, 900.0)


def tone(frequency_hz: float, seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return 0.5 * np.sin(2 * np.pi * frequency_hz * times) * (0.6 + 0.4 * np.cos(9 * times))


def write_song(path: Path, seconds: float = 3.0, rate_hz: int = RATE_HZ) -> Path:
    """One recording, of two tones after each other."""
    audio = np.concatenate([tone(300, seconds / 2, rate_hz), tone(450, seconds / 2, rate_hz)])
    sf.write(path, audio, rate_hz)
    return path


def write_classes(folder: Path, files: int = 6, seconds: float = 0.5) -> Path:
    """Recordings of a tone per class, two classes in each, with the class of every sample."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        pair = (number % 3, (number + 1) % 3)
        audio = np.concatenate([tone(CLASS_HZ[k], seconds / 2) for k in pair])
        sf.write(folder / f"take{number}.wav", audio, RATE_HZ)
        classes = np.repeat(pair, len(audio) // 2)
        (folder / f"take{number}.csv").write_text("\n".join(map(str, classes)) + "\n")
    return folder


def write_columns(folder: Path, files: int = 4, seconds: float = 0.5) -> Path:
    """Recordings whose .csv has the columns Pitch (Hz) and Level (0..1)."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        pitch_hz = np.linspace(200, 400 + 50 * number, round(seconds * RATE_HZ))
        level = np.linspace(0, 1, len(pitch_hz))
        audio = 0.5 * level * np.sin(2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ)
        sf.write(folder / f"glide{number}.wav", audio, RATE_HZ)
        rows = "\n".join(f"{p:.3f},{v:.5f}" for p, v in zip(pitch_hz, level, strict=True))
        (folder / f"glide{number}.csv").write_text(f"Pitch,Level\n{rows}\n")
    return folder


def raw_config(source: Path | str, **changes: dict[str, Any]) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "plugin": {"name": "tiny"},
        "data": {"folder": str(source), "rate_hz": RATE_HZ, "levels": 32},
        "network": {
            "layers": 1, "hidden_size": 12, "frame_sizes": [8, 2], "embedding_size": 6,
        },
        "batches": {"rows": 4, "num_frames": 8, "shortest_s": 0.02, "longest_s": 0.05},
        "optimiser": {"steps": 12, "rate": 0.01, "warm_up_steps": 2, "average": 0.9},
        "run": {
            "threads": 1, "evaluate_every": 5, "evaluate_s": 0.05, "checkpoint_every": 4,
            "generate_every": 8, "length": 300, "num_generated": 2,
        },
    }  # fmt: skip
    for section, values in changes.items():
        raw[section] = {**raw[section], **values}
    return raw


def tiny(source: Path | str, **changes: dict[str, Any]) -> SampleRnnTrainConfig:
    return parse_samplernn(raw_config(source, **changes), "test")
