"""The rows of a plugin's parameter table, by name, in order.

First the built-in ones, then the plugin's parameters, then three for every parameter that a tier
generates (NAME.take, NAME.offset, NAME.scale), then one for every tier that generates any
(TIER.beta), then those of an opened plugin (`hidden_rows`).
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from rtsynth.engine.program.hidden_rows import hidden_specs
from rtsynth.engine.program.layout import (
    ATTACK,
    BEND,
    BUILT_IN,
    DECAY,
    ENVELOPE,
    EXPRESSION,
    GAIN,
    GATE,
    GLIDE,
    MIN_P,
    RELEASE,
    SUSTAIN,
    TEMPERATURE,
    TOP_K,
    TOP_P,
)
from rtsynth.engine.program.modulator_rows import modulator_rows
from rtsynth.engine.program.specs import spec_of
from rtsynth.plugin.manifest import LARGEST, Manifest, Parameter

FADE_IN_MS = 10.0  # a voice starts from silence
GATE_MS = 30.0
TAKE_MS = 20.0  # taking a value over, and releasing it
SILENCE_DB = -60.0  # the bottom of the gain knob is silence
LARGEST_SCALE = 4.0
LARGEST_BEND = 127.0  # semitones
# Which row changes a parameter of a role on its way to the network, voice by voice.
SHAPED_BY = {"pitch": BEND, "amplitude": EXPRESSION}
LARGEST_BETA = 20.0
LONGEST_STAGE_MS = 10_000.0  # of an envelope, or a glide
SUSTAIN_MS = 10.0  # a held note follows the knob

Made = TypeVar("Made")


@dataclass(frozen=True)
class Row:
    """A row of the table: what moves it, and how long it takes to arrive."""

    index: int
    spec: Parameter
    ramp_ms: float


def take_name(parameter: str) -> str:
    """The control that takes a generated parameter over, and releases it."""
    return f"{parameter}.take"


def beta_name(tier: str) -> str:
    """The temperature of a tier's generated parameters."""
    return f"{tier}.beta"


def once_per_manifest(make: Callable[[Manifest], Made]) -> Callable[[Manifest], Made]:
    """Keep the result of `make` while its manifest lives; it must not hold on to the manifest.

    By identity: manifests are immutable but have no hash, and to compare them takes longer than
    a control may take to move.
    """
    kept: dict[int, tuple[weakref.ref[Manifest], Made]] = {}

    def made(manifest: Manifest) -> Made:
        number = id(manifest)
        entry = kept.get(number)
        if entry is None or entry[0]() is not manifest:
            forget = weakref.ref(manifest, lambda _: kept.pop(number, None))
            entry = kept[number] = (forget, make(manifest))
        return entry[1]

    return made


@once_per_manifest
def rows_of(manifest: Manifest) -> tuple[Row, ...]:
    """Every row, in order."""
    sampling = manifest.sampling
    levels = 1 if manifest.codec is None else manifest.codec.levels
    gain = spec_of("gain", SILENCE_DB, 12.0, 0.0, "dB", "output level")
    temperature = spec_of(
        "temperature", 0.0, 2.0, sampling.temperature, "", "0 is the most probable"
    )
    top_k = spec_of("top_k", 0.0, float(levels), sampling.top_k, "codes", "0 keeps every code")
    top_p = spec_of("top_p", 0.01, 1.0, sampling.top_p, "", "1 keeps every code")
    min_p = spec_of("min_p", 0.0, 1.0, sampling.min_p, "", "0 keeps every code")
    bend = spec_of("bend", -LARGEST_BEND, LARGEST_BEND, 0.0, "semitones", "added to the pitch")
    expression = spec_of("expression", 0.0, 1.0, 1.0, "", "share of the amplitude")
    rows = {
        GAIN: (gain, FADE_IN_MS),
        TEMPERATURE: (temperature, 0.0),
        TOP_K: (top_k, 0.0),
        TOP_P: (top_p, 0.0),
        MIN_P: (min_p, 0.0),
        GATE: (spec_of("gate", 0.0, 1.0, 1.0, "", "whether the voice sounds"), GATE_MS),
        BEND: (bend, _smoothing_ms(manifest, "pitch")),
        EXPRESSION: (expression, _smoothing_ms(manifest, "amplitude")),
        ENVELOPE: (spec_of("level", 0.0, 1.0, 1.0, "", "of the envelope"), SUSTAIN_MS),
        ATTACK: (_stage("attack", 0.0, "from silence to the top of a note"), 0.0),
        DECAY: (_stage("decay", 100.0, "from the top to the sustain"), 0.0),
        SUSTAIN: (spec_of("sustain", 0.0, 1.0, 1.0, "", "share that a held note keeps"), 0.0),
        RELEASE: (_stage("release", 0.0, "from the end of a note to silence"), 0.0),
        GLIDE: (_stage("glide", 0.0, "from the pitch of one note to that of the next"), 0.0),
    } | modulator_rows()
    specs = [rows[index] for index in range(BUILT_IN)]
    specs += [(parameter, parameter.smoothing_ms) for parameter in manifest.parameters]
    for parameter in manifest.parameters:
        if parameter.name in manifest.generated:
            name, unit = parameter.name, parameter.unit
            width = min(parameter.maximum - parameter.minimum, LARGEST)
            smoothing_ms = parameter.smoothing_ms
            specs += [
                (
                    spec_of(take_name(name), 0, 1, 0, "", f"1 overrides {name}, 0 releases it"),
                    TAKE_MS,
                ),
                (
                    spec_of(f"{name}.offset", -width, width, 0, unit, f"added to {name}"),
                    smoothing_ms,
                ),
                (
                    spec_of(f"{name}.scale", 0, LARGEST_SCALE, 1, "", f"factor applied to {name}"),
                    smoothing_ms,
                ),
            ]
    for tier in manifest.tiers:
        if tier.outputs:
            text = f"sharpness of the draws of {tier.name}: higher is calmer"
            beta = spec_of(
                beta_name(tier.name), 0.05, LARGEST_BETA, tier.beta, "", text, "exponential"
            )
            specs.append((beta, 0.0))
    specs += hidden_specs(manifest)
    return tuple(Row(index, spec, ramp_ms) for index, (spec, ramp_ms) in enumerate(specs))


def _smoothing_ms(manifest: Manifest, role: str) -> float:
    """How long the parameter of a role takes to arrive; 0 without one."""
    return next((p.smoothing_ms for p in manifest.parameters if p.role == role), 0.0)


@once_per_manifest
def _numbers(manifest: Manifest) -> dict[str, int]:
    return {row.spec.name: row.index for row in rows_of(manifest)[BUILT_IN:]}


@once_per_manifest
def take_rows(manifest: Manifest) -> dict[str, int]:
    """{generated parameter: the number of the row that takes it over}."""
    return {name: row_named(manifest, take_name(name)) for name in manifest.generated}


def row_named(manifest: Manifest, name: str) -> int:
    """The number of a row behind the built-in ones."""
    return _numbers(manifest)[name]


def _stage(name: str, default: float, description: str) -> Parameter:
    return spec_of(name, 0.0, LONGEST_STAGE_MS, default, "ms", description)
