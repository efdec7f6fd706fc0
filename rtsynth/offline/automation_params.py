"""The parameters of a recording, as automation: a .params file, from a time on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.common.plain_text import plain
from rtsynth.offline.automation_array import RANGE_TOLERANCE, in_range
from rtsynth.offline.events import LONGEST_S
from rtsynth.offline.params_file import read_params
from rtsynth.offline.timeline import Timeline, Track
from rtsynth.plugin import Parameter


def read_params_moves(path: Path, knobs: Sequence[Parameter], start_s: float) -> Timeline:
    """What the file's parameters move of `knobs`, from `start_s` on.

    Raises:
        InputError: one line that names the file, the parameter and the remedy.
    """
    found = read_params(path)
    end_s = max(float(track.times[-1]) for track in found.values())
    if end_s > LONGEST_S:
        raise InputError(f"{path}: lasts {end_s:g} s, more than a day")
    if start_s > end_s:
        raise InputError(f"{path}: ends at {end_s:g} s, before {start_s:g} s; start it earlier")
    tracks: list[Track] = []
    for spec in knobs:
        track = found.get(spec.name)
        if track is None:
            continue
        values = track.values
        # As the trainer takes them.
        if track.unit == "norm" or (track.minimum, track.maximum) == (0.0, 1.0):
            low, high = spec.network_range
            values = low + values * (high - low)
        first = float(np.interp(start_s, track.times, values))
        later = track.times > start_s
        times = np.concatenate([[0.0], track.times[later] - start_s])
        moves = np.concatenate([[first], values[later]])
        # The first one out of range is the one that is reported.
        slack = RANGE_TOLERANCE * (spec.maximum - spec.minimum)
        outside = (moves < spec.minimum - slack) | (moves > spec.maximum + slack)
        for value in moves[outside][:1].tolist():
            in_range(f"{path}: {spec.name}", spec, value)
        tracks.append(
            Track(spec.name, times, np.clip(moves, spec.minimum, spec.maximum), linear=True)
        )
    if not tracks:
        known, wanted = plain(", ".join(found)), plain(", ".join(spec.name for spec in knobs))
        raise InputError(f"{path}: has {known}, none of the plugin's parameters: {wanted}")
    return Timeline(tracks)
