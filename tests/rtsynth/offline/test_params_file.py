"""`.params` files: read as they are, refused with one line that names what is wrong."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import (
    Original,
    Track,
    find_pairs,
    read_params,
    track_at,
    write_params,
)
from rtsynth_train.cli.prepare import prepare
from rtsynth_train.sets.check_folder import check_params_folder
from tests.places import SHARED
from tests.requirements import lacking

QUICKSTART = SHARED / "data/RegularPopsRandomPitch_16k.zip"
GOOD: dict[str, Any] = {
    "times": [0, 0.5, 2.0],
    "values": [0.0, 1.0, 0.25],
    "units": "norm",
    "nvals": 11,
    "minval": 0,
    "maxval": 1,
    "origMinval": 2,
    "origUnits": "rate pow(2,n), n=[2,5]",
    "origMaxval": 5,
}


def write(path: Path, entry: Any, meta: Any = None) -> Path:
    document = {"meta": {"filename": f"{path.stem}.wav"} if meta is None else meta, "rate": entry}
    path.write_text(json.dumps(document))
    return path


def write_audio(path: Path, seconds: float = 0.6) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    sf.write(path, 0.3 * np.sin(0.2 * np.arange(round(seconds * 16000))), 16000)
    return path


def test_a_file_as_param_manager_writes_it(tmp_path: Path) -> None:
    track = read_params(write(tmp_path / "a.params", GOOD))["rate"]
    assert track.times.tolist() == [0, 0.5, 2.0]
    assert track.values.tolist() == [0, 1, 0.25]
    assert (track.unit, track.minimum, track.maximum) == ("norm", 0, 1)
    assert track.original == Original("rate pow(2,n), n=[2,5]", 2, 5)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_has_saved(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.params", GOOD)
    path.write_bytes(path.read_text().encode(encoding))
    assert read_params(path)["rate"].values.tolist() == [0, 1, 0.25]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    tracks = {
        "fill": Track(np.arange(9) / 125, rng.random(9), original=Original("fill", 0, 1)),
        "pitch": Track(np.array([0.1]), np.array([440.0]), "Hz", 100.0, 2000.0),
    }
    write_params(tmp_path / "b.params", "b.wav", tracks)
    back = read_params(tmp_path / "b.params")
    assert list(back) == ["fill", "pitch"]
    for name, track in tracks.items():
        np.testing.assert_array_equal(back[name].times, track.times)
        np.testing.assert_array_equal(back[name].values, track.values)
        fields = ("unit", "minimum", "maximum", "original")
        assert [getattr(back[name], f) for f in fields] == [getattr(track, f) for f in fields]


def test_resampling_is_linear_and_holds_the_ends() -> None:
    track = Track(np.array([0.5, 1.5]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(track_at(track, 4.0, 9), [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1])
    assert track_at(Track(np.zeros(1), np.array([0.3])), 125.0, 3).tolist() == [0.3, 0.3, 0.3]


BAD_FIELDS = {
    "rate: has no times": {"times": None},
    "rate: has no values": {"values": None},
    "rate: times is not a list": {"times": 3},
    "rate: 3 times, but 2 values": {"values": [0, 1]},
    "rate: has no times ": {"times": [], "values": []},
    "times do not increase (2 s is followed by 1 s)": {"times": [0, 2, 1]},
    "times do not increase (0 s is followed by 0 s)": {"times": [0, 0, 1]},
    "rate: values[1] is nan, not a finite number": {"values": [0, float("nan"), 1]},
    "rate: values[2] is inf, not a finite number": {"values": [0, 1, float("inf")]},
    "rate: values[0] is inf, not a finite": {"values": [10**400, 1, 1]},
    'rate: values[0] is "0", not a number': {"values": ["0", 1, 1]},
    "rate: values[0] is true, not a number": {"values": [True, 1, 1]},
    "rate: values[0] is a list, not a number": {"values": [[0], 1, 1]},
    "rate: times[0] is null, not a number": {"times": [None, 1, 2]},
    "rate: value 1.1 at 0.5 s is outside 0..1 (minval, maxval)": {"values": [0, 1.1, 1]},
    "rate: value -0.01 at 0 s is outside": {"values": [-0.01, 1, 1]},
    "rate: has no minval": {"minval": None},
    "rate: minval 1 is not below maxval 1": {"minval": 1},
    "rate: origMinval 6 is not below origMaxval 5": {"origMinval": 6},
    "rate: units is not a text": {"units": 7},
}


@pytest.mark.parametrize("problem", BAD_FIELDS)
def test_each_bad_field_is_one_line(tmp_path: Path, problem: str) -> None:
    path = write(tmp_path / "a.params", {**GOOD, **BAD_FIELDS[problem]})
    with pytest.raises(InputError) as caught:
        read_params(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert problem.strip() in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (0, 1, True)),
        ({"values": [0, 1 + 1e-9, 1]}, (0, 1, True)),
        ({"values": [60, 72, 65]}, (60, 72, False)),  # in paramManager's default range, 0..1
        ({"values": [2, 2, 2]}, (2, 2, False)),
        ({"values": [2, 2, 2], "minval": 2, "maxval": 2}, (2, 2, True)),
        ({"origMinval": 5, "origMaxval": 2}, (0, 1, False)),
        ({"units": None}, (0, 1, True)),
    ],
)
def test_ranges_that_do_not_hold_give_way_where_files_are_taken_over(
    tmp_path: Path, fields: dict[str, Any], expected: tuple[float, float, bool]
) -> None:
    track = read_params(write(tmp_path / "a.params", {**GOOD, **fields}), lenient=True)["rate"]
    assert (track.minimum, track.maximum, track.original is not None) == expected
    assert track.values.tolist() == pytest.approx({**GOOD, **fields}["values"])


def test_a_file_without_parameters_may_be_taken_over(tmp_path: Path) -> None:
    (tmp_path / "a.params").write_text('{"meta": {"filename": "a.wav"}}')
    assert read_params(tmp_path / "a.params", lenient=True) == {}


BAD_FILES = {
    "not JSON": b"{rate: 1}",
    "not JSON (": b"\xff\xfe\x00",
    "not JSON (maximum": b"[" * 100_000,
    "too many digits": b'{"rate": {"minval": ' + b"9" * 5000 + b"}}",
    "too many lists and texts": b"[" + b"[]," * 100_000 + b"[]]",
    "'rate' is given twice": b'{"rate": {}, "rate": {}}',
    "not an object": b"[1, 2]",
    "holds no parameters": b'{"meta": {"filename": "a.wav"}}',
    "rate: not an object": b'{"rate": 1}',
    "meta: not an object": b'{"meta": 5, "rate": {}}',
    "meta: filename is 'b.wav', another file's": b'{"meta": {"filename": "b.wav"}, "rate": {}}',
}


@pytest.mark.parametrize("problem", BAD_FILES)
def test_each_bad_file_is_one_line(tmp_path: Path, problem: str) -> None:
    path = tmp_path / "a.params"
    path.write_bytes(BAD_FILES[problem])
    with pytest.raises(InputError) as caught:
        read_params(path)
    assert str(path) in str(caught.value)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_range_is_overstepped_by_rounding_only(tmp_path: Path) -> None:
    path = write(tmp_path / "a.params", {**GOOD, "values": [-5e-7, 1 + 5e-7, 0.5]})
    assert read_params(path)["rate"].values.tolist() == [0, 1, 0.5]


def test_the_audio_may_be_named_with_folders_of_any_kind(tmp_path: Path) -> None:
    for name in ("sounds/a.wav", "C:\\sounds\\a.wav", "a.flac"):
        assert read_params(write(tmp_path / "a.params", GOOD, {"filename": name}))
    assert read_params(write(tmp_path / "a.params", GOOD, {}))


def test_pairs_in_nested_folders_and_parallel_trees(tmp_path: Path) -> None:
    audio = [write_audio(tmp_path / "wav" / name) for name in ("a.wav", "deep/er/a.wav")]
    write_audio(tmp_path / "wav" / ".hidden.wav")
    for root in ("wav", "par"):
        (tmp_path / root / "deep/er").mkdir(parents=True, exist_ok=True)
        params = [write(tmp_path / root / name, GOOD) for name in ("a.params", "deep/er/a.params")]
        pairs = find_pairs(tmp_path / "wav", tmp_path / root)
        assert pairs == list(zip(audio, params, strict=True))
    assert find_pairs(tmp_path / "wav") == find_pairs(tmp_path / "wav", tmp_path / "wav")


def test_what_lacks_its_other_half_is_named_in_one_line(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav")
    write_audio(tmp_path / "b.wav")
    write(tmp_path / "b.params", GOOD)
    write(tmp_path / "c.params", GOOD)
    with pytest.raises(InputError, match=r"no \.params under .*: a\.wav; no audio .*: c\.params$"):
        find_pairs(tmp_path)
    for number in range(8):
        write_audio(tmp_path / f"x{number}.wav")
    with pytest.raises(InputError, match=r"a\.wav, x0\.wav, .*, x3\.wav and 4 more; "):
        find_pairs(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        find_pairs(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no audio files in it"):
        find_pairs(tmp_path / "empty")
    write_audio(tmp_path / "two" / "a.wav")
    write_audio(tmp_path / "two" / "a.flac")
    with pytest.raises(InputError, match=r"a\.wav: a\.flac has the same name"):
        find_pairs(tmp_path / "two")


def test_the_check_lists_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in "abcd":
        write_audio(tmp_path / f"{name}.wav")
        write(tmp_path / f"{name}.params", GOOD)
    assert check_params_folder(tmp_path) == (4, [])
    prepare(str(tmp_path), check=True)
    assert "4 recordings, all fine" in capsys.readouterr().out
    write_audio(tmp_path / "b.wav", 0.1)
    write(tmp_path / "c.params", {**GOOD, "origMaxval": 6})
    write(tmp_path / "d.params", {**GOOD, "times": [0, 0, 1]})
    _, lines = check_params_folder(tmp_path)
    assert len(lines) == 3
    assert "b.wav: 0.10 s is too short" in lines[0]
    assert lines[1] == "c.params: rate: unit or range differ from those in a.params"
    assert "d.params: rate: times do not increase" in lines[2]
    with pytest.raises(InputError, match="3 problems in 4 files"):
        prepare(str(tmp_path), check=True)
    document = {"fill": GOOD}
    (tmp_path / "d.params").write_text(json.dumps(document))
    _, lines = check_params_folder(tmp_path)
    assert lines[-2:] == [
        "d.params: has no rate, which a.params has",
        "d.params: has fill, which a.params has not",
    ]
    (tmp_path / "d.params").unlink()
    assert "for: d.wav" in check_params_folder(tmp_path)[1][0]


def test_the_quick_start_set(tmp_path: Path) -> None:
    if not QUICKSTART.is_file():
        lacking("the QuickStart recordings (RegularPopsRandomPitch_16k.zip) are not here")
    with zipfile.ZipFile(QUICKSTART) as archive:
        archive.extractall(tmp_path)
    assert check_params_folder(tmp_path) == (11, [])
    rates = [read_params(params)["rate"] for _, params in find_pairs(tmp_path)]
    np.testing.assert_allclose([track.values[0] for track in rates], np.linspace(0, 1, 11))
    assert {track.original for track in rates} == {Original("rate pow(2,n), n=[2,5]", 2, 5)}
