"""MIDI maps."""

from pathlib import Path
from random import Random

from rtsynth.host.mapping.file import load_midi_map
from rtsynth.host.mapping.mover import PLACES
from tests.fuzz.mutate import damage_text

MUTANTS = 1500
NAME = "map.toml"
_MAP = """defaults = true

[[map]]
cc = 21
target = "pitch"
channel = 1
slot = 2
minimum = 64
maximum = 76.5
curve = "linear"

[[map]]
cc = 11
target = "motion.beta"
minimum = 0.5
maximum = 20
curve = "exponential"

[[map]]
cc = 60
port = "knobs"
target = "gain"
relative = "offset"
step = 0.02
takeover = "pickup"

[[map]]
nrpn = 7
target = "gain"
minimum = -60
maximum = 0
curve = "volume"
"""


def original() -> bytes:
    return _MAP.encode()


def mutant(seed: int) -> bytes:
    random = Random(seed)
    return damage_text(random, _MAP.encode(random.choice(("utf-8", "utf-8", "utf-16"))))


def read(path: Path) -> None:
    """Every place of every controller has a value."""
    for binding in load_midi_map(path).bindings:
        for place in range(PLACES + 1):
            binding.value_at(place / PLACES)
