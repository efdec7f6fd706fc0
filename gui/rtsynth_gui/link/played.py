"""Notes that began and ended, whoever plays them, as the engine's events say."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rtsynth.control.osc.packet import OscMessage

EVENT = re.compile(r"/slot/(\d{1,3})/(note/on|note/off|silence|sound_off|end_drone|reset)$")


class Played(NamedTuple):
    """A note of a slot begins or ends; without a note, all of them end, and the slot may sound on
    by itself. `panic`: whoever holds them."""

    slot: int
    note: float | None = None
    sounds: bool = False
    panic: bool = False


def played_notes(answers: Iterable[OscMessage]) -> Iterator[Played]:
    """What of the engine's messages is about notes, in order; malformed ones are left out."""
    for message in answers:
        found = EVENT.match(message.address)
        if found is None:
            continue
        slot, kind = int(found[1]), found[2]
        if not kind.startswith("note/"):
            yield Played(slot, sounds=kind == "reset", panic=kind == "silence")
            continue
        numbers = [a for a in message.arguments[:2] if isinstance(a, int | float)]
        if numbers and all(map(math.isfinite, numbers)):
            sounds = kind == "note/on" and (len(numbers) < 2 or numbers[1] > 0)
            yield Played(slot, float(numbers[0]), sounds)
