"""Commands to a slot: what stands behind /slot/N/."""

from rtsynth.control.osc.arguments import integer, number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, limited, released, report_clamped

HIGHEST_NOTE = 127.0
PLAIN_VELOCITY = 0.8  # of a note that comes without one


def note_on(call: Call) -> None:
    asked = float(call.arguments[0])
    note = min(max(asked, 0.0), HIGHEST_NOTE)
    asked_velocity = float(call.arguments[1]) if len(call.arguments) > 1 else PLAIN_VELOCITY
    velocity = limited(call, asked_velocity, 1.0)
    if velocity == 0.0:
        call.session.engine.note_off(call.slot, note, at_ns=call.at_ns)
        report_clamped(call, asked, note)
    else:
        played = call.session.engine.note_on(call.slot, note, velocity, at_ns=call.at_ns)
        _report_note(call, asked, played)


def _report_note(call: Call, asked: float, played: float) -> None:
    pitch = call.session.engine.pitch_of(call.slot, asked)
    if played == asked or pitch is None or pitch == asked:
        report_clamped(call, asked, played)
    else:
        text = f"{asked:g} is tuned to {pitch:g}, which is out of range: clamped to {played:g}"
        call.session.reply("/fail", call.address, text)


def note_off(call: Call) -> None:
    note = limited(call, float(call.arguments[0]), HIGHEST_NOTE)
    call.session.engine.note_off(call.slot, note, at_ns=call.at_ns)


def load_plugin(call: Call) -> None:
    call.session.engine.load_into(call.slot, str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def add_plugin(call: Call) -> None:
    slot = call.session.engine.load(str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments, slot.number)


def unload_plugin(call: Call) -> None:
    if not released(call):
        call.session.engine.unload(call.slot)
        call.session.reply("/done", call.address)


def reset(call: Call) -> None:
    if not released(call):
        call.session.engine.reset(call.slot, at_ns=call.at_ns)


def seed(call: Call) -> None:
    call.session.engine.seed(call.slot, int(call.arguments[0]), at_ns=call.at_ns)


SLOT_COMMANDS = {
    "note/on": Command(
        note_on,
        (number, number),
        1,
        When.EVENT,
        arguments=("note", "velocity"),
        about="Starts a note: a MIDI number from 0 to 127, fractions allowed, and a velocity from "
        "0 to 1, without one 0.8; velocity 0 releases it. A note outside the plugin's range plays "
        "the nearest one.",
    ),
    "note/off": Command(
        note_off,
        (number, number),
        1,
        When.EVENT,
        arguments=("note", "velocity"),
        about="Releases a note. The velocity is ignored.",
    ),
    "load": Command(
        load_plugin,
        (text,),
        1,
        When.SLOW,
        Afar.NAMES,
        arguments=("plugin",),
        about="Loads a plugin by name or file; the old one plays until the new one is ready, then "
        "they crossfade. Parameters of the same name and unit keep their values.",
        answer="/done /slot/N/load plugin",
    ),
    "unload": Command(
        unload_plugin,
        BUTTON,
        0,
        When.SLOW,
        arguments=PRESSED,
        about="Fades the slot out and empties it.",
        answer="/done /slot/N/unload",
    ),
    "reset": Command(
        reset,
        BUTTON,
        0,
        When.EVENT,
        arguments=PRESSED,
        about="Returns the network to the state in which notes start; controls keep their values.",
    ),
    "seed": Command(
        seed,
        (integer,),
        1,
        When.EVENT,
        arguments=("seed",),
        about="Seeds the slot's random numbers.",
    ),
}

RACK_COMMANDS = {
    "/slots/load": Command(
        add_plugin,
        (text,),
        1,
        When.SLOW,
        Afar.NAMES,
        arguments=("plugin",),
        about="Loads a plugin by name or file into the first slot that is free. Several clients "
        "may ask at the same time: each gets a slot of its own.",
        answer="/done /slots/load plugin slot",
    ),
}
