"""From a plugin to something that plays: `compile_plugin`, and the arena of new voices."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import PluginError
from rtsynth.compiler.calibrate import CALIBRATION_VOICES, Observed, divergence, observe
from rtsynth.compiler.packed_cache import PackedCache
from rtsynth.engine.kernels.quantise import DAMPINGS, Quantised, quantise
from rtsynth.engine.program.budget import budget_for
from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_HISTORY,
    GAIN,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
    TARGET_SEED,
    VALUE,
    Program,
    aligned_floats,
    header_of,
)
from rtsynth.engine.program.program import Rounding, round_to_nearest
from rtsynth.engine.program.ranges import ranges_of
from rtsynth.engine.program.sections import TierPlaces
from rtsynth.engine.program.table import rows_of
from rtsynth.engine.run.forcing import teacher_force_block, teacher_force_frames
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.engine.run.render import change_voice, reset_hidden
from rtsynth.engine.run.tape import feed_code, refresh_state
from rtsynth.engine.run.team import team_words
from rtsynth.plugin import Plugin, codec
from rtsynth.plugin.family import find_family
from rtsynth.plugin.opened import HiddenTier, closed, is_opened, opened

LARGEST_TRIED = 2_000_000  # weights
TRIED_VOICES, TRIED_SAMPLES = CALIBRATION_VOICES // 2, 1500
MOST_TRIED = 1 << 23  # logits
GOLDEN_TOLERANCE = 1e-3  # of logits, in nats: far above rounding, far below another model

F32 = NDArray[np.float32]


@dataclass(frozen=True)
class Compiled:
    """A plugin and its program.

    `tiers` says where each tier has its things, `followed` where each generated value is to be
    seen, `sources` lists (arena offset, inputs) per matrix.
    """

    plugin: Plugin
    program: Program
    tiers: list[TierPlaces]
    followed: dict[str, int]
    sources: list[tuple[int, int]]
    precision: str = "float32"
    threads: int = 1


def compile_plugin(
    plugin: Plugin, precision: str = "float32", threads: int = 1, *, calibrated: bool = True
) -> Compiled:
    """Compile to a tape, and check it against the plugin's golden excerpt.

    Args:
        plugin: what to compile.
        precision: of the weights, "float32", "int8" or "int4".
        threads: how many share the large matrices; the sound does not depend on it.
        calibrated: round the weights with regard to what the plugin's matrices are multiplied
            with, which is found by playing it (once: the result is kept in the user's cache).
            False rounds to the nearest level: quick, for measuring speed.

    Raises:
        PluginError: the weights do not reproduce the golden excerpt, or overflow float32; or it
            would take more memory than its file justifies, or than there is.
    """
    try:
        exact = _compile_checked(closed(plugin), precision, threads, calibrated=calibrated)
        return open_compiled(exact) if is_opened(plugin) else exact
    except MemoryError as error:
        raise PluginError(
            f"{plugin.path or plugin.name}: does not fit in this machine's memory"
        ) from error


def open_compiled(compiled: Compiled) -> Compiled:
    """The same plugin, opened, with the very weights: as its controls are at first, the same sound.

    Raises:
        PluginError: its family does not lay it out alike.
    """
    plugin = closed(compiled.plugin)
    tiers = zip(plugin.manifest.tiers, compiled.tiers, strict=True)
    hidden = tuple(
        HiddenTier(tier=tier.name, layers=places.layers, holds=places.holds)
        for tier, places in tiers
    )
    again = _compile(opened(plugin, hidden), compiled.precision, compiled.threads, _placeholder)
    alike = [
        (program.weights.shape, *program.config[[CONFIG_HIDDEN_END, CONFIG_HISTORY]].tolist())
        for program in (compiled.program, again.program)
    ]
    moved = again.program.config[CONFIG_HIDDEN_START] - compiled.program.config[CONFIG_HIDDEN_START]
    if alike[0][:2] != (alike[1][0], alike[1][1] - moved) or alike[0][2] != alike[1][2]:
        raise PluginError(f"{plugin.path or plugin.name}: its family cannot be opened")
    program = again.program._replace(weights=compiled.program.weights)
    return replace(again, program=program)


def _compile_checked(plugin: Plugin, precision: str, threads: int, *, calibrated: bool) -> Compiled:
    if precision == "float32":
        exact = _compile(plugin, precision, threads, round_to_nearest)
        _check_golden(exact)
        return exact
    if not calibrated:
        return _compile(plugin, precision, threads, round_to_nearest)
    kept = PackedCache(plugin, precision)
    weights = kept.read()
    if weights is not None:
        small = _compile(plugin, precision, threads, _placeholder)
        if small.program.weights.shape == weights.shape:
            small.program.weights[:] = weights
            return small
    # On one thread: the helpers may be needed by what is playing.
    small = _round_as_observed(
        _compile_checked(plugin, "float32", 1, calibrated=True), precision, threads
    )
    kept.write(small.program.weights)
    return small


def _round_as_observed(exact: Compiled, precision: str, threads: int) -> Compiled:
    """The plugin at a lower precision, rounded with regard to what its voices did."""
    plugin = exact.plugin
    classes = {
        number: max(1, round(parameter.maximum - parameter.minimum))
        for number, parameter in enumerate(plugin.parameters)
        if parameter.role == "class"
    }
    arena = new_arena(exact, 1, CALIBRATION_VOICES)
    with np.errstate(over="ignore", invalid="ignore"):
        observed = observe(exact.program, exact.sources, arena, classes)
    if not all(moments is None or np.isfinite(moments).all() for moments in observed.moments):
        raise PluginError(
            f"{plugin.path or plugin.name}: its weights make the network overflow float32"
        )

    def rounded(damping: float) -> Compiled:
        def rounding(number: int, weight: F32, bits: int, group: int) -> Quantised:
            return quantise(weight, bits, group, observed.moments[number], damping)

        return _compile(plugin, precision, threads, rounding)

    # Small plugins are quick enough to try what suits them best; large ones do not need it.
    if exact.program.weights.size > LARGEST_TRIED or len(exact.program.sections) > 1:
        return rounded(DAMPINGS[0])
    expected = _logits(exact, observed)
    tries = [rounded(damping) for damping in DAMPINGS]
    return min(tries, key=lambda small: divergence(expected, _logits(small, observed)))


def _logits(compiled: Compiled, observed: Observed) -> F32:
    """The plugin's logits for the codes that it drew, [TRIED_VOICES * TRIED_SAMPLES, Q]."""
    levels = compiled.plugin.manifest.audio_codec.levels
    samples = min(TRIED_SAMPLES, observed.codes.shape[1], MOST_TRIED // (TRIED_VOICES * levels))
    out = np.empty((TRIED_VOICES, samples, levels), np.float32)
    # Other voices than the first few, so that all of the parameters' ranges occur.
    for logits, voice in zip(out, range(0, CALIBRATION_VOICES, 2), strict=True):
        arena = new_arena(compiled)
        codes = np.ascontiguousarray(observed.codes[voice, : len(logits)])
        rows = np.repeat(observed.inputs[voice : voice + 1], len(logits), axis=0)
        force_tier(compiled, -1, arena, codes, rows, logits)
    return out.reshape(-1, levels)


def _placeholder(number: int, weight: F32, bits: int, group: int) -> Quantised:
    """Nothing, in the right shape."""
    rows, columns = weight.shape
    scales = np.zeros((rows, -(-columns // group)), np.float32)
    return Quantised(
        bits, group, np.zeros(weight.shape, np.int8), scales, np.zeros(rows, np.float32)
    )


def _compile(plugin: Plugin, precision: str, threads: int, rounding: Rounding) -> Compiled:
    manifest = plugin.manifest
    table = rows_of(manifest)
    # At float32 the plugin may be calibrated.
    voices = CALIBRATION_VOICES if precision == "float32" else 1
    budget = budget_for(plugin.tensors.values())
    builder = TapeBuilder(len(table) - BUILT_IN, precision, rounding, budget, voices)
    builder.open(manifest)
    rest: list[F32] = []
    for tier in manifest.tiers:
        family = find_family(tier.family)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # looked for below
                family.compile(manifest, tier, plugin.tier_tensors(tier.name), builder)
        except PluginError as error:
            raise PluginError(
                f"{plugin.path or plugin.name}: tier {tier.name!r}: {error}"
            ) from error
        size = sum(floats for _, floats in builder.tiers[-1].hidden)
        last = plugin.tensors.get(f"heard.{tier.name}")
        if last is not None:
            builder.start_from(int(builder.tiers[-1].values[0]), np.asarray(last, np.float32))
        state = plugin.tensors.get(f"rest.{tier.name}", np.zeros(size))
        rest.append(np.asarray(state, np.float32).ravel())
    at_rest = any(name.startswith("rest.") for name in plugin.tensors)
    decode, inputs, silence = _codec_tables(plugin)
    milliseconds = np.array([row.ramp_ms for row in table])
    ramp_samples = np.round(milliseconds * 1e-3 * manifest.sample_rate_hz)
    with np.errstate(over="ignore"):
        program = builder.finish(
            decode=decode,
            inputs=inputs,
            silence=silence,
            ramp_samples=ramp_samples.astype(np.int32),
            ranges=ranges_of(manifest),
            rest=np.concatenate(rest) if at_rest else None,
            random_start=not at_rest and manifest.initial_state == "uniform_0.05",
            team=team_words(threads),
            rate_hz=manifest.sample_rate_hz,
            has_amplitude=any(p.role == "amplitude" for p in manifest.parameters),
            pitch_row=next((r.index for r in table if r.spec.role == "pitch"), -1),
        )
    finite = precision != "float32" or bool(np.isfinite(program.weights).all())
    if not (finite and np.isfinite(program.route_map).all()):
        raise PluginError(
            f"{plugin.path or plugin.name}: weights or parameter ranges are too large for float32"
        )
    drawn = {name: at for name, (at, _, _) in builder.values.items()}
    followed = drawn | builder.followed
    return Compiled(plugin, program, builder.tiers, followed, builder.sources, precision, threads)


def _codec_tables(plugin: Plugin) -> tuple[F32, F32, int]:
    """(amplitude of every code, the network's input for it, the code of silence)."""
    rule = plugin.manifest.codec
    if rule is None:  # the plugin generates parameters only: its one code is silence
        return np.zeros(1, np.float32), np.zeros(1, np.float32), 0
    return (
        codec.decode_table(rule.name, rule.levels, rule.limits),
        codec.input_table(rule.name, rule.levels, rule.limits),
        codec.silence(rule.name, rule.levels, rule.limits),
    )


def new_arena(compiled: Compiled, seed: int = 0, voices: int = 1) -> F32:
    """The state of fresh voices: parameters at their defaults, gain rising from silence."""
    program = compiled.program
    size = int(program.config[CONFIG_ARENA_FLOATS])
    arena = aligned_floats(size * voices)
    arena[:] = np.float32(0.0)  # no page is new to the audio thread
    header = header_of(arena)
    initial = {row.index: row.spec.default for row in rows_of(compiled.plugin.manifest)}
    del initial[GAIN]
    for voice in range(0, arena.size, size):
        for index, value in initial.items():
            row = voice + HEADER_FLOATS + index * PARAMETER_FLOATS
            arena[row + VALUE] = arena[row + TARGET] = value
        if voice > 0:  # silent until it is given a note
            gate = voice + HEADER_FLOATS + GATE * PARAMETER_FLOATS
            arena[gate + VALUE] = arena[gate + TARGET] = 0.0
        change_voice(program, header, arena, voice, TARGET_SEED, seed)
        reset_hidden(program, header, arena, voice)
        route_parameters(program, arena, voice)
        change_voice(program, header, arena, voice, GAIN, 1.0)
    return arena


def force_tier(
    compiled: Compiled, tier: int, arena: F32, codes: NDArray[np.int64], given: F32, out: F32
) -> None:
    """Teacher-force a tier: given [T, D + C] (or [T, C] and codes), out [T, ...].

    A network of frames (a tier with a prompt) predicts the codes, row by row; every other one reads
    them, and predicts what comes after each.
    """
    places = compiled.tiers[tier]
    inputs = np.concatenate([places.values, places.conditioning])
    header = header_of(arena)
    rows = out.reshape(len(out), places.outputs.size)
    if places.prompt:
        first = places.section - places.sections + 1
        where = (places.section, first, inputs, places.outputs)
        teacher_force_frames(compiled.program, header, arena, where, codes, given, rows)
    else:
        at = (places.section, inputs, places.outputs)
        teacher_force_block(compiled.program, header, arena, at, codes, given, rows)


def feed_codes(compiled: Compiled, arena: F32, codes: NDArray[np.int64]) -> None:
    """Feed one voice codes [T] that nothing is predicted from: the start of a prompt."""
    for code in codes:
        feed_code(compiled.program, header_of(arena), arena, 0, int(code))


def set_hidden(compiled: Compiled, arena: F32, state: NDArray[np.floating], tier: int = -1) -> None:
    """Write a tier's hidden state [layers, hidden] into the arena of one voice."""
    places = compiled.tiers[tier].hidden
    rows = np.asarray(state, np.float32).reshape(len(places), -1)
    for (at, floats), row in zip(places, rows, strict=True):
        arena[at : at + floats] = row
    refresh_state(compiled.program, arena, 0)


def get_hidden(compiled: Compiled, arena: F32, tier: int = -1) -> F32:
    """A tier's hidden state [layers, hidden] in the arena (a copy)."""
    return np.stack([arena[at : at + floats] for at, floats in compiled.tiers[tier].hidden])


def _check_golden(compiled: Compiled) -> None:
    tensors, path = compiled.plugin.tensors, compiled.plugin.path
    if "golden.codes" not in tensors:
        return
    arena = new_arena(compiled)
    set_hidden(compiled, arena, np.asarray(tensors["golden.state"], np.float32))
    start = compiled.tiers[-1].prompt
    codes = np.asarray(tensors["golden.codes"], np.int64)
    feed_codes(compiled, arena, codes[:start])
    given = np.ascontiguousarray(tensors["golden.conditioning"][start:], np.float32)
    expected = np.asarray(tensors["golden.logits"][start:], np.float32)
    logits = np.empty_like(expected)
    force_tier(compiled, -1, arena, codes[start:], given, logits)
    error = float(np.abs(logits - expected).max(initial=0.0))
    if not error <= GOLDEN_TOLERANCE:
        raise PluginError(
            f"{path or compiled.plugin.name}: golden.logits: the weights give logits off by "
            f"{error:.3g}; the file is damaged or was made for another engine"
        )
