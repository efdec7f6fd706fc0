"""Names and order of the slots."""

from rtsynth.control.osc.arguments import integer, name_text
from rtsynth.control.osc.calls import Call, Command
from rtsynth.control.osc.choice import MOST_SLOTS
from rtsynth.control.osc.space.shared import report_clamped

ORDER = "/slots/order"


def name(call: Call) -> None:
    lineup = call.session.engine.lineup
    if call.arguments:
        lineup.rename(call.slot, str(call.arguments[0]))
    elif call.session.first(call.address):
        call.session.reply(call.address, lineup.name(call.slot))


def move(call: Call) -> None:
    asked = int(call.arguments[0])
    report_clamped(call, asked, call.session.engine.lineup.move(call.slot, asked))


def order(call: Call) -> None:
    lineup = call.session.engine.lineup
    if call.arguments:
        lineup.arrange([int(number) for number in call.arguments])
    elif call.session.first(call.address):
        call.session.reply(ORDER, *lineup.order)


LINEUP_SLOT_COMMANDS = {
    "name": Command(
        name,
        (name_text,),
        arguments=("name",),
        about="Names the slot: one line of up to 40 characters; an empty text is the plugin's "
        "name again. Without an argument it is asked for. Addresses keep the slot's number.",
        answer="/slot/N/name name, when asked",
    ),
    "move": Command(
        move,
        (integer,),
        1,
        arguments=("position",),
        about="Moves the slot to a position in the rack, from 1.",
    ),
}
LINEUP_COMMANDS = {
    ORDER: Command(
        order,
        (integer,) * MOST_SLOTS,
        arguments=tuple(f"slot{n or ''}" for n in (0, *range(2, MOST_SLOTS + 1))),
        about="Arranges the rack: these slots first, the others behind them as they were. Without "
        "arguments it is asked for.",
        answer="/slots/order slot ..., when asked",
    ),
}
