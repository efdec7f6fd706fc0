"""The OSC address space as one table: address -> what it needs and what it does.

    /slot/1/param/pitch 69.0     NAME any parameter; also /slot/1/gain and
                                 /slot/1/sampling/temperature, top_k, top_p, min_p
    /slot/1/param/rmse/take 0    of a parameter that a tier generates, also offset and scale; of a
                                 tier that generates some, /slot/1/param/TIER/beta
    .../norm 0.4                 the same by knob position 0..1
    .../get                      -> the address without /get, and the value
    /slot/1/note/on 60 0.8       /slot/1/note/off 60       velocity 0 is off
    /slot/1/load path            /slot/1/unload            /slot/1/reset       /slot/1/seed 7
    /state/save name             /state/recall name        /panic
    /record/start path           /record/stop              /quit
                                 -> /done /record/start path [the file, where path exists already]
    /ping -> /pong               /sync n -> /synced n
    /status -> /status.reply json     /describe -> /describe.reply json; above 8,000 bytes
                                 /describe.part index count text serial, whose texts, joined in
                                 order (index 1..count, same serial), are the json
    /notify 1 [port]             /notify 0
    /notify/confirm token port   what a client on another machine is sent after /notify 1, and
                                 sends back as it came: then it is a subscriber

Addresses are taken literally: patterns (`*`, `?`, `[]`, `{}`) are unknown addresses.

What cannot be obeyed is answered by `/fail <address> <message>`; a value out of range is obeyed as
far as it goes and answered by `/fail <address> "99 is out of range: clamped to 76"`. Commands that
take long (load, state, record) run in order on a worker and answer `/done <address> ...`; `/sync`
is answered after those before it. What clients on other machines may do is in the column `afar`.
Buttons that send 1 when pressed and 0 when released may be tied to a command without arguments: the
0 is ignored.
"""

from functools import lru_cache

from rtsynth.common.control_names import SAMPLING_CONTROLS
from rtsynth.common.errors import ControlError
from rtsynth.control.osc import handlers as do
from rtsynth.control.osc.arguments import integer, number, text, token
from rtsynth.control.osc.calls import Bound, Command, When
from rtsynth.control.osc.describe import PART, REPLY
from rtsynth.control.osc.guests import CONFIRM, Afar

LONGEST_NAME = 64
PARTS = ("take", "offset", "scale", "beta")  # NAME.take is at NAME/take
# What engines and clients send back. Never answered: two engines pointed at each other would
# otherwise exchange "/fail /fail ..." for ever.
REPLIES = frozenset(("/fail", "/done", "/pong", "/synced", "/status.reply", REPLY, PART))

_BUTTON = (number,)
_PRESSED = ("pressed",)

GLOBAL_COMMANDS = {
    "/ping": Command(
        do.ping,
        _BUTTON,
        arguments=_PRESSED,
        about="Checks that the engine is there; also keeps a subscription alive.",
        answer="/pong",
    ),
    "/status": Command(
        do.status,
        _BUTTON,
        arguments=_PRESSED,
        about="The audio device, its rate and block, load, xruns, and counts of OSC traffic.",
        answer="/status.reply json",
    ),
    "/describe": Command(
        do.describe,
        _BUTTON,
        afar=Afar.CONFIRMED,
        arguments=_PRESSED,
        about="Every slot, its plugin and all of its controls with their ranges and values.",
        answer="/describe.reply json; above 8,000 bytes several "
        "/describe.part index count text serial, whose texts are joined in order",
    ),
    "/sync": Command(
        do.sync,
        (token,),
        1,
        When.SYNC,
        arguments=("token",),
        about="Answered once everything that was sent before it is done.",
        answer="/synced token",
    ),
    "/notify": Command(
        do.notify,
        (integer, integer),
        1,
        arguments=("on", "port"),
        about="1 subscribes to changes, meters and the scope, 0 unsubscribes. Repeat 1 (or /ping) "
        "at least every 10 s. They go to the port that sent this, unless another one is named.",
    ),
    CONFIRM: Command(
        do.notify_confirm,
        (text, integer),
        2,
        arguments=("token", "port"),
        about="What a client on another machine receives after /notify 1 and sends back unchanged: "
        "then it is subscribed.",
    ),
    "/panic": Command(
        do.panic,
        _BUTTON,
        arguments=_PRESSED,
        about="Silences every slot at once and drops all changes scheduled for later.",
    ),
    "/state/save": Command(
        do.save_state,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name",),
        about="Stores the values of all controls of all slots under a name.",
        answer="/done /state/save name",
    ),
    "/state/recall": Command(
        do.recall_state,
        (text,),
        1,
        When.SLOW,
        arguments=("name",),
        about="Moves all controls to stored values. Loads no plugin; a value without a matching "
        "control is reported by /fail.",
        answer="/done /state/recall name",
    ),
    "/record/start": Command(
        do.record_start,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("path",),
        about="Records the output to a file, named relative to the engine's working folder. "
        "Overwrites nothing: where take.wav exists, take-2.wav is written.",
        answer="/done /record/start path [the file written, where path existed]",
    ),
    "/record/stop": Command(
        do.record_stop,
        _BUTTON,
        0,
        When.SLOW,
        Afar.REFUSED,
        arguments=_PRESSED,
        about="Finishes the recording.",
        answer="/done /record/stop",
    ),
    "/quit": Command(
        do.quit_engine,
        _BUTTON,
        afar=Afar.REFUSED,
        arguments=_PRESSED,
        about="Ends the engine.",
        answer="/done /quit",
    ),
}

