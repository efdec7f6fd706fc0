"""Recipes of every kind of network."""

from pathlib import Path
from random import Random

from rtsynth.common.files.toml import read_toml
from rtsynth_train.core.recipes import RECIPE_FOLDER, parse_any
from tests.fuzz.mutate import damage_text

MUTANTS = 1000
NAME = "recipe.toml"
_RECIPES = [path.read_bytes() for path in sorted(RECIPE_FOLDER.glob("*.toml"))]


def original() -> bytes:
    return _RECIPES[0]


def mutant(seed: int) -> bytes:
    random = Random(seed)
    return damage_text(random, random.choice(_RECIPES))


def read(path: Path) -> None:
    parse_any(read_toml(path, "a recipe"), "recipe.toml")
