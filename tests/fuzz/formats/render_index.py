"""Lists of files to render."""

import os
from pathlib import Path
from random import Random

from rtsynth.cli.render_index import read_index
from tests.fuzz.mutate import TEXTS, damage_text

MUTANTS = 500
_TEXT = 'sep=;\nfile;\na.csv\n"b, c.csv"\n# not\nd.npy:100\n'


def prepare(folder: Path) -> Path:
    for name in ("a.csv", "b, c.csv", "d.npy"):
        (folder / name).touch()
    os.mkdir(folder / "e.csv")
    return folder / "index.csv"


def original() -> bytes:
    return _TEXT.encode()


def mutant(seed: int) -> bytes:
    random = Random(seed)
    text = _TEXT.replace("a.csv", random.choice(("a.csv", "e.csv", *TEXTS)))
    return damage_text(random, text.encode(random.choice(("utf-8", "utf-8-sig", "utf-16"))))


def read(path: Path) -> None:
    read_index(path)
