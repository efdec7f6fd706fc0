"""What a preview plays."""

from pathlib import Path

import numpy as np

import rtsynth
from rtsynth.plugin import Plugin, Provenance
from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.core.previews import MOST_KNOBS, sweep
from rtsynth_train.tiers.config import parse_stack
from rtsynth_train.tiers.export import tier_manifest
from rtsynth_train.tiers.heads import network_config
from tests.train.tiers.sets import RATE_HZ, parameter, raw_stack


def plugin_with(knobs: int) -> Plugin:
    names = [f"k{number}" for number in range(knobs)]
    raw = raw_stack(Path("x"), {"conditioning": names})
    raw["tiers"], raw["parameters"] = raw["tiers"][:1], [parameter(name) for name in names]
    stack = parse_stack(raw, "test")
    tier = stack.tiers[0]
    tensors = Mtcrnn(network_config(tier, 32)).plugin_tensors(tier.name)
    return Plugin(tier_manifest(stack, tier, Provenance()), tensors)


def test_every_knob_is_swept_up_to_a_number() -> None:
    part = round(0.02 * RATE_HZ) + round(0.1 * RATE_HZ)
    assert len(sweep(plugin_with(2), 0.02)) == 2 * 3 * part
    assert len(sweep(plugin_with(MOST_KNOBS + 2), 0.02)) == MOST_KNOBS * 3 * part
    plain = plugin_with(0)
    np.testing.assert_array_equal(sweep(plain, 0.02), rtsynth.render(plain, 0.02, seed=1))
