"""Classes or values for every sample."""

from itertools import islice
from pathlib import Path
from random import Random

from rtsynth.common.files.csv_rows import open_csv
from rtsynth.offline.automation import read_automation
from tests.fuzz.automation import PLUGIN, TOLD
from tests.fuzz.mutate import damage_text

MUTANTS = 1500
NAME = "x.csv"
_ORIGINALS = (
    "pitch,amplitude\n69,0.5\n70,0.25\n",
    'sep=;\n"pitch";amplitude\n69;0,5\n"70";0,25\n',
    "pitch amplitude\n69 0.5\n70 0.25\n",
    "class\n0\n1\n1\n2\n",
    "0,1,2\n3;4\t5\n",
)


def original() -> bytes:
    return _ORIGINALS[0].encode()


def mutant(seed: int) -> bytes:
    random = Random(seed)
    encoding = random.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    return damage_text(random, random.choice(_ORIGINALS).encode(encoding))


def read(path: Path) -> None:
    for _ in open_csv(path).rows():
        pass
    list(islice(read_automation(path, PLUGIN), TOLD))
