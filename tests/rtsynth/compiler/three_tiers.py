"""A plugin of three tiers taken apart: the tier on top alone, and the tiers below it."""

import numpy as np

from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import MOTION, tiers_plugin


def motion_alone(whole: Plugin) -> Plugin:
    """Parameters only: fill -> rmse, centroid, pitch at the tier's own rate."""
    manifest, top = whole.manifest, whole.manifest.tiers[0]
    return Plugin(
        manifest.model_copy(
            update={
                "name": "motion",
                "sample_rate_hz": top.rate_hz,
                "codec": None,
                "tiers": [top],
                "parameters": [p for p in whole.parameters if p.name in ("fill", *MOTION)],
            }
        ),
        {name: values for name, values in whole.tensors.items() if name.startswith("motion.")},
    )


def below_motion(whole: Plugin) -> Plugin:
    """Timbre and audio: rmse, centroid and pitch are knobs."""
    manifest = whole.manifest
    return Plugin(
        manifest.model_copy(
            update={
                "name": "below",
                "tiers": manifest.tiers[1:],
                "parameters": [p for p in whole.parameters if p.name != "fill"],
            }
        ),
        {name: values for name, values in whole.tensors.items() if not name.startswith("motion.")},
    )


def unwavering_plugin() -> Plugin:
    """Three tiers whose top one draws with next to no deviation: always its mu."""
    plugin = tiers_plugin(networks=(0, 5, 0))
    plugin.tensors["motion.h2v.weight"] = np.zeros_like(plugin.tensors["motion.h2v.weight"])
    plugin.tensors["motion.h2v.bias"] = np.full(len(MOTION), -60, np.float32)
    return plugin
