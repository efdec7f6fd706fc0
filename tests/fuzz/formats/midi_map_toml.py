"""Tables of MIDI controllers."""

from pathlib import Path
from random import Random

from rtsynth.control.midi_map import load_midi_map
from tests.fuzz.mutate import damage_text

MUTANTS = 1500
NAME = "map.toml"
_TEXT = """defaults = false
[[map]]
cc = 21
target = "pitch"
channel = 1
slot = 1
minimum = 64.5
maximum = 76
curve = "linear"
[[map]]
cc = 22
target = "gain"
"""


def original() -> bytes:
    return _TEXT.encode()


def mutant(seed: int) -> bytes:
    random = Random(seed)
    return damage_text(random, _TEXT.encode(random.choice(("utf-8", "utf-8", "utf-16"))))


def read(path: Path) -> None:
    load_midi_map(path)
