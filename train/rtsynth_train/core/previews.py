"""Audio of a plugin while it is being trained."""

import numpy as np

import rtsynth
from rtsynth.plugin import Plugin

_GAP_S = 0.1
MOST_KNOBS = 4  # that are swept; a tier below others can have many


def sweep(plugin: Plugin, seconds: float) -> np.ndarray:
    """Every knob at its lowest, middle and highest in turn, the others at default, `seconds` each:
    the first MOST_KNOBS of them. Without knobs it is once `seconds`. Float32 [samples].
    """
    generated = plugin.manifest.generated
    knobs = [knob for knob in plugin.parameters if knob.name not in generated]
    gap = np.zeros(round(_GAP_S * plugin.sample_rate_hz), np.float32)
    parts: list[np.ndarray] = []
    for knob in knobs[:MOST_KNOBS]:
        for position in (0.0, 0.5, 1.0):
            controls = {knob.name: knob.value_at(position)}
            parts += [rtsynth.render(plugin, seconds, controls, seed=1), gap]
    return np.concatenate(parts) if parts else rtsynth.render(plugin, seconds, seed=1)
