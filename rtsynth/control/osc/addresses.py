"""The addresses of slots and their controls: made here alone, for the engine and its clients.

`rtsynth.control.osc.commands.find_command` reads them.
"""

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.common.control_names import group_of


def control_address(slot: int, control: ControlInfo) -> str:
    """Where a control is set, and its changes are announced.

    E.g. /slot/1/param/pitch, /slot/1/param/pitch/take, /slot/1/sampling/top_p, /slot/1/gain,
    /slot/1/pan, /master/gain (of the mixer's slot 0).
    """
    if control.owner is Owner.MIXER:
        return slot_address(slot, control.name) if slot else f"/master/{control.name}"
    if control.owner is not Owner.ENGINE:
        return parameter_address(slot, control.name)
    return _engine_address(slot, control.name)


def named_address(slot: int, name: str) -> str:
    """The same of a control that is only known by its name: its plugin is not loaded."""
    if name == "gain" or group_of(name):
        return _engine_address(slot, name)
    return parameter_address(slot, name)


def _engine_address(slot: int, name: str) -> str:
    group = group_of(name)
    return slot_address(slot, f"{group}/{name}" if group else name)


def parameter_address(slot: int, name: str) -> str:
    """Of a parameter, of what belongs to one, and of a tier: NAME.take is at NAME/take."""
    return slot_address(slot, f"param/{name.replace('.', '/')}")


def followed_address(slot: int) -> str:
    """Where subscribers are sent what the tiers of a slot generate: name, value, name, value ..."""
    return slot_address(slot, "followed")


def slot_address(slot: int, command: str) -> str:
    """Of a command to a slot, e.g. note/on or load."""
    return f"/slot/{slot}/{command}"
