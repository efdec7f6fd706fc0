"""Features: the right numbers at the right times, whatever the recordings hold."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr

from rtsynth.cli import main
from rtsynth.common.errors import InputError, WriteError
from rtsynth.offline.params_file import Track, find_pairs, read_params, track_at, write_params
from rtsynth_train.cli.prepare import prepare
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.measure import features
from rtsynth_train.measure.features import (
    FEATURES,
    RMS_HOPS,
    fill_gaps,
    make_features,
    measure_file,
    refine_onsets,
)
from rtsynth_train.measure.onsets import pop_times
from rtsynth_train.sets.pops import pop_starts, synthesise
from tests.small_files import small_files


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


@pytest.mark.measure
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


@pytest.mark.measure
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


@pytest.mark.measure
def test_what_was_measured_before_wins_over_what_lies_beside_the_audio(tmp_path: Path) -> None:
    """Two rates into one folder, as a configuration of features asks for."""
    folder, out = write_set(tmp_path / "set"), tmp_path / "out"
    old = Track(np.zeros(1), np.array([0.5]))
    write_params(folder / "silence.params", "silence.wav", {"fill": old, "rmse": old, "pitch": old})
    list(make_features(folder, ["rmse"], 125.0, out))
    list(make_features(folder, ["pitch"], 250.0, out))
    tracks = read_params(out / "silence.params")
    assert tracks["fill"].values.tolist() == [0.5]
    for name, rate_hz in (("rmse", 125), ("pitch", 250)):
        np.testing.assert_allclose(tracks[name].times, np.arange(rate_hz // 2 + 1) / rate_hz)
    list(make_features(folder, ["rmse"], 250.0, out))
    tracks = read_params(out / "silence.params")
    np.testing.assert_allclose(tracks["rmse"].times, np.arange(126) / 250)


def test_a_packed_set_is_to_be_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "set.zip"
    packed.write_bytes(b"PK")
    for more in ({"features": ["rmse"]}, {"check": True}):
        with pytest.raises(InputError, match=f"unpack it first: unzip {packed}"):
            prepare(str(packed), **more)


def test_the_help_names_every_feature(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "--help"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in FEATURES)


def test_what_cannot_be_done_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    for names, problem in (
        (["loud"], "--features loud: unknown; known: rmse, centroid, pitch, beat, mfcc"),
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
    with pytest.raises(InputError, match=r"short\.wav: no such folder"):
        prepare(str(folder / "short.wav"), features=["rmse"])
    assert not list(tmp_path.rglob("*.params"))


def test_a_full_disk_is_one_line_and_nothing_half_written(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    refused = pytest.raises(WriteError, match=r"\.params: cannot be written \(File too large\)$")
    with refused, small_files(1024):
        prepare(str(folder), features=["rmse"])
    assert sorted(path.name for path in folder.rglob("*.*")) == ["silence.wav", "tones.wav"]


def test_gaps_are_bridged() -> None:
    nan = np.nan
    np.testing.assert_array_equal(fill_gaps(np.array([nan, 1, nan, 3, nan]), 7.0), [1, 1, 2, 3, 3])
    np.testing.assert_array_equal(fill_gaps(np.array([nan, nan]), 7.0), [7, 7])


# --- level ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate_hz", "window_s"), [(125.0, 0.064), (1000.0, 0.008)])
def test_the_level_is_as_quick_as_its_rate(tmp_path: Path, rate_hz: float, window_s: float) -> None:
    """Its window is WINDOW_S, but RMS_HOPS frames at most: a step rises within it."""
    assert window_s == min(0.064, RMS_HOPS / rate_hz)
    step = np.sign(np.sin(np.arange(16000))) * (np.arange(16000) >= 8000)  # |x| is 0, then 1
    sf.write(tmp_path / "a.wav", 0.5 * step, 16000)
    measured = measure_file(tmp_path / "a.wav", ["rmse"], rate_hz)
    since_s = measured.times - 0.5
    # Mean square of a window of which a share is loud.
    share = np.clip(0.5 + since_s / window_s, 0, 1)
    inside = measured.times < 1 - window_s
    np.testing.assert_allclose(
        measured.columns["rmse"][inside], 0.5 * np.sqrt(share[inside]), atol=0.005
    )
    between = (measured.columns["rmse"][inside] % 0.5 > 0.01).sum()
    assert between == pytest.approx(RMS_HOPS - 1, abs=1)


# --- beat ----------------------------------------------------------------------------------------

CLICK_HZ = 16000
FRAME_HZ = 250.0
HOP = 64  # samples


def clicks(starts: list[int], seconds: float = 2.0) -> np.ndarray:
    """Short decaying bursts of noise, loudest at these samples, where they start."""
    audio = np.zeros(round(seconds * CLICK_HZ))
    burst = np.random.default_rng(0).uniform(-0.5, 0.5, 160) * np.exp(-np.arange(160) / 30)
    burst[0] = 0.5
    for start in starts:
        part = audio[start : start + burst.size]
        part += burst[: part.size]
    return audio


def circle(folder: Path, name: str, audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(times [n], points [2, n]) of one recording."""
    sf.write(folder / name, audio, CLICK_HZ, subtype="FLOAT")
    measured = measure_file(folder / name, ["beat"], FRAME_HZ)
    return measured.times, np.stack([measured.columns["beat_cos"], measured.columns["beat_sin"]])


