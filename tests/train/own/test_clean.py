"""Clean copies: what a survey then finds in them, and what they do not touch."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.own.clean import MARGIN_S, PEAK, clean, cleaned
from rtsynth_train.own.survey import survey
from tests.train.recordings import RATE_HZ

TONE = 0.5 * np.sin(np.arange(RATE_HZ) * 0.2)


def test_copies_have_no_problems_and_the_originals_stay(tmp_path: Path) -> None:
    source = tmp_path / "set"
    (source / "deep").mkdir(parents=True)
    sf.write(source / "deep" / "x_p60.00.flac", np.stack([TONE, TONE], axis=1), 44100)
    sf.write(source / "quiet_p61.00.wav", 0.005 * TONE + 0.1, RATE_HZ, subtype="FLOAT")
    sf.write(source / "silent_p62.00.wav", 0 * TONE, RATE_HZ)
    (source / "broken_p63.00.wav").write_bytes(b"RIFF and nothing")
    before = {path: path.read_bytes() for path in source.rglob("*.*")}
    said: list[str] = []
    sf.write(tmp_path / "long.wav", np.tile(TONE, 3), RATE_HZ)
    made = list(clean(source, tmp_path / "out", RATE_HZ, said.append))
    assert [path.relative_to(tmp_path / "out").as_posix() for path in made] == ["quiet_p61.00.wav"]
    assert len(said) == 3  # one is too short: 16000 samples at 44100 Hz
    sf.write(source / "deep" / "x_p60.00.flac", np.tile(TONE, (2, 4)).T, 44100)
    list(clean(source, tmp_path / "again", RATE_HZ, said.append))
    found = survey(tmp_path / "again")
    assert [each.name for each in found.recordings] == ["deep/x_p60.00.wav", "quiet_p61.00.wav"]
    assert not found.problems
    del before[source / "deep" / "x_p60.00.flac"]
    assert all(path.read_bytes() == data for path, data in before.items())


def test_silence_at_the_ends_and_offset_are_taken_off() -> None:
    audio = np.concatenate([np.zeros(RATE_HZ), TONE, np.zeros(RATE_HZ)])
    kept = cleaned(audio, RATE_HZ)
    assert len(kept) == pytest.approx(RATE_HZ + 2 * MARGIN_S * RATE_HZ, abs=4)
    assert np.abs(kept).max() == pytest.approx(0.5, rel=0.01)
    raised = cleaned(0.004 * TONE + 0.2, RATE_HZ)
    assert np.abs(raised).max() == pytest.approx(PEAK)
    assert abs(raised.mean()) < 0.01
    assert np.abs(cleaned(4 * TONE, RATE_HZ)).max() == pytest.approx(PEAK)
    assert not cleaned(0 * TONE, RATE_HZ).any()


def test_what_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "set"
    source.mkdir()
    sf.write(source / "a.wav", TONE, RATE_HZ)
    with pytest.raises(InputError, match="is within"):
        list(clean(source, source / "out", RATE_HZ))
    with pytest.raises(InputError, match="already there"):
        list(clean(source, tmp_path, RATE_HZ))
    (source / "a.csv").write_text("0\n" * RATE_HZ)
    with pytest.raises(InputError, match=r"has a \.csv"):
        list(clean(source, tmp_path / "out", RATE_HZ))
    (source / "a.csv").unlink()
    sf.write(source / "a.wav", 0 * TONE, RATE_HZ)
    with pytest.raises(InputError, match="none of its 1 recordings can be used"):
        list(clean(source, tmp_path / "out", RATE_HZ, lambda _: None))