SLOT_COMMANDS = {
    "note/on": Command(
        do.note_on,
        (number, number),
        2,
        When.EVENT,
        arguments=("note", "velocity"),
        about="Starts a note: a MIDI number from 0 to 127, fractions allowed, and a velocity from "
        "0 to 1; velocity 0 releases it. A note outside the plugin's range plays the nearest one.",
    ),
    "note/off": Command(
        do.note_off,
        (number, number),
        1,
        When.EVENT,
        arguments=("note", "velocity"),
        about="Releases a note. The velocity is ignored.",
    ),
    "load": Command(
        do.load_plugin,
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
        do.unload_plugin,
        _BUTTON,
        0,
        When.SLOW,
        arguments=_PRESSED,
        about="Fades the slot out and empties it.",
        answer="/done /slot/N/unload",
    ),
    "reset": Command(
        do.reset,
        _BUTTON,
        0,
        When.EVENT,
        arguments=_PRESSED,
        about="Returns the network to the state in which notes start; controls keep their values.",
    ),
    "seed": Command(
        do.seed,
        (integer,),
        1,
        When.EVENT,
        arguments=("seed",),
        about="Seeds the slot's random numbers.",
    ),
}

VALUE_COMMANDS = {
    None: Command(
        do.set_value,
        (number,),
        1,
        When.EVENT,
        arguments=("value",),
        about="Sets a control, in its own unit. A value out of range is clamped.",
    ),
    "norm": Command(
        do.set_norm,
        (number,),
        1,
        When.EVENT,
        arguments=("position",),
        about="Sets a control by knob position, 0 to 1, along its curve.",
    ),
    "get": Command(
        do.get_value,
        about="Asks for a value; of a generated parameter, the one being generated.",
        answer="the address without /get, and the value",
    ),
}


@lru_cache(maxsize=4096)
def find_command(address: str) -> Bound:
    """The command an address names; what it names inside a slot, the engine checks.

    Raises:
        ControlError: no such address.
    """
    if address in GLOBAL_COMMANDS:
        return Bound(GLOBAL_COMMANDS[address])
    match address.split("/")[1:]:
        case ["slot", number, *tail] if number.isdecimal() and len(number) < 6:
            slot = int(number)
            if command := SLOT_COMMANDS.get("/".join(tail)):
                return Bound(command, slot)
            match tail:
                case ["param", name, part, *how] if name and part in PARTS:
                    name = f"{name}.{part}"
                case ["param", name, *how] if name:
                    pass
                case ["sampling", name, *how] if name in SAMPLING_CONTROLS:
                    pass
                case ["gain" as name, *how]:
                    pass
                case _:
                    raise ControlError("unknown address")
            if (
                len(name) <= LONGEST_NAME
                and len(how) < 2
                and (command := VALUE_COMMANDS.get(how[0] if how else None))
            ):
                return Bound(command, slot, name)
    raise ControlError("unknown address")
