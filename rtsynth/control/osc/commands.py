"""The OSC address space as one table: address -> what it needs and what it does.

    /slot/1/param/pitch 69.0     NAME any parameter; also /slot/1/gain and
                                 /slot/1/sampling/temperature, top_k, top_p
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

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, Protocol

from rtsynth.common.control_names import SAMPLING_CONTROLS
from rtsynth.common.errors import ControlError
from rtsynth.control.osc.describe import PART, REPLY, description_messages
from rtsynth.control.osc.guests import CONFIRM, Afar
from rtsynth.control.osc.packet import Argument
from rtsynth.host.protocol import Engine

HIGHEST_NOTE = 127.0
LONGEST_NAME = 64
PARTS = ("take", "offset", "scale", "beta")  # NAME.take is at NAME/take
# What engines and clients send back. Never answered: two engines pointed at each other would
# otherwise exchange "/fail /fail ..." for ever.
REPLIES = frozenset(("/fail", "/done", "/pong", "/synced", "/status.reply", REPLY, PART))


class Session(Protocol):
    """What a command may ask of the server it came through, for the client it came from."""

    engine: Engine

    def reply(self, address: str, *arguments: Argument) -> None: ...
    def first(self, address: str) -> bool: ...
    def subscribe(self, port: int | None) -> None: ...
    def confirm(self, token: str, port: int) -> None: ...
    def unsubscribe(self) -> None: ...
    def keep_alive(self) -> None: ...
    def quit(self) -> None: ...
    def osc_status(self) -> dict[str, int]: ...


class Call(NamedTuple):
    """One message on its way to its handler: checked arguments, and when it should be heard."""

    session: Session
    address: str
    slot: int
    name: str
    arguments: tuple[float | int | str, ...]
    at_ns: int | None


class When(Enum):
    """How a command meets time tags and the worker."""

    EVENT = "the engine applies it at its sample"
    QUICK = "done where it is read; with a time tag, by the worker at that time"
    SLOW = "done by the worker"
    SYNC = "done where it is read, unless the worker is busy: then behind its work"


Kind = Callable[[Argument], float | int | str]


class Command(NamedTuple):
    """A row of the table. Arguments past `required` may be left out.

    `arguments` names those of `kinds`, `about` says what the command does and `answer` what comes
    back: the reference page of the address space is made from these.
    """

    run: Callable[[Call], None]
    kinds: tuple[Kind, ...] = ()
    required: int = 0
    when: When = When.QUICK
    afar: Afar = Afar.ALLOWED
    arguments: tuple[str, ...] = ()
    about: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A command found for an address."""

    command: Command
    slot: int = 0
    name: str = ""


# ---------------------------------------------------------------------------------- arguments


_NUMBERS = (int, float)  # bool is an int


def number(argument: Argument) -> float:
    """A finite number from i, f, d, h, T or F."""
    if not isinstance(argument, _NUMBERS):
        raise ControlError(f"expects a number, got {_shown(argument)}")
    value = float(argument)
    if not math.isfinite(value):
        raise ControlError(f"{value} is not a finite number")
    return value


def integer(argument: Argument) -> int:
    """A whole number, in whatever type it came."""
    value = number(argument)
    if value != int(value):
        raise ControlError(f"expects a whole number, got {value:g}")
    return int(argument) if isinstance(argument, int) else int(value)


def text(argument: Argument) -> str:
    """A text that is not empty."""
    if not isinstance(argument, str) or not argument:
        raise ControlError(f"expects a text, got {_shown(argument)}")
    return argument


def token(argument: Argument) -> float | int | str:
    """Anything that can be sent back as it came."""
    if isinstance(argument, float | str):
        return argument
    if isinstance(argument, int) and -(1 << 63) <= argument < 1 << 63:
        return argument
    raise ControlError(f"expects a number or a text, got {_shown(argument)}")


def _shown(argument: Argument) -> str:
    return "nil" if argument is None else f"{type(argument).__name__} {str(argument)[:40]!r}"


def checked(command: Command, arguments: tuple[Argument, ...]) -> tuple[float | int | str, ...]:
    """The arguments in the types the command wants.

    Raises:
        ControlError: too few, too many, or of the wrong kind.
    """
    given, most = len(arguments), len(command.kinds)
    if not command.required <= given <= most:
        wanted = str(most) if most == command.required else f"{command.required} to {most}"
        raise ControlError(f"expects {wanted} argument{'s' * (wanted != '1')}, got {given}")
    return tuple(kind(argument) for kind, argument in zip(command.kinds, arguments, strict=False))


