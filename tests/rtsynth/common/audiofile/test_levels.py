"""What is wrong with a recording's level, by the one table; the same for blocks of any size."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.audiofile import read_mono
from rtsynth.common.audiofile.levels import Levels, say_findings
from rtsynth.common.errors import InputError

RATE_HZ = 8000
TONE = 0.4 * np.sin(2 * np.pi * 300 * np.arange(RATE_HZ) / RATE_HZ)
NOISE = np.random.default_rng(1).uniform(-0.4, 0.4, RATE_HZ)


def stereo(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.column_stack([left, right])


REFUSED = {
    "far beyond": (13_000 * TONE, r"reaches 5200 at sample \d+ \(.* s\); scale it to -1\.\.1"),
    "one sample": (TONE + 9 * (np.arange(RATE_HZ) == 5), r"at sample 5 \(0\.001 s\)"),
    "out of phase": (stereo(TONE, -TONE), r"cancel each other \(-\d+ dB\); invert one of them"),
    "nearly the same": (stereo(TONE, -0.95 * TONE), "out of phase"),
    "silent": (0 * TONE, r"is silent throughout \(below -80 dB\); remove it, or record it"),
    "almost silent": (1e-4 * TONE, "is silent throughout"),
    "silent but for an offset": (0 * TONE + 0.3, "silent throughout but for a constant offset"),
}
SAID = {
    "partly out of phase": (stereo(TONE, -0.8 * TONE + 0.1 * NOISE), "mostly cancel each other"),
    "offset": (TONE + 0.3, r"has a constant offset \(DC\) of 0\.3; filter it out"),
    "clipped": (np.clip(4 * TONE, -1, 1), r"clipped: \d+ samples in a row at full scale; record"),
    "over": (3 * TONE, "clipped"),
    "quiet": (0.02 * TONE, "very quiet: its peak is -42 dB; raise its level"),
}
FINE = {
    "a tone": TONE,
    "stereo": stereo(TONE, NOISE),
    "one channel of two": stereo(TONE, 0 * TONE),
    "one of eight": np.pad(TONE[:, None], ((0, 0), (0, 7))),
    "up to full scale": 2.5 * TONE,
    "a little offset": TONE + 0.02,
}


def write(folder: Path, audio: np.ndarray) -> Path:
    sf.write(folder / "a.wav", audio, RATE_HZ, subtype="FLOAT")
    return folder / "a.wav"


@pytest.mark.parametrize("kind", REFUSED)
def test_refused(tmp_path: Path, kind: str) -> None:
    audio, said = REFUSED[kind]
    path = write(tmp_path, audio)
    with pytest.raises(InputError, match=said) as caught:
        read_mono(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("kind", SAID)
def test_said(tmp_path: Path, kind: str) -> None:
    audio, said = SAID[kind]
    lines: list[str] = []
    path = write(tmp_path, audio)
    read_mono(path, say=lines.append)
    assert len(lines) == 1
    assert lines[0].startswith(f"{path}: ")
    with pytest.raises(InputError, match=said):
        raise InputError(lines[0])


@pytest.mark.parametrize("kind", FINE)
def test_fine(tmp_path: Path, kind: str) -> None:
    lines: list[str] = []
    read_mono(write(tmp_path, FINE[kind]), say=lines.append)
    assert lines == []


def test_another_full_scale(tmp_path: Path) -> None:
    path = write(tmp_path, 4 * TONE)  # up to 1.6
    assert read_mono(path, full_scale=2.0).max() > 1.5
    with pytest.raises(InputError, match="scale it to -1..1"):
        read_mono(path)
    assert len(read_mono(path, full_scale=None)) == RATE_HZ


@pytest.mark.parametrize("size", [1, 7, 1000, RATE_HZ])
def test_blocks_of_any_size_are_judged_alike(size: int) -> None:
    audio = stereo(np.clip(4 * TONE, -1, 1), NOISE)
    runs = []
    for length in (size, RATE_HZ):
        levels = Levels(2)
        for start in range(0, RATE_HZ, length):
            block = audio[start : start + length]
            levels.add(block, block.mean(axis=1))
        runs.append([finding.line for finding in levels.findings(Path("a"), RATE_HZ)])
    assert runs[0] == runs[1]
    assert "clipped: " in runs[0][0]


def test_a_set_has_a_line_for_every_kind() -> None:
    found = []
    for number in range(5):
        levels = Levels(1)
        audio = np.clip(4 * TONE, -1, 1)
        levels.add(audio[:, None], audio)
        found += levels.findings(Path(f"{number}.wav"), RATE_HZ)
    lines: list[str] = []
    say_findings(found, lines.append)
    assert lines == [
        "5 recordings are clipped (0.wav, 1.wav, 2.wav and 2 more): record it at a lower level"
    ]
