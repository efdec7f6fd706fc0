"""A trained SampleRNN as a plugin: its knobs, provenance and a golden excerpt."""

from pathlib import Path

import numpy as np
import torch

import rtsynth
from rtsynth.plugin import Manifest, Plugin, Provenance, Tier
from rtsynth.plugin.manifest import Parameter
from rtsynth_models.samplernn import SampleRnn
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.labels import class_labels
from rtsynth_train.samplernn.material import Material
from rtsynth_train.samplernn.parts import Parts

TIER = "audio"
FAMILY = "samplernn"
GOLDEN_STEPS = 128
SMOOTHING_MS = 20.0  # of continuous parameters; a class changes at an exact sample


def make_parameters(config: SampleRnnTrainConfig, material: Material) -> list[Parameter]:
    """What a performer can move: the class, or the columns of the .csv files."""
    if material.index.classes:
        return [
            Parameter(
                name=config.data.class_name,
                minimum=0.0,
                maximum=material.index.classes - 1.0,
                default=0.0,
                role="class",
                labels=class_labels(config.data, material.index.classes),
                smoothing_ms=0.0,
                description="between two classes their sounds are mixed",
            )
        ]
    return [
        Parameter(
            name=column.name,
            minimum=column.minimum,
            maximum=column.maximum,
            default=(column.minimum + column.maximum) / 2,
            smoothing_ms=SMOOTHING_MS,
        )
        for column in material.index.columns
    ]


def make_manifest(
    config: SampleRnnTrainConfig, material: Material, provenance: Provenance
) -> Manifest:
    """The manifest of the plugin that `config` trains."""
    parameters = make_parameters(config, material)
    structure = config.network.structure.model_dump(exclude_none=True)
    if not parameters:
        structure.pop("conditioned", None)
    return Manifest(
        name=config.plugin.name,
        description=config.plugin.description,
        licence=config.plugin.licence,
        provenance=provenance,
        sample_rate_hz=config.data.rate_hz,
        codec=config.data.rule,
        tiers=[
            Tier(
                name=TIER,
                family=FAMILY,
                rate_hz=config.data.rate_hz,
                conditioning=[parameter.name for parameter in parameters],
                config=structure,
            )
        ],
        parameters=parameters,
        sampling=config.plugin.sampling,
    )


def golden(network: SampleRnn, material: Material, parts: Parts) -> dict[str, np.ndarray]:
    """An excerpt of the recordings as PyTorch predicts it: what every load is checked against.

    Its first codes are the prompt, whose rows of logits are zeros.
    """
    prompt = network.config.prompt_codes
    span = parts.train[0]
    longest = prompt if network.config.frame_sizes else 1
    steps = min(max(longest, GOLDEN_STEPS), span.length) // longest * longest
    first = span.first - prompt
    codes = np.array(material.codes[first : first + prompt + steps], np.int32)
    told = None
    knobs = np.zeros((len(codes), 0), np.float32)
    if material.told is not None:
        told = torch.from_numpy(material.told_at(span.first, steps))[None]
        knobs = material.knobs_at(first, prompt + steps)
    with torch.no_grad():
        logits, _ = network(torch.from_numpy(codes)[None], told)
    empty = np.zeros((prompt, network.levels), np.float32)
    return {
        "golden.codes": codes,
        "golden.conditioning": knobs,
        "golden.state": network.h0.detach().numpy().copy(),
        "golden.logits": np.concatenate([empty, logits[0].numpy()]),
    }


def export_plugin(
    network: SampleRnn,
    config: SampleRnnTrainConfig,
    material: Material,
    parts: Parts,
    provenance: Provenance,
    path: Path,
) -> Plugin:
    """Write the plugin of a network without weight norm (`SampleRnnTrainer.network_of`)."""
    tensors = network.plugin_tensors(TIER) | golden(network, material, parts)
    return rtsynth.save(path, make_manifest(config, material, provenance), tensors)
