"""Where controls of the engine start."""

from rtsynth.common.control_names import MODULATION_CONTROLS, TEMPO_CONTROL

# All others are at 0.
_STARTS = {
    "lfo1_rate": 5, "lfo2_rate": 0.5, "follow_attack": 5, "follow_release": 150,
    "walk_rate": 2,
}  # fmt: skip
MODULATION = {name: _STARTS.get(name, 0) for name in MODULATION_CONTROLS if name != TEMPO_CONTROL}
