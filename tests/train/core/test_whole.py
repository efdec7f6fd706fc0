"""Pitch and loudness of whole recordings."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr

from rtsynth.common.errors import InputError
from rtsynth_train.core.filenames import parse_name
from rtsynth_train.core.recordings import Reader
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.core.whole import loudness_of, measured_value, pitch_of
from rtsynth_train.sets.reference_set import make_reference_set
from rtsynth_train.sets.soundfont import SOUND_FONT
from tests.train.sines import CODING, HZ, decoded, level_db


def tone(pitch: float, rate_hz: int, partials: dict[int, float]) -> np.ndarray:
    times, hz = np.arange(rate_hz) / rate_hz, 440 * 2 ** ((pitch - 69) / 12)
    noise = 0.003 * np.random.default_rng(0).standard_normal(rate_hz)
    return noise + 0.2 * sum(
        (level * np.sin(2 * np.pi * hz * n * times) for n, level in partials.items()
         if hz * n < rate_hz / 2), np.zeros(rate_hz),
    )  # fmt: skip


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize(
    "partials", [{1: 1}, {n: 1 / n for n in range(1, 20)}, {2: 1, 3: 1, 4: 1}, {1: 0.5, 2: 1}]
)
def test_pitch_to_a_cent(rate_hz: int, partials: dict[int, float]) -> None:
    for pitch in (24, 36.5, 48, 60, 69.3, 83, 95):
        assert pitch_of(tone(pitch, rate_hz, partials), rate_hz) == pytest.approx(pitch, abs=0.01)


def test_what_has_no_pitch() -> None:
    random = np.random.default_rng(0)
    assert pitch_of(0.1 * random.standard_normal(16_000), 16_000) is None
    assert pitch_of(np.zeros(16_000), 16_000) is None
    assert pitch_of(tone(60, 16_000, {1: 1})[:100], 16_000) is None
    glide = np.concatenate([tone(pitch, 16_000, {1: 1}) for pitch in (50, 57, 64, 71, 78)])
    assert pitch_of(glide, 16_000) is None


def test_attack_and_breath_do_not_move_the_pitch() -> None:
    audio = tone(62, 16_000, {1: 1, 2: 0.4})
    audio[:2000] = 0.3 * np.random.default_rng(1).standard_normal(2000)
    assert pitch_of(audio, 16_000) == pytest.approx(62, abs=0.01)


def test_loudness() -> None:
    audio = tone(81, 16_000, {1: 1})
    louder = loudness_of(2 * audio, 16_000)
    assert louder is not None
    assert loudness_of(audio, 16_000) == pytest.approx(louder - 20 * np.log10(2), abs=0.01)
    assert loudness_of(np.zeros(16_000), 16_000) is None


def test_the_channel_that_is_trained_is_measured(tmp_path: Path) -> None:
    low, high = tone(60, HZ, {1: 1}), tone(72.5, HZ, {1: 1})
    sf.write(tmp_path / "a.wav", np.stack([low, high], axis=1), HZ)
    for channel, pitch in ((1, 60), (2, 72.5)):
        found = measured_value(tmp_path / "a.wav", "pitch", HZ, SoundRules(channels=channel))
        assert found == pytest.approx(pitch, abs=0.01)
    silent = np.stack([low, np.zeros(HZ)], axis=1)
    sf.write(tmp_path / "b.wav", silent, HZ)
    assert measured_value(tmp_path / "b.wav", "pitch", HZ) == pytest.approx(60, abs=0.01)
    with pytest.raises(InputError, match="no pitch could be measured"):  # kept apart
        measured_value(tmp_path / "b.wav", "pitch", HZ, SoundRules(channels=2))


@pytest.mark.measure
@pytest.mark.skipif(not SOUND_FONT.is_file(), reason=f"no {SOUND_FONT}")
def test_recorded_instruments_through_stereo_at_44_khz(tmp_path: Path) -> None:
    made = list(islice(make_reference_set("clarinet-trumpet", tmp_path / "set"), 12))
    for path in made:
        audio, rate_hz = sf.read(path)
        other = soxr.resample(audio, rate_hz, 44_100, "VHQ")
        flac = tmp_path / f"{path.stem}.flac"
        sf.write(flac, np.stack([other, other], axis=1), 44_100, subtype="PCM_24")
        direct, converted = (decoded(Reader(CODING).codes(each)) for each in (path, flac))
        pitch = pitch_of(direct, HZ)
        assert pitch == pytest.approx(parse_name(path)["p"], abs=0.06)
        assert pitch_of(converted, HZ) == pytest.approx(pitch, abs=0.01)
        assert level_db(converted) == pytest.approx(level_db(direct), abs=0.1)
