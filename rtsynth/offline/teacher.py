"""Teacher forcing: the engine's kernels over what a network is given, not what it draws."""

import math
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import (
    Compiled,
    compile_plugin,
    feed_codes,
    force_tier,
    get_hidden,
    new_arena,
    set_hidden,
)
from rtsynth.compiler.controls import place
from rtsynth.engine.program.layout import CLOCK, ORIGIN, header_of
from rtsynth.engine.program.table import beta_name, row_named
from rtsynth.engine.run.forcing import feed_block
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.engine.run.tape import feed_code
from rtsynth.offline.events import ControlEvent, clamped
from rtsynth.offline.timeline import Timeline
from rtsynth.plugin import Plugin, codec

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
_SCORED_AT_ONCE = 1 << 22  # logits, of as many codes as have so many: 100 MB with their copies


@dataclass(frozen=True, eq=False)
class State:
    """An opaque voice state: pass it to `teacher_force` to continue from it."""

    arena: F32 = field(repr=False)
    hidden: F32 = field(repr=False)  # [layers, hidden]


def teacher_force(
    plugin: Plugin | Compiled,
    inputs: ArrayLike,
    conditioning: ArrayLike | None = None,
    state: State | ArrayLike | None = None,
    *,
    tier: str | None = None,
) -> tuple[F32, State]:
    """Run the engine's kernels over what a tier is given and return what its head produced.

    A network of frames (`samplernn`) predicts the codes themselves: the first F are the prompt, F
    its longest frame, and row r is the prediction of code F + r; conditioning row t is what holds
    when code t is predicted. Given a `State` there is no prompt, and a row for every code. Every
    other network reads the codes, and row t is the prediction of what follows code t.

    Args:
        plugin: a plugin.
        inputs: what the tier generated before each step: codes [T] for audio, values [T, D] as
            the network sees them for parameters.
        conditioning: [T, C] as the network sees it (normalised); C in the tier's order.
        state: an initial hidden state [layers, hidden], or a `State` returned earlier; by
            default zeros, of a network of frames the state at rest (its learned one).
        tier: its name; by default the last one.

    Returns:
        Categorical logits [T, Q] (of frames after a prompt [T - F, Q]), or mu and sigma_raw
        [T, 2, D], or of a mixture mu, sigma (at temperature 1) and pi [T, 3, K, D]; and the state
        after the last step.

    Raises:
        InputError: wrong shapes, codes outside 0..Q-1, numbers that are not finite, fewer codes
            than the prompt.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    number = _tier_number(compiled, tier)
    places = compiled.tiers[number]
    codes, values = _checked_inputs(compiled, number, inputs)
    steps = len(values)
    width = places.conditioning.size
    if conditioning is None:
        conditioning = np.zeros((steps, 0), np.float32)
    given = np.ascontiguousarray(conditioning, np.float32)
    if given.shape != (steps, width):
        raise InputError(f"conditioning: expected [{steps}, {width}], got {list(given.shape)}")
    if not np.isfinite(given).all():
        raise InputError("conditioning: has values that are not finite numbers")
    arena, start = new_arena(compiled), 0
    if isinstance(state, State):
        if state.arena.size != arena.size:
            raise InputError("state: it comes from another plugin")
        arena[:] = state.arena
    else:
        start = places.prompt
        if steps < start:
            raise InputError(
                f"inputs: the first {start} codes are the prompt; got only {steps}, give more"
            )
        feed_codes(compiled, arena, codes[:start])
    if not isinstance(state, State) and not (state is None and places.prompt):
        shape = (len(places.hidden), places.hidden[0][1])
        hidden = np.zeros(shape, np.float32) if state is None else np.asarray(state, np.float32)
        if hidden.shape != shape:
            raise InputError(f"state: expected {list(shape)}, got {list(hidden.shape)}")
        if not np.isfinite(hidden).all():
            raise InputError("state: has values that are not finite numbers")
        set_hidden(compiled, arena, hidden, number)
    made = compiled.plugin.manifest.tiers[number]
    if made.outputs:  # whatever the tier's own temperature is: 1
        place(arena, row_named(compiled.plugin.manifest, beta_name(made.name)), 1.0)
    produced = np.empty((steps - start, *places.shape), np.float32)
    fed = np.concatenate([values, given], axis=1)[start:]
    force_tier(compiled, number, arena, codes[start:], fed, produced)
    return produced, State(arena.copy(), get_hidden(compiled, arena, number))


def _tier_number(compiled: Compiled, name: str | None) -> int:
    """The place of a tier that can be teacher-forced."""
    names = [tier.name for tier in compiled.plugin.manifest.tiers]
    if name is not None and name not in names:
        raise InputError(f"tier {name!r} is unknown; {compiled.plugin.name} has {', '.join(names)}")
    number = len(names) - 1 if name is None else names.index(name)
    if compiled.tiers[number].sections > 1 and not compiled.tiers[number].prompt:
        raise InputError(
            f"{compiled.plugin.name}: networks that step at several rates cannot be teacher-forced "
            "(scored, primed) yet; render them"
        )
    return number


def _checked_inputs(
    compiled: Compiled, number: int, inputs: ArrayLike
) -> tuple[NDArray[np.int64], F32]:
    """(codes [T], values [T, 0]) for an audio tier, ([0], values [T, D]) for one of parameters."""
    given = np.ascontiguousarray(inputs)
    width = compiled.tiers[number].values.size
    if width:
        values = given.astype(np.float32)
        if values.ndim != 2 or values.shape[1] != width:
            raise InputError(f"inputs: expected values [T, {width}], got {list(values.shape)}")
        if not np.isfinite(values).all():
            raise InputError("inputs: has values that are not finite numbers")
        return np.zeros(0, np.int64), values
    levels = compiled.plugin.manifest.audio_codec.levels
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise InputError(f"inputs: expected integer codes [T], got {given.dtype} {given.shape}")
    codes = given.astype(np.int64)
    if codes.size and not (codes.min() >= 0 and codes.max() < levels):
        raise InputError(f"inputs: codes must be in 0..{levels - 1}")
    return codes, np.zeros((codes.size, 0), np.float32)


def score(
    plugin: Plugin | Compiled,
    audio: ArrayLike,
    conditioning: "Mapping[str, float] | OverTime | ArrayLike | None" = None,
) -> float:
    """Bits per sample of audio [T] (at the plugin's rate) under the engine's kernels.

    The mean negative log2-likelihood of each code given all before it, from the second one on (of
    a network of frames from the first one after its longest frame). `conditioning` is a
    mapping of held values, or an array [T, C] in engineering units; missing ones are at their
    default. Held values out of range are moved into it, with a warning (rtsynth.RtsynthWarning).
    Temperature and cuts play no part.

    Raises:
        InputError: audio too short for a prediction or not finite; unknown parameters.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    manifest = compiled.plugin.manifest
    rule = manifest.audio_codec
    prompt = compiled.tiers[_tier_number(compiled, None)].prompt
    samples, least = np.asarray(audio, np.float64), max(prompt, 1) + 1
    if samples.ndim != 1 or samples.size < least:
        raise InputError(f"audio: expected at least {least} samples of mono, got {samples.shape}")
    if not np.isfinite(samples).all():
        raise InputError("audio: has values that are not finite numbers")
    given = _given_inputs(compiled, conditioning, samples.size)
    # Networks of frames predict the codes that they are given, the others each one's successor.
    ahead = 0 if prompt else 1
    state: State | None = None
    total, start, count = 0.0, 0, samples.size - ahead
    while start < count:
        # Of the prompt there are no logits.
        piece = max(1, _SCORED_AT_ONCE // rule.levels) + (0 if start else prompt)
        end = min(start + piece, count)
        codes = codec.encode(rule.name, rule.levels, samples[start : end + ahead], rule.limits)
        rows = _as_seen(compiled, given(start, end))
        logits, state = teacher_force(compiled, codes[: end - start], rows, state)
        predicted = codes[len(codes) - len(logits) :]
        wide = logits.astype(np.float64)
        wide -= wide.max(axis=1, keepdims=True)
        chosen = wide[np.arange(len(wide)), predicted]
        total += float((np.log(np.exp(wide, out=wide).sum(axis=1)) - chosen).sum())
        start = end
    return total / (samples.size - max(prompt, 1)) / math.log(2)


def _given_inputs(
    compiled: Compiled,
    conditioning: "Mapping[str, float] | OverTime | ArrayLike | None",
    length: int,
) -> Callable[[int, int], F64]:
    """The conditioning from one sample to another: (start, end) -> [end - start, C], in units."""
    manifest = compiled.plugin.manifest
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    names = manifest.tiers[-1].conditioning
    if isinstance(conditioning, OverTime):
        return conditioning.rows
    if conditioning is None or isinstance(conditioning, Mapping):
        held = dict(conditioning or {})
        for name in held:
            if name not in by_name:
                raise InputError(f"parameter {name!r} is unknown; known: {', '.join(by_name)}")
        held = clamped(compiled.plugin, held)
        values = np.array([held.get(name, by_name[name].default) for name in names], np.float64)
        return lambda start, end: np.tile(values, (end - start, 1))
    rows = np.asarray(conditioning, np.float64)
    if rows.shape != (length, len(names)):
        raise InputError(f"conditioning: expected [{length}, {len(names)}], got {list(rows.shape)}")
    return lambda start, end: rows[start:end].copy()


def _as_seen(compiled: Compiled, rows: F64) -> F32:
    """Rows [T, C] in units, which are overwritten, as the network sees them."""
    manifest = compiled.plugin.manifest
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    for column, name in enumerate(manifest.tiers[-1].conditioning):
        low, high = by_name[name].network_range
        rows[:, column] = (rows[:, column] - low) / (high - low)
    return rows.astype(np.float32)


class OverTime:
    """`held` values (defaults elsewhere), stepped by events: made where they are needed.

    What comes after `length` samples is left.
    """

    def __init__(
        self,
        compiled: Compiled,
        events: Iterable[ControlEvent],
        held: Mapping[str, float],
        length: int,
    ) -> None:
        manifest = compiled.plugin.manifest
        names = manifest.tiers[-1].conditioning
        held = clamped(compiled.plugin, held)
        defaults = {parameter.name: parameter.default for parameter in manifest.parameters}
        times = {name: array("d", [-1]) for name in names}
        values = {name: array("d", [held.get(name, defaults[name])]) for name in names}
        if not isinstance(events, Timeline):
            events = sorted(events, key=lambda event: event.time_s)
        for event in events:
            sample = round(event.time_s * manifest.sample_rate_hz)
            if sample >= length:
                break
            if event.name in defaults and event.name not in names:
                raise InputError(
                    f"{event.name}: the tier that is scored, {manifest.tiers[-1].name!r}, has no"
                    f" such input; its inputs: {', '.join(names) or 'none'}"
                )
            if event.name in names:
                times[event.name].append(sample)
                values[event.name].append(event.value)
        self._steps = [(np.frombuffer(times[name]), np.frombuffer(values[name])) for name in names]

    def rows(self, start: int, end: int) -> F64:
        """Samples `start` to `end`: [end - start, C] in engineering units."""
        rows = np.empty((end - start, len(self._steps)))
        for column, (times, values) in enumerate(self._steps):
            at = np.searchsorted(times, np.arange(start, end), side="right") - 1
            rows[:, column] = values[at]
        return rows


def feed_audio(compiled: Compiled, arena: F32, audio: NDArray[np.float64]) -> None:
    """Feed audio [T] to a voice: its hidden state and last code are then those of its end.

    The tiers above the audio play meanwhile as they would.

    Raises:
        InputError: audio that is empty, not mono or not finite, or a plugin that makes none.
    """
    if audio.ndim != 1 or audio.size == 0 or not np.isfinite(audio).all():
        raise InputError("prime: expected finite mono audio with at least one sample")
    rule = compiled.plugin.manifest.audio_codec
    codes = codec.encode(rule.name, rule.levels, audio, rule.limits)
    header = header_of(arena)
    feed_block(compiled.program, header, arena, codes[:-1])
    feed_code(compiled.program, header, arena, 0, int(codes[-1]))
    # The prime takes no time, but the tiers continue from where they are.
    header[ORIGIN] -= header[CLOCK]
    header[CLOCK] = 0


def feed_noise(compiled: Compiled, arena: F32, seed: int, seconds: float) -> None:
    """Feed random numbers to every tier of a voice for a while, as conditioning too.

    Codes are any, values in 0..1. (MTCRNN's `rand_prime`.)
    """
    random = np.random.default_rng(seed)
    header = header_of(arena)
    for number, tier in enumerate(compiled.plugin.manifest.tiers):
        places = compiled.tiers[_tier_number(compiled, tier.name)]
        steps = max(2, round(seconds * tier.rate_hz))
        if places.prompt:  # whole frames: the next one begins with what the tier plays
            steps = -(-steps // places.prompt) * places.prompt
        given = random.random((steps, places.values.size + places.conditioning.size), np.float32)
        codes = np.zeros(0, np.int64)
        if not tier.outputs:
            levels = compiled.plugin.manifest.audio_codec.levels
            codes = random.integers(levels, size=steps)
        unused = np.empty((steps - 1, *places.shape), np.float32)
        force_tier(compiled, number, arena, codes[:-1], given[:-1], unused)
        # The last one is the tier's input when it starts to play.
        arena[places.values] = given[-1, : places.values.size]
        if codes.size:
            feed_code(compiled.program, header, arena, 0, int(codes[-1]))
        header[CLOCK] = 0
    route_parameters(compiled.program, arena, 0)
