"""Automation with times, as spreadsheets write it."""

from itertools import islice
from pathlib import Path
from random import Random

from rtsynth.offline.automation import read_automation
from tests.fuzz.automation import PLUGIN, TOLD
from tests.fuzz.mutate import damage_text

MUTANTS = 1500
NAME = "x.csv"
_ORIGINALS = (
    "time_s,pitch:linear,amplitude\n0,69,0.5\n0.5,72,\n# on\n1.0,,0.25\n",
    'sep=;\ntime_s;"pitch";gain\n0;69;-6\n0,5;72;"-3,5"\n',
    "Time_s\tpitch\ttemperature\r\n0\t69\t0,5\r\n3600\t70\t\r\n",
)


def original() -> bytes:
    return _ORIGINALS[0].encode()


def mutant(seed: int) -> bytes:
    random = Random(seed)
    encoding = random.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    return damage_text(random, random.choice(_ORIGINALS).encode(encoding))


def read(path: Path) -> None:
    list(islice(read_automation(path, PLUGIN), TOLD))
