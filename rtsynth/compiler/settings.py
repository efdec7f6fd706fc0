"""Where controls start: `--set NAME=VALUE`, checked against what plugins have."""

import sys
from collections.abc import Sequence

from rtsynth.common.control_names import unknown_control
from rtsynth.common.errors import InputError
from rtsynth.compiler.controls import controls_of
from rtsynth.plugin import Plugin


def check_settings(plugins: Sequence[Plugin], settings: dict[str, float]) -> None:
    """Refuse a setting that none of the plugins has.

    Raises:
        InputError: the line names the nearest ones that there are.
    """
    known = [control.spec.name for plugin in plugins for control in controls_of(plugin)]
    for name in settings:
        if name not in known:
            names = " + ".join(dict.fromkeys(plugin.name for plugin in plugins))
            raise InputError(f"--set {name}: {unknown_control(name, names, known)}")


def clamp_settings(plugin: Plugin, settings: dict[str, float]) -> dict[str, float]:
    """The settings that a plugin has, clamped to their ranges; reports the clamped ones."""
    specs = {control.spec.name: control.spec for control in controls_of(plugin)}
    for name, value in settings.items():
        if name in specs and specs[name].clamp(value) != value:
            settings = settings | {name: specs[name].clamp(value)}
            print(
                f"rtsynth: --set {name}={value:g} is out of range: clamped to {settings[name]:g}",
                file=sys.stderr,
            )
    return settings
