"""The registered recipes, and the TOML files that come with rtsynth."""

from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.common.files.toml import read_toml
from rtsynth.common.files.toml_lines import Located
from rtsynth_train.core.config import TrainConfig
from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.recipe import Recipe
from rtsynth_train.core.sound_rules import SoundRules

GROUP = "rtsynth.recipes"
RECIPE_FOLDER = Path(__file__).parents[1] / "recipes"


@cache
def registered() -> dict[str, Recipe[Any]]:
    """Every installed recipe by its name."""
    found = entry_points(group=GROUP)
    return {entry.name: entry.load() for entry in sorted(found, key=lambda entry: entry.name)}


def recipe_for(raw: dict[str, Any], label: str) -> Recipe[Any]:
    """The recipe that a configuration's section belongs to.

    Raises:
        InputError: it has none of them, or those of two.
    """
    fitting = [recipe for recipe in registered().values() if recipe.section in raw]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        both = " and ".join(f"[{recipe.section}]" for recipe in fitting)
        raise InputError(f"{label}: has {both}, which are of different recipes; keep one")
    sections = [recipe.section for recipe in registered().values()]
    for name in raw:
        if near := get_close_matches(name, sections, 1):
            raise InputError(f"{_placed(label, name)}: {name}: unknown; did you mean {near[0]}?")
    known = ", ".join(f"[{recipe.section}] ({name})" for name, recipe in registered().items())
    raise InputError(f"{label}: has no section that says what to train; known: {known}")


def _placed(label: str, name: str) -> str:
    line = label.line([name]) if isinstance(label, Located) else None
    return label if line is None else f"{label}: line {line}"


def recipe_of(config: TrainConfig) -> Recipe[Any]:
    """The recipe that a configuration was parsed by."""
    return next(recipe for recipe in registered().values() if recipe.config is type(config))


def parse_any(raw: dict[str, Any], label: str) -> TrainConfig:
    """Check a configuration of any kind; `label` names it in the error.

    Raises:
        InputError: naming the field.
    """
    config: TrainConfig = recipe_for(raw, label).parse(raw, label)
    return config


def file_name_fields(name: str) -> tuple[list[ConditioningConfig], int]:
    """The parameters in file names, and the rate of the files, by a recipe's name or path.

    Raises:
        InputError: there is no such recipe, it is malformed, or reads nothing from file names.
    """
    config = _named(name)
    fields = recipe_of(config).file_name_fields(config)
    if fields is None:
        raise InputError(
            f"--recipe {name}: reads no parameters from file names; leave --recipe out to check"
            " .params"
        )
    return fields


def rules_of(name: str) -> SoundRules:
    """How recordings are taken, by a recipe's name or path.

    Raises:
        InputError: there is no such recipe, or it is malformed.
    """
    return _named(name).data


def _named(name: str) -> TrainConfig:
    is_file = name.lower().endswith(".toml") or Path(name).is_file()
    return parse_any(read_toml(Path(name)) if is_file else read_recipe(name), f"--recipe {name}")


def recipe_names() -> list[str]:
    """Names of the recipes that come with rtsynth."""
    return sorted(path.stem for path in RECIPE_FOLDER.glob("*.toml"))


def read_recipe(name: str) -> dict[str, Any]:
    """The contents of the recipe `name` that comes with rtsynth, unchecked."""
    if name not in recipe_names():
        raise InputError(f"--recipe {name}: unknown; known: {', '.join(recipe_names())}")
    return read_toml(RECIPE_FOLDER / f"{name}.toml")
