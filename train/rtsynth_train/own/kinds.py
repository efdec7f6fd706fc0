"""The kinds of sound that a musician chooses from, each a recipe fitted to the data and the time.

note     a conditioned GRU: the parameters in the file names become its knobs
texture  a SampleRNN of two tiers: anything that goes on
voice    a SampleRNN of three tiers, fine in time: speech and song
loop     a SampleRNN of two tiers whose gradients reach further back: what repeats
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.plugin.file import load_manifest
from rtsynth.plugin.library import resolve
from rtsynth.plugin.naming import name_from_file
from rtsynth_train.core.duration import seconds_of
from rtsynth_train.core.recipes import read_recipe
from rtsynth_train.own.parameters import Proposal, propose
from rtsynth_train.own.sizes import FROM_BASE, LOOP, VOICE, size_for, threads_for
from rtsynth_train.own.survey import NOTE, RATE_HZ, TEXTURE, Survey

MOST_STEPS, FEWEST_STEPS = 200_000, 50
SCORES, CHECKPOINTS, PREVIEWS = 20, 20, 20  # of a run
SCORED_S = 0.5  # at each place; scoring is not to take longer than training
SHORTEST_PART = 500  # samples that the trainer of notes wants to be held out
PREVIEW_S = 3.0
MOST_HELD_OUT = 0.3
OWN_FROM = 0.64  # of the schedule, where a network begins to learn from its own sound
OWN_TIMES = 50  # that it is rendered
GROWING = ("hidden_size", "layers")
_SECTIONS = {"gru": "model", "samplernn": "network"}  # of a recipe, by the family of its plugins

# Of a training of few minutes that starts from a trained network.
WARM: dict[str, Any] = {"rate": 0.004, "average": 0.99}
WARM_LOOKS, WARM_PREVIEWS = 4, 2
WARM_OWN_TIMES, WARM_OWN_SHARE = 25, 0.2  # rendering them all takes as long as 30 steps


@dataclass(frozen=True)
class Kind:
    """`base` is a recipe that ships, or "" for notes."""

    base: str
    sections: dict[str, dict[str, Any]]


_SAMPLERNN = "samplernn"
# What suits recordings of any origin. (What ships keeps its recordings as they are.)
OWN_RULES: dict[str, Any] = {"remove_dc": True, "held_out_from": "sound"}
KINDS = {
    NOTE: Kind(
        "",
        {"streams": {"longest_s": 0.6}, "plugin": {"sampling": {"temperature": 0.8}},
         "optimiser": {"clip_norm": 0.5, "noise": 0.08, "average": 0.995}},
    ),
    TEXTURE: Kind(_SAMPLERNN, {"optimiser": {"rate": 0.002}}),
    VOICE: Kind(
        "samplernn-3tier",
        {"batches": {"longest_s": 6.0}, "optimiser": {"rate": 0.002},
         "plugin": {"sampling": {"temperature": 0.95, "top_p": 0.998}}},
    ),
    LOOP: Kind(_SAMPLERNN, {"batches": {"longest_s": 16.0, "silent_starts": 0.0}}),
}  # fmt: skip


def kind_recipe(
    kind: str,
    found: Survey,
    time: str,
    parameters: list[Proposal] | None = None,
    *,
    from_base: bool = False,
) -> dict[str, Any]:
    """The configuration, unchecked, that makes a plugin of this kind of `found` in `time`;
    `parameters` where they are known already. With `from_base` it is one that starts from the
    plugin `BASE`.

    Raises:
        InputError: no such kind, the recordings do not suit it, or it is no time.
    """
    if kind not in KINDS:
        raise InputError(f"--kind {kind}: must be {', '.join(KINDS)}")
    try:
        time_s = seconds_of(time)
    except ValueError as error:
        raise InputError(f"--time: {error}") from error
    chosen, size = KINDS[kind], FROM_BASE if from_base else size_for(kind, time_s, found.seconds)
    steps = max(FEWEST_STEPS, min(size.steps_in(time_s), MOST_STEPS))
    if chosen.base:
        raw = read_recipe(chosen.base)
    else:
        knobs = propose(Path(found.folder)) if parameters is None else parameters
        raw = _notes(found, [dict(each.table) for each in knobs])
    name = name_from_file(Path(found.folder).resolve().stem) or kind
    every = {
        "time": time, "threads": threads_for(size, os.cpu_count() or 1),
        "evaluate_every": max(1, steps // SCORES), "checkpoint_every": max(1, steps // CHECKPOINTS),
    }  # fmt: skip
    previews = max(1, steps // PREVIEWS)
    fitted: dict[str, dict[str, Any]] = {
        "plugin": {"name": name}, "data": {"folder": found.folder} | OWN_RULES,
        "optimiser": {"steps": steps},
        "run": every | {"preview_every": previews},
    }  # fmt: skip
    if chosen.base:
        fitted["data"]["test"] = 0.0
        fitted["run"] = every | {
            "generate_every": previews, "num_generated": 1, "length": round(PREVIEW_S * RATE_HZ),
            "evaluate_s": SCORED_S,
        }  # fmt: skip
    elif from_base:
        fitted["streams"] = {
            "own": size.own, "own_after": 0, "own_every": max(1, steps // WARM_OWN_TIMES),
            "own_share": WARM_OWN_SHARE,
        }  # fmt: skip
        fitted["optimiser"] |= WARM
        rarely, previews = max(1, steps // WARM_LOOKS), max(1, steps // WARM_PREVIEWS)
        fitted["run"] = every | {
            "preview_every": previews, "evaluate_every": rarely, "checkpoint_every": rarely,
        }  # fmt: skip
    elif size.own:
        fitted["streams"] = {
            "own": size.own, "own_after": round(OWN_FROM * steps),
            "own_every": max(1, round((1 - OWN_FROM) * steps / OWN_TIMES)),
        }  # fmt: skip
    for sections in (chosen.sections, size.sections, fitted):
        for section, values in sections.items():
            raw[section] = raw.get(section, {}) | values
    return raw


def as_large_as(raw: dict[str, Any], start: str) -> dict[str, Any]:
    """The configuration of a kind for a training that starts from a plugin: with its network where
    they are of one family, and at least its size. A folder of a run stays unread: it says no size.

    Raises:
        PluginError: there is no such plugin.
    """
    if Path(start).expanduser().is_dir():
        return raw
    manifest = load_manifest(resolve(start))
    tier, codec = manifest.tiers[-1], manifest.codec
    section = _SECTIONS.get(tier.family, "")
    if len(manifest.tiers) > 1 or codec is None or section not in raw:
        return raw
    own, config = raw[section], dict(tier.config)
    grown = {name: max(own.get(name, 0), config.pop(name)) for name in GROWING}
    return raw | {
        "data": raw["data"] | {"levels": codec.levels},
        section: own | (grown if tier.family == "gru" else config | grown),
    }


def _notes(found: Survey, conditioning: list[dict[str, Any]]) -> dict[str, Any]:
    """A conditioned GRU whose knobs are the parameters of the recordings."""
    if not conditioning:
        raise InputError(
            f"--kind {NOTE}: nothing says what differs between these recordings; write it into"
            " their names, as in flute_p64.00.wav or flute C4.wav, into folders or a"
            f" parameters.csv, or choose --kind {TEXTURE}"
        )
    shortest = min(each.seconds for each in found.recordings) * RATE_HZ
    held_out = round(min(MOST_HELD_OUT, max(0.1, 1.05 * SHORTEST_PART / shortest)), 3)
    return {"data": {"rate_hz": RATE_HZ, "held_out": held_out}, "conditioning": conditioning}
