"""What modulates what, as the engine says: sources, what they move, and how far."""

import math
import re
from collections.abc import Iterable

from rtsynth.common.control_info import Owner
from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.link.control import Control

MODULATE = re.compile(r"/slot/(\d{1,3})/(modulate|modulate/clear|modulation)$")
MOST = 4096
HANDS = ("tempo", "follow")
CHOICES = ("_beats", "_shape", "_retrigger")  # of an LFO

Depths = dict[tuple[str, str], float]


def can_be_modulated(control: Control) -> bool:
    """Whether sources may move a control: no choices, no hands, nothing of the mixer."""
    name = control.name
    is_hand = name in HANDS or name.startswith("macro")
    return not (control.owner is Owner.MIXER or is_hand or name.endswith(CHOICES))


def slot_of(control: Control) -> int:
    """The slot that a control is in, by its address; 0 for none."""
    words = control.address.split("/")
    return int(words[2]) if words[1:2] == ["slot"] else 0


def depth_key(control: Control, source: str) -> str:
    """What stands for a depth among the addresses of values, as it is sent."""
    return f"{slot_address(slot_of(control), 'modulate')} {source} {control.name}"


def is_depth(key: str) -> bool:
    """Whether an address is a depth's key. What stands for something in the window has no slash
    first, and maybe spaces in a name."""
    return key.startswith("/") and " " in key


class Modulations:
    """Depths by slot, source and the name of what is moved."""

    def __init__(self) -> None:
        self._depths: dict[int, Depths] = {}
        self._coming: dict[int, Depths] = {}
        self.changed: set[int] = set()  # slots, until somebody has looked

    def take(self, answers: Iterable[OscMessage]) -> None:
        """Read what concerns modulation: each assignment as it is made, or a whole list."""
        for message in answers:
            if message.address == "/done":
                self._done(str(message.arguments[0]) if message.arguments else "")
            elif found := MODULATE.match(message.address):
                slot = int(found[1])
                if found[2] == "modulate":
                    self._assign(slot, message.arguments)
                elif found[2] == "modulate/clear":
                    self.forget(slot)

    def _done(self, command: str) -> None:
        found = MODULATE.match(command)
        if found is not None and found[2] == "modulation":
            slot = int(found[1])
            self._depths[slot] = self._coming.pop(slot, {})
            self.changed.add(slot)

    def _assign(self, slot: int, arguments: tuple[object, ...]) -> None:
        match arguments:
            case (str(source), str(name), int() | float() as depth) if math.isfinite(depth):
                self.changed.add(slot)
                for table in (self._depths, self._coming):
                    depths = table.setdefault(slot, {})
                    if depth == 0:
                        depths.pop((source, name), None)
                    elif len(depths) < MOST:
                        depths[source, name] = float(depth)

    def put(self, key: str, depth: float) -> None:
        """Take a depth as sent, by its key."""
        address, source, name = key.split(" ", 2)
        self._assign(int(address.split("/")[2]), (source, name, depth))

    def forget(self, slot: int) -> None:
        """Nothing modulates anything in a slot."""
        self._depths.pop(slot, None)
        self.changed.add(slot)

    def depth(self, key: str) -> float:
        """How far a source moves a control; 0 for not at all."""
        address, source, name = key.split(" ", 2)
        return self._depths.get(int(address.split("/")[2]), {}).get((source, name), 0.0)

    def moved(self, slot: int) -> dict[str, list[str]]:
        """The names of the controls that each source moves in a slot."""
        found: dict[str, list[str]] = {}
        for source, name in self._depths.get(slot, {}):
            if source in SOURCE_NAMES:
                found.setdefault(source, []).append(name)
        return {source: found[source] for source in SOURCE_NAMES if source in found}

    def of(self, control: Control) -> dict[str, float]:
        """The sources that move a control, and how far."""
        found = ((each, self.depth(depth_key(control, each))) for each in SOURCE_NAMES)
        return {source: depth for source, depth in found if depth != 0}
