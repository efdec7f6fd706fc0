"""Commands to the modulation of a slot: what moves which parameter, and how far.

The settings of the sources are controls: /slot/1/modulation/lfo1_rate and so on.
"""

from rtsynth.control.osc.arguments import number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released, report_clamped


def modulate(call: Call) -> None:
    source, parameter = str(call.arguments[0]), str(call.arguments[1])
    asked = float(call.arguments[2])
    modulation = call.session.engine.modulation
    applied = modulation.assign(call.slot, source, parameter, asked, at_ns=call.at_ns)
    report_clamped(call, asked, applied)


def clear(call: Call) -> None:
    if not released(call):
        call.session.engine.modulation.clear(call.slot, at_ns=call.at_ns)


def list_assignments(call: Call) -> None:
    if not call.session.first(call.address):
        return
    for one in call.session.engine.modulation.of(call.slot):
        call.session.reply(f"/slot/{call.slot}/modulate", *one)
    call.session.reply("/done", call.address)


MODULATION_COMMANDS = {
    "modulate": Command(
        modulate,
        (text, text, number),
        3,
        When.EVENT,
        arguments=("source", "parameter", "depth"),
        about="Lets a source (lfo1, lfo2, follow, walk, macro1 to macro4) move a parameter or "
        "control by a share of its range, -1 to 1; 0 removes that. Several sources of one "
        "parameter add up.",
    ),
    "modulate/clear": Command(
        clear,
        BUTTON,
        0,
        When.EVENT,
        arguments=PRESSED,
        about="Lets nothing modulate anything.",
    ),
    "modulation": Command(
        list_assignments,
        about="Asks what modulates what.",
        answer="/slot/N/modulate source parameter depth for each, then /done /slot/N/modulation",
    ),
}
