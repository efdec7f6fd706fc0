"""RNNControl's config.pt: objects of its own classes, which become a plugin's parameters."""

import shutil
from pathlib import Path
from random import Random

from rtsynth_models.checkpoints.rnncontrol import CONFIG, import_checkpoint
from tests.fuzz.checkpoints import FIXTURES, damaged_zip, members_of, zip_of

MUTANTS = 1500
_RUN = FIXTURES / "rnncontrol" / "default"
_MEMBERS = members_of(_RUN / CONFIG)


def prepare(folder: Path) -> Path:
    shutil.copytree(_RUN / "checkpoints", folder / "checkpoints")
    return folder / CONFIG


def original() -> bytes:
    return zip_of(_MEMBERS)


def mutant(seed: int) -> bytes:
    return damaged_zip(Random(seed), _MEMBERS)


def read(path: Path) -> None:
    import_checkpoint(path)
