"""How a slot's network is rescued from traps: what stands behind /slot/N/rescue."""

from rtsynth.control.osc.arguments import text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import released


def choose(call: Call) -> None:
    call.session.engine.rescue.choose(call.slot, str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def ask(call: Call) -> None:
    if not released(call):
        rescue, slot = call.session.engine.rescue, call.slot
        mode, count, learns = rescue.mode(slot), rescue.count(slot), int(rescue.learns(slot))
        call.session.reply(f"/slot/{slot}/rescue", mode, count, learns)


RESCUE_COMMANDS = {
    "rescue": Command(
        choose,
        (text,),
        1,
        When.SLOW,  # behind what was asked for before: a plugin that is loaded, a snapshot
        arguments=("mode",),
        about="How the network is steered out of traps (noise, silence, a loop, a wrong octave or "
        "level): `off`, `gentle` (cooler sampling first where that can help, then back to a "
        "healthy moment) or `firm` (back at once). Subscribers get `/slot/N/rescued reason` for "
        "each time.",
        answer="/done /slot/N/rescue mode",
    ),
    "rescue/get": Command(
        ask,
        afar=Afar.CONFIRMED,
        about="Asks how the slot is rescued, how often it was, and whether (1) what is "
        "healthy for its plugin is not known yet: until then nothing is done.",
        answer="/slot/N/rescue mode count learns",
    ),
}
