"""Where controls of the engine start."""

from rtsynth.common.control_names import MODULATION_CONTROLS

# All others are at 0.
_STARTS = {
    "tempo": 120, "lfo1_rate": 5, "lfo2_rate": 0.5, "follow_attack": 5, "follow_release": 150,
    "walk_rate": 2,
}  # fmt: skip
MODULATION = {name: _STARTS.get(name, 0) for name in MODULATION_CONTROLS}