def test_regular_clicks_go_evenly_round_an_exact_circle(tmp_path: Path) -> None:
    """From the first frame to the last one, before the first click and after the last one too."""
    starts = list(range(5 * HOP, 30_000, 32 * HOP))
    _, (cos, sin) = circle(tmp_path, "a.wav", clicks(starts))
    np.testing.assert_allclose(cos**2 + sin**2, 1, atol=1e-12)
    angle = np.unwrap(np.arctan2(sin, cos))
    np.testing.assert_allclose(np.diff(angle), 2 * np.pi / 32, atol=1e-9)
    frames = np.array(starts) // HOP
    np.testing.assert_allclose([cos[frames], sin[frames]], [[1] * 15, [0] * 15], atol=1e-9)


def test_every_onset_is_at_one_zero(tmp_path: Path) -> None:
    """However irregular: from one to the next it goes round once, at one speed."""
    frames = 5 + np.cumsum([20, 60, 40, 24, 90, 32, 50, 28])
    starts = (frames * HOP).tolist()
    times, (cos, sin) = circle(tmp_path, "a.wav", clicks(starts))
    np.testing.assert_allclose(times, np.arange(501) * HOP / CLICK_HZ)
    np.testing.assert_allclose([cos[frames], sin[frames]], [[1] * 8, [0] * 8], atol=1e-9)
    angle = np.unwrap(np.arctan2(sin, cos))
    np.testing.assert_allclose(np.diff(angle[frames]), 2 * np.pi, atol=1e-9)
    for start, end in pairwise(frames.tolist()):
        np.testing.assert_allclose(np.diff(angle[start : end + 1], 2), 0, atol=1e-9)
    # Outside it continues as beside.
    np.testing.assert_allclose(np.diff(angle[: frames[1]], 2), 0, atol=1e-9)
    np.testing.assert_allclose(np.diff(angle[frames[-2] :], 2), 0, atol=1e-9)


def test_onsets_are_found_to_the_sample() -> None:
    starts = [1, 3333, 8001, 12_345, 31_900]
    audio = (clicks(starts) + np.random.default_rng(1).normal(0, 0.001, 32_000)).astype(np.float32)
    found = pop_times(audio, CLICK_HZ)
    refined = refine_onsets(audio, found, CLICK_HZ) * CLICK_HZ
    np.testing.assert_allclose(refined, starts[-len(found) :], atol=1e-6)
    assert len(found) >= 4  # the one at the very start may be missed
    near = np.array([0.0, 0.0005, 2.0])  # what is found twice counts once; at either end
    np.testing.assert_allclose(refine_onsets(audio, near, CLICK_HZ)[0] * CLICK_HZ, 1)
    assert len(refine_onsets(audio, near, CLICK_HZ)) == 2
    np.testing.assert_array_equal(refine_onsets(audio, np.zeros(0), CLICK_HZ), [])


@pytest.mark.parametrize(("rate", "share"), [(4.0, 1.0), (11.3, 1.0), (32.0, 0.95)])
def test_pops_are_refined_to_half_a_millisecond(rate: float, share: float) -> None:
    """All of them; a few of many behind a louder one are not."""
    rates = np.full(4 * CLICK_HZ, rate)
    audio = synthesise(rates, np.random.default_rng(2)).astype(np.float32)
    starts = pop_starts(rates, CLICK_HZ)
    refined = refine_onsets(audio, pop_times(audio, CLICK_HZ), CLICK_HZ) * CLICK_HZ
    off = np.abs(refined[:, None] - starts).min(axis=1)
    assert len(refined) >= len(starts) - 1
    assert (off <= 8).mean() >= share


