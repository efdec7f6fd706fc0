"""paramManager's .params, as automation."""

import json
from itertools import islice
from pathlib import Path
from random import Random

from rtsynth.offline.automation import read_automation
from tests.fuzz.automation import PLUGIN, TOLD
from tests.fuzz.mutate import damage_text, damage_value

MUTANTS = 1000
NAME = "x.params"
_TRACK = {
    "times": [0, 0.5, 1, 1.25], "values": [0, 0.25, 1, 0.5], "units": "norm", "nvals": 4,
    "minval": 0, "maxval": 1, "origUnits": "Hz", "origMinval": 1, "origMaxval": 9,
}  # fmt: skip
_DOCUMENT = {"meta": {"filename": "x.wav"}, "pitch": _TRACK, "instrument": _TRACK}


def original() -> bytes:
    return json.dumps(_DOCUMENT).encode()


def mutant(seed: int) -> bytes:
    random = Random(seed)
    if random.random() < 0.5:
        return damage_text(random, original())
    return json.dumps(damage_value(random, _DOCUMENT)).encode()


def read(path: Path) -> None:
    list(islice(read_automation(path, PLUGIN), TOLD))
