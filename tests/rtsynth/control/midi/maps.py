"""Bindings of seven-bit controllers, for tests."""

from typing import Any

from rtsynth.host.mapping.binding import CC, Binding, Physical
from rtsynth.host.mapping.table import MidiMap


def bound(cc: int, target: str, channel: int | None = None, **fields: Any) -> Binding:
    """A controller and its target."""
    return Binding(target, Physical(CC, cc, channel), **fields)


def table(*bindings: Binding, defaults: bool = True) -> MidiMap:
    """A map of bindings."""
    return MidiMap(bindings, defaults)
