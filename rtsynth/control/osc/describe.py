"""A description as OSC messages: one, or parts where it would not fit into a datagram.

/describe.reply json                         at most 8,000 bytes of JSON
/describe.part index count text serial       index 1..count: the texts, joined, are the JSON;
                                             parts that belong together have the same serial

A datagram carries at most 65,507 bytes, and 9,216 on macOS as it comes. The JSON:

{"version": str, "slots": [{"slot": 1, "name": str, "plugin": str, "description": str,
"sample_rate_hz": int, "path": str, "precision": str, "threads": int, "voices": int, "output": int,
"sounds": bool, "tiers": [str, ...], "opened": bool, "rescue": str, "follows": {"run": str,
"state": str, "step": int} or null, "parameters": [control, ...], "controls": [control, ...],
"mixer": [control, ...]}], "master": [control, ...], "order": [slot, ...]}

"slots" are by number, and "order" is how the rack is arranged. "output" is the channel, from 1,
that a slot has to itself, or null. "sounds" is false where it waits for a note: those there were
have ended. "opened": there are controls of hidden layers. "rescue" is off, gentle or firm; "run" is
the folder of the training run that it follows, "state" is waits, follows or holds.

A control is {"name", "minimum", "maximum", "default", "unit", "curve", "role", "description",
"value"}, and "labels" where a class has names for its values 0, 1, ... Parameters, gain, betas and
what the draw is shaped by also have "reaction_ms", the longest time from moving them to the sound.
Parameters have "generated"; those that a tier generates have "tier", "rate_hz", "upsampling",
"delay_ms", "taken" and "followed", their value as it is now.
"controls" are gain (dB), temperature, top_k, top_p, min_p, the envelope's (attack, decay, sustain,
release, glide), the settings of the sources of modulation (lfo1_rate, follow, macro1, ...; see
`rtsynth.common.control_names`), and NAME.take, NAME.offset, NAME.scale of generated parameters,
TIER.beta of their tiers; in the dotted ones an absent unit, curve, role or description is the
default ("", "linear", "conditioning", ""). "mixer" are pan, mute and
solo of the slot, named mixer.pan and so on; "master" are gain and dc_block of the mix.
"""

import json
import random
from collections import OrderedDict
from dataclasses import asdict
from typing import Any

from rtsynth.common.control_info import ControlInfo, Description, Owner, Place, SlotInfo
from rtsynth.control.osc.packet import Argument, OscError, OscMessage

REPLY = "/describe.reply"
PART = "/describe.part"
PART_BYTES = 8000
MAX_PARTS = 256
MAX_INCOMPLETE = 4  # descriptions; answers to several questions may arrive in between each other

Addressed = tuple[str, tuple[Argument, ...]]


def description_json(description: Description) -> str:
    """The JSON text, in ASCII."""
    document = {
        "version": description.version,
        "slots": [_slot_fields(slot) for slot in description.slots],
        "master": _group_fields(description.master, description.master.controls),
        "order": description.order,
    }
    return json.dumps(document, separators=(",", ":"))


def _slot_fields(slot: SlotInfo) -> dict[str, Any]:
    return {
        "slot": slot.number,
        "name": slot.name or slot.plugin,
        "plugin": slot.plugin,
        "description": slot.description,
        "sample_rate_hz": slot.sample_rate_hz,
        "path": slot.path,
        "precision": slot.precision,
        "threads": slot.threads,
        "voices": slot.voices,
        "output": slot.output,
        "sounds": slot.sounds,
        "tiers": slot.tiers,
        "opened": slot.opened,
        "rescue": slot.rescue,
        "follows": None if slot.follows is None else asdict(slot.follows),
        "parameters": [_parameter_fields(slot, control) for control in slot.parameters],
        "controls": [
            _control_fields(each) | _reaction(slot, each) | {"value": slot.values[each.name]}
            for each in slot.controls
            if not each.read_only
        ],
        "mixer": _group_fields(slot, slot.mixer),
    }


def _group_fields(place: Place, controls: tuple[ControlInfo, ...]) -> list[dict[str, Any]]:
    return [_control_fields(each) | {"value": place.values[each.name]} for each in controls]


_DEFAULTS = {"unit": "", "curve": "linear", "role": "conditioning", "description": ""}


def _control_fields(control: ControlInfo) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": control.name,
        "minimum": control.minimum,
        "maximum": control.maximum,
        "default": control.default,
        "unit": control.unit,
        "curve": control.curve,
        "role": control.role,
    }
    if control.labels:
        fields["labels"] = control.labels
    fields["description"] = control.description
    if control.owner in (Owner.PARAMETER, Owner.TIER):
        # There are three for every generated parameter: without what goes without saying.
        fields = {key: text for key, text in fields.items() if _DEFAULTS.get(key) != text}
    return fields


def _reaction(slot: SlotInfo, control: ControlInfo) -> dict[str, float]:
    if control.reaction_ms is None:
        return {}
    return {"reaction_ms": round(control.reaction_ms + slot.delay_ms, 2)}


def _parameter_fields(slot: SlotInfo, control: ControlInfo) -> dict[str, Any]:
    fields = _control_fields(control)
    fields["generated"] = control.generation is not None
    fields |= _reaction(slot, control)
    if control.generation is not None:
        fields |= {
            "tier": control.generation.tier,
            "rate_hz": control.generation.rate_hz,
            "upsampling": control.generation.upsampling,
            "delay_ms": control.generation.delay_ms,
        }
    fields["value"] = slot.values[control.name]
    if control.generation is not None:
        fields["taken"] = control.name in slot.taken
        fields["followed"] = slot.followed[control.name]
    return fields


def description_messages(description: Description) -> list[Addressed]:
    """[(address, arguments)] to send one after the other.

    Raises:
        OscError: more than MAX_PARTS would be needed.
    """
    return text_messages(description_json(description))


def text_messages(text: str) -> list[Addressed]:
    """A JSON text in ASCII, where a character is a byte, as messages; see `description_messages`.

    Raises:
        OscError: more than MAX_PARTS would be needed.
    """
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
