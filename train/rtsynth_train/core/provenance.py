"""The provenance of a trained plugin."""

from pathlib import Path

import rtsynth
from rtsynth.plugin import Provenance
from rtsynth_train.core.config import TrainConfig


def trained(
    config: TrainConfig, steps: int, recipe: str, bits: float | None, dataset: str | None = None
) -> Provenance:
    """Of a plugin that `config` trained for `steps`: `recipe` describes how, `bits` is the loss per
    held-out sample if it is in bits, `dataset` the set's name where the configuration has none.
    """
    data = config.data
    if dataset is None:
        dataset = Path(data.folder).name
    return Provenance(
        dataset=data.name or dataset,
        dataset_licence=data.licence,
        recipe=recipe,
        steps=steps,
        held_out_bits_per_sample=None if bits is None else round(bits, 4),
        made_by=f"rtsynth {rtsynth.__version__}",
        notes=config.plugin.notes,
    )
