"""A description as OSC messages: one, or parts where it would not fit into a datagram.

/describe.reply json                         at most 8,000 bytes of JSON
/describe.part index count text serial       index 1..count: the texts, joined, are the JSON;
                                             parts that belong together have the same serial

A datagram carries at most 65,507 bytes, and 9,216 on macOS as it comes.
"""

import json
import random
from collections import OrderedDict
from typing import Any

from rtsynth.control.osc.packet import Argument, OscError, OscMessage

REPLY = "/describe.reply"
PART = "/describe.part"
PART_BYTES = 8000
MAX_PARTS = 256
MAX_INCOMPLETE = 4  # descriptions; answers to several questions may arrive in between each other

Addressed = tuple[str, tuple[Argument, ...]]


def description_messages(description: dict[str, Any]) -> list[Addressed]:
    """[(address, arguments)] to send one after the other.

    Raises:
        OscError: more than MAX_PARTS would be needed.
    """
    text = json.dumps(description, separators=(",", ":"))  # ASCII: a character is a byte
    if len(text) <= PART_BYTES:
        return [(REPLY, (text,))]
    parts = [text[start : start + PART_BYTES] for start in range(0, len(text), PART_BYTES)]
    if len(parts) > MAX_PARTS:
        raise OscError(f"a description of {len(text)} bytes, at most {MAX_PARTS * PART_BYTES}")
    serial = random.getrandbits(31)
    return [(PART, (index, len(parts), part, serial)) for index, part in enumerate(parts, start=1)]


class DescriptionParts:
    """Joins the parts as they arrive, in whatever order; incomplete descriptions are forgotten."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[int, int], dict[int, str]] = OrderedDict()

    def join(self, message: OscMessage) -> OscMessage | None:
        """The message; for a part, the `/describe.reply` that it completes, or None.

        Raises:
            OscError: a part without index, count, text and serial, or out of their ranges.
        """
        if message.address != PART:
            return message
        match message.arguments:
            case [int(index), int(count), str(text), int(serial)] if (
                1 <= index <= count <= MAX_PARTS and len(text) <= PART_BYTES
            ):
                pass
            case _:
                raise OscError(f"{PART}: expects index, count, text and serial")
        parts = self._waiting.setdefault((serial, count), {})
        parts[index] = text
        if len(parts) == count:
            del self._waiting[serial, count]
            whole = "".join(parts[number] for number in range(1, count + 1))
            return OscMessage(REPLY, (whole,), message.timetag)
        self._waiting.move_to_end((serial, count))
        while len(self._waiting) > MAX_INCOMPLETE:
            self._waiting.popitem(last=False)
        return None
