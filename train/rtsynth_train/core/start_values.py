"""What a plugin may start a network with where it has parameters that the new one lacks.

An instrument has no knob that chooses it among others; the plugin that it starts from may have one,
or one for each of its instruments. At their defaults they give one of these, whatever the
recordings; another one may be nearer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rtsynth.plugin import Manifest, Parameter, Plugin
from rtsynth_train.core.start import Start

MOST = 32


def variants(start: Start, manifest: Manifest) -> list[tuple[str, Start]]:
    """`start` with values of the parameters that the last tier of `manifest` lacks, each with its
    name; the defaults first, MOST at most.

    There is one for every class of a parameter that is one, and for every other parameter one where
    it is at its maximum and the others of them at their minimum.

    Raises:
        InputError: a parameter is a class in one of them only.
    """
    from rtsynth_models.growth.conditioning import lacking
    from rtsynth_models.growth.grown import counterpart

    tier, found = manifest.tiers[-1], [("its defaults", start)]
    for number, plugin in enumerate(start.plugins):
        old = counterpart(plugin.manifest, tier)
        if old is None:
            continue
        for name, values in _choices(lacking((plugin.manifest, old), (manifest, tier))):
            plugins = list(start.plugins)
            plugins[number] = _with_defaults(plugin, values)
            found.append((name, replace(start, plugins=plugins)))
        break
    return found[:MOST]


def _choices(lacking: Sequence[Parameter]) -> Iterator[tuple[str, dict[str, float]]]:
    """Names, and values by parameter, of all but what the defaults say."""
    defaults = {each.name: each.default for each in lacking}
    numbers = [each for each in lacking if each.role != "class"]
    for each in lacking:
        if each.role == "class":
            for number in range(round(each.maximum - each.minimum) + 1):
                value = each.minimum + number
                label = each.labels[number] if each.labels else f"{value:g}"
                if value != each.default:
                    yield f"{each.name} {label}", defaults | {each.name: value}
        else:
            lowest = {other.name: other.minimum for other in numbers}
            values = defaults | lowest | {each.name: each.maximum}
            if values != defaults:
                yield f"{each.name} {each.maximum:g}", values


def _with_defaults(plugin: Plugin, values: dict[str, float]) -> Plugin:
    parameters = [
        each.model_copy(update={"default": values.get(each.name, each.default)})
        for each in plugin.manifest.parameters
    ]
    manifest = plugin.manifest.model_copy(update={"parameters": parameters})
    return Plugin(manifest, plugin.tensors, plugin.path)
