"""The provenance of a trained plugin."""

from collections.abc import Sequence
from pathlib import Path

import rtsynth
from rtsynth.plugin import Manifest, Provenance
from rtsynth.plugin.provenance import StartedFrom, joined, joined_licences
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


def licences(licence: str, dataset_licence: str, origins: Sequence[StartedFrom]) -> tuple[str, str]:
    """(licence, licence of the recordings) of a plugin that has started from others.

    Raises:
        InputError: one of them is too long.
    """
    if not origins:
        return licence, dataset_licence
    return (
        joined_licences((licence, *(each.licence for each in origins))),
        joined_licences((dataset_licence, *(each.dataset_licence for each in origins))),
    )


def with_origins(manifest: Manifest, origins: Sequence[StartedFrom]) -> Manifest:
    """The manifest of a plugin that has started from others: what it says of licences and data is
    also true of theirs, as of an exchanged tier. Figures and recipe are those of its own training.

    Raises:
        InputError: see `licences`.
    """
    if not origins:
        return manifest
    own = manifest.provenance
    licence, dataset_licence = licences(manifest.licence, own.dataset_licence, origins)
    provenance = own.model_copy(
        update={
            "dataset": joined((own.dataset, *(each.dataset for each in origins))),
            "dataset_licence": dataset_licence,
            "started_from": list(origins),
        }
    )
    return manifest.model_copy(update={"licence": licence, "provenance": provenance})
