"""Names and configurations of SynTex's generators."""

import json
from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Original
from rtsynth_train.own.syntex import Span, spans_for, tracks_in, values_in
from tests.train.own.generated import CONFIG, write_config

NONE = Path("none")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Pop--irreg_exp-00.50--v-000", {"irreg_exp": 0.5}),
        ("PopPatternSynth--rate_exp-00.50--Irregularity-00.67--center frequency-220.00--v-001",
         {"rate_exp": 0.5, "Irregularity": 0.67, "center frequency": 220.0}),
        ("FM--cf--0.50--mi-12345.25", {"cf": -0.5, "mi": 12345.25}),
        ("Bees--busy-body-01.00--v-00", {"busy-body": 1.0}),
        ("x_p64.00", {}),
        ("Pop--rate-3--v-00", {}),
        ("Pop--00.50", {}),
    ],
)  # fmt: skip
def test_a_name_says_its_parameters(name: str, values: dict[str, float]) -> None:
    assert values_in(name) == values


def test_ranges_are_in_the_configuration(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    expected = {
        "Irregularity": Span(0, 1, 4),
        "center frequency": Span(-1, 1, 2, Original("", 220, 880)),
    }
    assert spans_for(folder, NONE) == {}
    assert spans_for(folder, write_config(tmp_path / "config_file.json")) == expected
    (folder / "deep").mkdir()
    write_config(folder / "deep" / "mine.json")
    for number, text in enumerate(('{"a": 1}', "[1]", "{", '{"params": 3}', '{"params": [2]}')):
        (folder / f"{number}.json").write_text(text)
    assert spans_for(folder, NONE) == expected


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"user_minval": "low"}, "center frequency: user_minval is no number"),
        ({"user_maxval": float("nan")}, "center frequency: user_maxval is no number"),
        ({"synth_minval": None}, "center frequency: synth_minval is no number"),
        ({"user_nvals": True}, "center frequency: user_nvals is no number"),
        ({"user_minval": 2}, "center frequency: user_minval is above user_maxval"),
        ({"user_nvals": 1e9}, "or user_nvals not in 0..65536; correct it"),
    ],
)
def test_a_faulty_configuration_is_one_line(
    tmp_path: Path, change: dict[str, Any], line: str
) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"params": [CONFIG["params"][1] | change]}))
    with pytest.raises(InputError, match=line) as caught:
        spans_for(tmp_path, NONE)
    assert str(caught.value).startswith(f"{path}: ")


def test_values_are_those_that_the_name_has_rounded(tmp_path: Path) -> None:
    spans = spans_for(tmp_path, write_config(tmp_path / "config_file.json"))
    tracks = tracks_in("Pop--Irregularity-00.67--center frequency--1.00--own-07.00", spans, 2.0)
    irregular, centre, own = tracks.values()
    assert irregular.values.tolist() == pytest.approx([2 / 3, 2 / 3], rel=1e-12)
    assert irregular.times.tolist() == [0, 2]
    assert (irregular.minimum, irregular.maximum, irregular.original) == (0, 1, None)
    assert (centre.minimum, centre.maximum) == (-1, 1)
    assert centre.original == Original("", 220, 880)
    assert (own.minimum, own.maximum, own.values[0]) == (7, 7, 7)  # not in the configuration
    assert tracks_in("Pop--Irregularity-00.60", spans, 1)["Irregularity"].values[0] == 0.6
    beyond = tracks_in("Pop--center frequency-01.50", spans, 1.0)["center frequency"]
    assert (beyond.minimum, beyond.maximum, beyond.original) == (-1, 1.5, None)
