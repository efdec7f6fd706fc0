"""A trained SampleRNN as a plugin: its knobs, provenance and a golden excerpt."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from pydantic import ValidationError

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.families.samplernn.spec import NAME
from rtsynth.plugin import Manifest, Plugin, Provenance, Tier
from rtsynth.plugin.family import find_family
from rtsynth.plugin.manifest import Parameter
from rtsynth.plugin.naming import name_from_file
from rtsynth.plugin.provenance import StartedFrom
from rtsynth_models.networks.samplernn import SampleRnn
from rtsynth_train.core.provenance import trained, with_origins
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.labels import class_labels
from rtsynth_train.samplernn.material import Material
from rtsynth_train.samplernn.parts import Parts
from rtsynth_train.samplernn.trainer import TIER

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
    if not structure["direct"]:
        del structure["direct"]  # readers from before there was one know no such field
    if not parameters:
        structure.pop("conditioned", None)
    return Manifest(
        name=config.plugin.name,
        description=config.plugin.description,
        tags=config.plugin.tags,
        licence=config.plugin.licence,
        provenance=provenance,
        sample_rate_hz=config.data.rate_hz,
        codec=config.data.rule,
        tiers=[
            Tier(
                name=TIER,
                family=NAME,
                rate_hz=config.data.rate_hz,
                conditioning=[parameter.name for parameter in parameters],
                config=structure,
            )
        ],
        parameters=parameters,
        sampling=config.plugin.sampling,
    )


_CONFIGURED = {  # the settings that fields of the manifest come from
    "Manifest.name": "plugin.name",
    "Manifest.description": "plugin.description",
    "Manifest.licence": "plugin.licence",
    "Provenance.dataset": "data.name",
    "Provenance.dataset_licence": "data.licence",
    "Provenance.notes": "plugin.notes",
}


def make_provenance(
    config: SampleRnnTrainConfig,
    steps: int = 0,
    seconds: float = 0.0,
    validation_bits: float | None = None,
    test_bits: float | None = None,
) -> Provenance:
    """Where the plugin comes from, trained for so long; bits per sample where it was scored."""
    data, scored, bits = config.data, "not scored", validation_bits
    if validation_bits is not None:
        scored = f"validation {validation_bits:.4f} bits"
        if test_bits is not None:
            scored, bits = f"{scored}, test {test_bits:.4f} bits", test_bits
    shares = f"{data.validation:.1%} for validation, {data.test:.1%} for the test"
    recipe = (
        f"{steps} steps of {config.batches.rows} x {config.chunk} samples,"
        f" Adam {config.optimiser.rate:g}, seed {config.run.seed},"
        f" {seconds / 60:.0f} min; {scored} per sample; held out: {shares}"
    )
    return trained(config, steps, recipe, bits, name_from_file(Path(data.folder).name))


def check_plugin(config: SampleRnnTrainConfig, material: Material) -> None:
    """See that the plugin can be written once it is trained.

    Raises:
        InputError: it cannot; one line, with the field of the configuration.
    """
    # Names without classes are refused, too.
    _ = class_labels(config.data, material.index.classes)
    try:
        manifest = make_manifest(config, material, make_provenance(config))
        find_family(NAME).tensor_shapes(manifest, manifest.tiers[0])
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join((error.title, *map(str, first["loc"])))
        where = _CONFIGURED.get(field, field)
        reason = " ".join(first["msg"].removeprefix("Value error, ").split())
        raise InputError(f"{where}: {reason}; the plugin could not be written") from error
    except ValueError as error:
        raise InputError(f"network: {error}; the plugin could not be written") from error


def golden(network: SampleRnn, material: Material, parts: Parts) -> dict[str, np.ndarray]:
    """An excerpt of the recordings as PyTorch predicts it: what the engine is checked against.

    Its first codes are the prompt, whose rows of logits are zeros.
    """
    prompt = network.config.prompt_codes
    span, longest = parts.train[0], network.config.longest_frame
    steps = min(max(longest, GOLDEN_STEPS), span.length) // longest * longest
    first = span.first - prompt
    codes = np.array(material.codes[first : first + prompt + steps], np.int32)
    conditioning = None
    knobs = np.zeros((len(codes), 0), np.float32)
    if material.conditioning is not None:
        conditioning = torch.from_numpy(material.conditioning_at(span.first, steps))[None]
        knobs = material.knobs_at(first, prompt + steps)
    with torch.no_grad():
        logits, _ = network(torch.from_numpy(codes)[None], conditioning)
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
    origins: Sequence[StartedFrom] = (),
) -> Plugin:
    """Write the plugin of a network without weight norm (`SampleRnnTrainer.network_of`)."""
    tensors = network.plugin_tensors(TIER) | golden(network, material, parts)
    manifest = with_origins(make_manifest(config, material, provenance), origins)
    return rtsynth.save(path, manifest, tensors)
