"""`render_block`: the whole data path of a plugin's voices, top to bottom.

    timed events -> parameter table -> ramps -> network inputs -> op tape -> drawn code -> amplitude

It is a pure function of its arguments: the same arena, seed and timed events give the same
samples whatever the block size and the number of threads, live or offline, bit for bit. Voices lie
in the arena one behind the other and step together, each with its own state, random numbers and
parameters: every op is done for all of them before the next, so they share one pass over the
weights. In what follows `voice` is the offset of a voice in the arena, in floats; its header words
start at half of that.
"""

import numpy as np

from rtsynth.engine.kernels.float_mode import enter_standard_floats, leave_standard_floats
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import (
    CLOCK,
    CLOSE_AT_ONCE,
    CONFIG_AMPLITUDE,
    CONFIG_ARENA_FLOATS,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_HISTORY,
    CONFIG_LARGEST,
    CONFIG_PARAMETERS,
    CONFIG_PITCH,
    CONFIG_RANDOM_START,
    CONFIG_SILENCE,
    CONFIG_SOUND,
    GAIN,
    GATE,
    GLIDE,
    MODULATED,
    ORIGIN,
    RAMPS,
    SECTION_DIVIDER,
    SOUND_SAMPLES,
    TARGET_BEAT,
    TARGET_DEPTH,
    TARGET_RESET,
    TARGET_SEED,
    TEMPO,
    VOICE_LEVEL,
    VOICE_TARGETS,
)
from rtsynth.engine.run.envelope import close_gate, gate_of, open_gate, samples_of
from rtsynth.engine.run.modulation import note_sample, set_depth
from rtsynth.engine.run.modulators import begin_cycles, keep_beat, set_beat
from rtsynth.engine.run.parameters import advance_rows, route_parameters
from rtsynth.engine.run.rng import seed_header, uniform
from rtsynth.engine.run.rows import modulated, start_ramp
from rtsynth.engine.run.tape import feed_code, refresh_state, step_tape
from rtsynth.engine.run.team import leave_team, settle, take_team
from rtsynth.engine.run.team_words import TEAM_END

_SEED_SHIFT = 54  # seeds are at most 2^53; a voice's number goes above


@jit()
def render_block(program, header, arena, events, first_event, out):
    """Render out.size samples; return the index of the first event still to come.

    Args:
        program: a `Program`.
        header, arena: the voices' state, changed in place (`header` is `header_of(arena)`).
        events: `Events`; those before `first_event` have been applied already.
        out: float32 [n], at the plugin's rate: the voice, or the sum of the voices at VOICE_LEVEL.
    """
    mode = enter_standard_floats()
    size = program.config[CONFIG_ARENA_FLOATS]
    largest = program.config[CONFIG_LARGEST] * (arena.size // size)
    helpers = take_team(program.team, largest)
    level = np.float32(1.0 if arena.size == size else VOICE_LEVEL)
    for i in range(out.size):
        now = header[CLOCK]
        while first_event < events.times.size and events.times[first_event] <= now:
            if helpers > 0:
                settle(program.team)
            apply_event(
                program, header, arena, events.targets[first_event], events.values[first_event]
            )
            first_event += 1
        voice = 0
        while voice < arena.size:  # a `range` with a step would divide
            if header[voice // 2 + RAMPS] > 0:
                advance_rows(program, header, arena, voice)
            voice += size
        if helpers > 0:
            program.team[TEAM_END] = now - header[ORIGIN] + out.size - i
        step_tape(program, header, arena, now - header[ORIGIN], helpers)
        total = np.float32(0.0)
        voice = 0
        while voice < arena.size:
            sample = arena[voice + program.config[CONFIG_AMPLITUDE]]
            arena[voice + program.config[CONFIG_SOUND] + (now & (SOUND_SAMPLES - 1))] = sample
            sample *= modulated(program, arena, voice, GAIN)
            sample *= gate_of(program, arena, voice)
            total += sample
            if header[voice // 2 + MODULATED] > 0:
                note_sample(program, arena, voice, sample)
            header[voice // 2 + CLOCK] = now + 1
            voice += size
        out[i] = total * level
    leave_team(program.team, helpers)
    leave_standard_floats(mode)
    return first_event


@jit()
def apply_event(program, header, arena, target, value):
    """Start a parameter's ramp towards `value`, or reset or reseed: in one voice or in all."""
    size = program.config[CONFIG_ARENA_FLOATS]
    number = (target + VOICE_TARGETS // 2) // VOICE_TARGETS - 1
    target -= (number + 1) * VOICE_TARGETS
    if target == TARGET_RESET and number < 0:
        restart_tiers(program, header, arena)
    voice, index = 0, 0
    while voice < arena.size:
        if number < 0 or number == index:
            change_voice(program, header, arena, voice, target, value)
        voice, index = voice + size, index + 1


@jit()
def restart_tiers(program, header, arena):
    """Let every tier step at once, wherever it was; voices step together, so only all of them."""
    slowest = 1
    for tier in range(program.sections.shape[0]):
        slowest = max(slowest, program.sections[tier, SECTION_DIVIDER])
    voice = 0
    while voice < arena.size and slowest > 1:
        header[voice // 2 + ORIGIN] = header[voice // 2 + CLOCK]
        voice += program.config[CONFIG_ARENA_FLOATS]


@jit()
def change_voice(program, header, arena, voice, target, value):
    """What an event does to one voice."""
    if target == TARGET_SEED:
        shift = np.int64(voice // program.config[CONFIG_ARENA_FLOATS]) << _SEED_SHIFT
        seed_header(header, voice // 2, np.int64(value) + shift)
    elif target == TARGET_RESET:
        reset_hidden(program, header, arena, voice)
    elif target == GATE and value > 0.0:
        open_gate(program, header, arena, voice)
        begin_cycles(program, header, arena, voice)
    elif target == GATE:
        close_gate(program, header, arena, voice, value == CLOSE_AT_ONCE)
    elif target == TARGET_BEAT:
        set_beat(header, voice, value)
    elif target >= TARGET_DEPTH:
        set_depth(program, header, arena, voice, target - TARGET_DEPTH, value)
    elif 0 <= target < program.config[CONFIG_PARAMETERS]:
        if target == TEMPO:
            keep_beat(program, header, arena, voice)
        ramp = np.int64(program.ramp_samples[target])
        if target == program.config[CONFIG_PITCH]:
            ramp = max(ramp, samples_of(program, arena, voice, GLIDE))
        start_ramp(header, arena, voice, target, value, ramp)


@jit()
def reset_hidden(program, header, arena, voice):
    """Put the hidden state and the sample history where a note starts."""
    start, end = program.config[CONFIG_HIDDEN_START], program.config[CONFIG_HIDDEN_END]
    for i in range(end - start):
        if program.config[CONFIG_RANDOM_START] == 1:
            number = uniform(header, voice // 2) * np.float32(0.1) - np.float32(0.05)
            # What is no number marks a value that is not there yet: it stays.
            arena[voice + start + i] = program.rest[i] if np.isnan(program.rest[i]) else number
        else:
            arena[voice + start + i] = program.rest[i]
    for _ in range(max(program.config[CONFIG_HISTORY], 1)):
        feed_code(program, header, arena, voice, program.config[CONFIG_SILENCE])
    refresh_state(program, arena, voice)
    route_parameters(program, arena, voice)
