"""Notes and other acts as OSC messages, for subscribers to events."""

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument
from rtsynth.host.changes import Action

# Of each kind: what stands behind /slot/N/, and how many of its arguments are sent.
_KNOWN = {
    "note_on": ("note/on", 2),
    "note_off": ("note/off", 1),
    "bend": ("bend", 1),
    "expression": ("expression", 1),
    "seed": ("seed", 1),
    "sound_off": ("sound_off", 0),
}


def event_message(action: Action) -> tuple[str, tuple[Argument, ...]]:
    """(address, arguments). An act without an address of its own is named by its kind."""
    match action.kind, action.arguments:
        case "voice", (int(voice), str(name), float(value)):
            return slot_address(action.slot, f"voice/{voice}/param/{name}"), (value,)
    name, count = _KNOWN.get(action.kind, (action.kind, len(action.arguments)))
    address = slot_address(action.slot, name) if action.slot else f"/{name}"
    arguments = []
    for argument in action.arguments[:count]:
        if not isinstance(argument, float | int | str):
            break
        arguments.append(argument)
    return address, tuple(arguments)
