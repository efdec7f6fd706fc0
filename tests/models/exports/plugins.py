"""Random plugins of every family and variety, and what each of their tiers is fed."""

from typing import Any

import numpy as np

from rtsynth.families.samplernn.spec import SampleRnnConfig
from rtsynth.plugin import Manifest, Parameter, Plugin
from rtsynth.plugin.family import find_family, read_config
from rtsynth.plugin.manifest import Tier
from tests.rtsynth.plugins import gru_manifest, samplernn_manifest, tiers_manifest

VOICE = Parameter(name="voice", minimum=0, maximum=2, default=0, role="class")
TONE = Parameter(name="tone", minimum=100, maximum=1000, default=300, network_minimum=0)
BOTH = (TONE, VOICE)

MANIFESTS: dict[str, Manifest] = {
    "gru": gru_manifest(layers=2, levels=32),
    "gru, relu": gru_manifest(layers=1, levels=32, activation="relu", parameters=[]),
    "one tier": samplernn_manifest(frame_sizes=(), window=5, parameters=BOTH),
    "one tier, direct": samplernn_manifest(
        frame_sizes=(), window=3, direct=True, skip=True, layers=2, parameters=BOTH
    ),
    "one tier, one code": samplernn_manifest(frame_sizes=(), window=1, rnn="lstm", layers=2),
    "two tiers": samplernn_manifest(parameters=BOTH),
    "two tiers, one-hot": samplernn_manifest(frame_sizes=(4,), embedding_size=0, layers=2),
    "three tiers": samplernn_manifest(
        frame_sizes=(8, 2), rnn="gru_reset_before", layers=2, skip=True, activation="linear"
    ),
    "three tiers, direct": samplernn_manifest(
        frame_sizes=(8, 2), rnn="lstm", direct=True, parameters=BOTH, conditioned=[0, 2]
    ),
    "four tiers": samplernn_manifest(frame_sizes=(16, 8, 2), parameters=BOTH, conditioned=[1]),
    "mtcrnn 0, 1 and 2": tiers_manifest(networks=(1, 2, 0), hidden=(9, 10, 11), layers=2),
    "mtcrnn 3, 4 and 6": tiers_manifest(networks=(3, 4, 6), hidden=(9, 10, 11), layers=2),
    "mtcrnn 5 and phased": tiers_manifest(
        networks=(0, 5, 0), hidden=(9, 10, 11), phased=True, layers=2
    ),
}


def one_hot(manifest: Manifest) -> Manifest:
    """With the last code of its last tier fed as one-hot."""
    *others, last = manifest.tiers
    config = last.config | {"one_hot": True}
    return manifest.model_copy(
        update={"tiers": [*others, last.model_copy(update={"config": config})]}
    )


MANIFESTS["mtcrnn, one-hot"] = one_hot(MANIFESTS["mtcrnn 0, 1 and 2"])


def plugin_of(manifest: Manifest, seed: int = 0) -> Plugin:
    """Random weights, and a state to start from."""
    random = np.random.default_rng(seed)
    tensors: dict[str, Any] = {}
    for tier in manifest.tiers:
        family = find_family(tier.family)
        for name, shape in family.tensor_shapes(manifest, tier).items():
            spread = 0.5 if len(shape) == 1 else 1.5 / np.sqrt(shape[1])
            tensor = random.normal(0, spread, shape)
            if name.endswith("ratio_on"):
                tensor = np.full(shape, 0.3)
            elif name.endswith("period"):
                tensor = random.uniform(3, 20, shape)
            elif name.endswith(".phase"):
                tensor = random.uniform(-20, 0, shape)
            tensors[f"{tier.name}.{name}"] = tensor.astype(np.float32)
        shape = family.state_shape(manifest, tier)
        tensors[f"rest.{tier.name}"] = random.uniform(-0.5, 0.5, shape).astype(np.float32)
    return Plugin(manifest, tensors)


def prompt_of(tier: Tier) -> int:
    """How many codes its network has to be given first."""
    return read_config(tier, SampleRnnConfig).prompt_codes if tier.family == "samplernn" else 0


def fed(manifest: Manifest, tier: Tier, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """(codes [T] or values [T, D], conditioning [T, C]) that move."""
    random = np.random.default_rng(5)
    if tier.outputs:
        inputs = random.random((steps, len(tier.outputs)), np.float32)
    else:
        assert manifest.codec is not None
        inputs = random.integers(manifest.codec.levels, size=steps)
    return inputs, random.random((steps, len(tier.conditioning)), np.float32)
