"""Small sets of recordings with parameters over time, and stacks to train on them in seconds."""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from rtsynth.offline.params_file import Track, write_params
from rtsynth_train.tiers.config import StackConfig, parse_stack

RATE_HZ = 8000
TOP_HZ = 500
SLOW_HZ = 125


def write_set(folder: Path, seconds: float = 1.5, files: int = 3) -> Path:
    """Tones whose loudness `level` and pitch `tone` follow `fill` in different ways."""
    folder.mkdir(parents=True, exist_ok=True)
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    marks = np.linspace(0, seconds, 40)
    for number in range(files):
        fill = 0.5 + 0.5 * np.sin(2 * np.pi * marks * (0.5 + 0.2 * number))
        tracks = {
            "fill": Track(marks, fill),
            "level": Track(marks, 0.2 + 0.6 * fill),
            "tone": Track(marks, 1 - fill),
        }
        pitch_hz = 200 + 300 * np.interp(times, marks, 1 - fill)
        level = np.interp(times, marks, 0.2 + 0.6 * fill)
        audio = level * np.sin(2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ)
        sf.write(folder / f"take{number}.wav", audio, RATE_HZ, subtype="PCM_16")
        write_params(folder / f"take{number}.params", f"take{number}.wav", tracks)
    return folder


def parameter(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "minimum": 0.0, "maximum": 1.0, "default": 0.5, **more}


AUDIO_TIER = {
    "name": "audio", "rate_hz": RATE_HZ, "conditioning": ["level", "tone"], "hidden_size": 8,
    "layers": 2, "seq_len": 64, "batch_size": 4, "shortest_s": 0.05, "longest_s": 0.1,
    "tfr": 0.9, "steps": 6, "rate": 0.01, "warm_up_steps": 2, "evaluate_every": 3,
    "checkpoint_every": 2, "preview_every": 4, "preview_s": 0.02,
}  # fmt: skip
TOP_TIER = {
    "name": "top", "rate_hz": SLOW_HZ, "generate": ["level", "tone"], "conditioning": ["fill"],
    "hidden_size": 8, "layers": 1, "seq_len": 16, "batch_size": 4, "shortest_s": 0.2,
    "longest_s": 0.5, "tfr": 0.8, "steps": 5, "rate": 0.01, "warm_up_steps": 0,
    "evaluate_every": 3, "checkpoint_every": 2, "preview_every": 100,
}  # fmt: skip


def raw_stack(folder: Path | str, audio: dict[str, Any] | None = None, **top: Any) -> dict:
    """Two tiers: fill -> level, tone at 125 Hz -> audio."""
    return {
        "plugin": {"name": "tiny"},
        "data": {"folder": str(folder), "levels": 32},
        "parameters": [parameter(name) for name in ("fill", "level", "tone")],
        "tiers": [{**AUDIO_TIER, **(audio or {})}, {**TOP_TIER, **top}],
        "run": {"threads": 1},
    }


def two_tiers(folder: Path | str, audio: dict[str, Any] | None = None, **top: Any) -> StackConfig:
    return parse_stack(raw_stack(folder, audio, **top), "test")


def audio_only(folder: Path | str, **audio: Any) -> StackConfig:
    raw = raw_stack(folder, audio)
    raw["tiers"] = raw["tiers"][:1]
    raw["parameters"] = raw["parameters"][1:]
    return parse_stack(raw, "test")


def top_only(folder: Path | str, **top: Any) -> StackConfig:
    raw = raw_stack(folder, **top)
    raw["tiers"] = raw["tiers"][1:]
    return parse_stack(raw, "test")
