"""A performance as it is kept, by sets and by sessions: slots and sections, as one document.

It is a state as well (`slots` has the values), so what reads states reads this.
"""

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtsynth.host.named_files import Document
from rtsynth.host.sections import Plain, Sections
from rtsynth.plugin.library import find_plugins

if TYPE_CHECKING:
    from rtsynth.host.slot import Slot

State = dict[str, dict[str, float]]  # {slot number as text: {control: value}}

_SLOT = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class KeptSlot:
    """A slot: the plugin's file, the values of its controls, whether it sounds without a note, the
    seed it was last given; the plugin's name and hash, and sections of services.
    """

    path: str
    values: dict[str, float]
    drones: bool = True
    seed: int | None = None
    plugin: str = ""
    hash: str = ""
    sections: dict[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True)
class Performance:
    """Slots by number, and what services added."""

    slots: dict[int, KeptSlot] = field(default_factory=dict)
    sections: dict[str, Plain] = field(default_factory=dict)


def performance_of(slots: "list[Slot]", sections: Sections) -> Performance:
    """Where the slots and services of an engine are now."""
    return Performance(
        {slot.number: _kept(slot, sections) for slot in slots},
        sections.read(),
    )


def _kept(slot: "Slot", sections: Sections) -> KeptSlot:
    path = slot.plugin.path
    return KeptSlot(
        path="" if path is None else str(Path(path).absolute()),
        values=slot.values(),
        drones=slot.drones,
        seed=slot.seeded,
        plugin=slot.plugin.name,
        hash=slot.plugin.content_hash,
        sections=sections.slot(slot.number).read(),
    )


def source_of(kept: KeptSlot) -> str:
    """The file of a slot's plugin; where that is gone, the plugin of its name."""
    if kept.plugin and not (kept.path and Path(kept.path).is_file()):
        return kept.plugin if kept.plugin in find_plugins() else kept.path or kept.plugin
    return kept.path


def to_document(performance: Performance) -> Document:
    """As plain data."""
    slots = {str(number): slot for number, slot in performance.slots.items()}
    return {
        "slots": {number: slot.values for number, slot in slots.items()},
        "loaded": {
            number: {
                "plugin": slot.plugin,
                "path": slot.path,
                "hash": slot.hash,
                "drones": slot.drones,
                "seed": slot.seed,
                "sections": slot.sections,
            }
            for number, slot in slots.items()
        },
        "sections": performance.sections,
    }


def from_document(document: Document) -> Performance:
    """The performance in a document.

    Raises:
        ValueError: it is damaged; the text says where.
    """
    values = state_of(document)
    loaded = table_of(document.get("loaded"), "loaded")
    slots = {
        int(number): _slot_of(table_of(loaded.get(number), f"slot {number}"), values[number])
        for number in values
    }
    return Performance(slots, table_of(document.get("sections", {}), "sections"))


def _slot_of(loaded: dict[str, Any], values: dict[str, float]) -> KeptSlot:
    seed = loaded.get("seed")
    if seed is not None and type(seed) is not int:
        raise ValueError("seed")
    texts = [loaded.get(name, "") for name in ("path", "plugin", "hash")]
    if not all(isinstance(text, str) for text in texts) or "path" not in loaded:
        raise ValueError("path, plugin, hash")
    path, plugin, digest = texts
    drones = bool(loaded.get("drones", True))
    sections = table_of(loaded.get("sections", {}), "sections")
    return KeptSlot(path, values, drones, seed, plugin, digest, sections)


def table_of(data: Plain, what: str) -> dict[str, Any]:
    """A table of a document.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(data, dict):
        raise ValueError(f"no {what}")
    return data


def state_of(document: Document) -> State:
    """The values of all controls of all slots in a document.

    Raises:
        ValueError: it is damaged; the text says where.
    """
    slots = table_of(document.get("slots"), "slots")
    for slot, values in slots.items():
        if not (_SLOT.fullmatch(slot) and isinstance(values, dict)):
            raise ValueError(f"slot {slot[:20]!r}")
    return {
        slot: {name: finite(value, f"slot {slot}, {name[:40]}") for name, value in values.items()}
        for slot, values in slots.items()
    }


def finite(value: Plain, where: str) -> float:
    """A number of a document.

    Raises:
        ValueError: it is none, or not a finite one.
    """
    if type(value) in (int, float):
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            number = math.inf
        if math.isfinite(number):
            return number
    raise ValueError(f"{where}: not a finite number")
