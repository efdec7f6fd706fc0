"""Channel, silence, level and offset of recordings, by rule."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.core.converted import beginning, samples
from rtsynth_train.core.recordings import Reader
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.core.whole import loudness_of, pitch_of
from tests.train.sines import CODING, HZ, decoded, level_db, sine


def test_one_channel_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    both = np.stack([sine(1.0, 44_100, 440), sine(1.0, 44_100, 660)], axis=1)
    sf.write(path, both, 44_100)
    for channel, pitch in ((1, 69.0), (2, 76.01955)):
        audio = decoded(Reader(CODING, SoundRules(channels=channel)).codes(path))
        assert pitch_of(audio, HZ) == pytest.approx(pitch, abs=0.01)
    with pytest.raises(InputError, match=r"a\.wav: has 2 channels, so no channel 3"):
        Reader(CODING, SoundRules(channels=3)).codes(path)


def test_silence_at_the_ends_is_trimmed(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    hush = 1e-4 * np.random.default_rng(0).standard_normal(44_100)
    sf.write(path, np.concatenate([hush, sine(1.0, 44_100), hush]), 44_100)
    codes = Reader(CODING, SoundRules(trim=True, trim_margin_s=0.05)).codes(path)
    assert len(codes) / HZ == pytest.approx(1.1, abs=0.021)
    assert len(Reader(CODING).codes(path)) == 3 * HZ


def test_levels_by_rule(tmp_path: Path) -> None:
    quiet, loud = tmp_path / "quiet.wav", tmp_path / "loud.wav"
    sf.write(quiet, sine(1.0, HZ, level=0.02), HZ, subtype="FLOAT")
    sf.write(loud, sine(1.0, HZ, level=4.0), HZ, subtype="FLOAT")
    peak_db = 20 * np.log10(0.9)
    keep, peak, loudness = (SoundRules(level=rule) for rule in ("keep", "peak", "loudness"))
    said = list[str]()
    reader = Reader(CODING, keep, said.append)
    assert level_db(decoded(reader.codes(quiet))) == pytest.approx(20 * np.log10(0.02), abs=0.1)
    assert level_db(decoded(reader.codes(loud))) == pytest.approx(peak_db, abs=0.1)
    reader.report(tmp_path, 2)
    assert said == [f"{tmp_path}: 1 of 2 recordings converted: 1 scaled"]
    for path in (quiet, loud):
        assert level_db(samples(path, HZ, peak)) == pytest.approx(peak_db, abs=0.1)
        assert loudness_of(samples(path, HZ, loudness), HZ) == pytest.approx(-20, abs=0.1)


def test_a_constant_offset_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, sine(1.0, HZ, level=0.1) + 0.3, HZ)
    said = list[str]()
    assert decoded(Reader(CODING).codes(path)).mean() == pytest.approx(0.3, abs=0.01)
    reader = Reader(CODING, SoundRules(remove_dc=True), said.append)
    assert decoded(reader.codes(path)).mean() == pytest.approx(0.0, abs=0.001)
    reader.report(tmp_path, 1)
    assert len(said) == 1  # and no warning of an offset


def test_the_beginning_is_that_of_all_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    hush = np.zeros(22_050)
    both = np.stack([np.concatenate([hush, sine(3.0, 44_100, hz)]) for hz in (440, 660)], axis=1)
    sf.write(path, both, 44_100)
    for rules in (SoundRules(), SoundRules(channels=2, trim=True, level="peak", remove_dc=True)):
        whole = samples(path, HZ, rules)
        np.testing.assert_array_equal(beginning(path, CODING, rules, 1.0), whole[:HZ])
        np.testing.assert_array_equal(beginning(path, CODING, rules, 9.0), whole)
    sf.write(path, np.zeros(HZ), HZ)
    with pytest.raises(InputError, match="silent throughout"):
        beginning(path, CODING, SoundRules(), 1.0)
