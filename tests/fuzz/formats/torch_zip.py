"""Files of torch.save: an MTCRNN checkpoint."""

import shutil
from pathlib import Path
from random import Random

from rtsynth_models.checkpoints.mtcrnn.checkpoint import import_checkpoint
from tests.fuzz.checkpoints import MTCRNN, damaged_zip, members_of, zip_of

MUTANTS = 2500
_MEMBERS = members_of(MTCRNN / "model" / "model_2000.pkl")


def prepare(folder: Path) -> Path:
    shutil.copytree(MTCRNN / "log", folder / "log")
    (folder / "model").mkdir()
    return folder / "model" / "model_1.pkl"


def original() -> bytes:
    return zip_of(_MEMBERS)


def mutant(seed: int) -> bytes:
    return damaged_zip(Random(seed), _MEMBERS)


def read(path: Path) -> None:
    import_checkpoint(path)
