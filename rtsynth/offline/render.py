"""Rendering without an audio device: the engine's own kernels."""

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rtsynth.common.errors import InputError
from rtsynth.common.seeds import check_seed
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import place_in_all
from rtsynth.compiler.modulation import Depths, checked, depths_of, place_depths
from rtsynth.engine.kernels.limiter import CEILING, FULL_SCALE, limited
from rtsynth.engine.program.layout import GATE, MAX_VOICES, Events, header_of
from rtsynth.engine.run.render import render_block
from rtsynth.host.note_player import GATE_NAME
from rtsynth.offline.events import ControlEvent, compiled_events, set_now
from rtsynth.offline.teacher import feed_audio, feed_noise
from rtsynth.offline.timeline import Timeline
from rtsynth.plugin import Plugin

F32 = NDArray[np.float32]
DEFAULT_BLOCK = 256
PRIME_S = 1.0  # of random numbers, where they are asked for


@dataclass(frozen=True)
class Rendering:
    """Audio [samples] at the plugin's rate, and what its tiers drew.

    `values` holds for every tier that generates parameters float32 [steps, D], in their units and
    at the tier's own rate: one row for every step, in the order of the tier's outputs.
    """

    audio: F32
    values: dict[str, F32]


def render(
    plugin: Plugin | Compiled,
    seconds: float,
    controls: Mapping[str, float] | None = None,
    seed: int = 0,
    *,
    modulation: Depths | None = None,
    events: Iterable[ControlEvent] = (),
    prime: ArrayLike | None = None,
    prime_seed: int | None = None,
    block_frames: int = DEFAULT_BLOCK,
    voices: int = 1,
    progress: Callable[[int], None] | None = None,
) -> F32:
    """Render `seconds` of audio; float32 [samples] in -1..1 at the plugin's rate.

    Several voices are mixed and limited as they are live (`layout.VOICE_LEVEL`,
    `rtsynth.engine.kernels.limiter`); one voice is only where its gain takes it beyond -1..1.

    Args:
        plugin: a loaded plugin (or one compiled already).
        seconds: length, > 0.
        controls: values held from the start, e.g. {"pitch": 69, "temperature": 0.9}. Those out of
            range are moved into it, like those of events, with a warning (rtsynth.RtsynthWarning).
        seed: the same seed, controls and events give the same samples to the bit.
        modulation: {(source, parameter): depth}: what moves by itself, e.g. {("lfo1", "pitch"):
            0.05}, by a share -1..1 of the parameter's range.
        events: timed changes; those of a `Timeline` are made as they are due.
        prime: audio [T] at the plugin's rate that is the network's input first (not its output).
        prime_seed: feed every tier a second of random numbers of this seed first.
        block_frames: samples per block; has no influence on the result.
        voices: how many play together; without notes only the first one sounds.
        progress: called with the number of samples done after every block.

    Raises:
        InputError: an unknown control, a value that is not finite, a length that is not > 0, a
            seed that is not a whole number in 0..2^53, a plugin that generates parameters only.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    _ = compiled.plugin.manifest.audio_codec  # raises for a plugin that makes none
    return _play(
        compiled, seconds, controls, seed, modulation, events, prime, prime_seed, block_frames,
        voices, progress, None,
    )  # fmt: skip


def render_values(
    plugin: Plugin | Compiled,
    seconds: float,
    controls: Mapping[str, float] | None = None,
    seed: int = 0,
    *,
    modulation: Depths | None = None,
    events: Iterable[ControlEvent] = (),
    prime: ArrayLike | None = None,
    prime_seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Rendering:
    """Like `render`, but what the tiers generate is kept, too. For parameters-only plugins as well.

    Their audio is silence, a sample for every step of their fastest tier.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    manifest = compiled.plugin.manifest
    dividers = [manifest.sample_rate_hz // tier.rate_hz for tier in manifest.tiers if tier.outputs]
    watch: dict[str, list[F32]] = {tier.name: [] for tier in manifest.tiers if tier.outputs}
    audio = _play(
        compiled, seconds, controls, seed, modulation, events, prime, prime_seed,
        math.gcd(*dividers) or DEFAULT_BLOCK, 1, progress, watch,
    )  # fmt: skip
    values = {}
    for tier in manifest.tiers:
        if tier.outputs:
            ranges = [
                next(p for p in manifest.parameters if p.name == name).network_range
                for name in tier.outputs
            ]
            low, high = (np.array(bound, np.float32) for bound in zip(*ranges, strict=True))
            values[tier.name] = low + np.stack(watch[tier.name]) * (high - low)
    return Rendering(audio, values)


def _play(
    compiled: Compiled,
    seconds: float,
    controls: Mapping[str, float] | None,
    seed: int,
    modulation: Depths | None,
    events: Iterable[ControlEvent],
    prime: ArrayLike | None,
    prime_seed: int | None,
    block_frames: int,
    voices: int,
    progress: Callable[[int], None] | None,
    watch: dict[str, list[F32]] | None,
) -> F32:
    """`render`; `watch` is given what each of its tiers draws, as the network sees it."""
    if not (math.isfinite(seconds) and seconds > 0):
        raise InputError(f"seconds: {seconds} is not a length above 0")
    if block_frames < 1:
        raise InputError(f"block: {block_frames} is not a block of at least 1 frame")
    if not 1 <= voices <= MAX_VOICES:
        raise InputError(f"voices: {voices} is not in 1..{MAX_VOICES}")
    if (prime is not None or prime_seed is not None) and voices > 1:
        raise InputError("prime: one voice can be primed; render without voices, or without prime")
    check_seed(seed)
    if prime_seed is not None:
        check_seed(prime_seed)
    manifest = compiled.plugin.manifest
    arena = new_arena(compiled, seed, voices)
    header = header_of(arena)
    set_now(compiled, arena, controls or {})
    depths = depths_of(compiled.plugin, checked(compiled.plugin, modulation or {}))
    place_depths(compiled.program, arena, depths.items())
    if prime_seed is not None:
        feed_noise(compiled, arena, prime_seed, PRIME_S)
    if prime is not None:
        feed_audio(compiled, arena, np.asarray(prime, np.float64))
    if isinstance(events, Timeline):
        has_notes, feed = events.has_notes, _Feed(compiled, events, block_frames)
    else:
        events = list(events)
        has_notes = any(event.name == GATE_NAME for event in events)
        feed = _Feed(compiled, events, block_frames)
    if has_notes:  # silence before the first
        place_in_all(compiled.program, arena, GATE, 0.0)
    try:
        out = np.zeros(max(1, round(seconds * manifest.sample_rate_hz)), np.float32)
    except (MemoryError, ValueError, OverflowError) as error:
        raise InputError(f"seconds: {seconds:g} s do not fit in memory") from error
    for start in range(0, out.size, block_frames):
        block = out[start : start + block_frames]
        timed, first = feed.events_at(start)
        feed.first = render_block(compiled.program, header, arena, timed, first, block)
        for tier, places in zip(manifest.tiers, compiled.tiers, strict=True):
            due = start % (manifest.sample_rate_hz // tier.rate_hz) == 0
            if watch is not None and tier.name in watch and due:
                watch[tier.name].append(arena[places.values].copy())
        if progress is not None:
            progress(start + block.size)
    return limited(out, manifest.sample_rate_hz, FULL_SCALE if voices == 1 else CEILING)


class _Feed:
    """What is due, for one block after the other: all of a list, or some of a timeline.

    Args:
        compiled: what is played.
        events: of a list all are checked at once, whenever they are due.
        block_frames: the length of the blocks.
    """

    def __init__(
        self, compiled: Compiled, events: Timeline | list[ControlEvent], block_frames: int
    ) -> None:
        self.first = 0  # of the current ones, that is not yet done
        self._compiled, self._rate_hz = compiled, compiled.plugin.sample_rate_hz
        # Whole blocks, of a second or a little more together.
        self._step = -(-self._rate_hz // block_frames) * block_frames
        self._end, self._rest = 0, iter(events)
        self._next: ControlEvent | None = None
        if isinstance(events, list):
            self._end = sys.maxsize
        self._now = compiled_events(compiled, () if isinstance(events, Timeline) else events)

    def events_at(self, start: int) -> tuple[Events, int]:
        """What is due in the block from sample `start` on is among these, from that number on."""
        if start >= self._end:
            self._end = start + self._step
            self._now, self.first = compiled_events(self._compiled, self._due()), 0
        return self._now, self.first

    def _due(self) -> Iterator[ControlEvent]:
        while True:
            event = self._next if self._next is not None else next(self._rest, None)
            self._next = None
            if event is None:
                return
            if round(event.time_s * self._rate_hz) >= self._end:
                self._next = event
                return
            yield event
