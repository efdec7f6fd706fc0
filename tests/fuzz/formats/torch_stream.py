"""Files of torch.save before they were zips: an MTCRNN checkpoint."""

import shutil
from pathlib import Path
from random import Random

from rtsynth_models.checkpoints.mtcrnn.checkpoint import import_checkpoint
from tests.fuzz.checkpoints import MTCRNN, damaged_stream, members_of, stream_parts

MUTANTS = 2000
_PARTS = stream_parts(members_of(MTCRNN / "model" / "model_2000.pkl"))


def prepare(folder: Path) -> Path:
    shutil.copytree(MTCRNN / "log", folder / "log")
    (folder / "model").mkdir()
    return folder / "model" / "model_1.pkl"


def original() -> bytes:
    return b"".join(_PARTS)


def mutant(seed: int) -> bytes:
    return damaged_stream(Random(seed), _PARTS)


def read(path: Path) -> None:
    import_checkpoint(path)
