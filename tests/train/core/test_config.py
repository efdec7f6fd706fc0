"""Configurations are checked field by field."""

from typing import Any

import pytest

from rtsynth.common.errors import InputError, SettingsError
from rtsynth_train.core.config import TrainConfig, validated


def test_defaults() -> None:
    config = validated(TrainConfig, {"plugin": {"name": "x"}}, "x.toml")
    assert (config.run.seed, config.run.threads, config.data.folder) == (0, 0, "")


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ({}, "x.toml: plugin: Field required"),
        ({"plugin": {"name": ""}}, "x.toml: plugin.name: String should have at least 1 character"),
        (
            {"plugin": {"name": "x"}, "run": {"thread": 1}},
            "x.toml: run.thread: unknown; did you mean threads?",
        ),
    ],
)
def test_one_line_names_the_field(raw: dict[str, Any], line: str) -> None:
    with pytest.raises(InputError) as caught:
        validated(TrainConfig, raw, "x.toml")
    assert str(caught.value) == line


def test_many_mistakes_are_counted() -> None:
    raw = {"plugin": {"name": "x"}, "run": {f"thing{i}": 1 for i in range(100)}}
    with pytest.raises(SettingsError) as caught:
        validated(TrainConfig, raw, "x.toml")
    assert len(caught.value.lines) == 16
    assert caught.value.lines[-1] == "x.toml: and 85 more"
