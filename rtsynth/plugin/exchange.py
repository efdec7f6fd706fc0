"""A plugin with one of its tiers exchanged for that of another plugin with the same interface."""

from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.common.field_errors import first_problem
from rtsynth.plugin.family import Tensors
from rtsynth.plugin.file import GOLDEN, Plugin
from rtsynth.plugin.manifest import RESERVED, Manifest, Parameter, Tier
from rtsynth.plugin.provenance import Provenance, all_origins, joined, joined_licences

LONGEST_NAME = 128
SHOWN = 6  # names in an error


def exchanged(plugin: Plugin, tier: str, other: Plugin) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of a plugin that has the tier of another in place of its own.

    It takes that of the same name, or the only one that generates the same. The two have the same
    interface if they step as often, and are conditioned on and generate the same parameters, which
    mean the same to both networks; of audio, the same codes. The order of parameters may differ.

    Raises:
        InputError: there is no such tier, or they differ; the line says in what, and what to do.
    """
    here = _tier_named(plugin, tier)
    there = _counterpart(here, other)
    _check_interface(plugin, here, other, there)
    manifest = plugin.manifest
    fields = {name: getattr(manifest, name) for name in Manifest.model_fields}
    new = there.model_copy(update={"name": here.name})
    fields["tiers"] = [new if each is here else each for each in manifest.tiers]
    fields["name"] = f"{plugin.name}, {here.name} of {other.name}"[:LONGEST_NAME]
    fields["licence"] = joined_licences((manifest.licence, other.manifest.licence))
    fields["provenance"] = _origin(manifest.provenance, other.manifest.provenance)
    if not here.outputs:
        fields["sampling"] = other.manifest.sampling
    try:
        made = Manifest(**fields)
    except ValidationError as error:
        raise InputError(f"{fields['name']}: {first_problem(error)}") from error
    return made, _tensors(plugin, here, other, there)


def _origin(first: Provenance, second: Provenance) -> Provenance:
    """Of weights of two plugins: both data sets count, and no figure of either."""
    return Provenance(
        dataset=joined((first.dataset, second.dataset)),
        dataset_licence=joined_licences((first.dataset_licence, second.dataset_licence)),
        notes=joined((first.notes, second.notes)),
        started_from=all_origins((first, second)),
    )


def _tier_named(plugin: Plugin, name: str) -> Tier:
    for tier in plugin.manifest.tiers:
        if tier.name == name:
            return tier
    known = ", ".join(tier.name for tier in plugin.manifest.tiers)
    raise InputError(f"{plugin.name} has no tier {name[:64]!r}; there are {known}")


def _counterpart(here: Tier, other: Plugin) -> Tier:
    tiers = other.manifest.tiers
    alike = [tier for tier in tiers if set(tier.outputs) == set(here.outputs)]
    named = [tier for tier in alike if tier.name == here.name]
    if len(found := named or alike) == 1:
        return found[0]
    made = _shown(here.outputs) if here.outputs else "audio"
    has = "; ".join(f"{tier.name}: {_shown(tier.outputs) or 'audio'}" for tier in tiers)
    raise InputError(
        f"{other.name} has no tier that generates {made}, as {here.name} does ({has}); take a "
        "plugin that was trained with the same parameters"
    )


def _check_interface(plugin: Plugin, here: Tier, other: Plugin, there: Tier) -> None:
    which = f"tier {here.name} of {plugin.name} and {there.name} of {other.name}"
    if here.rate_hz != there.rate_hz:
        raise InputError(
            f"{which}: {here.rate_hz} Hz and {there.rate_hz} Hz; train one at the rate of the other"
        )
    if set(here.conditioning) != set(there.conditioning):
        raise InputError(
            f"{which}: conditioned on {_shown(here.conditioning) or 'nothing'}, and on "
            f"{_shown(there.conditioning) or 'nothing'}; take one with the same parameters"
        )
    if not here.outputs and plugin.manifest.codec != other.manifest.codec:
        raise InputError(f"{which}: other codes of audio; train one with the codec of the other")
    if plugin.manifest.initial_state != other.manifest.initial_state:
        raise InputError(
            f"{which}: initial_state is {plugin.manifest.initial_state!r}, and "
            f"{other.manifest.initial_state!r}; a plugin has one"
        )
    ours, theirs = _parameters(plugin), _parameters(other)
    for name in (*here.conditioning, *here.outputs):
        if difference := _difference(ours[name], theirs[name]):
            raise InputError(f"{which}: {name!r} is {difference}; train both with the same")


def _difference(one: Parameter, two: Parameter) -> str:
    """In what two parameters mean something else to their networks; "" if in nothing."""
    if one.network_range != two.network_range:
        (low, high), (lowest, highest) = one.network_range, two.network_range
        return f"{low:g} to {high:g} there and {lowest:g} to {highest:g} here"
    if (one.role == "class") != (two.role == "class"):
        return "a class in one of them only"
    if one.role == "class" and (one.minimum, one.maximum) != (two.minimum, two.maximum):
        return "of another number of classes"
    return ""


def _parameters(plugin: Plugin) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in plugin.parameters}


def _tensors(plugin: Plugin, here: Tier, other: Plugin, there: Tier) -> Tensors:
    """Those of the tier from the other plugin, under the tier's name; all else as it was."""
    kept = {
        name: tensor
        for name, tensor in plugin.tensors.items()
        if not _belongs(name, here) and not (name in GOLDEN and not here.outputs)
    }
    for name, tensor in other.tensors.items():
        if name in GOLDEN:
            if not here.outputs:
                kept[name] = tensor
        elif _belongs(name, there):
            first, _, rest = name.partition(".")
            own = f"{first}.{here.name}" if first in RESERVED else f"{here.name}.{rest}"
            kept[own] = tensor
    return kept


def _belongs(name: str, tier: Tier) -> bool:
    """Whether a tensor is a tier's: TIER.NAME, rest.TIER or heard.TIER."""
    return name.startswith(f"{tier.name}.") or name in (f"rest.{tier.name}", f"heard.{tier.name}")


def _shown(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:SHOWN])
    return f"{shown}, ..." if len(names) > SHOWN else shown
