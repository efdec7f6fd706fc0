"""The parts of a plugin, slowest first, whatever its families."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin
from rtsynth.plugin.family import find_family
from rtsynth.plugin.manifest import Manifest, Tier
from rtsynth_models.exports import gru, mtcrnn, samplernn
from rtsynth_models.exports.part import STATE, Arrays, Part

FAMILIES: dict[str, Callable[[Manifest, Tier, Arrays], list[Part]]] = {
    "gru": gru.parts,
    "mtcrnn": mtcrnn.parts,
    "samplernn": samplernn.parts,
}


def parts_of(plugin: Plugin) -> list[Part]:
    """Every part of every tier, with the state that it starts from.

    Raises:
        InputError: a family that cannot be exported.
    """
    found: list[Part] = []
    for tier in plugin.manifest.tiers:
        if tier.family not in FAMILIES:
            known = ", ".join(FAMILIES)
            raise InputError(
                f"{plugin.name}: tier {tier.name!r} is of family {tier.family!r}, which cannot be "
                f"exported; {known} can"
            )
        tensors = {
            name: np.ascontiguousarray(tensor, np.float32)
            for name, tensor in plugin.tier_tensors(tier.name).items()
        }
        shape = find_family(tier.family).state_shape(plugin.manifest, tier)
        rest = np.asarray(plugin.tensors.get(f"rest.{tier.name}", np.zeros(shape)), np.float32)
        start = 0
        for part in FAMILIES[tier.family](plugin.manifest, tier, tensors):
            if STATE in part.inputs:
                rows = part.inputs[STATE][0]
                part = replace(part, initial=rest[start : start + rows])
                start += rows
            found.append(part)
    return found
