"""A recipe that explains itself is the recipe that it explains."""

import tomllib
from pathlib import Path

import pytest

from rtsynth.common.field_texts import field_texts
from rtsynth_train.core.recipes import parse_any, read_recipe, recipe_for, recipe_names
from rtsynth_train.gru.config import GruTrainConfig, OptimiserConfig, StreamConfig
from rtsynth_train.own.recipe_text import recipe_text, toml_value
from tests.train.recordings import small_config


@pytest.mark.parametrize("name", recipe_names())
def test_what_is_written_is_read_as_it_was(name: str) -> None:
    raw = read_recipe(name)
    model = recipe_for(raw, name).config
    assert parse_any(tomllib.loads(recipe_text(model, raw, {}, "")), name) == parse_any(raw, name)


def test_every_key_is_there_with_its_meaning_and_default(tmp_path: Path) -> None:
    raw = small_config(tmp_path).model_dump(exclude_defaults=True)
    text = recipe_text(GruTrainConfig, raw, {"streams.batch": "few rows"}, "about it")
    lines = text.splitlines()
    assert lines[0] == "# about it"
    for model in (StreamConfig, OptimiserConfig):
        for name in model.model_fields:
            assert any(line.startswith((f"{name} = ", f"# {name} = ")) for line in lines), name
    assert "# splice_candidates = 8" in lines
    assert lines[lines.index("batch = 4") - 1] == "# Why: few rows"
    assert f"# {field_texts(StreamConfig)['same_class']}" in lines
    uncommented = text.replace("# same_class = 0.7", "same_class = 0.7")
    assert tomllib.loads(uncommented)["streams"]["same_class"] == 0.7


@pytest.mark.parametrize(
    "value",
    [
        True,
        3,
        -0.5,
        1e-7,
        'a "b" \\ \n \x7f \t ä 😀',
        [1, 2],
        [],
        {"a b": 1.0, "c": [True]},
        {"ä 😀 \x7f": 1},
        {},
    ],
)
def test_values_are_read_again(value: object) -> None:
    assert tomllib.loads(f"x = {toml_value(value)}")["x"] == value


def test_what_toml_has_not_is_refused() -> None:
    with pytest.raises(TypeError, match="object is nothing"):
        toml_value(object())