def test_too_few_clicks_have_no_beat(tmp_path: Path) -> None:
    for number, starts in enumerate(([], [8000])):
        _, points = circle(tmp_path, f"{number}.wav", clicks(starts))
        assert np.isnan(points).all()
        assert points.shape == (2, 501)
    with pytest.raises(InputError, match="--features beat_cos: no recording of this set has any"):
        list(make_features(tmp_path, ["beat"], FRAME_HZ))
    assert not list(tmp_path.glob("*.params"))
    # Beside others they get what is usual there, and the set its range.
    circle(tmp_path, "2.wav", clicks(list(range(320, 30_000, 2048))))
    list(make_features(tmp_path, ["beat"], FRAME_HZ))
    tracks = [read_params(tmp_path / f"{number}.params") for number in range(3)]
    for name in ("beat_cos", "beat_sin"):
        for few in tracks[:2]:
            assert np.ptp(few[name].values) == 0
            assert few[name].values[0] == pytest.approx(0.5, abs=0.06)
        assert (tracks[2][name].values.min(), tracks[2][name].values.max()) == (0, 1)
        assert tracks[2][name].original is not None
        assert tracks[2][name].original.minimum == pytest.approx(-1, abs=0.01)
        assert tracks[2][name].original.maximum == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("name", ["rmse", "centroid", "mfcc", "pitch"])
@pytest.mark.parametrize("length", [40_000, 40_960, 48_123])
def test_pieces_of_a_long_recording_fit_together(
    name: str, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = features.Frames(16_000, 1024, 640)
    times = np.arange(length) / 16_000
    phase = np.cumsum(200 + 100 * np.sin(3 * times)) / 16_000
    audio = (0.3 * (1.1 + np.sin(7 * times)) * np.sin(2 * np.pi * phase)).astype(np.float32)
    whole = features.FEATURES[name].of(audio, frames)
    monkeypatch.setattr(features, "PIECE_SAMPLES", 20_480)
    monkeypatch.setattr(features, "MARGIN_S", 0.5)
    pieces = features.FEATURES[name].of(audio, frames)
    np.testing.assert_allclose(pieces, whole, rtol=1e-4, atol=1e-4)


def test_features_are_those_of_the_sound_at_the_plugins_rate(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    wide = 0.1 * random.standard_normal(44_100) + tone(300, 0.2, 1.0, 44_100)
    (tmp_path / "wide").mkdir()
    (tmp_path / "narrow").mkdir()
    sf.write(tmp_path / "wide" / "a.flac", np.stack([wide, wide], axis=1), 44_100)
    narrow = soxr.resample(wide, 44_100, 16_000, quality="VHQ")
    sf.write(tmp_path / "narrow" / "a.wav", narrow, 16_000, subtype="FLOAT")
    names = ["rmse", "centroid", "mfcc"]
    expected = measure_file(tmp_path / "narrow" / "a.wav", names, 125.0)
    measured = measure_file(tmp_path / "wide" / "a.flac", names, 125.0, 16_000)
    np.testing.assert_allclose(measured.times, expected.times)
    for name, column in expected.columns.items():
        np.testing.assert_allclose(measured.columns[name], column, rtol=5e-3, atol=0.02)
    at_its_own = measure_file(tmp_path / "wide" / "a.flac", ["centroid"], 125.0)
    assert np.median(at_its_own.columns["centroid"]) > 8000  # more than the plugin can have
    for folder in ("wide", "narrow"):
        list(make_features(tmp_path / folder, ["centroid"]))
    ranges = [
        read_params(tmp_path / folder / "a.params")["centroid"].original
        for folder in ("wide", "narrow")
    ]
    assert ranges[0] is not None
    assert ranges[1] is not None
    assert ranges[0].maximum == pytest.approx(ranges[1].maximum, rel=0.01)
    left = measure_file(
        tmp_path / "wide" / "a.flac", ["rmse"], 125.0, 16_000, SoundRules(channels=1, level="peak")
    )
    assert left.columns["rmse"].mean() > 1.3 * measured.columns["rmse"].mean()


def test_recordings_of_a_lower_rate_are_measured_as_they_are(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", tone(300, 0.2, 1.0, 8000), 8000)
    list(make_features(tmp_path, ["centroid"]))
    track = read_params(tmp_path / "a.params")["centroid"]
    expected = measure_file(tmp_path / "a.wav", ["centroid"], 125.0)
    assert track.original is not None
    assert track.original.maximum == pytest.approx(expected.columns["centroid"].max())
