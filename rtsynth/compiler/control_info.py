"""The records that describe a plugin's controls, from its manifest and the parameter table."""

from dataclasses import replace

from rtsynth.common.control_info import ControlInfo, Generation, Owner
from rtsynth.compiler.controls import controls_of
from rtsynth.engine.program.layout import TEMPO
from rtsynth.engine.program.reaction import delay_ms, reaction_ms
from rtsynth.plugin import Manifest, Parameter, Plugin


def control_infos(plugin: Plugin) -> dict[str, ControlInfo]:
    """All controls of a plugin by name, its own parameters first."""
    own = {parameter.name for parameter in plugin.parameters}
    infos = {}
    for control in controls_of(plugin):
        name = control.spec.name
        infos[name] = (
            _parameter_info(plugin.manifest, control.spec)
            if name in own
            else _info(control.spec, _owner(plugin.manifest, name))
        )
        if control.index == TEMPO:
            infos[name] = replace(infos[name], read_only=True)
    return infos


def _owner(manifest: Manifest, name: str) -> Owner:
    """What a control that is no parameter belongs to."""
    owner, dot, _ = name.rpartition(".")
    if not dot:
        return Owner.ENGINE
    return Owner.PARAMETER if owner in manifest.generated else Owner.TIER


def _parameter_info(manifest: Manifest, spec: Parameter) -> ControlInfo:
    tier = manifest.generated.get(spec.name)
    generation = None
    if tier is not None:
        delay = round(delay_ms(manifest, spec.name), 2)
        generation = Generation(tier.name, tier.rate_hz, spec.upsampling, delay)
    return _info(spec, Owner.PLUGIN, reaction_ms(manifest, spec.name), generation)


def _info(
    spec: Parameter,
    owner: Owner,
    reaction: float | None = None,
    generation: Generation | None = None,
) -> ControlInfo:
    return ControlInfo(
        name=spec.name,
        minimum=spec.minimum,
        maximum=spec.maximum,
        default=spec.default,
        unit=spec.unit,
        curve=spec.curve,
        role=spec.role,
        labels=tuple(spec.labels),
        description=spec.description,
        owner=owner,
        reaction_ms=reaction,
        generation=generation,
    )
