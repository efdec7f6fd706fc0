"""The keys of a recipe, for every registered trainer: the models that check it."""

from typing import get_args, get_origin

from pydantic import BaseModel

from generator.models import Model, fields_table
from rtsynth_train.core.recipes import registered


def recipes() -> str:
    """A section for every trainer, a table for each of its tables."""
    return "\n\n".join(
        _trainer(name, recipe.section, recipe.config) for name, recipe in registered().items()
    )


def _trainer(name: str, section: str, model: Model) -> str:
    parts = [f"## Recipes with `{section}`: {name}"]
    for name, inner, many in sections(model):
        heading = f"[[{name}]]" if many else f"[{name}]"
        parts += [f"### `{heading}`", fields_table(inner)]
    return "\n\n".join(parts)


def sections(model: Model, prefix: str = "") -> list[tuple[str, Model, bool]]:
    """(name, model, whether it is a list) of every table inside a model, also nested ones."""
    found = []
    for name, field in model.model_fields.items():
        for candidate in (field.annotation, *get_args(field.annotation)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                many = get_origin(field.annotation) is list
                found.append((f"{prefix}{name}", candidate, many))
                found += sections(candidate, f"{prefix}{name}.")
    return found
