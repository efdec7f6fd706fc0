"""Recordings as codes on disk, with their conditioning; sets that do not fit together."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from filelock import FileLock

from rtsynth.common.errors import InputError
from rtsynth.plugin import codec
from rtsynth_train.samplernn.material import PAD, Material, load_material
from tests.train.samplernn.sets import (
    RATE_HZ,
    tiny,
    tone,
    write_classes,
    write_columns,
    write_song,
)


def load(tmp_path: Path, source: Path, **data: object) -> Material:
    return load_material(tmp_path / "runs" / "run", tiny(source, data=data).data)


def test_codes_follow_a_pad_of_silence(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav")
    material = load(tmp_path, song)
    audio, _ = sf.read(song)
    expected = codec.encode("mu_law", 32, audio)
    assert material.codes.dtype == np.uint8
    assert isinstance(material.codes, np.memmap)
    assert material.starts.tolist() == [PAD]
    assert material.lengths.tolist() == [len(audio)]
    assert (material.codes[:PAD] == material.silence).all()
    np.testing.assert_array_equal(material.codes[PAD:], expected)
    assert material.width == 0
    assert load(tmp_path, song, levels=1000).codes.dtype == np.uint16


def test_classes_belong_to_their_samples(tmp_path: Path) -> None:
    material = load(tmp_path, write_classes(tmp_path / "set"))
    assert material.index.classes == material.width == 3
    second = int(material.starts[1])
    half = int(material.lengths[1]) // 2
    told = material.conditioning_at(second, 2 * half)
    np.testing.assert_array_equal(told[:half], np.tile([0, 1, 0], (half, 1)))
    np.testing.assert_array_equal(told[half:], np.tile([0, 0, 1], (half, 1)))
    knobs = material.knobs_at(second + half - 1, 2)
    assert knobs.tolist() == [[0.5], [1.0]]


def test_columns_are_normalised_over_the_set(tmp_path: Path) -> None:
    material = load(tmp_path, write_columns(tmp_path / "set"))
    assert [column.name for column in material.index.columns] == ["pitch", "level"]
    pitch = material.index.columns[0]
    assert (pitch.minimum, pitch.maximum) == (200, 550)
    told = material.conditioning_at(int(material.starts[3]), int(material.lengths[3]))
    np.testing.assert_allclose(told[[0, -1]], [[0, 0], [1, 1]], atol=1e-6)


def test_classes_follow_a_recording_to_another_rate(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("a", "b"):
        sf.write(folder / f"{name}.wav", tone(300, 1.0, 44100), 44100)
        rows = np.repeat([0, 1], [30_000, 14_100])
        (folder / f"{name}.csv").write_text("\n".join(map(str, rows)))
    material = load(tmp_path, folder)
    assert material.conditioning is not None
    first, length = int(material.starts[0]), int(material.lengths[0])
    assert length == RATE_HZ
    change = int(
        np.flatnonzero(np.diff(material.conditioning[first : first + length].astype(int)))[0]
    )
    assert abs(change - 30_000 / 44100 * RATE_HZ) <= 1


def test_the_cache_is_used_until_something_changes(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set")
    cache = tmp_path / "runs" / "run" / "cache"

    def made() -> int:
        load(tmp_path, folder)
        return (cache / "codes.bin").stat().st_mtime_ns

    first = made()
    assert made() == first
    sf.write(folder / "take0.wav", tone(700, 0.5), RATE_HZ)
    assert made() != first
    (cache / "index.json").write_text("{")
    assert load(tmp_path, folder).index.classes == 3
    assert json.loads((cache / "index.json").read_text())["classes"] == 3


def test_what_runs_have_left_is_no_recording(tmp_path: Path) -> None:
    """The run folder lies in the folder of recordings, as runs/NAME does in `train .`."""
    write_song(tmp_path / "song.wav")
    before = load(tmp_path, tmp_path).index.names
    run = tmp_path / "runs" / "run"
    for place in ("", "examples"):
        (run / place).mkdir(exist_ok=True)
        write_song(run / place / "ground_truth.wav")
    for number, marks in enumerate((["checkpoint.pt"], ["config.json", "args.json"])):
        other = tmp_path / "runs" / f"other{number}" / "previews"
        other.mkdir(parents=True)
        write_song(other / "step1.wav")
        for mark in marks:
            (other.parent / mark).write_text("{}")
    (tmp_path / ".hidden").mkdir()
    write_song(tmp_path / ".hidden" / "a.wav")
    assert load(tmp_path, tmp_path).index.names == before == ["song.wav"]
    (tmp_path / "more").mkdir()
    write_song(tmp_path / "more" / "b.wav")
    (tmp_path / "more" / "config.json").write_text("{}")  # of something else
    assert load(tmp_path, tmp_path).index.names == ["b.wav", "song.wav"]
    with pytest.raises(InputError, match="is the folder of recordings; name another one"):
        load_material(tmp_path, tiny(tmp_path).data)


def test_what_a_killed_build_has_left_goes(tmp_path: Path) -> None:
    song, runs = write_song(tmp_path / "song.wav"), tmp_path / "runs"
    for name, files in (
        (".run.abc", ["codes.bin", "lock"]),
        (".run.def", ["codes.bin", "told.bin"]),
        (".run.kept", ["codes.bin", "mine.txt"]),
        (".other.abc", ["codes.bin"]),
        (".run.busy", ["codes.bin"]),
    ):
        (runs / name).mkdir(parents=True)
        for file in files:
            (runs / name / file).write_bytes(b"x")
    with FileLock(runs / ".run.busy" / "lock"):
        load(tmp_path, song)
    left = sorted(path.name for path in runs.iterdir())
    assert left == [".other.abc", ".run.busy", ".run.kept", "run"]


def test_suffixes_in_capitals(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set")
    (folder / "take1.csv").rename(folder / "take1.CSV")
    (folder / "take2.wav").rename(folder / "take2.WAV")
    assert load(tmp_path, folder).index.classes == 3
    (folder / "take1.csv").write_text("0\n")
    with pytest.raises(InputError, match=r"take1.csv: take1.CSV is also there"):
        load(tmp_path, folder)


def test_long_recordings_are_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with sf.SoundFile(path, "w", RATE_HZ, 1) as file:
        for _ in range(200):
            file.write(tone(300, 2.0))
    load(tmp_path, path)  # what is imported and compiled only once is not counted
    tracemalloc.start()
    load_material(tmp_path / "runs" / "again", tiny(path).data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 6_000_000
    assert peak < 4_000_000  # a float64 of every sample would be 25 MB


def break_set(folder: Path, kind: str) -> None:
    csv = folder / "take1.csv"
    rows = csv.read_text().splitlines()
    if kind == "short":
        csv.write_text("\n".join(rows[:-1]))
    elif kind == "long":
        csv.write_text("\n".join([*rows, "0"]))
    elif kind == "gap":
        for path in folder.glob("*.csv"):
            path.write_text(path.read_text().replace("1\n", "0\n"))
    elif kind == "missing":
        csv.unlink()
    elif kind == "mixed":
        csv.write_text("pitch\n" + "\n".join(rows))
    elif kind == "silent":
        sf.write(folder / "take1.wav", np.zeros(len(rows)), RATE_HZ)
    elif kind == "NaN":
        sf.write(folder / "take1.wav", np.full(len(rows), np.nan), RATE_HZ, subtype="FLOAT")
    elif kind == "twice":
        sf.write(folder / "take1.flac", tone(300, 0.5), RATE_HZ)


REFUSED = {
    "short": r"take1.csv: has 3999 rows, but take1.wav 4000 samples",
    "long": r"take1.csv: has more rows than take1.wav samples \(4000\)",
    "gap": r"take\d.csv: has class 2, but no .csv has class 1: classes start at 0, without gaps",
    "missing": r"take1.csv: missing, though 5 of 6 recordings have a .csv",
    "mixed": r"take1.csv: holds pitch, but take0.csv holds classes",
    "silent": r"take1.wav: is silent throughout",
    "NaN": r"take1.wav: sample 0 \(0.000 s\) is not a finite number",
    "twice": r"take1.wav: take1.flac has the same name",
}


@pytest.mark.parametrize(("kind", "said"), REFUSED.items(), ids=REFUSED.keys())
def test_sets_that_do_not_fit_are_one_line_and_leave_nothing(
    tmp_path: Path, kind: str, said: str
) -> None:
    folder = write_classes(tmp_path / "set")
    break_set(folder, kind)
    with pytest.raises(InputError, match=said) as caught:
        load(tmp_path, folder)
    assert "\n" not in str(caught.value)
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.parent.name != "set"]


def test_no_recordings(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        load(tmp_path, tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no audio files in it"):
        load(tmp_path, tmp_path / "empty")


def test_classes_can_be_left_out(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set")
    assert load(tmp_path, folder, conditioning="none").width == 0
    for path in folder.glob("*.csv"):
        path.write_text("0\n" * 4000)
    assert load(tmp_path, folder).width == 0  # one class is none


def test_rules_of_the_recordings(tmp_path: Path) -> None:
    quiet = np.concatenate([np.zeros(22_050), 0.1 * tone(300, 1.0, 44_100)])
    sf.write(tmp_path / "a.flac", np.stack([quiet, 0 * quiet], axis=1), 44_100)
    plain = load(tmp_path, tmp_path / "a.flac", levels=256)
    made = load(tmp_path, tmp_path / "a.flac", levels=256, channels=1, trim=True, level="peak")
    assert plain.lengths.tolist() == [1.5 * RATE_HZ]
    assert made.lengths[0] / RATE_HZ == pytest.approx(1.02, abs=0.021)
    audio = codec.decode("mu_law", 256, made.codes[PAD:])
    assert np.abs(audio).max() == pytest.approx(0.9, abs=0.03)


def test_rows_of_a_csv_are_not_cut_off(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set")
    with pytest.raises(InputError, match=r"take0\.csv: .*set data\.trim = false"):
        load(tmp_path, folder, trim=True)


def test_one_broken_recording_of_many_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_classes(tmp_path / "set", files=12, seconds=0.1)
    whole = load(tmp_path, folder)
    (folder / "take5.wav").write_bytes(b"RIFF")
    material = load(tmp_path, folder)
    assert "left out 1 of 12 recordings: " in capsys.readouterr().err
    names = [f"take{number}.wav" for number in (0, 1, 10, 11, 2, 3, 4, 6, 7, 8, 9)]
    assert material.index.names == names
    kept = [number for number, name in enumerate(whole.index.names) if name != "take5.wav"]
    for number, before in enumerate(kept):
        first, last = int(material.starts[number]), int(whole.starts[before])
        size = int(material.lengths[number])
        np.testing.assert_array_equal(
            material.codes[first : first + size], whole.codes[last : last + size]
        )
        np.testing.assert_array_equal(
            material.conditioning_at(first, size), whole.conditioning_at(last, size)
        )
    resumed = load_material(tmp_path / "runs" / "run", tiny(folder).data, material.lengths.tolist())
    assert resumed.index.names == names
