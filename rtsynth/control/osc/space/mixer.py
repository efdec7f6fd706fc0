"""Commands to the mixer: pan, mute and solo of slots, and the master."""

from collections.abc import Callable

from rtsynth.control.osc.arguments import number
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.space.shared import report_clamped


def setter(name: str) -> Callable[[Call], None]:
    def set_value(call: Call) -> None:
        asked = float(call.arguments[0])
        applied = call.session.engine.mixer.set(call.slot, name, asked, at_ns=call.at_ns)
        report_clamped(call, asked, applied)

    return set_value


def switch(name: str) -> Callable[[Call], None]:
    def set_switch(call: Call) -> None:
        on = float(call.arguments[0] != 0)
        call.session.engine.mixer.set(call.slot, name, on, at_ns=call.at_ns)

    return set_switch


def getter(name: str) -> Callable[[Call], None]:
    def get_value(call: Call) -> None:
        value = call.session.engine.mixer.get(call.slot, name)
        call.session.reply(call.address.removesuffix("/get"), float(value))

    return get_value


def _pair(
    address: str, run: Callable[[Call], None], argument: str, about: str
) -> dict[str, Command]:
    """The command that sets a control of the mixer, and the one that asks for it."""
    name = address.rpartition("/")[2]
    return {
        address: Command(run, (number,), 1, When.EVENT, arguments=(argument,), about=about),
        f"{address}/get": Command(
            getter(name),
            about="Asks for the value.",
            answer="the address without /get, and the value",
        ),
    }


MIXER_SLOT_COMMANDS = {
    **_pair(
        "pan",
        setter("pan"),
        "pan",
        "Places the slot between left (-1) and right (1) at constant power; 0 is the centre.",
    ),
    **_pair("mute", switch("mute"), "on", "1 takes the slot out of the mix, 0 puts it back."),
    **_pair(
        "solo",
        switch("solo"),
        "on",
        "1 lets only this slot, and others that are soloed, into the mix. A muted slot stays out.",
    ),
}
MASTER_COMMANDS = {
    **_pair(
        "/master/gain",
        setter("gain"),
        "dB",
        "The level of the mix before its limiter: up to 12 dB, -60 is silence.",
    ),
    **_pair(
        "/master/dc_block",
        switch("dc_block"),
        "on",
        "1 takes a constant offset off the mix, with a high-pass at 5 Hz; 0 leaves it as it is.",
    ),
}
