"""What is trained on and what is held out."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.samplernn.material import load_material
from rtsynth_train.samplernn.parts import Parts, held_out_words, make_parts
from tests.train.samplernn.sets import RATE_HZ, tiny, tone, write_classes, write_song


def parts_of(tmp_path: Path, source: Path, **data: object) -> Parts:
    config = tiny(source, data=data)
    material = load_material(tmp_path / "runs" / "run", config.data)
    return make_parts(material, config.data, config.chunk)


def files(spans: list) -> list[int]:
    return [span.file for span in spans]


def test_one_recording_is_cut_in_time(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, write_song(tmp_path / "a.wav"), validation=0.2, test=0.1)
    train, validation, test = parts.train[0], parts.validation[0], parts.test[0]
    assert (train.length, validation.length, test.length) == (16_800, 4800, 2400)
    assert validation.first == train.first + train.length
    assert test.first == validation.first + validation.length


def test_folders_are_split_by_file(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set", files=10)
    last = parts_of(tmp_path, folder, validation=0.2, test=0.1, split="last")
    assert files(last.train) == list(range(7))
    assert files(last.validation) == [7, 8]
    assert files(last.test) == [9]
    spread = parts_of(tmp_path, folder, validation=0.2, test=0.1)
    assert files(spread.validation) == [1, 8]
    assert files(spread.test) == [5]
    assert sorted(files([*spread.train, *spread.validation, *spread.test])) == list(range(10))
    assert spread.train_samples == 7 * RATE_HZ // 2
    assert parts_of(tmp_path, folder, test=0).test == []


def test_short_recordings_and_unheard_classes_are_refused(tmp_path: Path) -> None:
    song = write_song(tmp_path / "short.wav", seconds=0.02)
    with pytest.raises(InputError, match=r"short.wav: 160 samples are too few: .* needs 64"):
        parts_of(tmp_path, song)
    folder = write_classes(tmp_path / "set")
    sf.write(folder / "take2.wav", tone(300, 0.005), RATE_HZ)
    (folder / "take2.csv").write_text("0\n" * 40)
    with pytest.raises(InputError, match=r"take2.wav: 40 samples are too few: a chunk needs 64"):
        parts_of(tmp_path, folder)
    (folder / "take2.wav").unlink()
    (folder / "take2.csv").unlink()
    for number in (0, 1, 3, 4, 5):
        rows = np.full(4000, 1 if number == 5 else 0)
        (folder / f"take{number}.csv").write_text("\n".join(map(str, rows)))
    with pytest.raises(InputError, match="class 1 is only in the held-out part"):
        parts_of(tmp_path, folder, split="last")


def test_what_is_held_out_may_be_before_the_silence(tmp_path: Path) -> None:
    song = np.concatenate([tone(300, 2.0), np.zeros(RATE_HZ)])
    sf.write(tmp_path / "a.wav", song, RATE_HZ)
    held = {"validation": 0.2, "test": 0.1}
    ends = {}
    for place in ("end", "sound"):
        parts = parts_of(tmp_path, tmp_path / "a.wav", held_out_from=place, **held)
        assert parts.validation[0].first == parts.train[0].first + parts.train[0].length
        ends[place] = (parts.test[0].first + parts.test[0].length - parts.train[0].first) / RATE_HZ
    assert ends["end"] == 3.0
    assert ends["sound"] == pytest.approx(2.02, abs=0.011)


def test_what_is_held_out_in_words(tmp_path: Path) -> None:
    data = tiny(tmp_path, data={"validation": 0.1, "test": 0.05, "held_out_from": "sound"}).data
    assert held_out_words(data, 10) == "15% of the recordings, spread over the set"
    assert held_out_words(data, 1) == "the last 15% of each, before the silence at its end"
