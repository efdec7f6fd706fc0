"""What a recipe does unless it does otherwise."""

from pathlib import Path
from typing import Any

from rtsynth_train.core.config import TrainConfig, validated
from rtsynth_train.core.recipe import Recipe, Request


class Plain(Recipe[TrainConfig]):
    section = "plain"
    config = TrainConfig

    def parse(self, raw: dict[str, Any], label: str) -> TrainConfig:
        return validated(TrainConfig, raw, label)

    def train(self, config: TrainConfig, request: Request) -> bool:
        return False


def test_the_command_line_sets_values_of_sections() -> None:
    raw = {"plugin": {"name": "x"}, "run": {"seed": 1, "threads": 2}}
    changed = Plain().with_changes(raw, {"run": {"seed": 5}, "data": {"folder": "f"}})
    assert changed == {
        "plugin": {"name": "x"}, "run": {"seed": 5, "threads": 2}, "data": {"folder": "f"},
    }  # fmt: skip
    assert raw["run"] == {"seed": 1, "threads": 2}


def test_nothing_but_recordings_is_learned_from() -> None:
    config = Plain().parse({"plugin": {"name": "x"}}, "test")
    assert Plain().more_files(config, [Path("a.wav")]) == {}
    assert Plain().file_name_fields(config) is None
