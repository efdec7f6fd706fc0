"""The original SampleRNN's checkpoints: pickled arrays, of Python 2 and of Python 3."""

import pickle
from pathlib import Path
from random import Random

import numpy as np

from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.samplernn.theano import import_checkpoint
from tests.fuzz.checkpoints import FIXTURES
from tests.fuzz.mutate import damage_bytes, damage_text

MUTANTS = 1500
NAME = "params_e0_i1.pkl"
_ORIGINAL = (FIXTURES / "samplernn_theano" / "two_tier_lstm" / "params_e0_i100.pkl").read_bytes()
_ARRAYS: dict[str, np.ndarray] = pickle.loads(_ORIGINAL, encoding="latin-1")


def original() -> bytes:
    return _ORIGINAL


def mutant(seed: int) -> bytes:
    random = Random(seed)
    choice = random.randrange(4)
    if choice == 0:
        return damage_bytes(random, _ORIGINAL)
    arrays = dict(_ARRAYS)
    if choice == 1:
        name = random.choice(list(arrays))
        arrays[random.choice((name, "x", f"{name}.x"))] = _other_array(random, arrays.pop(name))
    data = pickle.dumps(arrays, protocol=random.choice((0, 2, 4, 5)))
    if choice == 1:
        return data
    # What says how an array is made is short; nearly all else is numbers.
    at = data.find(random.choice(list(arrays)).encode()) + random.choice((0, 0, 100))
    at = max(at, 0)
    damage = random.choice((damage_bytes, damage_text))
    return data[:at] + damage(random, data[at : at + 300]) + data[at + 300 :]


def _other_array(random: Random, array: np.ndarray) -> np.ndarray:
    kinds = (
        lambda: array.T,
        lambda: array[:1],
        lambda: array[:0],
        lambda: array.astype(">f8"),
        lambda: array.astype("i4"),
        lambda: array.astype("c8"),
        lambda: array.astype("O"),
        lambda: array * np.float32("nan"),
        lambda: np.array(0.5),
        lambda: np.zeros((1,) * 30),
        lambda: np.broadcast_to(array, (3, *array.shape)),
    )
    made: np.ndarray = random.choice(kinds)()
    return made


def read(path: Path) -> None:
    import_checkpoint(path, ImportFlags())
