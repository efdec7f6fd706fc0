"""MTCRNN's log/args.txt."""

from pathlib import Path
from random import Random

from rtsynth_models.checkpoints.mtcrnn.args import read_args
from tests.fuzz.mutate import damage_text
from tests.places import FIXTURES

MUTANTS = 1500
NAME = "args.txt"
_FIXTURE = FIXTURES / "mtcrnn" / "audio_net0" / "log" / NAME


def original() -> bytes:
    return _FIXTURE.read_bytes()


def mutant(seed: int) -> bytes:
    return damage_text(Random(seed), original())


def read(path: Path) -> None:
    read_args(path)
