"""Rendering, teacher forcing and scoring without an audio device: the engine's own kernels."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rtsynth import codec
from rtsynth.engine.compile import Compiled, compile_plugin, get_hidden, new_arena, set_hidden
from rtsynth.engine.controls import decode_control, find_control, place_in_all
from rtsynth.engine.layout import (
    GATE,
    MAX_VOICES,
    Events,
    header_of,
    no_events,
    voice_target,
)
from rtsynth.engine.render import hear_code, render_block, teacher_force_block
from rtsynth.errors import InputError
from rtsynth.plugin import Plugin

F32 = NDArray[np.float32]
DEFAULT_BLOCK = 256


@dataclass(frozen=True)
class ControlEvent:
    """At `time_s` seconds, parameter or control `name` starts moving to `value`.

    In all voices, or in one (from 0). The name "gate" opens (1) and closes (0) a voice.
    """

    time_s: float
    name: str
    value: float
    slot: int = 1
    voice: int | None = None


@dataclass(frozen=True, eq=False)
class State:
    """An opaque voice state: give it back to `teacher_force` to go on from it."""

    arena: F32 = field(repr=False)
    hidden: F32 = field(repr=False)  # [layers, hidden]


def compiled_events(compiled: Compiled, events: Iterable[ControlEvent]) -> Events:
    """Timed events in samples of the plugin's rate, sorted (stable) by time.

    Raises:
        InputError: an unknown name, or a value or time that is not finite.
    """
    rate_hz = compiled.plugin.sample_rate_hz
    rows: list[tuple[int, int, float]] = []
    for event in events:
        if event.name == "gate":
            index, value = GATE, float(event.value > 0)
        else:
            control = find_control(compiled.plugin, event.name)
            index, value = control.index, decode_control(control, event.value)
        if not (math.isfinite(event.time_s) and event.time_s >= 0):
            raise InputError(f"{event.name}: time {event.time_s} is not a time from the start")
        target = index if event.voice is None else voice_target(index, event.voice)
        rows.append((round(event.time_s * rate_hz), target, value))
    rows.sort(key=lambda row: row[0])
    if not rows:
        return no_events()
    times, targets, values = zip(*rows, strict=True)
    return Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )


def set_now(compiled: Compiled, arena: F32, controls: Mapping[str, float]) -> None:
    """Put controls at their values at once, without a ramp (before a voice starts)."""
    for name, value in controls.items():
        control = find_control(compiled.plugin, name)
        place_in_all(compiled.program, arena, control.index, decode_control(control, value))


def render(
    plugin: Plugin | Compiled,
    seconds: float,
    controls: Mapping[str, float] | None = None,
    seed: int = 0,
    *,
    events: Sequence[ControlEvent] = (),
    prime: ArrayLike | None = None,
    block_frames: int = DEFAULT_BLOCK,
    voices: int = 1,
    progress: Callable[[int], None] | None = None,
) -> F32:
    """Render `seconds` of audio; float32 [samples] in -1..1 at the plugin's rate.

    Args:
        plugin: a loaded plugin (or one compiled already).
        seconds: length, > 0.
        controls: values held from the start, e.g. {"pitch": 69, "temperature": 0.9}.
        seed: the same seed, controls and events give the same samples to the bit.
        events: timed changes.
        prime: audio [T] at the plugin's rate that the network hears first (not in the output).
        block_frames: samples per block; has no influence on the result.
        voices: how many play together; without notes only the first one sounds.
        progress: called with the number of samples done after every block.

    Raises:
        InputError: an unknown control, a value that is not finite, a length that is not > 0.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    if not (math.isfinite(seconds) and seconds > 0):
        raise InputError(f"seconds: {seconds} is not a length above 0")
    if block_frames < 1:
        raise InputError(f"block: {block_frames} is not a block of at least 1 frame")
    if not 1 <= voices <= MAX_VOICES:
        raise InputError(f"voices: {voices} is not in 1..{MAX_VOICES}")
    if prime is not None and voices > 1:
        raise InputError("prime: one voice can be primed; render without voices, or without prime")
    arena = new_arena(compiled, seed, voices)
    header = header_of(arena)
    set_now(compiled, arena, controls or {})
    if prime is not None:
        _hear(compiled, arena, np.asarray(prime, np.float64))
    if any(event.name == "gate" for event in events):  # notes: silence before the first
        place_in_all(compiled.program, arena, GATE, 0.0)
    timed = compiled_events(compiled, events)
    try:
        out = np.zeros(max(1, round(seconds * compiled.plugin.sample_rate_hz)), np.float32)
    except (MemoryError, ValueError) as error:
        raise InputError(f"seconds: {seconds:g} s do not fit in memory") from error
    first = 0
    for start in range(0, out.size, block_frames):
        block = out[start : start + block_frames]
        first = render_block(compiled.program, header, arena, timed, first, block)
        if progress is not None:
            progress(start + block.size)
    return np.clip(out, -1.0, 1.0, out=out)


