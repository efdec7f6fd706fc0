"""States of a slot's network: what stands behind /slot/N/bank/."""

from pathlib import Path

from rtsynth.control.osc.arguments import integer, kept_name, name_text, number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.presets import done, reply_names
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, limited, released, report_clamped

NO_LOOP = ("", 0.0)
MOST_NAMED = 8  # states that one message names


def _voice(call: Call, place: int = 1) -> int:
    return int(call.arguments[place]) if len(call.arguments) > place else 0


def save(call: Call) -> None:
    name, seconds = str(call.arguments[0]), float(call.arguments[1]) if call.arguments[1:] else 0.0
    call.session.engine.banks.save(call.slot, name, seconds, _voice(call, 2), at_ns=call.at_ns)


def recall(call: Call) -> None:
    banks = call.session.engine.banks
    banks.recall(call.slot, str(call.arguments[0]), _voice(call), at_ns=call.at_ns)


def recall_number(call: Call) -> None:
    banks = call.session.engine.banks
    banks.recall_number(call.slot, int(call.arguments[0]), at_ns=call.at_ns)


def back(call: Call) -> None:
    asked, banks = float(call.arguments[0]), call.session.engine.banks
    there = banks.back(call.slot, asked, _voice(call), at_ns=call.at_ns)
    if asked - there > 0.01:
        report_clamped(call, asked, round(there, 2))


def fork(call: Call) -> None:
    name, new = map(str, call.arguments[:2])
    call.session.engine.banks.fork(call.slot, name, new, _voice(call, 2))


def average(call: Call) -> None:
    new, *names = map(str, call.arguments)
    weights = {name: float(names.count(name)) for name in names}
    call.session.engine.banks.average(call.slot, new, weights)


def morph(call: Call) -> None:
    first, second = map(str, call.arguments[:2])
    position, banks = limited(call, float(call.arguments[2]), 1.0), call.session.engine.banks
    banks.morph_between(call.slot, first, second, position, _voice(call, 3), at_ns=call.at_ns)


def start(call: Call) -> None:
    call.session.engine.banks.start_from(call.slot, str(call.arguments[0]))


def loop(call: Call) -> None:
    name, seconds = str(call.arguments[0]), float(call.arguments[1])
    call.session.engine.banks.loop(call.slot, name, seconds, at_ns=call.at_ns)


def programs(call: Call) -> None:
    call.session.engine.banks.take_programs(call.slot, on=call.arguments[0] != 0)


def write(call: Call) -> None:
    call.session.engine.banks.write(call.slot, Path(str(call.arguments[0])))
    done(call)


def read(call: Call) -> None:
    call.session.engine.banks.read(call.slot, Path(str(call.arguments[0])))
    done(call)


def delete(call: Call) -> None:
    call.session.engine.banks.delete(call.slot, str(call.arguments[0]))


def rename(call: Call) -> None:
    call.session.engine.banks.rename(call.slot, *map(str, call.arguments))


def list_states(call: Call) -> None:
    if not released(call):
        banks, address = call.session.engine.banks, f"/slot/{call.slot}/bank"
        reply_names(call, f"{address}/names", banks.names(call.slot))
        call.session.reply(f"{address}/start", banks.starts_from(call.slot))
        call.session.reply(f"{address}/loop", *(banks.looped(call.slot) or NO_LOOP))


BANK_COMMANDS = {
    "bank/save": Command(
        save,
        (kept_name, number, integer),
        1,
        When.EVENT,
        arguments=("name", "seconds", "voice"),
        about="Keeps what the network is at that sample, under a name, over a state of that name; "
        "or what it was so long before that, up to 60 s. With a voice (from 1; -1: that of the "
        "note that began last) it is what this voice was, whichever voice it is put back in. No "
        "knob is part of it.",
    ),
    "bank/recall": Command(
        recall,
        (kept_name, integer),
        1,
        When.EVENT,
        arguments=("name", "voice"),
        about="Puts a state back, in all voices or in one (from 1; -1: that of the note that began "
        "last), faded within 5 ms.",
    ),
    "bank/number": Command(
        recall_number,
        (integer,),
        1,
        When.EVENT,
        arguments=("number",),
        about="Puts back the state at a place in the list, from 0, as a MIDI program change does.",
    ),
    "bank/back": Command(
        back,
        (number, integer),
        1,
        When.EVENT,
        arguments=("seconds", "voice"),
        about="Returns to what the network was so long ago, up to 60 s.",
    ),
    "bank/morph": Command(
        morph,
        (kept_name, kept_name, number, integer),
        3,
        When.EVENT,
        arguments=("a", "b", "position", "voice"),
        about="Puts back what is between two states, from 0 (state a) to 1 (state b), at once: the "
        "layers' vectors in between, as long as theirs are. It may be sent as fast as a knob is.",
    ),
    "bank/average": Command(
        average,
        (kept_name, *(kept_name,) * MOST_NAMED),
        2,
        arguments=("new", *(f"name{number}" for number in range(1, MOST_NAMED + 1))),
        about="Keeps the average of some states under a name, over a state of that name. One that "
        "is named twice counts twice.",
    ),
    "bank/fork": Command(
        fork,
        (kept_name, kept_name, integer),
        2,
        arguments=("name", "new", "voice"),
        about="Keeps a copy of a state under another name, which must be free; with a voice (from "
        "1) of what that one was, for whichever voice it is put back in.",
    ),
    "bank/start": Command(
        start,
        (name_text,),
        1,
        arguments=("name",),
        about="Lets every note begin from a state, in its voice. An empty name: from where the "
        "network is.",
    ),
    "bank/loop": Command(
        loop,
        (name_text, number),
        2,
        When.EVENT,
        arguments=("name", "seconds"),
        about="Puts a state back now and every so many seconds (0.001 to 60), at exact samples; 0 "
        "ends that. An empty name stands for what the network was so many seconds ago.",
    ),
    "bank/programs": Command(
        programs,
        (number,),
        1,
        arguments=("on",),
        about="1: MIDI program changes recall the slot's states, by their places in the list from "
        "0; 0: its presets, as before.",
    ),
    "bank/rename": Command(
        rename,
        (kept_name, kept_name),
        2,
        arguments=("old", "new"),
        about="Gives a state another name.",
    ),
    "bank/delete": Command(delete, (kept_name,), 1, arguments=("name",), about="Forgets a state."),
    "bank/list": Command(
        list_states,
        BUTTON,
        0,
        When.QUICK,
        Afar.CONFIRMED,
        arguments=PRESSED,
        about="Asks for the names of the slot's states, 64 in a message behind the number of the "
        "first (from 0) and how many there are; then for the one that notes begin from, and the "
        "one that is looped, every how many seconds: 0 for none, without a name for the last ones.",
        answer="/slot/N/bank/names first count name ..., /slot/N/bank/start name, "
        "/slot/N/bank/loop name seconds",
    ),
    "bank/write": Command(
        write,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("path",),
        about="Writes all states of the slot to a file, named relative to the engine's working "
        "folder, over a file of states.",
        answer="/done /slot/N/bank/write path",
    ),
    "bank/read": Command(
        read,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("path",),
        about="Adds the states of a file, which must be of the same plugin, to those of the slot; "
        "over those of the same names.",
        answer="/done /slot/N/bank/read path",
    ),
}
