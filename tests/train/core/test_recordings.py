"""Recordings of every format, rate, channel count and level as codes; broken ones left out."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.plugin import codec
from rtsynth_train.core import kept as kept_module
from rtsynth_train.core.converted import Coding, samples
from rtsynth_train.core.recordings import (
    Reader,
    before_silence,
    check_plain,
    held_out_words,
    read_usable,
)
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.measure.whole import loudness_of, pitch_of

HZ = 16_000
CODING = Coding(HZ, "mu_law", 256)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(kept_module, "cache_folder", lambda: (folder, True))


def entries() -> list[Path]:
    return sorted((kept_module.cache_folder()[0] / "recordings").glob("*"))


def sine(seconds: float, rate_hz: int, hz: float = 440.0, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def decoded(codes: np.ndarray) -> np.ndarray:
    return codec.decode("mu_law", 256, codes)


def level_db(audio: np.ndarray) -> float:
    middle = audio[len(audio) // 4 : -len(audio) // 4]
    return float(10 * np.log10(2 * np.mean(np.square(middle))))


def test_what_fits_has_the_codes_of_the_codec(tmp_path: Path) -> None:
    audio = 0.5 * np.sin(np.arange(5000) * 0.05)
    sf.write(tmp_path / "a.wav", audio, 8000, subtype="FLOAT")
    said = list[str]()
    reader = Reader(Coding(8000, "mu_law_floor", 64), say=said.append)
    codes = reader.codes(tmp_path / "a.wav")
    assert codes.dtype == np.uint8
    np.testing.assert_array_equal(codes, codec.encode("mu_law_floor", 64, audio.astype(np.float32)))
    reader.report(tmp_path, 1)
    assert (said, entries()) == ([], [])


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


def test_one_channel_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    both = np.stack([sine(1.0, 44_100, 440), sine(1.0, 44_100, 660)], axis=1)
    sf.write(path, both, 44_100)
    for channel, pitch in ((1, 69.0), (2, 76.01955)):
        audio = decoded(Reader(CODING, SoundRules(channels=channel)).codes(path))
        assert pitch_of(audio, HZ) == pytest.approx(pitch, abs=0.01)
    with pytest.raises(InputError, match=r"a\.wav: has 2 channels, so no channel 3"):
        Reader(CODING, SoundRules(channels=3)).codes(path)


def test_channels_that_cancel_are_refused_when_mixed_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, np.stack([sine(1.0, HZ), -sine(1.0, HZ)], axis=1), HZ)
    with pytest.raises(InputError, match="out of phase"):
        Reader(CODING).codes(path)
    assert entries() == []
    assert level_db(decoded(Reader(CODING, SoundRules(channels=2)).codes(path))) == pytest.approx(
        20 * np.log10(0.5), abs=0.1
    )


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


def test_a_conversion_is_kept_and_made_anew_when_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, 0.001 + sine(1.0, 44_100, level=0.005), 44_100, subtype="FLOAT")
    said, again = list[str](), list[str]()
    first = Reader(CODING, say=said.append)
    codes = np.array(first.codes(path))
    first.report(tmp_path, 1)
    (entry,) = entries()
    whole = entry.read_bytes()

    def fail(*_: object) -> None:
        raise AssertionError("was converted again")

    with monkeypatch.context() as patch:
        patch.setattr("rtsynth_train.core.converted._planned", fail)
        second = Reader(CODING, say=again.append)
        kept = second.codes(path)
        second.report(tmp_path, 1)
    assert isinstance(kept, np.memmap)
    np.testing.assert_array_equal(kept, codes)
    assert said == again
    assert any("very quiet" in line for line in said)
    flipped = bytearray(whole)
    flipped[-100] ^= 1
    for damaged in (whole[:-100], whole[:20], b"", bytes(flipped)):
        entry.write_bytes(damaged)
        np.testing.assert_array_equal(Reader(CODING, say=again.append).codes(path), codes)
        assert entry.read_bytes() == whole
    Reader(Coding(HZ, "mu_law", 1000)).codes(path)
    Reader(CODING, SoundRules(level="peak")).codes(path)
    assert len(entries()) == 3


def test_without_a_place_to_keep_them_they_are_converted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, sine(1.0, 44_100), 44_100)
    expected = np.array(Reader(CODING).codes(path))
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(kept_module, "cache_folder", lambda: (tmp_path / "file", True))
    np.testing.assert_array_equal(Reader(CODING).codes(path), expected)


def test_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    for number in range(4):
        path = tmp_path / f"{number}.wav"
        sf.write(path, sine(0.5, 44_100, 200 + number), 44_100)
        Reader(CODING).codes(path)
    paths = entries()
    for age, path in enumerate(paths):
        os.utime(path, (1000 - age, 1000 - age))
    kept_module.prune(20_000)
    assert entries() == paths[:2]


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
