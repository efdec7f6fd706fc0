"""The tensors of a tier that starts from a plugin's."""

from collections.abc import Callable, Mapping

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.families.gru.spec import NAME as GRU
from rtsynth.families.mtcrnn.spec import NAME as MTCRNN
from rtsynth.families.samplernn.spec import NAME as SAMPLERNN
from rtsynth.plugin import Manifest, Plugin, Tier
from rtsynth.plugin.family import Tensors
from rtsynth_models.growth.gru import grown_gru
from rtsynth_models.growth.maps import F64
from rtsynth_models.growth.mtcrnn import grown_mtcrnn
from rtsynth_models.growth.request import Growth, check_codec
from rtsynth_models.growth.samplernn import H0, grown_samplernn

FAMILIES: dict[str, Callable[[Growth], Mapping[str, F64]]] = {
    GRU: grown_gru,
    MTCRNN: grown_mtcrnn,
    SAMPLERNN: grown_samplernn,
}


def grown(source: Plugin, target: Manifest, fresh: Tensors, tier: str) -> Tensors | None:
    """Float32 tensors `TIER.NAME` (and `rest.TIER` where `fresh` has it) for the tier called `tier`
    of `target`; None where the source has no tier for it.

    `fresh` are the tensors of an untrained network, as it would be exported. The source's tier is
    the one that generates the same, or of several that of the same name.

    Raises:
        InputError: it cannot be taken over; one line with the remedy.
    """
    new_tier = next(each for each in target.tiers if each.name == tier)
    old_tier = counterpart(source.manifest, new_tier)
    if old_tier is None:
        return None
    if old_tier.family != new_tier.family:
        raise InputError(
            f"{source.name!r} is a network of the family {old_tier.family}, and this one of"
            f" {new_tier.family}; start from a plugin of the same family, or from nothing"
        )
    if new_tier.family not in FAMILIES:
        raise InputError(
            f"a network of the family {new_tier.family!r} cannot start from another; leave --from"
            f" out ({', '.join(FAMILIES)} can)"
        )
    growth = Growth(
        source.manifest, old_tier, _exact(source.tensors, old_tier.name),
        target, new_tier, _exact(fresh, tier),
    )  # fmt: skip
    check_codec(growth)
    out: Tensors = {}
    for name, value in FAMILIES[new_tier.family](growth).items():
        named = f"rest.{tier}" if name == H0 else f"{tier}.{name}"
        out[named] = value.astype(np.float32)
    return out


def counterpart(source: Manifest, tier: Tier) -> Tier | None:
    """The tier of a plugin that generates what `tier` does, or some of it."""
    alike = [each for each in source.tiers if bool(each.outputs) == bool(tier.outputs)]
    if tier.outputs:
        alike = [each for each in alike if set(each.outputs) & set(tier.outputs)]
    named = [each for each in alike if each.name == tier.name]
    found = named or alike
    return found[0] if len(found) == 1 else None


def _exact(tensors: Tensors, tier: str) -> dict[str, F64]:
    """Those of one tier by their names in it, as float64."""
    out = {
        name.removeprefix(f"{tier}."): np.asarray(value, np.float64)
        for name, value in tensors.items()
        if name.startswith(f"{tier}.")
    }
    if f"rest.{tier}" in tensors:
        out[H0] = np.asarray(tensors[f"rest.{tier}"], np.float64)
    return out
