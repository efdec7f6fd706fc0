"""What a configuration of tiers may say."""

from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipes import read_recipe
from rtsynth_train.tiers.config import parse_stack
from tests.train.tiers.sets import raw_stack


def test_tiers_are_sorted_slowest_first() -> None:
    stack = parse_stack(raw_stack("x"), "test")
    assert [tier.name for tier in stack.tiers] == ["top", "audio"]
    assert stack.generated_at_hz("level") == 125
    assert stack.generated_at_hz("fill") is None
    assert stack.parameters[0].source == "fill"


@pytest.mark.parametrize("name", ["quickstart", "pops", "vessel"])
def test_recipes(name: str) -> None:
    stack = parse_stack(read_recipe(name), name)
    assert stack.tiers[-1].makes_audio
    assert stack.tiers[-1].rate_hz == 16_000


@pytest.mark.parametrize(
    ("place", "changes", "match"),
    [
        (0, {"network": 1}, "network 1 generates parameters, not audio; take 0 or 6"),
        (1, {"network": 6}, "network 6 generates audio"),
        (0, {"generate": ["audio", "tone"]}, '"audio" stands alone'),
        (0, {"phased": True}, "set stateful = false"),
        (1, {"phased": True, "stateful": False, "network": 2}, "only network 0 has a phased LSTM"),
        (1, {"one_hot": True}, "only audio has codes"),
        (0, {"ss": 0.95}, "ss 0.95 is above tfr 0.9"),
        (0, {"tfr": -0.1}, "tiers.0.tfr"),
        (0, {"shortest_s": 9}, "shortest_s 9 is above"),
        (0, {"conditioning": ["heat"]}, "names the unknown parameter 'heat'"),
        (0, {"conditioning": ["level"], "name": "top"}, "'top' is declared twice"),
        (1, {"rate_hz": 300}, "300 Hz, which does not divide 8000 Hz"),
        (1, {"conditioning": ["fill", "tone"]}, "not a tier above it"),
        (1, {"generate": ["level"], "conditioning": []}, "'fill' is used by no tier"),
        (0, {"tempo": 1}, "tiers.0.tempo"),
        (0, {"hidden_size": 8193}, "tiers.0.hidden_size"),  # more than a plugin may have
        (1, {"layers": 33}, "tiers.1.layers"),
        (1, {"generate": ["audio"]}, "'top' generates audio, so it must be the fastest"),
    ],
)
def test_what_is_refused(place: int, changes: dict[str, Any], match: str) -> None:
    raw = raw_stack("x")
    raw["tiers"][place] |= changes
    with pytest.raises(InputError, match=match) as error:
        parse_stack(raw, "run.toml")
    assert str(error.value).startswith("run.toml: ")
    assert "\n" not in str(error.value)


def test_recordings_with_parameters_over_time_are_not_trimmed() -> None:
    raw = raw_stack("x")
    raw["data"]["trim"] = True
    with pytest.raises(InputError, match=r"run\.toml: .*data\.trim: parameters belong to times"):
        parse_stack(raw, "run.toml")