def teacher_force(
    plugin: Plugin | Compiled,
    inputs: ArrayLike,
    conditioning: ArrayLike | None = None,
    state: State | ArrayLike | None = None,
) -> tuple[F32, State]:
    """Run the engine's kernels over given codes and return what the head produced.

    Args:
        plugin: a plugin whose last tier makes audio.
        inputs: codes [T], the network's input at each step.
        conditioning: [T, C] as the network sees it (normalised); C in the tier's order.
        state: an initial hidden state [layers, hidden], or a `State` returned earlier; by
            default zeros.

    Returns:
        Logits [T, Q], and the state after the last step.

    Raises:
        InputError: wrong shapes, codes outside 0..Q-1, conditioning that is not finite.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    _check_single_rate(compiled)
    levels = compiled.plugin.manifest.codec.levels
    width = len(compiled.plugin.manifest.tiers[-1].conditioning)
    codes = np.ascontiguousarray(inputs)
    if codes.ndim != 1 or codes.dtype.kind not in "iu":
        raise InputError(f"inputs: expected integer codes [T], got {codes.dtype} {codes.shape}")
    codes = codes.astype(np.int64)
    if codes.size and not (codes.min() >= 0 and codes.max() < levels):
        raise InputError(f"inputs: codes must be in 0..{levels - 1}")
    if conditioning is None:
        conditioning = np.zeros((codes.size, 0), np.float32)
    given = np.ascontiguousarray(conditioning, np.float32)
    if given.shape != (codes.size, width):
        raise InputError(f"conditioning: expected [{codes.size}, {width}], got {list(given.shape)}")
    if not np.isfinite(given).all():
        raise InputError("conditioning: has values that are not finite numbers")
    arena = new_arena(compiled)
    if isinstance(state, State):
        if state.arena.size != arena.size:
            raise InputError("state: it comes from another plugin")
        arena[:] = state.arena
    else:
        shape = (len(compiled.hidden), compiled.hidden[0][1])
        hidden = np.zeros(shape, np.float32) if state is None else np.asarray(state, np.float32)
        if hidden.shape != shape:
            raise InputError(f"state: expected {list(shape)}, got {list(hidden.shape)}")
        if not np.isfinite(hidden).all():
            raise InputError("state: has values that are not finite numbers")
        set_hidden(compiled, arena, hidden)
    logits = np.empty((codes.size, levels), np.float32)
    teacher_force_block(compiled.program, header_of(arena), arena, codes, given, logits)
    return logits, State(arena.copy(), get_hidden(compiled, arena))


def score(
    plugin: Plugin | Compiled,
    audio: ArrayLike,
    conditioning: Mapping[str, float] | ArrayLike | None = None,
) -> float:
    """Bits per sample of audio [T] (at the plugin's rate) under the engine's kernels.

    The mean negative log2-likelihood of each code given all before it. `conditioning` is a
    mapping of held values, or an array [T, C] in engineering units; missing ones are at their
    default. Temperature and cuts play no part.

    Raises:
        InputError: audio shorter than two samples or not finite; unknown parameters.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    _check_single_rate(compiled)
    manifest = compiled.plugin.manifest
    samples = np.asarray(audio, np.float64)
    if samples.ndim != 1 or samples.size < 2:
        raise InputError(f"audio: expected at least two samples of mono, got {samples.shape}")
    if not np.isfinite(samples).all():
        raise InputError("audio: has values that are not finite numbers")
    codes = codec.encode(manifest.codec.name, manifest.codec.levels, samples)
    rows = _conditioning_rows(compiled, conditioning, codes.size)
    # In chunks: logits of a whole song would not fit in memory.
    state: State | None = None
    total = 0.0
    for start in range(0, codes.size - 1, 65_536):
        end = min(start + 65_536, codes.size - 1)
        logits, state = teacher_force(compiled, codes[start:end], rows[start:end], state)
        wide = logits.astype(np.float64)
        peak = wide.max(axis=1, keepdims=True)
        log_sum = peak[:, 0] + np.log(np.exp(wide - peak).sum(axis=1))
        total += float((log_sum - wide[np.arange(end - start), codes[start + 1 : end + 1]]).sum())
    return total / (codes.size - 1) / math.log(2)


def _conditioning_rows(
    compiled: Compiled, conditioning: Mapping[str, float] | ArrayLike | None, length: int
) -> F32:
    """[T, C] as the network sees it."""
    manifest = compiled.plugin.manifest
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    names = manifest.tiers[-1].conditioning
    if conditioning is None or isinstance(conditioning, Mapping):
        held = dict(conditioning or {})
        for name in held:
            if name not in by_name:
                raise InputError(f"parameter {name!r} is unknown; known: {', '.join(by_name)}")
        values = np.array([held.get(name, by_name[name].default) for name in names], np.float64)
        rows = np.tile(values, (length, 1))
    else:
        rows = np.asarray(conditioning, np.float64)
        if rows.shape != (length, len(names)):
            raise InputError(
                f"conditioning: expected [{length}, {len(names)}], got {list(rows.shape)}"
            )
    for column, name in enumerate(names):
        low, high = by_name[name].network_range
        rows[:, column] = (rows[:, column] - low) / (high - low)
    return rows.astype(np.float32)


def conditioning_over_time(
    compiled: Compiled, events: Iterable[ControlEvent], held: Mapping[str, float], length: int
) -> NDArray[np.float64]:
    """[length, C] in engineering units: `held` values (defaults elsewhere), stepped by events."""
    manifest = compiled.plugin.manifest
    names = manifest.tiers[-1].conditioning
    defaults = {parameter.name: parameter.default for parameter in manifest.parameters}
    start = np.array([held.get(name, defaults[name]) for name in names], np.float64)
    rows = np.tile(start, (length, 1))
    for event in sorted(events, key=lambda event: event.time_s):
        if event.name in names:
            rows[round(event.time_s * manifest.sample_rate_hz) :, names.index(event.name)] = (
                event.value
            )
    return rows


def _check_single_rate(compiled: Compiled) -> None:
    if len(compiled.program.sections) > 1:
        raise InputError(
            f"{compiled.plugin.name}: plugins with tiers at several rates cannot be teacher-forced "
            "(scored, primed) yet; render them"
        )


def _hear(compiled: Compiled, arena: F32, audio: NDArray[np.float64]) -> None:
    """Let the voice hear audio [T]: its hidden state and last code are then those of its end."""
    if audio.ndim != 1 or audio.size == 0 or not np.isfinite(audio).all():
        raise InputError("prime: expected finite mono audio with at least one sample")
    manifest = compiled.plugin.manifest
    codes = codec.encode(manifest.codec.name, manifest.codec.levels, audio)
    _check_single_rate(compiled)
    header = header_of(arena)
    program = compiled.program
    current = arena[program.routes[:, 1]].copy()
    rows = np.tile(current, (codes.size - 1, 1))
    unused = np.empty((codes.size - 1, manifest.codec.levels), np.float32)
    teacher_force_block(program, header, arena, codes[:-1], rows, unused)
    hear_code(program, header, arena, 0, int(codes[-1]))
