"""The parts of a plugin: which there are, what they read, and where they start."""

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin
from rtsynth_models.exports.network import parts_of
from tests.models.exports.plugins import MANIFESTS, plugin_of


def test_every_tier_in_turn() -> None:
    plugin = plugin_of(MANIFESTS["mtcrnn 5 and phased"])
    motion, timbre, audio = parts_of(plugin)
    assert [part.every for part in (motion, timbre, audio)] == [128, 32, 1]
    assert motion.inputs == {"values": (3,), "conditioning": (1,), "step": (1,), "state": (4, 9)}
    assert timbre.outputs == {"outputs": (3, 3, 13), "next_state": (2, 10)}
    assert audio.inputs == {"codes": (1,), "conditioning": (14,), "state": (2, 11)}


def test_the_tiers_of_a_network_of_frames() -> None:
    plugin = plugin_of(MANIFESTS["four tiers"])
    parts = parts_of(plugin)
    assert [(part.name, part.every) for part in parts] == [
        ("frame_0", 16), ("frame_1", 8), ("frame_2", 2), ("sample", 1),
    ]  # fmt: skip
    assert [sorted(part.inputs) for part in parts] == [
        ["codes", "state"],
        ["above", "codes", "conditioning", "state"],
        ["above", "codes", "state"],
        ["above", "codes"],
    ]
    starts = [part.initial for part in parts[:3] if part.initial is not None]
    np.testing.assert_array_equal(np.concatenate(starts), plugin.tensors["rest.audio"])
    assert parts[3].initial is None


def test_without_a_state_at_rest_it_starts_from_zeros() -> None:
    whole = plugin_of(MANIFESTS["gru"])
    tensors = {name: each for name, each in whole.tensors.items() if name != "rest.audio"}
    (part,) = parts_of(Plugin(whole.manifest, tensors))
    assert part.initial is not None
    assert part.initial.shape == (2, 20)
    assert not part.initial.any()


def test_a_family_of_another_package() -> None:
    plugin = plugin_of(MANIFESTS["gru"])
    (tier,) = plugin.manifest.tiers
    other = plugin.manifest.model_copy(
        update={"tiers": [tier.model_copy(update={"family": "wavelets"})]}
    )
    with pytest.raises(InputError, match="family 'wavelets', which cannot be exported; gru"):
        parts_of(Plugin(other, plugin.tensors))
