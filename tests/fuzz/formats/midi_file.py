"""MIDI files, read as automation for eight voices."""

import warnings
from pathlib import Path
from random import Random

from rtsynth.common.errors import RtsynthWarning
from rtsynth.offline.automation_midi import read_midi
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from tests.fuzz.mutate import damage_bytes
from tests.rtsynth.control.midi_bytes import chunk, header, track

MUTANTS = 1500
NAME = "song.mid"
PLUGIN = Plugin(
    Manifest(
        name="keys",
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=256),
        tiers=[Tier(name="audio", family="gru", rate_hz=16_000)],
        parameters=[
            Parameter(name="level", minimum=0, maximum=1, default=0.5, role="amplitude"),
            Parameter(name="pitch", minimum=48, maximum=84, default=60, role="pitch"),
        ],
    ),
    {},
)
_TEMPO = (0, 0xFF, 0x51, 3, 7, 0xA1, 0x20)
_RANGE = [(0, 0xB0, 101, 0), (0, 0xB0, 100, 0), (0, 0xB0, 6, 12), (0, 0xB0, 38, 50)]
_WHEELS = [(50, 0xE0, 0, 96), (0, 0xB0, 11, 64), (0, 0xB0, 64, 127), (9, 0xB0, 121, 0)]
_SYSEX = (0, 0xF0, 5, 0x7E, 0x7F, 9, 1, 0xF7)


def original() -> bytes:
    chord = [(0, 0x90, note, 100) for note in (60, 64, 67)]
    ends = [(100, 0x80, 60, 0), (0, 0x80, 64, 0), (0, 0x80, 67, 0), (0, 0x90, 60, 9)]
    lead = track((0, 0x91, 72, 90), (99, 0x81, 72, 0), (1, 0xB1, 120, 0), (0, 0xC1, 5))
    return header(tracks=2) + track(_TEMPO, _SYSEX, *_RANGE, *chord, *_WHEELS, *ends) + lead


def mutant(seed: int) -> bytes:
    random = Random(seed)
    whole = original()
    match random.randrange(4):
        case 0:
            whole = b"RIFF\0\0\0\0RMIDdata" + len(whole).to_bytes(4, "little") + whole
        case 1:
            whole = whole[:14] + chunk(b"XFIH", b"a") + whole[14:]
        case 2:
            whole = header(random.choice((0, 2, 3)), 9, random.getrandbits(16)) + whole[14:]
    return damage_bytes(random, whole)


def read(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RtsynthWarning)
        read_midi(path, PLUGIN, None, voices=8)
