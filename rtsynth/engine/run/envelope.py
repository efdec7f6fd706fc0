"""The envelope of a note: attack, decay, sustain, release, voice by voice.

    gate opens:   0 or where it is --attack--> 1 --decay--> sustain, and where that is moved to
    gate closes:  where it is --release--> 0, and then the gate's own short fade

Straight lines in level. The level scales the parameter with the role amplitude, as expression does,
so that a quiet note also sounds like one; where there is none it scales the output. Without any
attack, release, or sustain below 1 it is always 1: gates alone open and close.
"""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import (
    ATTACK,
    BEND,
    CONFIG_HAS_AMPLITUDE,
    CONFIG_PARAMETERS,
    CONFIG_RATE_HZ,
    DECAY,
    ENVELOPE,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    RAMPS,
    RELEASE,
    REMAINING,
    SUSTAIN,
    TARGET,
    VALUE,
)
from rtsynth.engine.run.rows import modulated_target, start_ramp, target_of, value_of

OPEN_MS = 4  # of the gate: no click, and a note is there at once
# Where a release goes. A sustain of 0 is another thing: that note is held, and follows the knob.
RELEASED = np.float32(-1e-6)


@jit()
def samples_of(program, arena, voice, setting):
    """A setting in milliseconds, in samples; it holds from the sample on that it was asked for."""
    milliseconds = np.float64(modulated_target(program, arena, voice, setting))
    return np.int64(milliseconds * program.config[CONFIG_RATE_HZ] / 1000.0 + 0.5)


@jit()
def _least_samples(program):
    """What every change of level takes at least: less would be a click."""
    return program.config[CONFIG_RATE_HZ] * OPEN_MS // 1000


@jit()
def settle_voice(program, header, arena, voice):
    """Nothing is audible: what a note moves need not glide from where the last one was."""
    for parameter in range(BEND, program.config[CONFIG_PARAMETERS]):
        row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
        if arena[row + REMAINING] > np.float32(0.0):
            arena[row + VALUE] = arena[row + TARGET]
            arena[row + REMAINING] = np.float32(0.0)
            header[voice // 2 + RAMPS] -= 1


@jit()
def open_gate(program, header, arena, voice):
    """A note begins: the gate opens, and the envelope rises, from silence or from where it is."""
    attack = samples_of(program, arena, voice, ATTACK)
    envelope = voice + HEADER_FLOATS + ENVELOPE * PARAMETER_FLOATS
    if value_of(arena, voice, GATE) == np.float32(0.0):
        settle_voice(program, header, arena, voice)
        arena[envelope + VALUE] = np.float32(0.0 if attack > 0 else 1.0)
    else:
        attack = max(attack, _least_samples(program))
    if arena[envelope + VALUE] == np.float32(1.0) and arena[envelope + REMAINING] == 0:
        arena[envelope + TARGET] = np.float32(1.0)
        end_attack(program, header, arena, voice)
    else:
        start_ramp(header, arena, voice, ENVELOPE, 1.0, attack)
    start_ramp(header, arena, voice, GATE, 1.0, _least_samples(program))


@jit()
def end_attack(program, header, arena, voice):
    """The envelope is at its top: it falls to where it stays while the note is held."""
    sustain = modulated_target(program, arena, voice, SUSTAIN)
    if sustain < np.float32(1.0):
        decay = max(samples_of(program, arena, voice, DECAY), _least_samples(program))
        start_ramp(header, arena, voice, ENVELOPE, sustain, decay)


@jit()
def close_gate(program, header, arena, voice, at_once):
    """A note ends: the envelope falls, and the gate closes when it has."""
    release = samples_of(program, arena, voice, RELEASE)
    if at_once or release == 0 or value_of(arena, voice, GATE) == np.float32(0.0):
        start_ramp(header, arena, voice, GATE, 0.0, program.ramp_samples[GATE])
    elif target_of(arena, voice, ENVELOPE) != RELEASED:  # else it is on its way already
        start_ramp(header, arena, voice, ENVELOPE, RELEASED, release)


@jit()
def end_ramp(program, header, arena, voice, parameter, value):
    """What follows when a row has arrived at `value`."""
    if parameter == ENVELOPE:
        if value == RELEASED:
            arena[voice + HEADER_FLOATS + ENVELOPE * PARAMETER_FLOATS + VALUE] = np.float32(0.0)
            start_ramp(header, arena, voice, GATE, 0.0, program.ramp_samples[GATE])
        elif value == np.float32(1.0):
            end_attack(program, header, arena, voice)
        else:
            follow_sustain(program, header, arena, voice)
    elif parameter == SUSTAIN:
        rest = voice + HEADER_FLOATS + ENVELOPE * PARAMETER_FLOATS + REMAINING
        if arena[rest] == np.float32(0.0):
            follow_sustain(program, header, arena, voice)


@jit()
def follow_sustain(program, header, arena, voice):
    """A held note goes where the sustain is, if it was moved meanwhile."""
    sustain = modulated_target(program, arena, voice, SUSTAIN)
    is_held = target_of(arena, voice, GATE) > np.float32(0.0)
    if is_held and target_of(arena, voice, ENVELOPE) != sustain:
        start_ramp(header, arena, voice, ENVELOPE, sustain, program.ramp_samples[ENVELOPE])


@jit(forceinline=True)
def gate_of(program, arena, voice):
    """What the output of a voice is multiplied by, beside its gain.

    An envelope without an amplitude parameter is squared: a straight line in level is abrupt at
    its lower end.
    """
    gate = value_of(arena, voice, GATE)
    if program.config[CONFIG_HAS_AMPLITUDE] == 0:
        envelope = value_of(arena, voice, ENVELOPE)
        gate *= envelope * envelope
    return gate
