"""The address that sets a control, and under which its changes are announced: made here alone.

`rtsynth.control.osc.commands.find_command` reads them.
"""

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.common.control_names import SAMPLING, SAMPLING_CONTROLS


def control_address(slot: int, control: ControlInfo) -> str:
    """E.g. /slot/1/param/pitch, /slot/1/param/pitch/take, /slot/1/sampling/top_p, /slot/1/gain."""
    if control.owner is not Owner.ENGINE:
        return parameter_address(slot, control.name)
    group = f"{SAMPLING}/" if control.name in SAMPLING_CONTROLS else ""
    return f"/slot/{slot}/{group}{control.name}"


def parameter_address(slot: int, name: str) -> str:
    """Of a parameter, of what belongs to one, and of a tier: NAME.take is at NAME/take."""
    return f"/slot/{slot}/param/{name.replace('.', '/')}"


def followed_address(slot: int) -> str:
    """Where subscribers are sent what the tiers of a slot generate: name, value, name, value ..."""
    return f"/slot/{slot}/followed"
