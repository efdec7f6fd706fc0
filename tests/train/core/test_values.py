"""Values of parameters from names, folders, a table, and the sound itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.values import rows_of

HZ = 16_000


def parameter(**changes: Any) -> ConditioningConfig:
    return ConditioningConfig(
        **{"name": "pitch", "minimum": 0.0, "maximum": 127.0, "default": 60.0} | changes
    )


def empty(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return [folder / name for name in names]


KINDS = {"from": "folder", "name": "kind", "role": "class", "labels": ["flute", "horn"],
         "maximum": 1.0, "default": 0.0}  # fmt: skip


def test_from_names_and_folders(tmp_path: Path) -> None:
    paths = empty(tmp_path, "flute/C4_pp_v90_x1.50.wav", "horn/low/C3_ff_v20_x2.00.wav")
    conditioning = [
        parameter(pattern="note"), parameter(pattern="dynamic"), parameter(field="x"),
        parameter(pattern="number", field="v"), parameter(**KINDS),
    ]  # fmt: skip
    rows = rows_of(tmp_path, paths, conditioning, HZ)
    assert rows == [[60, 0.25, 1.5, 90, 0], [48, 0.875, 2, 20, 1]]


def test_measured(tmp_path: Path) -> None:
    times = np.arange(44_100) / 44_100
    for name, hz, level in (("a", 440.0, 0.5), ("b", 220.0, 0.05)):
        audio = level * np.sin(2 * np.pi * hz * times)
        sf.write(tmp_path / f"{name}.flac", np.stack([audio, audio], axis=1), 44_100)
    noise = 0.1 * np.random.default_rng(0).standard_normal(44_100)
    sf.write(tmp_path / "noise.wav", noise, 44_100)
    pitch = parameter(**{"from": "measured"})
    loudness = parameter(**{"from": "measured", "name": "loudness", "minimum": -60.0,
                            "maximum": 0.0, "default": -20.0})  # fmt: skip
    paths = [tmp_path / "a.flac", tmp_path / "b.flac"]
    rows = np.array(rows_of(tmp_path, paths, [pitch, loudness], HZ))
    np.testing.assert_allclose(rows[:, 0], [69, 57], atol=0.01)
    assert rows[0, 1] - rows[1, 1] == pytest.approx(20, abs=0.5)
    with pytest.raises(InputError, match=r"noise\.wav: no pitch could be measured"):
        rows_of(tmp_path, [tmp_path / "noise.wav"], [pitch], HZ)


def test_what_is_measured_far_outside_its_range_is_refused(tmp_path: Path) -> None:
    times = np.arange(HZ) / HZ
    sf.write(tmp_path / "a.wav", 0.5 * np.sin(2 * np.pi * 440 * times), HZ)
    measured = {"from": "measured", "default": 60.0}
    near = parameter(**measured, maximum=68.6)
    assert rows_of(tmp_path, [tmp_path / "a.wav"], [near], HZ) == [[68.6]]
    far = parameter(**measured, maximum=68.0)
    with pytest.raises(InputError, match=r"pitch is 6[\d.]+ as measured, more than 0\.5 semi"):
        rows_of(tmp_path, [tmp_path / "a.wav"], [far], HZ)
    range_db = {"name": "loudness", "minimum": -5.0, "maximum": 0.0, "default": 0}
    loud = parameter(**measured | range_db)
    with pytest.raises(InputError, match=r"more than 1 dB outside -5\.\.0 \(widen the range"):
        rows_of(tmp_path, [tmp_path / "a.wav"], [loud], HZ)


def test_what_lacks_a_value_is_named_with_how_many_more(tmp_path: Path) -> None:
    paths = empty(tmp_path, "C4.wav", "one.wav", "two.wav")
    with pytest.raises(InputError, match=r"^one\.wav: no note in the name .* 1 more are without"):
        rows_of(tmp_path, paths, [parameter(pattern="note")], HZ)
    with pytest.raises(InputError, match=r"C4\.wav: lies in none of the folders flute, horn"):
        rows_of(tmp_path, paths[:1], [parameter(**KINDS)], HZ)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({}, "field: say which field"),
        ({"from": "folder"}, "needs role"),
        ({"from": "measured", "field": "hue"}, "'hue' is not measured"),
        ({"from": "moon"}, "from"),
    ],
)
def test_sources_that_say_too_little(changes: dict[str, Any], match: str) -> None:
    with pytest.raises(ValidationError, match=match):
        parameter(**changes)


def test_a_recipe_keeps_its_keys() -> None:
    dumped = parameter(**{"from": "table"}).model_dump()
    assert dumped["from"] == "table"
    assert parameter(**dumped).source == "table"
    assert "from" not in parameter(field="p").parameter().model_dump()
