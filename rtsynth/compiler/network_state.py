"""A network's state outside the engine: what its floats are, and which of them may be played.

The floats are as `rtsynth.engine.live.bank` keeps them, voice by voice: what was drawn last and the
time of the tiers (`Drawn`), the codes before that and the network's input for each, then the hidden
state, tier by tier.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live.bank import DRAWN, TIME_BITS
from rtsynth.engine.program.layout import (
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_HISTORY,
    CONFIG_LEVELS,
    CONFIG_SILENCE,
    SECTION_DIVIDER,
)

F32 = NDArray[np.float32]


class VoiceState(NamedTuple):
    """Views of one voice's part of a state."""

    drawn: F32  # [DRAWN] the code, its input, its amplitude, the time in two parts of TIME_BITS
    codes: F32  # [history]
    inputs: F32  # [history]
    hidden: F32  # [hidden]


def state_floats(compiled: Compiled) -> int:
    """Floats of the state of one voice."""
    config = compiled.program.config
    hidden = int(config[CONFIG_HIDDEN_END] - config[CONFIG_HIDDEN_START])
    return DRAWN + 2 * int(config[CONFIG_HISTORY]) + hidden


def voices_of(compiled: Compiled, state: F32) -> list[VoiceState]:
    """The parts of a state, voice by voice."""
    count = int(compiled.program.config[CONFIG_HISTORY])
    places = DRAWN, DRAWN + count, DRAWN + 2 * count
    return [
        VoiceState(*np.split(part, places)) for part in state.reshape(-1, state_floats(compiled))
    ]


def check_state(compiled: Compiled, voices: int, state: F32) -> None:
    """Refuse what the engine cannot play: compiled code uses codes as places in tables.

    Raises:
        ValueError: what is wrong.
    """
    expected = voices * state_floats(compiled)
    if state.shape != (expected,):
        raise ValueError(f"a state of {state.size} numbers, where there are {expected}")
    levels = int(compiled.program.config[CONFIG_LEVELS])
    not_there_yet = np.isnan(compiled.program.rest)
    for voice in voices_of(compiled, state):
        codes = np.append(voice.codes, voice.drawn[0])
        if not _are_whole(codes, levels):
            raise ValueError(f"a code that is none of 0..{levels - 1}")
        if not _are_whole(voice.drawn[3:], 1 << TIME_BITS):
            raise ValueError("a time that is none")
        numbers = np.concatenate([voice.drawn[1:3], voice.inputs, voice.hidden[~not_there_yet]])
        if not np.isfinite(numbers).all() or np.isinf(voice.hidden).any():
            raise ValueError("a number that is not finite")


def _are_whole(numbers: F32, end: int) -> bool:
    return all(math.isfinite(x) and x == int(x) and 0 <= x < end for x in numbers.tolist())


def carried_state(old: Compiled, new: Compiled, state: F32) -> F32:
    """A state of one network for another: of each tier that both have alike; the rest is at rest.

    Tiers are matched by their number, counted from the audio up, and are alike if their layers have
    the same units. What was drawn last comes along where codes mean the same; the time of the tiers
    where all of them step as often.

    Args:
        state: of any number of voices; the result is of as many.
    """
    same_code = np.array_equal(old.program.decode, new.program.decode)
    same_steps = old.program.sections.shape == new.program.sections.shape and np.array_equal(
        old.program.sections[:, SECTION_DIVIDER], new.program.sections[:, SECTION_DIVIDER]
    )
    if same_code and same_steps and np.array_equal(old.program.config, new.program.config):
        return state.copy()  # with what tiers generated last, too
    result = np.zeros(len(state) // state_floats(old) * state_floats(new), np.float32)
    for before, after in zip(voices_of(old, state), voices_of(new, result), strict=True):
        _carry_codes(new, before, after, same=same_code)
        if same_steps:
            after.drawn[3:] = before.drawn[3:]
        after.hidden[:] = new.program.rest
        for there, here in zip(reversed(old.tiers), reversed(new.tiers), strict=False):
            if [floats for _, floats in there.hidden] == [floats for _, floats in here.hidden]:
                for (start, floats), (at, _) in zip(there.hidden, here.hidden, strict=True):
                    first = start - int(old.program.config[CONFIG_HIDDEN_START])
                    place = at - int(new.program.config[CONFIG_HIDDEN_START])
                    after.hidden[place : place + floats] = before.hidden[first : first + floats]
    return result


def _carry_codes(new: Compiled, before: VoiceState, after: VoiceState, *, same: bool) -> None:
    """What was drawn last, as far as it is known; else silence."""
    silence = int(new.program.config[CONFIG_SILENCE])
    drawn = [silence, new.program.inputs[silence], new.program.decode[silence]]
    after.drawn[:3] = before.drawn[:3] if same else drawn
    after.codes[:], after.inputs[:] = silence, new.program.inputs[silence]
    count = min(len(before.codes), len(after.codes)) if same else 0
    if count:
        after.codes[-count:] = before.codes[-count:]
        after.inputs[-count:] = before.inputs[-count:]
