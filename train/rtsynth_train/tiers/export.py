"""A trained tier as a plugin of its own: provenance, a settled rest state, a golden excerpt."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

import rtsynth
from rtsynth.families.mtcrnn.spec import CODEC, NAME
from rtsynth.plugin import Codec, Manifest, Plugin, Provenance, Tier
from rtsynth.plugin.provenance import StartedFrom
from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.core.provenance import trained, with_origins
from rtsynth_train.tiers.config import StackConfig, TierConfig
from rtsynth_train.tiers.data import TierData
from rtsynth_train.tiers.heads import network_config

SETTLE_S = 1.0
SETTLE_STEPS = 4000  # at most
GOLDEN_STEPS = 64
_PLACES = 200  # of the recordings, tried for the excerpt


def tier_manifest(stack: StackConfig, tier: TierConfig, provenance: Provenance) -> Manifest:
    """The manifest of a plugin with `tier` alone; what it is conditioned on are knobs."""
    alone = len(stack.tiers) == 1
    return Manifest(
        name=stack.plugin.name if alone else f"{stack.plugin.name}-{tier.name}",
        description=stack.plugin.description,
        tags=stack.plugin.tags,
        licence=stack.plugin.licence,
        provenance=provenance,
        sample_rate_hz=tier.rate_hz,
        codec=Codec(name=CODEC, levels=stack.data.levels) if tier.makes_audio else None,
        tiers=[
            Tier(
                name=tier.name,
                family=NAME,
                rate_hz=tier.rate_hz,
                conditioning=tier.conditioning,
                outputs=tier.outputs,
                beta=tier.beta,
                config=network_config(tier, stack.data.levels).tier_config,
            )
        ],
        parameters=[
            parameter.parameter()
            for parameter in stack.parameters
            if parameter.name in (*tier.conditioning, *tier.outputs)
        ],
        sampling=stack.plugin.sampling,
    )


def tier_tensors(
    network: Mtcrnn, stack: StackConfig, tier: TierConfig, data: TierData
) -> dict[str, np.ndarray]:
    """Weights, a settled state and, for audio, a golden excerpt, all by PyTorch.

    The network is fed a stretch of its recordings where the conditioning is nearest the parameters'
    defaults. A phased LSTM starts from zeros instead, because its clock does.
    """
    tensors: dict[str, np.ndarray] = network.plugin_tensors(tier.name)
    first, steps = nearest_place(stack, tier, data)
    index = first + np.arange(steps)
    generated = torch.from_numpy(data.generated[index])
    fed_back = network.as_input(generated.long() if tier.makes_audio else generated)
    conditioning = torch.from_numpy(data.conditioning[index + 1])
    inputs = torch.cat([fed_back, conditioning], dim=-1)[:, None]
    settle = 0 if tier.phased else steps - min(GOLDEN_STEPS, steps // 2)
    with torch.no_grad():
        before = network.initial_state(1)
        if settle:
            _, before = network.features(inputs[:settle], before)
        golden = slice(settle, settle + GOLDEN_STEPS)
        outputs, after = network(inputs[golden], before)
    if not tier.phased:
        tensors[f"rest.{tier.name}"] = after[:, 0].numpy()
        if not tier.makes_audio:
            tensors[f"heard.{tier.name}"] = data.generated[index[-1] + 1]
    if tier.makes_audio:
        tensors |= {
            "golden.codes": data.generated[index][golden].astype(np.int32),
            "golden.conditioning": conditioning[golden].numpy(),
            "golden.state": before[:, 0].numpy(),
            "golden.logits": outputs[:, 0].numpy(),
        }
    return tensors


def nearest_place(stack: StackConfig, tier: TierConfig, data: TierData) -> tuple[int, int]:
    """(first index, steps) of the stretch to settle on."""
    steps = min(round(SETTLE_S * tier.rate_hz), SETTLE_STEPS, int(data.train_lengths.min()) - 1)
    default = np.array([normalised_default(stack, name) for name in tier.conditioning], np.float32)
    room = data.train_lengths - steps - 1
    total = int(room.sum()) + len(room)
    places = []
    for start, last in zip(data.starts.tolist(), room.tolist(), strict=True):
        places.append(start + np.arange(0, last + 1, max(1, total // _PLACES)))
    firsts = np.concatenate(places)
    conditioning = data.conditioning[firsts[:, None] + np.arange(0, steps, max(1, steps // 16))]
    distance = np.abs(conditioning - default).sum(-1).mean(-1)
    return int(firsts[np.argmin(distance)]), steps


def normalised_default(stack: StackConfig, name: str) -> float:
    """What the network sees of a parameter's default."""
    parameter = stack.find(name)
    low, high = parameter.network_range
    return (parameter.default - low) / (high - low)


def provenance(
    stack: StackConfig,
    tier: TierConfig,
    steps: int,
    seconds: float,
    held_out: str,
    bits: float | None,
) -> Provenance:
    """How the tier came about; `held_out` is its loss in words."""
    decay = "" if tier.final_rate is None else f" to {tier.final_rate:g}"
    recipe = (
        f"{tier.name}: {steps} steps of {tier.batch_size} x {tier.seq_len},"
        f" Adam {tier.rate:g}{decay}, seed {stack.run.seed}, {seconds / 60:.0f} min;"
        f" {held_out} on the last {stack.data.held_out:.0%} of every file"
    )
    return trained(stack, steps, recipe, bits)


def export_tier(
    network: Mtcrnn,
    stack: StackConfig,
    tier: TierConfig,
    data: TierData,
    provenance: Provenance,
    path: Path,
    origins: Sequence[StartedFrom] = (),
) -> Plugin:
    """Write the plugin of one tier."""
    manifest = with_origins(tier_manifest(stack, tier, provenance), origins)
    return rtsynth.save(path, manifest, tier_tensors(network, stack, tier, data))
