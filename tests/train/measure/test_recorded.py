"""What recordings were made at, from their names and from .params."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Original, Track, write_params
from rtsynth.plugin import Parameter
from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.measure.recorded import all_values, knobs_of, recorded_in
from tests.rtsynth.plugins import PARAMETERS, gru_manifest
from tests.train.recordings import write_set

MANIFEST = gru_manifest()


def test_values_from_names(tmp_path: Path) -> None:
    write_set(tmp_path)
    found = recorded_in(tmp_path, MANIFEST)
    assert len(found) == 6
    assert found[0].values == {"instrument": 0, "amplitude": 0.5, "pitch": 64}
    assert all_values(found)["pitch"].tolist() == [64, 70, 76]


def test_where_a_configuration_says_comes_first(tmp_path: Path) -> None:
    write_set(tmp_path)
    said = ConditioningConfig(name="amplitude", field="p", minimum=0, maximum=100, default=0)
    found = recorded_in(tmp_path, MANIFEST, [said])
    assert found[0].values["amplitude"] == 64
    missing = ConditioningConfig(name="pitch", field="q", minimum=0, maximum=100, default=0)
    with pytest.raises(InputError, match="no decimal value for q"):
        recorded_in(tmp_path, MANIFEST, [missing])


def test_notes_dynamics_and_folders(tmp_path: Path) -> None:
    who = Parameter(
        name="who", minimum=0, maximum=1, default=0, role="class", labels=["flute", "horn"]
    )
    manifest = gru_manifest(parameters=[*PARAMETERS[1:], who])
    (tmp_path / "horn").mkdir()
    sf.write(tmp_path / "horn" / "F#4 ff.wav", np.zeros(1600), 16_000)
    (found,) = recorded_in(tmp_path, manifest)
    assert found.values == {"amplitude": 0.875, "pitch": 66, "who": 1}


def test_what_cannot_be_measured_is_missing(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", 0.4 * np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000), 16_000)
    sf.write(tmp_path / "b.wav", np.zeros(16_000), 16_000)
    measured = {"from": "measured", "minimum": 60, "maximum": 70, "default": 60}
    said = ConditioningConfig(name="pitch", **measured)
    first, second = recorded_in(tmp_path, MANIFEST, [said])
    assert first.values["pitch"] == pytest.approx(69, abs=0.01)
    assert "pitch" not in second.values


def test_the_channel_that_is_trained_is_measured(tmp_path: Path) -> None:
    left, right = (0.4 * np.sin(np.arange(16_000) * 2 * np.pi * hz / 16_000) for hz in (440, 880))
    sf.write(tmp_path / "a.wav", np.stack([left, right], axis=1), 16_000)
    measured = {"from": "measured", "minimum": 60, "maximum": 90, "default": 60}
    said = ConditioningConfig(name="pitch", **measured)
    for channel, pitch in ((1, 69), (2, 81)):
        (found,) = recorded_in(tmp_path, MANIFEST, [said], SoundRules(channels=channel))
        assert found.values["pitch"] == pytest.approx(pitch, abs=0.01)


def test_a_table_of_parameters(tmp_path: Path) -> None:
    sf.write(tmp_path / "one_p60.00.wav", np.zeros(1600), 16_000)
    (tmp_path / "parameters.csv").write_text("file,pitch\none_p60.00.wav,72\n")
    assert recorded_in(tmp_path, MANIFEST)[0].values == {"pitch": 72}


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
