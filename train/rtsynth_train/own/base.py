"""The plugin that short trainings of notes start from."""

from collections.abc import Sequence

import rtsynth
from rtsynth.families.gru.spec import NAME, GruConfig
from rtsynth.plugin.family import read_config
from rtsynth.plugin.library import find_plugins
from rtsynth_train.own.parameters import Proposal
from rtsynth_train.own.sizes import BASE, BASE_BELOW_S, FROM_BASE
from rtsynth_train.own.survey import NOTE


def suits(kind: str, time_s: float, knobs: Sequence[Proposal]) -> bool:
    """Whether a training of so many seconds is to start from the plugin `BASE`: it is at hand, has
    the network that is meant, and all pitches of the recordings.

    Raises:
        PluginError: it cannot be read.
    """
    path = find_plugins().get(BASE)
    if kind != NOTE or time_s >= BASE_BELOW_S or path is None:
        return False
    manifest = rtsynth.load(path).manifest
    (tier, *more) = manifest.tiers
    if more or tier.family != NAME:
        return False
    config, wanted = read_config(tier, GruConfig), FROM_BASE.sections["model"]
    if (config.hidden_size, config.layers) != (wanted["hidden_size"], wanted["layers"]):
        return False
    pitches = [each for each in manifest.parameters if each.role == "pitch"]
    tables = [each.table for each in knobs if each.table.get("role") == "pitch"]
    return len(pitches) == len(tables) == 1 and (
        pitches[0].minimum <= tables[0]["minimum"] and tables[0]["maximum"] <= pitches[0].maximum
    )
