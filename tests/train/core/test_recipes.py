"""Which recipe a configuration is for."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipes import (
    file_name_fields,
    parse_any,
    read_recipe,
    recipe_for,
    recipe_names,
    recipe_of,
    registered,
)


def test_every_file_in_recipes_is_of_one_recipe() -> None:
    kinds = {name: type(parse_any(read_recipe(name), name)).__name__ for name in recipe_names()}
    assert kinds == {
        "clarinet-trumpet": "GruTrainConfig",
        "notes": "GruTrainConfig",
        "pops": "StackConfig",
        "quickstart": "StackConfig",
        "samplernn": "SampleRnnTrainConfig",
        "samplernn-3tier": "SampleRnnTrainConfig",
        "samplernn-4tier": "SampleRnnTrainConfig",
        "samplernn-speech": "SampleRnnTrainConfig",
        "vessel": "StackConfig",
    }


@pytest.mark.parametrize("name", ["clarinet-trumpet", "pops", "samplernn"])
def test_a_configuration_knows_its_recipe(name: str) -> None:
    raw = read_recipe(name)
    assert recipe_of(parse_any(raw, name)) is recipe_for(raw, name)


def test_sections_are_distinct() -> None:
    sections = [recipe.section for recipe in registered().values()]
    assert sorted(set(sections)) == sorted(sections)


@pytest.mark.parametrize(
    ("raw", "match"),
    [
        ({}, r"x\.toml: has no section .*known: \[conditioning\] \(gru\), \[network\]"),
        ({"tiers": [], "network": {}}, r"has \[network\] and \[tiers\], .* keep one"),
    ],
)
def test_a_configuration_of_no_recipe_or_two(raw: dict[str, Any], match: str) -> None:
    with pytest.raises(InputError, match=match):
        parse_any(raw, "x.toml")


def test_what_file_names_carry(tmp_path: Path) -> None:
    conditioning, rate_hz = file_name_fields("clarinet-trumpet")
    assert ([parameter.field for parameter in conditioning], rate_hz) == (
        ["instID", "a", "p"],
        16000,
    )
    with pytest.raises(InputError, match="--recipe pops: reads no parameters from file names"):
        file_name_fields("pops")
    with pytest.raises(InputError, match="--recipe soup: unknown"):
        file_name_fields("soup")


@pytest.mark.system
def test_a_configuration_is_parsed_without_pytorch() -> None:
    code = (
        "import sys\nfrom rtsynth_train.core.recipes import parse_any, read_recipe, recipe_names\n"
        "for name in recipe_names(): parse_any(read_recipe(name), name)\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
