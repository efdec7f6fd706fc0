"""The set of four voices: audibly different, cut and levelled, with their classes."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.cli.prepare import prepare
from rtsynth_train.sets import speech
from rtsynth_train.sets.speech import (
    EDGE_S,
    LONGEST_PAUSE_S,
    PASSAGES,
    RATE_HZ,
    RMS,
    SILENCE,
    VOICES,
    at_level,
    make_speech,
    passages,
    without_long_pauses,
)
from tests.requirements import require


def test_the_text_is_there() -> None:
    assert PASSAGES == len(passages()) == 15
    assert passages()[0].startswith("Alice was beginning to get very tired")
    assert all(line.isascii() and len(line) > 50 for line in passages())


def test_pauses_are_cut() -> None:
    rng = np.random.default_rng(0)
    word = 0.1 * rng.choice([-1.0, 1.0], 1600)
    quiet = np.zeros(8000)
    short = np.zeros(800)
    cut = without_long_pauses(np.concatenate([quiet, word, short, word, quiet, word, quiet]))
    loud = np.flatnonzero(np.abs(cut) > SILENCE)
    gaps = np.diff(loud) - 1
    assert gaps[gaps > 0].tolist() == [800, pytest.approx(LONGEST_PAUSE_S * RATE_HZ, abs=2)]
    assert loud[0] == EDGE_S * RATE_HZ
    assert len(cut) - loud[-1] == pytest.approx(EDGE_S * RATE_HZ, abs=1)
    assert without_long_pauses(quiet).size == 0


def test_levels_are_made_equal() -> None:
    audio = np.concatenate([np.zeros(500), 0.02 * np.sin(np.arange(5000))])
    level = at_level(audio)
    assert np.sqrt(np.mean(level[500:] ** 2)) == pytest.approx(RMS, rel=0.05)


def test_without_the_program_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match=r"espeak-ng: program not found \(apt install espeak-ng\)"):
        list(make_speech(tmp_path / "set"))
    assert not (tmp_path / "set").exists()
    with pytest.raises(InputError, match="has 1..15 passages, not 16"):
        list(make_speech(tmp_path / "set", 16))


def pitch_hz(audio: np.ndarray) -> float:
    """The median over pieces of 64 ms whose autocorrelation has a clear peak at one period."""
    shortest, longest = RATE_HZ // 600, RATE_HZ // 60
    found = []
    for piece in audio[: audio.size // 1024 * 1024].reshape(-1, 1024):
        power = np.abs(np.fft.rfft(piece * np.hanning(1024), 2048)) ** 2
        alike = np.fft.irfft(power)[: longest + 1] / (power.mean() + 1e-9)
        alike /= 1 - np.arange(longest + 1) / 1024  # fewer samples overlap at longer lags
        lags = np.arange(shortest, longest)
        peaks = lags[(alike[lags] > alike[lags - 1]) & (alike[lags] >= alike[lags + 1])]
        good = peaks[alike[peaks] > 0.6 * alike[0]]
        if good.size:
            # The first of them that is nearly the highest: later ones are two periods and more.
            found.append(RATE_HZ / good[alike[good] > 0.9 * alike[good].max()][0])
    return float(np.median(found))


def centroid_hz(audio: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(audio)) ** 2
    return float(np.sum(power * np.fft.rfftfreq(len(audio), 1 / RATE_HZ)) / power.sum())


@pytest.mark.system
def test_the_set(tmp_path: Path) -> None:
    require("espeak-ng")
    folder = tmp_path / "set"
    prepare("speech", folder, files=2)
    paths = sorted(folder.glob("*.wav"))
    assert [path.stem for path in paths] == [
        f"p{passage:02d}_{number}_{voice.label}"
        for passage in (1, 2)
        for number, voice in enumerate(VOICES)
    ]
    for number, path in enumerate(paths):
        info = sf.info(path)
        assert (info.samplerate, info.channels) == (RATE_HZ, 1)
        assert 3 < info.frames / RATE_HZ < 12
        lines = path.with_suffix(".csv").read_text().split()
        assert lines == [str(number % 4)] * info.frames
    sounds = [sf.read(path)[0] for path in paths[:4]]
    man, woman, child = (pitch_hz(sound) for sound in sounds[:3])
    assert 70 < man < 110 < 200 < woman < 320 < child
    centroids = [centroid_hz(sound) for sound in sounds]
    assert min(centroids[3] / centroid for centroid in centroids[:3]) > 1.5  # the whisper is noise
    assert "public domain" in (folder / "README.txt").read_text()
    assert (folder / "labels.txt").read_text().split() == [voice.label for voice in VOICES]
