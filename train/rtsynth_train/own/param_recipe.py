"""The recipe for a set whose `.params` have been made one: all of them condition one tier."""

from collections.abc import Sequence
from typing import Any

from rtsynth.common.control_names import plugin_name
from rtsynth.common.errors import InputError
from rtsynth.common.plain_text import plain
from rtsynth.plugin.naming import name_from_file
from rtsynth_train.own.knob import Knob
from rtsynth_train.own.recipe_text import recipe_text
from rtsynth_train.tiers.config import AUDIO, StackConfig, parse_stack

RECIPE = "recipe.toml"
RATE_HZ = 16_000  # of the plugin, unless the recordings have less
# As the tier of sound of the recipe pops: so large that one CPU core trains it in minutes.
TIER: dict[str, Any] = {
    "name": AUDIO, "hidden_size": 80, "layers": 2, "seq_len": 384, "batch_size": 32, "steps": 8000,
    "rate": 0.005, "clip_norm": 0.5, "noise": 0.01, "average": 0.995,
}  # fmt: skip


def param_recipe(knobs: Sequence[Knob], data: str, plugin: str, rate_hz: int) -> str:
    """The recipe as a text, for the folder that it is in; `data` is the name of the set.

    Raises:
        InputError: two parameters would have the same name in a plugin, or one cannot be one.
    """
    names = dict[str, str]()
    for knob in knobs:
        other = names.setdefault(plugin_name(knob.name), knob.name)
        if other != knob.name:
            raise InputError(
                f"{plain(repr(other))} and {plain(repr(knob.name))} would both be the parameter"
                f" {plugin_name(knob.name)}; rename one of them in the files"
            )
    raw = {
        "plugin": {"name": name_from_file(plugin) or "set"},
        "data": {"folder": ".", "name": plain(data)},
        "parameters": [_parameter(knob) for knob in knobs],
        "tiers": [TIER | {"rate_hz": rate_hz, "conditioning": list(names)}],
        "run": {"threads": 1},
    }
    parse_stack(raw, data)  # what is written trains
    why = {f"parameters.{number}": knob.line() for number, knob in enumerate(knobs)}
    why |= {
        "tiers.0": "as the tier of sound of the recipe pops; MTCRNN's own is larger: layers 4,"
        " hidden_size 256 and seq_len 256 in its QuickStart",
        "data.folder": "the recordings are beside this recipe",
        "run.threads": "more threads wait for each other where the machine has other work",
    }
    about = (
        f"{data}: a set of .params, as rtsynth prepare took it over.\n"
        f"Train it with: rtsynth train {RECIPE} (here; its place from elsewhere)\n"
        "Lines that begin with a # are at their default: take it away to change them."
    )
    return recipe_text(StackConfig, raw, why, about)


def _parameter(knob: Knob) -> dict[str, Any]:
    name = plugin_name(knob.name)
    about = {
        "name": name, "minimum": knob.minimum, "maximum": knob.maximum,
        "default": (knob.minimum + knob.maximum) / 2, "unit": knob.shown_unit,
        "description": knob.meaning, "field": "" if name == knob.name else knob.name,
    }  # fmt: skip
    return {key: value for key, value in about.items() if value != ""}
