"""The rows of modulators: settings of LFOs, follower and walk, the macros, and the tempo.

What they do: `rtsynth.engine.run.modulators`.
"""

from rtsynth.engine.program.layout import (
    FOLLOW,
    FOLLOW_ATTACK,
    FOLLOW_GAIN,
    FOLLOW_RELEASE,
    LFO_BEATS,
    LFO_RATE,
    LFO_RETRIGGER,
    LFO_ROWS,
    LFO_SETTINGS,
    LFO_SHAPE,
    LFO_START,
    LFOS,
    MACRO_ROWS,
    MACROS,
    OWN_SOUND,
    TEMPO,
    WALK_RATE,
)
from rtsynth.engine.program.specs import choice_of, spec_of
from rtsynth.plugin.manifest import Parameter

SHAPES = ("sine", "triangle", "saw", "ramp", "square", "random")  # in the order of the layout
LFO_HZ = (5.0, 0.5)  # a vibrato and a sweep
SLOWEST_HZ, FASTEST_HZ = 0.01, 40.0
MOST_BEATS = 64.0
MACRO_MS = 20.0  # from one step of a physical knob to the next
MOST_SLOTS = 16  # `shared.MAX_SLOTS`
_ON_OFF = ("off", "on")
# Rows of modulators that are not modulated themselves: choices, and macros, which are hands.
FIXED = frozenset(
    [TEMPO, FOLLOW, *range(MACRO_ROWS, MACRO_ROWS + MACROS)]
    + [
        LFO_ROWS + number * LFO_SETTINGS + setting
        for number in range(LFOS)
        for setting in (LFO_BEATS, LFO_SHAPE, LFO_RETRIGGER)
    ]
)


def modulator_rows() -> dict[int, tuple[Parameter, float]]:
    """{row: (its spec, milliseconds of its ramp)}."""
    rows = {
        TEMPO: spec_of("tempo", 20.0, 400.0, 120.0, "BPM", "of the beat that LFOs follow"),
        FOLLOW: spec_of(
            "follow", OWN_SOUND, MOST_SLOTS, 0.0, "slot", "whose level is followed; -1: the voice's"
        ),
        FOLLOW_GAIN: spec_of("follow_gain", -24.0, 48.0, 0.0, "dB", "added to what is followed"),
        FOLLOW_ATTACK: spec_of(
            "follow_attack", 0.0, 2000.0, 5.0, "ms", "of the follower, to a louder sound"
        ),
        FOLLOW_RELEASE: spec_of(
            "follow_release", 0.0, 5000.0, 150.0, "ms", "of the follower, to a softer sound"
        ),
        WALK_RATE: _rate("walk_rate", 2.0, "points of the random walk in a second"),
    }
    for number in range(LFOS):
        first = LFO_ROWS + number * LFO_SETTINGS
        rows |= {first + row: spec for row, spec in _lfo(f"lfo{number + 1}", LFO_HZ[number])}
    placed = {row: (spec, 0.0) for row, spec in rows.items()}
    for number in range(MACROS):
        spec = spec_of(f"macro{number + 1}", 0.0, 1.0, 0.0, "", "moves what is assigned to it")
        placed[MACRO_ROWS + number] = (spec, MACRO_MS)
    return placed


def _lfo(name: str, rate_hz: float) -> list[tuple[int, Parameter]]:
    return [
        (LFO_RATE, _rate(f"{name}_rate", rate_hz, "cycles in a second")),
        (
            LFO_BEATS,
            spec_of(f"{name}_beats", 0.0, MOST_BEATS, 0.0, "beats", "of a cycle; 0: by its rate"),
        ),
        (LFO_SHAPE, choice_of(f"{name}_shape", SHAPES, "saw falls, ramp rises")),
        (LFO_START, spec_of(f"{name}_phase", 0.0, 1.0, 0.0, "cycles", "where a cycle begins")),
        (
            LFO_RETRIGGER,
            choice_of(f"{name}_retrigger", _ON_OFF, "a note begins a cycle (not of beats)"),
        ),
    ]


def _rate(name: str, default: float, description: str) -> Parameter:
    return spec_of(name, SLOWEST_HZ, FASTEST_HZ, default, "Hz", description, "exponential")
