"""What recordings were made at, from their names and from .params."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Original, Track, write_params
from rtsynth.plugin import Parameter
from rtsynth_train.measure.recorded import all_values, knobs_of, recorded_in
from tests.rtsynth.plugins import gru_manifest
from tests.train.recordings import write_set

MANIFEST = gru_manifest()


def test_values_from_names(tmp_path: Path) -> None:
    write_set(tmp_path)
    found = recorded_in(tmp_path, MANIFEST)
    assert len(found) == 6
    assert found[0].values == {"instrument": 0, "amplitude": 0.5, "pitch": 64}
    assert all_values(found)["pitch"].tolist() == [64, 70, 76]


def test_the_fields_of_a_configuration_come_first(tmp_path: Path) -> None:
    write_set(tmp_path)
    found = recorded_in(tmp_path, MANIFEST, {"amplitude": "p"})
    assert found[0].values["amplitude"] == 64


def test_values_from_params(tmp_path: Path) -> None:
    rate = Parameter(name="rate", minimum=0, maximum=1, default=0)
    hertz = Parameter(name="hertz", minimum=100, maximum=300, default=100)
    manifest = gru_manifest(parameters=[rate, hertz])
    sf.write(tmp_path / "a.wav", np.zeros(1600), 16_000)
    times = np.linspace(0, 0.1, 5)
    tracks = {
        "rate": Track(times, np.linspace(0, 1, 5)),
        "hertz": Track(times, np.full(5, 0.5), original=Original("Hz", 100, 300)),
        "other": Track(times, np.zeros(5)),
    }
    write_params(tmp_path / "a.params", "a.wav", tracks)
    (found,) = recorded_in(tmp_path, manifest)
    assert found.values == {"hertz": 200}  # 0..1 does not fit its range, the original does
    assert found.moving["rate"].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert all_values([found])["rate"].size == 5


def test_what_has_no_values_is_a_recording_all_the_same(tmp_path: Path) -> None:
    sf.write(tmp_path / "rain.wav", np.zeros(1600), 16_000)
    (found,) = recorded_in(tmp_path, MANIFEST)
    assert found.values == {}
    assert all_values([found]) == {}
    assert [knob.name for knob in knobs_of(MANIFEST)] == ["instrument", "amplitude", "pitch"]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        recorded_in(tmp_path / "none", MANIFEST)
