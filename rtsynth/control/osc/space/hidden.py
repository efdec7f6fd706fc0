"""Reaching into the hidden layers of a slot: what stands behind /slot/N/open."""

from rtsynth.control.osc.arguments import integer, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar


def open_slot(call: Call) -> None:
    opened = not call.arguments or int(call.arguments[0]) != 0
    call.session.engine.hidden.open(call.slot, opened=opened)
    call.session.reply("/done", call.address, *call.arguments)


def swap(call: Call) -> None:
    tier, plugin = map(str, call.arguments)
    call.session.engine.hidden.swap(call.slot, tier, plugin)
    call.session.reply("/done", call.address, *call.arguments)


HIDDEN_COMMANDS = {
    "open": Command(
        open_slot,
        (integer,),
        0,
        When.SLOW,
        arguments=("on",),
        about="Opens a slot: it gets controls of its hidden layers, /slot/N/param/TIER/"
        "layer1_scale, layer1_noise, freeze, loop and so on, and plays on. 0 closes it.",
        answer="/done /slot/N/open on",
    ),
    "swap": Command(
        swap,
        (text, text),
        2,
        When.SLOW,
        Afar.REFUSED,
        arguments=("tier", "plugin"),
        about="Exchanges a tier of what plays for that of another plugin with the same interface: "
        "the same rate, conditioning and outputs. The other tiers go on.",
        answer="/done /slot/N/swap tier plugin",
    ),
}
