"""Recordings of every format, rate and channel count as codes; broken ones left out."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.plugin import codec
from rtsynth_train.core.converted import Coding
from rtsynth_train.core.recordings import (
    Reader,
    before_silence,
    check_plain,
    held_out_words,
    read_usable,
)
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.core.whole import pitch_of
from tests.train.sines import CODING, HZ, decoded, kept_entries, level_db, sine


def test_what_fits_has_the_codes_of_the_codec(tmp_path: Path) -> None:
    audio = 0.5 * np.sin(np.arange(5000) * 0.05)
    sf.write(tmp_path / "a.wav", audio, 8000, subtype="FLOAT")
    said = list[str]()
    reader = Reader(Coding(8000, "mu_law_floor", 64), say=said.append)
    codes = reader.codes(tmp_path / "a.wav")
    assert codes.dtype == np.uint8
    np.testing.assert_array_equal(codes, codec.encode("mu_law_floor", 64, audio.astype(np.float32)))
    reader.report(tmp_path, 1)
    assert (said, kept_entries()) == ([], [])


@pytest.mark.parametrize(
    ("name", "rate_hz", "channels", "subtype"),
    [
        ("a.flac", 44_100, 2, "PCM_16"),
        ("a.wav", 48_000, 1, "PCM_24"),
        ("a.wav", 96_000, 4, "FLOAT"),
        ("a.ogg", 22_050, 1, None),
        ("a.mp3", 22_050, 1, None),
        ("a.aiff", 8_000, 2, "PCM_16"),
    ],
)
def test_any_format_keeps_pitch_level_and_length(
    tmp_path: Path, name: str, rate_hz: int, channels: int, subtype: str | None
) -> None:
    path = tmp_path / name
    sf.write(path, np.tile(sine(1.0, rate_hz)[:, None], (1, channels)), rate_hz, subtype)
    said = list[str]()
    reader = Reader(CODING, say=said.append)
    audio = decoded(reader.codes(path))
    reader.report(tmp_path, 1)
    assert len(audio) == pytest.approx(HZ, abs=0 if path.suffix != ".mp3" else 2400)
    assert pitch_of(audio, HZ) == pytest.approx(69.0, abs=0.01)
    assert level_db(audio) == pytest.approx(20 * np.log10(0.5), abs=0.1)
    mixed = "; 1 mixed to mono" if channels > 1 else ""
    (line,) = [line for line in said if "converted" in line]
    assert line == (f"{tmp_path}: 1 of 1 recordings converted: 1 from {rate_hz} to {HZ} Hz{mixed}")


def test_channels_that_cancel_are_refused_when_mixed_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, np.stack([sine(1.0, HZ), -sine(1.0, HZ)], axis=1), HZ)
    with pytest.raises(InputError, match="out of phase"):
        Reader(CODING).codes(path)
    assert kept_entries() == []
    assert level_db(decoded(Reader(CODING, SoundRules(channels=2)).codes(path))) == pytest.approx(
        20 * np.log10(0.5), abs=0.1
    )


def test_few_broken_recordings_are_left_out_and_named(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:02}.wav" for number in range(20)]
    for path in paths:
        sf.write(path, sine(0.1, HZ), HZ)
    paths[7].write_bytes(b"RIFF and nothing")
    said = list[str]()
    usable = read_usable(tmp_path, paths, Reader(CODING).codes, said.append)
    assert [path.name for path, _ in usable] == [p.name for p in paths if p != paths[7]]
    (line,) = said
    assert line.startswith(f"{tmp_path}: left out 1 of 20 recordings: {paths[7]}: ")
    for path in paths[8:12]:
        path.write_bytes(b"")
    with pytest.raises(InputError, match=r"07\.wav: .*; so far 3 of 20 cannot be used"):
        read_usable(tmp_path, paths, Reader(CODING).codes, said.append)


def test_what_is_held_out_is_before_the_silence() -> None:
    audio = np.concatenate([sine(1.0, HZ), 1e-4 * np.ones(HZ)])
    codes = CODING.encode(audio)
    rules = SoundRules(held_out_from="sound")
    assert before_silence(codes, CODING, SoundRules()) is codes
    assert len(before_silence(codes, CODING, rules)) / HZ == pytest.approx(1.02, abs=0.011)
    assert held_out_words(0.1, rules).endswith(
        "the last 10% of each, before the silence at its end"
    )


@pytest.mark.parametrize(
    ("rate_hz", "channels", "match"), [(8000, 2, "2 channels; mix it"), (44100, 1, "44100 Hz")]
)
def test_what_is_not_plain(tmp_path: Path, rate_hz: int, channels: int, match: str) -> None:
    sf.write(tmp_path / "a.wav", np.zeros((100, channels)), rate_hz)
    with pytest.raises(InputError, match=match):
        check_plain(tmp_path / "a.wav", 8000)