# ----------------------------------------------------------------------------------- handlers


def _clamped(call: Call, asked: float, applied: float) -> None:
    if abs(asked - applied) > 1e-6 * max(1.0, abs(asked)):
        call.session.reply(
            "/fail", call.address, f"{asked:g} is out of range: clamped to {applied:g}"
        )


def _limited(call: Call, asked: float, highest: float) -> float:
    applied = min(max(asked, 0.0), highest)
    _clamped(call, asked, applied)
    return applied


def _set(call: Call) -> None:
    asked = float(call.arguments[0])
    _clamped(call, asked, call.session.engine.set(call.slot, call.name, asked, at_ns=call.at_ns))


def _set_norm(call: Call) -> None:
    position = _limited(call, float(call.arguments[0]), 1.0)
    call.session.engine.set_norm(call.slot, call.name, position, at_ns=call.at_ns)


def _get(call: Call) -> None:
    value = call.session.engine.get(call.slot, call.name)
    call.session.reply(call.address.removesuffix("/get"), float(value))


def _note_on(call: Call) -> None:
    asked = float(call.arguments[0])
    note = min(max(asked, 0.0), HIGHEST_NOTE)
    velocity = _limited(call, float(call.arguments[1]), 1.0)
    if velocity == 0.0:
        call.session.engine.note_off(call.slot, note, at_ns=call.at_ns)
        _clamped(call, asked, note)
    else:
        played = call.session.engine.note_on(call.slot, note, velocity, at_ns=call.at_ns)
        _clamped(call, asked, played)


def _note_off(call: Call) -> None:
    note = _limited(call, float(call.arguments[0]), HIGHEST_NOTE)
    call.session.engine.note_off(call.slot, note, at_ns=call.at_ns)


def _released(call: Call) -> bool:
    return bool(call.arguments) and call.arguments[0] == 0


def _reset(call: Call) -> None:
    if not _released(call):
        call.session.engine.reset(call.slot, at_ns=call.at_ns)


def _panic(call: Call) -> None:
    if not _released(call):
        call.session.engine.panic()


def _seed(call: Call) -> None:
    call.session.engine.seed(call.slot, int(call.arguments[0]), at_ns=call.at_ns)


