"""Clean copies: what a survey then finds in them, and what they do not touch."""

from pathlib import Path, PurePath

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.core.converted import PEAK
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.core.table import TABLE, read_table
from rtsynth_train.own.clean import clean, levelled
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


def test_silence_at_the_ends_and_offset_are_taken_off(tmp_path: Path) -> None:
    """By the rules of [data]: 50 dB below the loudest 10 ms."""
    sound = np.concatenate([0.001 * TONE, TONE, np.zeros(RATE_HZ)]) + 0.2
    sf.write(tmp_path / "a.wav", sound, RATE_HZ, subtype="FLOAT")
    list(clean(tmp_path / "a.wav", tmp_path / "out", RATE_HZ))
    kept, _ = sf.read(tmp_path / "out" / "a.wav")
    margin = SoundRules().trim_margin_s
    assert len(kept) == pytest.approx(RATE_HZ + 2 * margin * RATE_HZ, abs=RATE_HZ // 50)
    assert np.abs(kept).max() == pytest.approx(0.5, rel=0.01)
    assert abs(kept.mean()) < 0.01


def test_a_level_that_is_usable_stays() -> None:
    assert np.abs(levelled(0.004 * TONE)).max() == pytest.approx(PEAK)
    assert np.abs(levelled(4 * TONE)).max() == pytest.approx(PEAK)
    assert levelled(TONE) is TONE
    assert not levelled(0 * TONE).any()


@pytest.mark.parametrize(("separator", "value"), [(",", "0.5"), (";", "0,5")])
def test_a_table_of_parameters_is_copied(tmp_path: Path, separator: str, value: str) -> None:
    source, said = tmp_path / "set", list[str]()
    (source / "deep").mkdir(parents=True)
    for name in ("one.flac", "deep/two.wav", "three.wav", "silent.wav"):
        sf.write(source / name, TONE * (name != "silent.wav"), RATE_HZ)
    lines = [
        ["file", "bright, or not", "player"], ["one.flac", value, "Ann"], ["deep/two", "2", "B"],
        ["silent", "3", "C"],
    ]  # fmt: skip
    text = [separator.join(f'"{cell}"' for cell in line) for line in lines]
    (source / TABLE).write_text("\n".join(text))
    list(clean(source, tmp_path / "out", RATE_HZ, said.append))
    table = read_table(tmp_path / "out")
    assert table is not None
    assert table.columns == ["bright, or not", "player"]
    assert list(table.rows) == ["deep/two.wav", "one.wav"]
    assert table.value(PurePath("one.wav"), "bright, or not") == 0.5
    assert table.cells_of(PurePath("deep/two.wav")) == ["2", "B"]
    assert said[-1] == f"{source / TABLE}: no line for three.wav; nor has its copy"
    (source / TABLE).write_text("file,a\none\n")
    with pytest.raises(InputError, match="parameters.csv:2: has 1 cells"):
        list(clean(source, tmp_path / "again", RATE_HZ, said.append))
    assert not (tmp_path / "again").exists()


def test_parameters_over_time_are_not_copied(tmp_path: Path) -> None:
    source, said = tmp_path / "set", list[str]()
    source.mkdir()
    sf.write(source / "a.wav", TONE, RATE_HZ)
    (source / "a.params").write_text("{}")
    list(clean(source, tmp_path / "out", RATE_HZ, said.append))
    assert said == [
        f"{source}: its .params are not copied: without silence their times would be others"
    ]


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
