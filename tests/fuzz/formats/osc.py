"""OSC packets, as the socket gives them."""

import struct
from pathlib import Path
from random import Random

from rtsynth.common.errors import InputError
from rtsynth.control.osc.packet import OscError, decode, encode
from tests.fuzz.mutate import damage_bytes
from tests.rtsynth.control.osc_messages import encode_bundle

MUTANTS = 4000
NAME = "packet.bin"
_MESSAGES = (
    encode("/slot/1/pitch", 69.5),
    encode("/slot/1/load", "voices"),
    encode("/notify", True, 9000),
    encode("/blob", b"abc", None, 1 << 40),
    b"/d\0\0,d\0\0" + struct.pack(">d", 1.5),
)
_PACKETS = (
    *_MESSAGES,
    encode_bundle(_MESSAGES),
    encode_bundle([encode_bundle(_MESSAGES[:2], 1 << 40), _MESSAGES[2]], 1 << 63),
)


def original() -> bytes:
    return _PACKETS[-1]


def mutant(seed: int) -> bytes:
    random = Random(seed)
    return damage_bytes(random, random.choice(_PACKETS), 4)


def read(path: Path) -> None:
    try:
        decode(path.read_bytes())
    except OscError as error:
        raise InputError(str(error)) from error