def _load(call: Call) -> None:
    call.session.engine.load_into(call.slot, str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def _unload(call: Call) -> None:
    if not _released(call):
        call.session.engine.unload(call.slot)
        call.session.reply("/done", call.address)


def _save_state(call: Call) -> None:
    call.session.engine.save_state(str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def _recall_state(call: Call) -> None:
    call.session.engine.recall_state(str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def _record_start(call: Call) -> None:
    asked = str(call.arguments[0])
    written = call.session.engine.record_start(asked)
    call.session.reply("/done", call.address, asked, *([written] if written != asked else []))


def _record_stop(call: Call) -> None:
    if not _released(call):
        call.session.engine.record_stop()
        call.session.reply("/done", call.address)


def _quit(call: Call) -> None:
    call.session.reply("/done", call.address)
    call.session.quit()


def _ping(call: Call) -> None:
    call.session.keep_alive()
    call.session.reply("/pong")


def _sync(call: Call) -> None:
    call.session.reply("/synced", *call.arguments)


def _status(call: Call) -> None:
    if not call.session.first(call.address):
        return
    status = {**call.session.engine.status(), "osc": call.session.osc_status()}
    call.session.reply("/status.reply", json.dumps(status))


def _describe(call: Call) -> None:
    if not call.session.first(call.address):
        return
    for address, arguments in description_messages(call.session.engine.describe()):
        call.session.reply(address, *arguments)


def _notify(call: Call) -> None:
    if call.arguments[0] == 0:
        call.session.unsubscribe()
        return
    port = int(call.arguments[1]) if len(call.arguments) > 1 else None
    call.session.subscribe(None if port is None else _port(port))


def _notify_confirm(call: Call) -> None:
    call.session.confirm(str(call.arguments[0]), _port(int(call.arguments[1])))


def _port(number: int) -> int:
    if not 1 <= number <= 65_535:
        raise ControlError(f"{number} is not a port: 1..65535")
    return number


# ---------------------------------------------------------------------------------- the table

_BUTTON = (number,)
_PRESSED = ("pressed",)

GLOBAL_COMMANDS = {
    "/ping": Command(
        _ping,
        _BUTTON,
        arguments=_PRESSED,
        about="Checks that the engine is there; also keeps a subscription alive.",
        answer="/pong",
    ),
    "/status": Command(
        _status,
        _BUTTON,
        arguments=_PRESSED,
        about="The audio device, its rate and block, load, xruns, and counts of OSC traffic.",
        answer="/status.reply json",
    ),
    "/describe": Command(
        _describe,
        _BUTTON,
        afar=Afar.CONFIRMED,
        arguments=_PRESSED,
        about="Every slot, its plugin and all of its controls with their ranges and values.",
        answer="/describe.reply json; above 8,000 bytes several "
        "/describe.part index count text serial, whose texts are joined in order",
    ),
    "/sync": Command(
        _sync,
        (token,),
        1,
        When.SYNC,
        arguments=("token",),
        about="Answered once everything that was sent before it is done.",
        answer="/synced token",
    ),
    "/notify": Command(
        _notify,
        (integer, integer),
        1,
        arguments=("on", "port"),
        about="1 subscribes to changes, meters and the scope, 0 unsubscribes. Repeat 1 (or /ping) "
        "at least every 10 s. They go to the port that sent this, unless another one is named.",
    ),
    CONFIRM: Command(
        _notify_confirm,
        (text, integer),
        2,
        arguments=("token", "port"),
        about="What a client on another machine receives after /notify 1 and sends back unchanged: "
        "then it is subscribed.",
    ),
    "/panic": Command(
        _panic,
        _BUTTON,
        arguments=_PRESSED,
        about="Silences every slot at once and drops all changes scheduled for later.",
    ),
    "/state/save": Command(
        _save_state,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name",),
        about="Stores the values of all controls of all slots under a name.",
        answer="/done /state/save name",
    ),
    "/state/recall": Command(
        _recall_state,
        (text,),
        1,
        When.SLOW,
        arguments=("name",),
        about="Moves all controls to stored values. Loads no plugin; a value without a matching "
        "control is reported by /fail.",
        answer="/done /state/recall name",
    ),
    "/record/start": Command(
        _record_start,
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
        _record_stop,
        _BUTTON,
        0,
        When.SLOW,
        Afar.REFUSED,
        arguments=_PRESSED,
        about="Finishes the recording.",
        answer="/done /record/stop",
    ),
    "/quit": Command(
        _quit,
        _BUTTON,
        afar=Afar.REFUSED,
        arguments=_PRESSED,
        about="Ends the engine.",
        answer="/done /quit",
    ),
}

SLOT_COMMANDS = {
    "note/on": Command(
        _note_on,
        (number, number),
        2,
        When.EVENT,
        arguments=("note", "velocity"),
        about="Starts a note: a MIDI number from 0 to 127, fractions allowed, and a velocity from "
        "0 to 1; velocity 0 releases it. A note outside the plugin's range plays the nearest one.",
    ),
    "note/off": Command(
        _note_off,
        (number, number),
        1,
        When.EVENT,
        arguments=("note", "velocity"),
        about="Releases a note. The velocity is ignored.",
    ),
    "load": Command(
        _load,
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
        _unload,
        _BUTTON,
        0,
        When.SLOW,
        arguments=_PRESSED,
        about="Fades the slot out and empties it.",
        answer="/done /slot/N/unload",
    ),
    "reset": Command(
        _reset,
        _BUTTON,
        0,
        When.EVENT,
        arguments=_PRESSED,
        about="Returns the network to the state in which notes start; controls keep their values.",
    ),
    "seed": Command(
        _seed,
        (integer,),
        1,
        When.EVENT,
        arguments=("seed",),
        about="Seeds the slot's random numbers.",
    ),
}

VALUE_COMMANDS = {
    None: Command(
        _set,
        (number,),
        1,
        When.EVENT,
        arguments=("value",),
        about="Sets a control, in its own unit. A value out of range is clamped.",
    ),
    "norm": Command(
        _set_norm,
        (number,),
        1,
        When.EVENT,
        arguments=("position",),
        about="Sets a control by knob position, 0 to 1, along its curve.",
    ),
    "get": Command(
        _get,
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
