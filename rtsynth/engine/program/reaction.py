"""How long a knob takes to reach the sound through tiers that step at their own rates."""

from rtsynth.engine.program.table import TAKE_MS
from rtsynth.plugin.manifest import Manifest, Tier


def delay_ms(manifest: Manifest, name: str) -> float:
    """The look-ahead of a generated parameter's upsampling: a step of its tier, if linear."""
    parameter = next(p for p in manifest.parameters if p.name == name)
    tier = manifest.generated[name]
    return 1000.0 / tier.rate_hz if parameter.upsampling == "linear" else 0.0


def reaction_ms(manifest: Manifest, name: str) -> float:
    """Longest time from moving a knob until the last tier has all of it, by the shortest way.

    Its own smoothing; the wait for the next step of the tier that it conditions; the look-ahead of
    every upsampling below. How soon the networks then respond is up to them. For a generated
    parameter: from taking it over.
    """
    parameter = next(p for p in manifest.parameters if p.name == name)
    smoothing_ms = parameter.smoothing_ms
    if name in manifest.generated:
        smoothing_ms = max(smoothing_ms, TAKE_MS)
    users = [tier for tier in manifest.tiers if name in tier.conditioning]
    return smoothing_ms + min((_way_ms(manifest, tier) for tier in users), default=0.0)


def _way_ms(manifest: Manifest, tier: Tier) -> float:
    """From a change before the eyes of `tier` to the last tier."""
    step_ms = 1000.0 / tier.rate_hz
    if tier is manifest.tiers[-1]:
        return step_ms
    ways = [
        delay_ms(manifest, name) + _way_ms(manifest, below) - 1000.0 / below.rate_hz
        for name in tier.outputs
        for below in manifest.tiers
        if name in below.conditioning
    ]
    return step_ms + min(ways, default=0.0)
