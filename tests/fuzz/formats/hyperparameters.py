"""The hyperparameters.json beside a SampleRNN's checkpoint."""

import json
import shutil
from pathlib import Path
from random import Random

from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.samplernn.plugin import HYPERPARAMETERS
from rtsynth_models.checkpoints.samplernn.theano import import_checkpoint
from tests.fuzz.checkpoints import FIXTURES
from tests.fuzz.mutate import damage_text, damage_value

MUTANTS = 500
_RUN = FIXTURES / "samplernn_theano" / "one_tier"
_CHECKPOINT = "params_e0_i100.pkl"


def prepare(folder: Path) -> Path:
    shutil.copy(_RUN / _CHECKPOINT, folder)
    return folder / HYPERPARAMETERS


def original() -> bytes:
    return (_RUN / HYPERPARAMETERS).read_bytes()


def mutant(seed: int) -> bytes:
    random = Random(seed)
    if random.random() < 0.5:
        return damage_text(random, original())
    return json.dumps(damage_value(random, json.loads(original()))).encode()


def read(path: Path) -> None:
    import_checkpoint(path.parent / _CHECKPOINT, ImportFlags())
