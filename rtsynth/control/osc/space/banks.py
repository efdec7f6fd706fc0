"""States of a slot's network: what stands behind /slot/N/bank/."""

from rtsynth.control.osc.arguments import integer, number, text
from rtsynth.control.osc.calls import Call, Command
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.presets import reply_names
from rtsynth.control.osc.space.shared import released, report_clamped


def _voice(call: Call) -> int:
    return int(call.arguments[1]) if len(call.arguments) > 1 else 0


def save(call: Call) -> None:
    call.session.engine.banks.save(call.slot, str(call.arguments[0]), at_ns=call.at_ns)


def recall(call: Call) -> None:
    banks = call.session.engine.banks
    banks.recall(call.slot, str(call.arguments[0]), _voice(call), at_ns=call.at_ns)


def back(call: Call) -> None:
    asked, banks = float(call.arguments[0]), call.session.engine.banks
    there = banks.back(call.slot, asked, _voice(call), at_ns=call.at_ns)
    if asked - there > 0.01:
        report_clamped(call, asked, round(there, 2))


def delete(call: Call) -> None:
    call.session.engine.banks.delete(call.slot, str(call.arguments[0]))


def rename(call: Call) -> None:
    call.session.engine.banks.rename(call.slot, *map(str, call.arguments))


def list_states(call: Call) -> None:
    if not released(call):
        names = call.session.engine.banks.names(call.slot)
        reply_names(call, f"/slot/{call.slot}/bank/names", names)


BANK_COMMANDS = {
    "bank/save": Command(
        save,
        (text,),
        1,
        arguments=("name",),
        about="Keeps what the network is at that sample, under a name, over a state of that name. "
        "No knob is part of it. It lasts as long as the plugin stays in the slot.",
    ),
    "bank/recall": Command(
        recall,
        (text, integer),
        1,
        arguments=("name", "voice"),
        about="Puts a state back, in all voices or in one (from 1), faded within 5 ms.",
    ),
    "bank/back": Command(
        back,
        (number, integer),
        1,
        arguments=("seconds", "voice"),
        about="Returns to what the network was so long ago, up to 60 s.",
    ),
    "bank/rename": Command(
        rename, (text, text), 2, arguments=("old", "new"), about="Gives a state another name."
    ),
    "bank/delete": Command(delete, (text,), 1, arguments=("name",), about="Forgets a state."),
    "bank/list": Command(
        list_states,
        afar=Afar.CONFIRMED,
        about="Asks for the names of the slot's states.",
        answer="/slot/N/bank/names first count name ...",
    ),
}
