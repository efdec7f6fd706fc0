"""The kinds of sound that a musician chooses from, each a recipe fitted to the data and the time.

note     a conditioned GRU: the parameters in the file names become its knobs
texture  a SampleRNN of two tiers: anything that goes on
voice    a SampleRNN of three tiers, fine in time: speech and song
loop     a SampleRNN of two tiers whose gradients reach further back: what repeats
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.plugin.naming import name_from_file
from rtsynth_train.core.recipes import read_recipe
from rtsynth_train.own.survey import NOTE, RATE_HZ, TEXTURE, Survey

LONGEST_STEPS = 50_000
FEWEST_STEPS = 50
SCORES, CHECKPOINTS, PREVIEWS = 20, 20, 20  # of a run
SCORED_S = 0.5  # at each place; scoring is not to take longer than training
SHORTEST_PART = 500  # samples that the trainer of notes wants to be held out
PREVIEW_S = 3.0
MOST_HELD_OUT = 0.3


@dataclass(frozen=True)
class Kind:
    """`steps_per_minute` on one core; a faster machine is ready before its time."""

    base: str  # recipe that ships
    steps_per_minute: float
    sections: dict[str, dict[str, Any]]


_SAMPLERNN = "samplernn"
KINDS = {
    NOTE: Kind(
        "", 300,
        {"streams": {"longest_s": 0.6}, "plugin": {"sampling": {"temperature": 0.8}}},
    ),
    TEXTURE: Kind(
        _SAMPLERNN, 400,
        {"network": {"layers": 1, "hidden_size": 128, "embedding_size": 64},
         "batches": {"rows": 32, "num_frames": 32},
         "optimiser": {"rate": 0.002}},
    ),
    "voice": Kind(
        "samplernn-3tier", 150,
        {"network": {"hidden_size": 192, "embedding_size": 128},
         "batches": {"rows": 32, "num_frames": 64, "longest_s": 6.0},
         "optimiser": {"rate": 0.002},
         "plugin": {"sampling": {"temperature": 0.95, "top_p": 0.998}}},
    ),
    "loop": Kind(
        _SAMPLERNN, 80,
        {"batches": {"rows": 16, "num_frames": 128, "longest_s": 16.0, "silent_starts": 0.0}},
    ),
}  # fmt: skip
# Of fields of file names: what their parameter is called, and more about it.
_KNOWN: dict[str, dict[str, Any]] = {
    "p": {"name": "pitch", "unit": "MIDI", "role": "pitch"},
    "a": {"name": "amplitude", "role": "amplitude"},
}


def kind_recipe(kind: str, found: Survey, minutes: float) -> dict[str, Any]:
    """The configuration, unchecked, that makes a plugin of this kind of `found` in `minutes`.

    Raises:
        InputError: no such kind, or the recordings do not suit it.
    """
    if kind not in KINDS:
        raise InputError(f"--kind {kind}: must be {', '.join(KINDS)}")
    chosen = KINDS[kind]
    steps = round(minutes * chosen.steps_per_minute)
    steps = max(FEWEST_STEPS, min(steps, LONGEST_STEPS))
    raw = read_recipe(chosen.base) if chosen.base else _notes(found)
    data: dict[str, Any] = {"folder": found.folder}
    name = name_from_file(Path(found.folder).resolve().stem) or kind
    every = {
        "evaluate_every": max(1, steps // SCORES), "checkpoint_every": max(1, steps // CHECKPOINTS)
    }  # fmt: skip
    previews = max(1, steps // PREVIEWS)
    run: dict[str, Any] = every | {"preview_every": previews}
    if chosen.base:
        run = every | {
            "generate_every": previews, "num_generated": 1, "length": round(PREVIEW_S * RATE_HZ),
            "evaluate_s": SCORED_S,
        }  # fmt: skip
        data |= {"test": 0.0}
    fitted = {
        "plugin": {"name": name}, "data": data, "optimiser": {"steps": steps}, "run": run
    }  # fmt: skip
    for sections in (chosen.sections, fitted):
        for section, values in sections.items():
            raw[section] = raw.get(section, {}) | values
    return raw


def _notes(found: Survey) -> dict[str, Any]:
    """A conditioned GRU whose knobs are the parameters that the file names carry."""
    if not found.parameters:
        raise InputError(
            f"--kind {NOTE}: the names of these recordings carry no parameter that differs between"
            f" them; write e.g. flute_p64.00.wav, or choose --kind {TEXTURE}"
        )
    rates = sorted({each.rate_hz for each in found.recordings})
    if rates != [RATE_HZ] or any(each.channels != 1 for each in found.recordings):
        raise InputError(
            f"--kind {NOTE}: wants mono recordings at {RATE_HZ} Hz; rtsynth clean makes copies"
        )
    shortest = min(each.seconds for each in found.recordings) * RATE_HZ
    held_out = round(min(MOST_HELD_OUT, max(0.1, 1.05 * SHORTEST_PART / shortest)), 3)
    conditioning = []
    for field, (low, high) in found.parameters.items():
        about = _KNOWN.get(field, {"name": field.lower()})
        conditioning.append(
            {"field": field, "minimum": low, "maximum": high, "default": (low + high) / 2} | about
        )
    return {"data": {"rate_hz": RATE_HZ, "held_out": held_out}, "conditioning": conditioning}
