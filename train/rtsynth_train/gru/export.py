"""A trained network as a plugin: provenance, a settled rest state and a golden excerpt."""

from pathlib import Path

import numpy as np
import torch

import rtsynth
from rtsynth.families.gru.spec import NAME
from rtsynth.plugin import Codec, Manifest, Plugin, Provenance, Tier, codec
from rtsynth_models.networks.gru import ConditionedGru
from rtsynth_models.networks.gru_names import CODEC, TIER
from rtsynth_train.gru.config import GruTrainConfig

SETTLE_S = 1.0
GOLDEN_STEPS = 64
_SETTLE_SEED = 20


def manifest_for(config: GruTrainConfig, provenance: Provenance) -> Manifest:
    """The manifest of the plugin that `config` trains."""
    return Manifest(
        name=config.plugin.name,
        description=config.plugin.description,
        tags=config.plugin.tags,
        licence=config.plugin.licence,
        provenance=provenance,
        sample_rate_hz=config.data.rate_hz,
        codec=Codec(name=CODEC, levels=config.data.levels),
        tiers=[
            Tier(
                name=TIER,
                family=NAME,
                rate_hz=config.data.rate_hz,
                conditioning=[parameter.name for parameter in config.conditioning],
                config={"hidden_size": config.model.hidden_size, "layers": config.model.layers},
            )
        ],
        parameters=[parameter.parameter() for parameter in config.conditioning],
        sampling=config.plugin.sampling,
        initial_state="uniform_0.05",
    )


def export(network: ConditionedGru, manifest: Manifest, path: Path) -> Plugin:
    """Write the plugin to `path`: the engine first plays it for a second at its defaults,
    and the hidden state it has then becomes the state that every voice starts from.
    """
    tensors = network.plugin_tensors()
    draft = Plugin(manifest, dict(tensors))
    played = rtsynth.render(draft, SETTLE_S, seed=_SETTLE_SEED)
    codes = codec.encode(manifest.audio_codec.name, manifest.audio_codec.levels, played)
    names = manifest.tiers[-1].conditioning
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    row = []
    for name in names:
        low, high = by_name[name].network_range
        row.append((by_name[name].default - low) / (high - low))
    rows = np.tile(np.array(row, np.float32), (len(codes), 1))
    _, settled = rtsynth.teacher_force(draft, codes[:-GOLDEN_STEPS], rows[:-GOLDEN_STEPS])
    golden_codes, golden_rows = codes[-GOLDEN_STEPS:], rows[-GOLDEN_STEPS:]
    # By PyTorch and not by the engine: what the engine is checked against must not be its own.
    with torch.no_grad():
        scaled = (golden_codes / (manifest.audio_codec.levels - 1)).astype(np.float32)
        inputs = torch.from_numpy(np.column_stack([scaled, golden_rows])[:, None])
        features, after = network.gru(
            network.i2h(inputs), torch.from_numpy(settled.hidden[:, None])
        )
        logits = network.decoder(features)[:, 0].numpy()
    tensors |= {
        f"rest.{TIER}": after[:, 0].numpy().astype(np.float32),
        "golden.codes": golden_codes.astype(np.int32),
        "golden.conditioning": golden_rows,
        "golden.state": settled.hidden.astype(np.float32),
        "golden.logits": logits,
    }
    return rtsynth.save(path, manifest, tensors)
