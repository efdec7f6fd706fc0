"""The address space as OSCQuery describes it: a tree of nodes, each with its attributes.

What OSC has below a control (`norm`, `get`) is left out: to many clients a node with others below
it is a container only, and they would not offer the control itself.

Source: the OSC Query Proposal (github.com/Vidvox/OSCQueryProposal).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rtsynth.common.control_info import ControlInfo, Description, Place, SlotInfo
from rtsynth.control.osc.addresses import control_address, slot_address
from rtsynth.control.osc.arguments import integer, kept_name, name_text, number, text
from rtsynth.control.osc.calls import Command, Kind
from rtsynth.control.osc.space.shared import BUTTON
from rtsynth.control.osc.surface.commands import GLOBAL_COMMANDS, OF_SLOTS

NO_VALUE, READ_ONLY, WRITE_ONLY, READ_WRITE = range(4)  # ACCESS
ATTRIBUTES = frozenset(
    ("FULL_PATH", "CONTENTS", "TYPE", "ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT", "CLIPMODE")
)
UNITS = {
    "dB": "gain.db",
    "Hz": "time.hz",
    "MIDI": "time.midinote",
    "ms": "time.ms",
    "s": "time.second",
}
_TAGS: dict[Kind, str] = {number: "f", integer: "i", text: "s", kept_name: "s", name_text: "s"}

Attributes = dict[str, Any]
ReadValue = Callable[[int, str], float]


@dataclass(slots=True)
class Node:
    """A node: its attributes but VALUE, what is below it, and the control it is."""

    path: str
    attributes: Attributes
    contents: dict[str, "Node"] = field(default_factory=dict)
    control: tuple[int, str] | None = None
    is_switch: bool = False

    def find(self, path: str) -> "Node | None":
        """The node at a path below this one, such as /slot/1."""
        node: Node | None = self
        for name in filter(None, path.split("/")):
            node = node.contents.get(name) if node is not None else None
        return node

    def attribute(self, name: str, read: ReadValue) -> Any:
        """One of `ATTRIBUTES`, None where the node has no such."""
        if name == "VALUE":
            return None if self.control is None else [self.shown(read(*self.control))]
        if name == "CONTENTS":
            contents = {name: node.json(read) for name, node in self.contents.items()}
            return contents or None
        return self.path if name == "FULL_PATH" else self.attributes.get(name)

    def shown(self, value: float) -> float | bool:
        """A value in the node's TYPE."""
        return value >= 0.5 if self.is_switch else value

    def json(self, read: ReadValue) -> Attributes:
        """The node and everything below it, values as they are now."""
        found = {name: self.attribute(name, read) for name in ("FULL_PATH", "VALUE", "CONTENTS")}
        return {k: v for k, v in found.items() if v is not None} | self.attributes

    def valued(self) -> "dict[str, Node]":
        """This node and all below it that have a value, by their paths."""
        found = {} if self.control is None else {self.path: self}
        for node in self.contents.values():
            found |= node.valued()
        return found


def build_tree(description: Description) -> Node:
    """The tree of an engine."""
    root = Node("/", {"ACCESS": NO_VALUE, "DESCRIPTION": f"rtsynth {description.version}"})
    _place(root, "/slot", {"ACCESS": NO_VALUE, "DESCRIPTION": "Slots, by number."})
    for address, command in GLOBAL_COMMANDS.items():
        _place(root, address, _command_attributes(command))
    _place(root, "/master", {"ACCESS": NO_VALUE, "DESCRIPTION": "What all slots add up to."})
    for slot in description.slots:
        _place_slot(root, slot)
    for place in description.places.values():
        _place_controls(root, place)
    return root


def _place_slot(root: Node, slot: SlotInfo) -> None:
    named = f"{slot.name} ({slot.plugin})" if slot.name not in ("", slot.plugin) else slot.plugin
    about = f"{named}: {slot.description}" if slot.description else named
    _place(root, f"/slot/{slot.number}", {"ACCESS": NO_VALUE, "DESCRIPTION": about})
    for name, command in OF_SLOTS.items():
        _place(root, slot_address(slot.number, name), _command_attributes(command))


def _place_controls(root: Node, place: Place) -> None:
    for control in place.every_control:
        address = control_address(place.number, control)
        node = _place(root, address, _control_attributes(control))
        node.control, node.is_switch = (place.number, control.name), control.is_switch


def _place(root: Node, path: str, attributes: Attributes) -> Node:
    node = root
    names = path.split("/")[1:]
    for depth, name in enumerate(names, start=1):
        if name not in node.contents:
            node.contents[name] = Node("/" + "/".join(names[:depth]), {"ACCESS": NO_VALUE})
        node = node.contents[name]
    node.attributes = attributes
    return node


def _command_attributes(command: Command) -> Attributes:
    if command.kinds == BUTTON and command.required == 0:
        tags = "I"  # a trigger; of T clients make a switch, every second click of which is a 0
    else:
        needed = enumerate(command.kinds)
        tags = "".join(
            _TAGS.get(kind, "s") for n, kind in needed if n < command.required or kind in _TAGS
        )
    return {"ACCESS": WRITE_ONLY, "TYPE": tags, "DESCRIPTION": command.about}


def _control_attributes(control: ControlInfo) -> Attributes:
    if control.is_switch:
        return {"ACCESS": READ_WRITE, "TYPE": "T", "DESCRIPTION": control.description}
    attributes: Attributes = {
        "ACCESS": READ_ONLY if control.read_only else READ_WRITE,
        "TYPE": "f",
        "RANGE": [{"MIN": control.minimum, "MAX": control.maximum}],
        "CLIPMODE": ["both"],
        "DESCRIPTION": _described(control),
    }
    if control.unit:
        attributes["UNIT"] = [UNITS.get(control.unit, control.unit)]
    return attributes


def _described(control: ControlInfo) -> str:
    labels = ", ".join(f"{number}: {label}" for number, label in enumerate(control.labels))
    return "; ".join(filter(None, (control.description or control.name, labels)))
