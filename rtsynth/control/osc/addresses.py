"""The addresses of slots and their controls: made and read here alone, for engine and clients.

A control is known by its slot (0: the master) and its name; so it has one address, and each address
names one control, whoever asks: a message, MIDI learn, OSCQuery, a pattern.
"""

import re
from typing import NamedTuple

from rtsynth.common.control_info import MASTER, ControlInfo, Owner
from rtsynth.common.control_names import (
    GROUPS,
    MASTER_NAMES,
    STRIP_NAMES,
    group_of,
    mixer_name,
    strip_name,
)

LONGEST_NAME = 64
LONGEST_NUMBER = 5  # digits of a slot
# NAME.take is at NAME/take; of an opened plugin there is e.g. TIER.layer1_scale.
PARTS = re.compile(r"take|offset|scale|beta|layer\d{1,3}_(scale|noise)|(frame\d_)?(freeze|loop)")


class ControlAddress(NamedTuple):
    """What an address says: the control, and what is behind that, such as "get"."""

    slot: int
    name: str
    how: str | None = None


def control_address(slot: int, control: ControlInfo) -> str:
    """Where a control is set, and its changes are announced.

    E.g. /slot/1/param/pitch, /slot/1/param/pitch/take, /slot/1/sampling/top_p, /slot/1/gain,
    /slot/1/pan, /master/gain.
    """
    if control.owner in (Owner.MIXER, Owner.ENGINE):
        return named_address(slot, control.name)
    return parameter_address(slot, control.name)


def named_address(slot: int | None, name: str) -> str:
    """The same of a control that is only known by its name: its plugin is not loaded.

    A slot of None is any.
    """
    where = "*" if slot is None else slot
    if slot == MASTER:
        return f"/master/{name}"
    if own := strip_name(name):
        return slot_address(where, own)
    if group := group_of(name):
        return slot_address(where, f"{group}/{name}")
    return slot_address(where, name) if name == "gain" else parameter_address(where, name)


def read_control_address(address: str) -> ControlAddress | None:
    """The control that an address names, as far as an address can say; None for another one.

    Whether there is such a parameter, the engine knows.
    """
    match address.split("/")[1:]:
        case ["master", name, *how] if name in MASTER_NAMES:
            return _found(MASTER, name, how)
        case ["slot", text, *tail] if text.isdecimal() and len(text) <= LONGEST_NUMBER:
            slot = int(text)
        case _:
            return None
    match tail if slot != MASTER else []:
        case ["param", name, part, *how] if name and PARTS.fullmatch(part):
            return _found(slot, f"{name}.{part}", how)
        case ["param", name, *how] if name:
            return _found(slot, name, how)
        case [group, name, *how] if name in GROUPS.get(group, ()):
            return _found(slot, name, how)
        case ["gain" as name, *how]:
            return _found(slot, name, how)
        case [name, *how] if name in STRIP_NAMES:
            return _found(slot, mixer_name(name), how)
    return None


def _found(slot: int, name: str, how: list[str]) -> ControlAddress | None:
    if len(name) > LONGEST_NAME or len(how) > 1:
        return None
    return ControlAddress(slot, name, *how)


def parameter_address(slot: int | str, name: str) -> str:
    """Of a parameter, of what belongs to one, and of a tier: NAME.take is at NAME/take."""
    return slot_address(slot, f"param/{name.replace('.', '/')}")


def followed_address(slot: int) -> str:
    """Where subscribers are sent what the tiers of a slot generate: name, value, name, value ..."""
    return slot_address(slot, "followed")


def modulated_address(slot: int) -> str:
    """Where subscribers are sent what is modulated in a slot: name, value, name, value ..."""
    return slot_address(slot, "modulated")


def network_address(slot: int) -> str:
    """Where subscribers are sent what the network of a slot is doing."""
    return slot_address(slot, "network/state")


def slot_address(slot: int | str, command: str) -> str:
    """Of a command to a slot, e.g. note/on or load."""
    return f"/slot/{slot}/{command}"
