"""Settings that a command line gives."""

from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.settings import read_value, split_setting, with_setting

RAW: dict[str, Any] = {
    "optimiser": {"rate": 0.1, "steps": 5},
    "tiers": [{"name": "audio", "layers": 2}, {"name": "rate", "layers": 1}],
}


def test_a_key_and_a_value() -> None:
    assert split_setting(" optimiser.rate = 0.3", "--set") == ("optimiser.rate", "0.3")
    assert split_setting("plugin.description=a=b", "--set") == ("plugin.description", "a=b")


@pytest.mark.parametrize("text", ["", "rate", "=3", "rate=", "a..b=1", ".a=1"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write it as KEY=VALUE"):
        split_setting(text, "--set")


@pytest.mark.parametrize("text", ["1\nx = 2", "1\r\n[other]", "a\rb"])
def test_several_lines_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^'[1a]' \.\.\.: a value has to be on one line$"):
        read_value(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1e-3", 0.001),
        ("true", True),
        ('"a b"', "a b"),
        ("warm", "warm"),
        ("[1, 2]", [1, 2]),
    ],
)
def test_values_are_those_of_toml(text: str, value: Any) -> None:
    assert read_value(text) == value


def test_a_value_is_put_in_its_place() -> None:
    assert with_setting(RAW, "optimiser.rate", 0.2, "--set")["optimiser"] == {
        "rate": 0.2,
        "steps": 5,
    }
    assert with_setting(RAW, "run.seed", 3, "--set")["run"] == {"seed": 3}
    tiers = with_setting(RAW, "tiers.rate.layers", 3, "--set")["tiers"]
    assert [tier["layers"] for tier in tiers] == [2, 3]
    assert RAW["tiers"][1]["layers"] == 1


@pytest.mark.parametrize("key", ["tiers.nothing.layers", "optimiser.rate.more"])
def test_a_key_that_leads_nowhere_is_refused(key: str) -> None:
    with pytest.raises(InputError, match=rf"^--set {key}: there is no table"):
        with_setting(RAW, key, 3, "--set")
