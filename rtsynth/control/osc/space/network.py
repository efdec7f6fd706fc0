"""Commands to the picture of a slot's network: what there is to see, and in which voice."""

import json

from rtsynth.control.osc.arguments import integer
from rtsynth.control.osc.calls import Call, Command
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import report_clamped


def describe_network(call: Call) -> None:
    if not call.session.first(call.address):
        return
    described = call.session.engine.network.describe(call.slot)
    call.session.reply(call.address.removesuffix("/get"), json.dumps(described))


def watch_voice(call: Call) -> None:
    asked = int(call.arguments[0])
    report_clamped(call, asked, call.session.engine.network.choose(call.slot, asked))


NETWORK_COMMANDS = {
    "network/get": Command(
        describe_network,
        afar=Afar.CONFIRMED,
        about="Asks what there is to see of the network: `layers` (tier, name, units, how many of "
        "them are shown, steps a second), `draws` (what each tier draws, and the most bits of "
        "entropy it can have), the names of the generated `values`, and the voice.",
        answer="/slot/N/network json",
    ),
    "network/voice": Command(
        watch_voice,
        (integer,),
        1,
        arguments=("voice",),
        about="Which voice subscribers of `network` are shown, counted from 1; 0: the first that "
        "sounds.",
    ),
}
