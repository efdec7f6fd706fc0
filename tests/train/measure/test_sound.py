"""The ears: known sounds measure as what they are."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.measure.sound import (
    Reference,
    centroid_hz,
    held_pitch_error_cents,
    level_db,
    measure_recordings,
    read_reference,
    reference_path,
    track_pitch,
    write_reference,
)
from tests.train.recordings import RATE_HZ, write_set


def tone(pitch: float, seconds: float = 0.5, partials: int = 4) -> np.ndarray:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    base = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * times
    return sum(np.sin(k * base) / k for k in range(1, partials + 1)) * 0.3


@pytest.mark.measure
@pytest.mark.parametrize("pitch", [64.0, 69.5, 76.0])
@pytest.mark.parametrize("off", [-0.4, 0.0, 0.1])
def test_pitch(pitch: float, off: float) -> None:
    cents = held_pitch_error_cents(tone(pitch + off), RATE_HZ, pitch)
    assert cents == pytest.approx(off * 100, abs=4)


def test_an_octave_off_is_an_octave_off() -> None:
    assert held_pitch_error_cents(tone(76), RATE_HZ, 64.0) == pytest.approx(1200, abs=5)


def test_noise_has_no_pitch() -> None:
    noise = np.random.default_rng(0).normal(size=RATE_HZ // 2) * 0.1
    assert held_pitch_error_cents(noise, RATE_HZ, 69.0) == 1200.0


def test_frames_are_timed_by_their_middle() -> None:
    times, heard = track_pitch(np.concatenate([tone(69, 0.3), 0 * tone(69, 0.3)]), RATE_HZ)
    assert times[0] == 512 / RATE_HZ
    assert np.diff(times) == pytest.approx(256 / RATE_HZ)
    assert np.isfinite(heard[(times > 0.1) & (times < 0.25)]).all()
    assert np.isnan(heard[times > 0.4]).all()


def test_level_and_centroid() -> None:
    times = np.arange(RATE_HZ) / RATE_HZ
    assert level_db(np.sin(2 * np.pi * 100 * times)) == pytest.approx(-3.01, abs=0.01)
    two = np.sin(2 * np.pi * 500 * times) + np.sin(2 * np.pi * 1500 * times)
    assert centroid_hz(two, RATE_HZ) == pytest.approx(1000, rel=0.01)


def test_reference_round_trip(tmp_path: Path) -> None:
    measured = measure_recordings(write_set(tmp_path / "set"))
    assert set(measured) == {(i, 0.5, p) for i in (0, 1) for p in (64, 70, 76)}
    assert measured[0, 0.5, 64].level_db == pytest.approx(20 * np.log10(0.3) - 3.01, abs=0.05)
    path = reference_path(tmp_path / "horn.safetensors")
    assert path == tmp_path / "horn.reference.json"
    write_reference(path, measured)
    for key, value in read_reference(path).items():
        assert value.level_db == pytest.approx(measured[key].level_db, abs=0.01)
        assert value.centroid_hz == pytest.approx(measured[key].centroid_hz, abs=0.1)
    assert isinstance(value, Reference)


def test_what_is_no_reference(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name the recordings with --data"):
        read_reference(tmp_path / "none.json")
    for text in ("{", "{}", '{"notes": [[1, 2]]}'):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(InputError, match="not a table of recordings"):
            read_reference(tmp_path / "bad.json")
