"""Features: the right numbers at the right times, whatever the recordings hold."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.errors import InputError
from rtsynth.params_file import Track, find_pairs, read_params, track_at, write_params
from rtsynth_train.features import fill_gaps, make_features
from rtsynth_train.prepare_cli import prepare


def tone(frequency_hz: float, level: float, seconds: float = 0.6, rate_hz: int = 16000):
    return level * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def write_set(folder: Path, rate_hz: int = 16000) -> Path:
    (folder / "deep").mkdir(parents=True)
    quiet_then_high = np.concatenate([
        tone(220, 0.1, 0.6, rate_hz), np.zeros(rate_hz // 5), tone(880, 0.4, 0.6, rate_hz)
    ])  # fmt: skip
    sf.write(folder / "deep" / "tones.wav", quiet_then_high, rate_hz)
    sf.write(folder / "silence.wav", np.zeros(rate_hz // 2), rate_hz)
    return folder


def engineering(track: Track, times: list[float]) -> np.ndarray:
    assert track.original is not None
    low, high = track.original.minimum, track.original.maximum
    return low + np.interp(times, track.times, track.values) * (high - low)


@pytest.mark.parametrize("rate_hz", [16000, 22050])
def test_features_are_right_and_in_time(tmp_path: Path, rate_hz: int) -> None:
    folder = write_set(tmp_path / "set", rate_hz)
    prepare(
        str(folder), Path("centroid"), ["pitch"], features=["rmse"], out_folder=tmp_path / "out"
    )
    assert not list(folder.rglob("*.params"))
    pairs = find_pairs(folder, tmp_path / "out")
    assert [params.name for _, params in pairs] == ["tones.params", "silence.params"]
    tracks, silence = (read_params(params) for _, params in pairs)
    assert list(tracks) == ["rmse", "centroid", "pitch"]
    times = [0.3, 1.1]
    rmse = engineering(tracks["rmse"], times)
    np.testing.assert_allclose(rmse, [0.1 / 2**0.5, 0.4 / 2**0.5], rtol=0.03)
    np.testing.assert_allclose(engineering(tracks["centroid"], times), [220, 880], rtol=0.06)
    np.testing.assert_allclose(engineering(tracks["pitch"], times), [220, 880], rtol=0.01)
    # The gap between the tones is bridged, and the step lies where it is in the recording.
    inside = engineering(tracks["pitch"], np.linspace(0.65, 0.75, 5).tolist())
    assert (np.diff(inside) > 0).all()
    level = engineering(tracks["rmse"], tracks["rmse"].times.tolist())
    rise = tracks["rmse"].times[np.flatnonzero(level > 0.2)[0]]
    assert rise == pytest.approx(0.8, abs=0.02)
    assert tracks["rmse"].times[1] == pytest.approx(1 / 125, rel=0.01)
    assert tracks["rmse"].unit == "norm"
    assert tracks["rmse"].original is not None
    assert tracks["rmse"].original.unit == "amplitude"
    # One range for the set: silence is 0 of what the tones reach, its pitch is made up.
    assert silence["rmse"].values.max() == 0
    assert tracks["rmse"].values.max() == 1
    assert len(set(silence["pitch"].values)) == 1
    assert track_at(silence["rmse"], 125.0, 100).shape == (100,)


def test_coefficients_go_beside_the_audio_and_keep_what_is_there(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    fill = Track(np.zeros(1), np.array([0.5]))
    write_params(folder / "silence.params", "silence.wav", {"fill": fill, "mfcc2": fill})
    done = list(make_features(folder, ["mfcc"], rate_hz=100.0))
    assert len(done) == 2
    tracks = read_params(folder / "deep" / "tones.params")
    assert list(tracks) == [f"mfcc{n}" for n in range(1, 14)]
    assert all(np.ptp(track.values) > 0 for track in tracks.values())
    np.testing.assert_allclose(np.diff(tracks["mfcc1"].times), 0.01)
    kept = read_params(folder / "silence.params")
    assert kept["fill"].values.tolist() == [0.5]
    assert len(kept["mfcc2"].values) > 1
    assert list(make_features(folder, ["rmse"], out=tmp_path / "out"))
    both = read_params(tmp_path / "out" / "silence.params")
    assert {"fill", "mfcc13", "rmse"} <= both.keys()


def test_what_cannot_be_done_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    for names, problem in (
        (["loud"], "--features loud: unknown; known: rmse, centroid, pitch, mfcc"),
        (["rmse", "rmse"], "--features rmse: given twice"),
    ):
        with pytest.raises(InputError, match=problem):
            prepare(str(folder), features=names)
    with pytest.raises(InputError, match="--rate-hz nan"):
        prepare(str(folder), features=["rmse"], rate_hz=float("nan"))
    (folder / "deep" / "tones.wav").unlink()
    with pytest.raises(InputError, match="--features centroid: no recording of this set has any"):
        prepare(str(folder), features=["rmse,centroid"])
    sf.write(folder / "short.wav", np.ones(100), 16000)
    with pytest.raises(InputError, match=r"short\.wav: 0\.01 s is shorter than 0\.128 s"):
        prepare(str(folder), features=["rmse"])
    (folder / "short.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match=r"short\.wav: not a readable audio file"):
        prepare(str(folder), features=["rmse"])
    with pytest.raises(InputError, match="no such folder"):
        prepare(str(tmp_path / "none"), features=["rmse"])
    assert not list(tmp_path.rglob("*.params"))


def test_gaps_are_bridged() -> None:
    nan = np.nan
    np.testing.assert_array_equal(fill_gaps(np.array([nan, 1, nan, 3, nan]), 7.0), [1, 1, 2, 3, 3])
    np.testing.assert_array_equal(fill_gaps(np.array([nan, nan]), 7.0), [7, 7])
