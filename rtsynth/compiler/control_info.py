"""The records that describe a plugin's controls, from its manifest and the parameter table."""

from dataclasses import replace

from rtsynth.common.control_info import ControlInfo, Generation, Owner
from rtsynth.compiler.controls import Control, controls_of
from rtsynth.engine.program.layout import GAIN, MIN_P, TEMPERATURE, TEMPO, TOP_K, TOP_P
from rtsynth.engine.program.reaction import delay_ms, reaction_ms
from rtsynth.engine.program.table import TAKE_MS, beta_name, rows_of
from rtsynth.plugin import Manifest, Parameter, Plugin

SOUNDING = (GAIN, TEMPERATURE, TOP_K, TOP_P, MIN_P)  # act on the last tier at its next step


def control_infos(plugin: Plugin) -> dict[str, ControlInfo]:
    """All controls of a plugin by name, its own parameters first."""
    own = {parameter.name for parameter in plugin.parameters}
    infos = {}
    for control in controls_of(plugin):
        name = control.spec.name
        infos[name] = (
            _parameter_info(plugin.manifest, control.spec)
            if name in own
            else _info(
                control.spec,
                _owner(plugin.manifest, name),
                _engine_reaction_ms(plugin.manifest, control),
            )
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


def _engine_reaction_ms(manifest: Manifest, control: Control) -> float | None:
    """Of what every plugin has, where it changes what sounds: its ramp, and the steps on the way.

    None of what waits for a note, or for another source of modulation.
    """
    if control.index in SOUNDING:
        return rows_of(manifest)[control.index].ramp_ms + 1000.0 / manifest.tiers[-1].rate_hz
    for tier in manifest.tiers:
        if tier.outputs and control.spec.name == beta_name(tier.name):
            return 1000.0 / tier.rate_hz + min(_below_ms(manifest, name) for name in tier.outputs)
    return None


def _below_ms(manifest: Manifest, name: str) -> float:
    """From the step that draws a generated parameter to the last tier, by the shortest way."""
    parameter = next(p for p in manifest.parameters if p.name == name)
    taken_over_ms = max(parameter.smoothing_ms, TAKE_MS)
    return delay_ms(manifest, name) + reaction_ms(manifest, name) - taken_over_ms


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
