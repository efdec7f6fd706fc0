"""Hours of playing in seconds: the shipped plugins at the ends of the random numbers."""

import numpy as np
import pytest

from rtsynth.compiler.compile import compile_plugin, new_arena
from rtsynth.engine.program.layout import (
    CODE,
    CONFIG_ARENA_FLOATS,
    LEAST_SHARE,
    RNG_COUNT,
    RNG_KEY,
    TEMPERATURE,
    header_of,
    no_events,
)
from rtsynth.engine.program.ops import Categorical
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.rows import value_of
from rtsynth.plugin import load
from rtsynth.plugin.library import resolve
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.engine.run.test_rng import MASK, header_giving

VOICES = 8
BETWEEN = 15  # samples, from one end of the random numbers to the next
TURNS = 1200  # as many as eight voices meet in 42 minutes at 16 kHz


@pytest.mark.measure
@pytest.mark.parametrize("name", ["clarinet-trumpet", "pops", "vessel", "voices"])
def test_no_voice_draws_against_all_odds(name: str) -> None:
    """The least and the largest random number, over and over, in eight voices that play."""
    compiled = compile_plugin(load(resolve(name)))
    arena = new_arena(compiled, 1, VOICES)
    header, size = header_of(arena), int(compiled.program.config[CONFIG_ARENA_FLOATS])
    (op,) = ops_of(compiled.program.ops, Categorical)
    one, more = np.zeros(1, np.float32), np.zeros(BETWEEN, np.float32)
    render_block(compiled.program, header, arena, no_events(), 0, np.zeros(2000, np.float32))
    for turn in range(TURNS):
        kept = header.copy()
        for voice in range(VOICES):
            words = voice * size // 2
            end = header_giving(0 if (turn + voice) % 2 else MASK)
            header[words + RNG_KEY], header[words + RNG_COUNT] = end[RNG_KEY], end[RNG_COUNT]
        render_block(compiled.program, header, arena, no_events(), 0, one)
        for voice in range(VOICES):
            at, words = voice * size, voice * size // 2
            logits = arena[at + op.logits : at + op.logits + op.levels].astype(np.float64)
            behind = (logits.max() - logits[header[words + CODE]]) / value_of(
                arena, at, TEMPERATURE
            )
            assert behind < -np.log(LEAST_SHARE) + 1e-3
            header[words + RNG_KEY] = kept[words + RNG_KEY]
            header[words + RNG_COUNT] = kept[words + RNG_COUNT] + 1
        render_block(compiled.program, header, arena, no_events(), 0, more)
