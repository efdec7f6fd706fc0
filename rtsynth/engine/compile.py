"""From a plugin to something that plays: `compile_plugin`, and the arena of a new voice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth import codec
from rtsynth.engine.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    GAIN,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    VALUE,
    Program,
    aligned_floats,
    header_of,
)
from rtsynth.engine.render import apply_event, reset_hidden, route_parameters, teacher_force_block
from rtsynth.engine.rng import seed_header
from rtsynth.engine.tape import TapeBuilder
from rtsynth.errors import PluginError
from rtsynth.families import find_family
from rtsynth.plugin import Plugin

FADE_IN_MS = 10.0  # a voice starts from silence
GATE_MS = 30.0
GOLDEN_TOLERANCE = 1e-3  # of logits, in nats: far above rounding, far below another model

F32 = NDArray[np.float32]


@dataclass(frozen=True)
class Compiled:
    """A plugin and its program. `hidden` lists (arena offset, floats) per layer."""

    plugin: Plugin
    program: Program
    hidden: list[tuple[int, int]]


def compile_plugin(plugin: Plugin) -> Compiled:
    """Compile to a tape, and check it against the plugin's golden excerpt.

    Raises:
        PluginError: the weights do not reproduce the golden excerpt, or overflow float32.
    """
    manifest = plugin.manifest
    builder = TapeBuilder(len(manifest.parameters))
    rest: list[F32] = []
    for tier in manifest.tiers:
        family = find_family(tier.family)
        with np.errstate(over="ignore", invalid="ignore"):  # looked for below
            family.compile(manifest, tier, plugin.tier_tensors(tier.name), builder)
        if f"rest.{tier.name}" in plugin.tensors:
            rest.append(np.asarray(plugin.tensors[f"rest.{tier.name}"], np.float32).ravel())
    name, levels = manifest.codec.name, manifest.codec.levels
    decode = codec.decode_table(name, levels)
    milliseconds = [FADE_IN_MS, 0.0, 0.0, 0.0, GATE_MS]
    milliseconds += [parameter.smoothing_ms for parameter in manifest.parameters]
    ramp_samples = np.round(np.array(milliseconds) * 1e-3 * manifest.sample_rate_hz)
    with np.errstate(over="ignore"):
        program = builder.finish(
            decode=decode,
            hear=codec.input_table(name, levels),
            silence=int(codec.encode(name, levels, np.zeros(1))[0]),
            ramp_samples=ramp_samples.astype(np.int32),
            rest=np.concatenate(rest) if rest else None,
            random_start=not rest and manifest.initial_state == "uniform_0.05",
        )
    if not (np.isfinite(program.weights).all() and np.isfinite(program.route_map).all()):
        raise PluginError(
            f"{plugin.path or plugin.name}: weights or parameter ranges are too large for float32"
        )
    compiled = Compiled(plugin, program, builder.hidden_places())
    _check_golden(compiled)
    return compiled


def new_arena(compiled: Compiled, seed: int = 0) -> F32:
    """The state of a fresh voice: parameters at their defaults, gain rising from silence."""
    program = compiled.program
    arena = aligned_floats(int(program.config[CONFIG_ARENA_FLOATS]))
    header = header_of(arena)
    sampling = compiled.plugin.manifest.sampling
    initial = {
        TEMPERATURE: sampling.temperature,
        TOP_K: float(sampling.top_k),
        TOP_P: sampling.top_p,
        GATE: 1.0,
    }
    for index, parameter in enumerate(compiled.plugin.parameters):
        initial[BUILT_IN + index] = parameter.default
    for index, value in initial.items():
        row = HEADER_FLOATS + index * PARAMETER_FLOATS
        arena[row + VALUE] = arena[row + TARGET] = value
    seed_header(header, seed)
    reset_hidden(program, header, arena)
    route_parameters(program, arena)
    apply_event(program, header, arena, GAIN, 1.0)
    return arena


def set_hidden(compiled: Compiled, arena: F32, state: NDArray[np.floating]) -> None:
    """Write a hidden state [layers, hidden] into the arena."""
    rows = np.asarray(state, np.float32).reshape(len(compiled.hidden), -1)
    for (at, floats), row in zip(compiled.hidden, rows, strict=True):
        arena[at : at + floats] = row


def get_hidden(compiled: Compiled, arena: F32) -> F32:
    """The hidden state [layers, hidden] in the arena (a copy)."""
    return np.stack([arena[at : at + floats] for at, floats in compiled.hidden])


def _check_golden(compiled: Compiled) -> None:
    tensors, path = compiled.plugin.tensors, compiled.plugin.path
    if "golden.codes" not in tensors:
        return
    arena = new_arena(compiled)
    set_hidden(compiled, arena, tensors["golden.state"])  # type: ignore[arg-type]
    expected = np.asarray(tensors["golden.logits"], np.float32)
    logits = np.empty_like(expected)
    teacher_force_block(
        compiled.program,
        header_of(arena),
        arena,
        np.asarray(tensors["golden.codes"], np.int64),
        np.asarray(tensors["golden.conditioning"], np.float32),
        logits,
    )
    error = float(np.abs(logits - expected).max(initial=0.0))
    if not error <= GOLDEN_TOLERANCE:
        raise PluginError(
            f"{path or compiled.plugin.name}: golden.logits: the weights give logits off by "
            f"{error:.3g}; the file is damaged or was made for another engine"
        )
