"""A slot's network that is fed a recording, in memory of its own, and the state that this leaves.

Nothing that plays is touched: values of knobs are read, the weights are shared, and helper threads
stay with what plays.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rtsynth.common.audiofile import last_part
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    CONFIG_PARAMETERS,
    CONFIG_SILENCE,
    ENVELOPE,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    REMAINING,
    SECTION_DIVIDER,
    TARGET,
    VALUE,
    header_of,
)
from rtsynth.engine.run.forcing import feed_block
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.engine.run.tape import feed_code
from rtsynth.engine.run.team import team_words
from rtsynth.host.voice import Voice, taken_state
from rtsynth.plugin import Plugin, codec

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
RATES_HZ = (1000, 1_000_000)


class Fed:
    """The network of a voice (a batch of them), fed codes from rest as if it had drawn them.

    The tiers above the audio play meanwhile, with random numbers that the voice's seed begins.

    Args:
        voice: what plays in the slot.
        number: which one of its voices (from 0) is fed; None: all, each with its own values.
    """

    def __init__(self, voice: Voice, number: int | None = None) -> None:
        program = voice.compiled.program._replace(team=team_words(1))
        self._compiled = replace(voice.compiled, program=program)
        self._voice, self._number = voice, number
        self._size = int(program.config[CONFIG_ARENA_FLOATS])
        self._arena = new_arena(self._compiled, voice.seed, voice.voices if number is None else 1)
        self._last = int(program.config[CONFIG_SILENCE])

    def feed(self, codes: I64) -> None:
        """Feed it codes [T], with the values that the slot has now."""
        if codes.size:
            self._take_values()
            fed = np.append(np.int64(self._last), codes[:-1])
            feed_block(self._compiled.program, header_of(self._arena), self._arena, fed)
            self._last = int(codes[-1])

    def state(self) -> F32:
        """The state of the slot's voices behind the last code: the end, nothing more is fed.

        All that was fed has to be whole steps of all tiers (`whole_steps`). Of a single voice that
        was fed, its state is that of each.
        """
        program, arena = self._compiled.program, self._arena
        for at in range(0, arena.size, self._size):
            feed_code(program, header_of(arena), arena, at, self._last)
        state = taken_state(self._compiled, arena)
        return state if self._number is None else np.tile(state, self._voice.voices)

    def _take_values(self) -> None:
        """Have the values of the voice that plays: where its knobs are, or are on their way to."""
        count = int(self._compiled.program.config[CONFIG_PARAMETERS])
        rows = slice(HEADER_FLOATS, HEADER_FLOATS + count * PARAMETER_FLOATS)
        own = self._arena.reshape(-1, self._size)
        playing = self._voice.arena.reshape(-1, self._size)
        if self._number is not None:
            playing = playing[self._number : self._number + 1]
        table = playing[:, rows].reshape(len(own), count, PARAMETER_FLOATS).copy()
        table[:, :, VALUE], table[:, :, REMAINING] = table[:, :, TARGET], 0.0
        silent = table[:, GATE, TARGET] <= 0
        table[silent, ENVELOPE, VALUE] = 1.0  # as in a note that is held, not as after its release
        own[:, rows] = table.reshape(len(own), -1)
        for at in range(0, self._arena.size, self._size):
            route_parameters(self._compiled.program, self._arena, at)


def step_of(compiled: Compiled) -> int:
    """Samples from one step of the slowest tier to the next: there all tiers step."""
    return int(compiled.program.sections[:, SECTION_DIVIDER].max())


def whole_steps(compiled: Compiled, codes: I64) -> I64:
    """The last of codes [T]: as many as are whole steps of all tiers.

    Fewer than one step are begun with silence.
    """
    slowest = step_of(compiled)
    missing = max(slowest - len(codes), 0)
    silence = np.full(missing, int(compiled.program.config[CONFIG_SILENCE]), np.int64)
    codes = np.concatenate([silence, codes])
    return codes[len(codes) % slowest :]


def codes_of(plugin: Plugin, samples: ArrayLike, rate_hz: int, longest_s: float) -> I64:
    """The plugin's codes of up to the last seconds of samples [T] or [T, C] in -1..1, mixed down.

    Raises:
        ControlError: no such samples, or no such rate.
    """
    given = np.asarray(samples)
    if given.ndim not in (1, 2) or given.size == 0 or given.dtype.kind != "f":
        raise ControlError("samples: expected floats [T] or [T, channels], at least one")
    low, high = RATES_HZ
    if not low <= rate_hz <= high:
        raise ControlError(f"samples: a rate of {rate_hz} Hz is not in {low}..{high}")
    mono = np.asarray(given if given.ndim == 1 else given.mean(axis=1), np.float64)
    if not np.isfinite(mono).all():
        raise ControlError("samples: there are some that are no finite numbers")
    return encoded(plugin, last_part(mono, rate_hz, plugin.sample_rate_hz, longest_s))


def encoded(plugin: Plugin, mono: F64) -> I64:
    """The plugin's codes of samples [T] at its rate."""
    rule = plugin.manifest.audio_codec
    return codec.encode(rule.name, rule.levels, mono, rule.limits)
