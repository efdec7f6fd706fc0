"""Teacher forcing: networks whose inputs are given, instead of being what they drew."""

from rtsynth.engine.kernels.float_mode import enter_standard_floats, leave_standard_floats
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import (
    CLOCK,
    CONFIG_ARENA_FLOATS,
    CONFIG_LARGEST,
    ORIGIN,
    SECTION_DIVIDER,
    SECTION_END,
    SECTION_FIRST,
    SECTION_HEAD,
    SECTION_START,
)
from rtsynth.engine.run.tape import feed_code, run_ops
from rtsynth.engine.run.team import leave_team, take_team


@jit()
def feed_block(program, header, arena, codes):
    """Feed all voices codes [T] as if they had drawn them; the tiers above the audio play."""
    last, size = program.sections.shape[0] - 1, program.config[CONFIG_ARENA_FLOATS]
    mode = enter_standard_floats()
    helpers = take_team(program.team, program.config[CONFIG_LARGEST] * (arena.size // size))
    for t in range(codes.size):
        voice = 0
        while voice < arena.size:
            feed_code(program, header, arena, voice, codes[t])
            voice += size
        now = header[CLOCK] - header[ORIGIN]
        for tier in range(last + 1):
            section = program.sections[tier]
            if now % section[SECTION_DIVIDER] == 0:
                end = section[SECTION_HEAD] if tier == last else section[SECTION_END]
                run_ops(program, header, arena, section[SECTION_START], end, now, helpers)
        voice = 0
        while voice < arena.size:
            header[voice // 2 + CLOCK] += 1
            voice += size
    leave_team(program.team, helpers)
    leave_standard_floats(mode)


@jit()
def teacher_force_block(program, header, arena, places, codes, given, out):
    """Feed a tier with what it is given instead of what it draws, and keep what its head produced.

    Args:
        program, header, arena: of one voice, stepped `len(given)` times.
        places: (section, arena offsets of the inputs [I], of the outputs [N]).
        codes: int64 [T], its codes; [0] for a tier that generates parameters.
        given: float32 [T, I], what is written into the inputs.
        out: float32 [T, N].
    """
    number, inputs, outputs = places
    section = program.sections[number]
    first, head, divider = section[SECTION_FIRST], section[SECTION_HEAD], section[SECTION_DIVIDER]
    mode = enter_standard_floats()
    helpers = take_team(program.team, program.config[CONFIG_LARGEST])
    for t in range(given.shape[0]):
        if codes.size > 0:
            feed_code(program, header, arena, 0, codes[t])
        for i in range(inputs.size):
            arena[inputs[i]] = given[t, i]
        run_ops(program, header, arena, first, head, header[CLOCK] - header[ORIGIN], helpers)
        for n in range(outputs.size):
            out[t, n] = arena[outputs[n]]
        header[CLOCK] += divider
    leave_team(program.team, helpers)
    leave_standard_floats(mode)


@jit()
def teacher_force_frames(program, header, arena, places, codes, given, out):
    """Let a network of frames predict given codes: each is its input after it was predicted.

    Args:
        program, header, arena: of one voice that was fed the codes before; CLOCK moves on.
        places: (section, first section, arena offsets of the inputs [I], of the outputs [N]).
        codes: int64 [T], the codes to be predicted.
        given: float32 [T, I], what is written into the inputs when the code is predicted.
        out: float32 [T, N].
    """
    number, start, inputs, outputs = places
    mode = enter_standard_floats()
    helpers = take_team(program.team, program.config[CONFIG_LARGEST])
    for t in range(codes.size):
        for i in range(inputs.size):
            arena[inputs[i]] = given[t, i]
        now = header[CLOCK] - header[ORIGIN]
        for tier in range(start, number + 1):
            section = program.sections[tier]
            if now % section[SECTION_DIVIDER] == 0:
                end = section[SECTION_HEAD] if tier == number else section[SECTION_END]
                run_ops(program, header, arena, section[SECTION_FIRST], end, now, helpers)
        for n in range(outputs.size):
            out[t, n] = arena[outputs[n]]
        feed_code(program, header, arena, 0, codes[t])
        header[CLOCK] += 1
    leave_team(program.team, helpers)
    leave_standard_floats(mode)
