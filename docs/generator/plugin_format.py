"""The plugin file: the manifest's models, the families' settings, the codecs."""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from pydantic import BaseModel

from generator.markdown import code, required, table
from generator.models import Model, fields_table
from generator.recipes import sections
from rtsynth.plugin.codec import CODECS
from rtsynth.plugin.manifest import Manifest


def manifest() -> str:
    """The manifest, and the objects inside it."""
    parts = [fields_table(Manifest)]
    for name, model, many in sections(Manifest):
        parts += [f"### `{name}`" + (" (each)" if many else ""), fields_table(model)]
    return "\n\n".join(parts)


def families() -> str:
    """`config` of a tier, of every installed family."""
    found = sorted(entry_points(group="rtsynth.families"), key=lambda entry: entry.name)
    return "\n\n".join(
        f"### `config` of family `{entry.name}`\n\n{fields_table(settings(entry))}"
        for entry in found
    )


def settings(family: EntryPoint) -> Model:
    """The one model that a family's spec declares: its `tier.config`."""
    module = import_module(family.module)
    (model,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, BaseModel)
        and value.__module__ == module.__name__
    )
    return model


def codecs() -> str:
    """The rules of quantisation."""
    rows = ((code(name), required(rule.about, f"codec {name}")) for name, rule in CODECS.items())
    return table(("name", "rule"), rows)
