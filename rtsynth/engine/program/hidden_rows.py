"""The rows that reach into an opened plugin, tier by tier.

TIER.layerN_scale and TIER.layerN_noise of every recurrent layer, then TIER.freeze and TIER.loop.
A tier of several sections has them for each: TIER.frame1_freeze is that of its slowest, TIER.freeze
that of its last.
"""

from rtsynth.engine.program.specs import choice_of, spec_of
from rtsynth.plugin.manifest import Manifest, Parameter
from rtsynth.plugin.opened import HiddenTier, Hold, hidden_of

LARGEST_SCALE, LARGEST_NOISE = 2.0, 1.0
ALTER_MS = 20.0
MODES = ("off", "hold", "loop")
MOST_STEPS, MOST_LOOPED = 1024, 1 << 16  # of a loop: steps, and floats of all of them
LOOP_S = 0.5  # what is looped, until it is set


def scale_name(tier: str, layer: int) -> str:
    """The factor of a recurrent layer (from 0); its noise is the row behind it."""
    return f"{tier}.layer{layer + 1}_scale"


def freeze_name(tier: HiddenTier, section: int) -> str:
    """What freezes a section (from 0); the steps of its loop are the row behind it."""
    return f"{tier.tier}.{_part(tier, section)}freeze"


def loop_steps(hold: Hold) -> int:
    """The most steps of a loop."""
    return max(1, min(MOST_STEPS, MOST_LOOPED // hold.floats))


def hidden_specs(manifest: Manifest) -> list[tuple[Parameter, float]]:
    """(spec, milliseconds of its ramp) of every row."""
    found: list[tuple[Parameter, float]] = []
    for tier in hidden_of(manifest):
        for layer in range(len(tier.layers)):
            found += _of_layer(tier, layer)
        for section, hold in enumerate(tier.holds):
            if hold.floats:
                found += _of_section(tier, section, manifest.sample_rate_hz)
    return found


def choosing_rows(manifest: Manifest, first: int) -> frozenset[int]:
    """Those of them that choose, which are not modulated; `first` is the number of the first."""
    specs = hidden_specs(manifest)
    ends = ("freeze", "loop")
    return frozenset(
        first + place for place, (spec, _) in enumerate(specs) if spec.name.endswith(ends)
    )


def _of_layer(tier: HiddenTier, layer: int) -> list[tuple[Parameter, float]]:
    which = f"layer {layer + 1} of {tier.tier}"
    scale = scale_name(tier.tier, layer)
    factor = f"factor applied to what {which} passes on; 0 mutes it"
    return [
        (spec_of(scale, 0.0, LARGEST_SCALE, 1.0, "", factor), ALTER_MS),
        (
            spec_of(
                f"{scale.removesuffix('scale')}noise", 0.0, LARGEST_NOISE, 0.0, "",
                f"noise added to what {which} passes on: its standard deviation",
            ),
            ALTER_MS,
        ),
    ]  # fmt: skip


def _of_section(tier: HiddenTier, section: int, rate_hz: int) -> list[tuple[Parameter, float]]:
    hold, name = tier.holds[section], freeze_name(tier, section)
    steps, step_s = loop_steps(hold), hold.divider / rate_hz
    which = _part(tier, section).replace("_", " of ") + tier.tier
    length = f"of the loop, {1000 * step_s:.3g} ms each"
    default = float(min(steps, max(1, round(LOOP_S / step_s))))
    return [
        (choice_of(name, MODES, f"{which} stands still: it gives what it gave last"), 0.0),
        (
            spec_of(
                f"{name.removesuffix('freeze')}loop", 1.0, max(float(steps), 2.0), default,
                "steps", length,
            ),
            0.0,
        ),
    ]  # fmt: skip


def _part(tier: HiddenTier, section: int) -> str:
    return "" if section == len(tier.holds) - 1 else f"frame{section + 1}_"
