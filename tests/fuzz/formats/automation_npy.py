"""Arrays of NumPy, as automation."""

import io
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from rtsynth.offline.automation import batch_size, knobs_of, read_automation
from tests.fuzz.automation import PLUGIN, TOLD
from tests.fuzz.mutate import damage_bytes, damage_text

MUTANTS = 2000
NAME = "x.npy"


def _saved(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def original() -> bytes:
    return _saved(np.tile([knob.default for knob in knobs_of(PLUGIN)], (5, 1)))


def mutant(seed: int) -> bytes:
    random = Random(seed)
    data = original()
    if random.random() < 0.3:
        rows = np.tile([knob.default for knob in knobs_of(PLUGIN)], (5, 1))
        kind = random.choice(("f2", ">f4", "i1", "u8", "c8", "?", "O", "U3", "M8[s]", "f4,i2"))
        shape = random.choice(((2, 0), (0, 4), (1, 5, 4), (3, 5, 4), (5, 1, 4), ()))
        array = np.zeros(shape, kind) if random.random() < 0.5 else rows.astype("f4")
        data = _saved_with_pickles(array)
    end = data.index(b"\n") + 1
    if random.random() < 0.7:
        head = random.choice((damage_text, damage_bytes))(random, data[:end])
        return head + data[end:]
    return damage_bytes(random, data)


def _saved_with_pickles(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def read(path: Path) -> None:
    batch_size(f"{path}:100")
    list(islice(read_automation(f"{path}:100", PLUGIN), TOLD))
