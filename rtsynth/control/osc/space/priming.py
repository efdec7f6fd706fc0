"""A slot's network that is fed a recording or the input: what stands behind /slot/N/prime."""

import threading

from rtsynth.common.control_names import PRIME_S, PRIMED
from rtsynth.common.errors import RtsynthError
from rtsynth.control.osc.arguments import integer, kept_name, number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar


def prime(call: Call) -> None:
    path, seconds, name, voice = (*call.arguments, *(PRIME_S, PRIMED, 0)[len(call.arguments) - 1 :])
    priming = call.session.engine.priming
    fed_s = priming.prime_file(call.slot, str(path), str(name), int(voice), seconds=float(seconds))
    call.session.reply("/done", call.address, path, fed_s, name)


def prime_input(call: Call) -> None:
    """In a thread of its own: nothing else waits for what comes in."""
    session, address, given = call.session, call.address, call.arguments
    seconds, channel, name, voice = (*given, *(0.0, 1, PRIMED, 0)[len(given) :])

    def listen() -> None:
        try:
            fed_s = session.engine.priming.prime_input(
                call.slot, float(seconds), int(channel), str(name), int(voice)
            )
        except RtsynthError as error:
            session.reply("/fail", address, str(error))
        else:
            session.reply("/done", address, fed_s, name)

    threading.Thread(target=listen, name="osc-listen", daemon=True).start()


PRIMING_COMMANDS = {
    "prime": Command(
        prime,
        (text, number, kept_name, integer),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("file", "seconds", "name", "voice"),
        about="Feeds the end of a recording to the network, 2 seconds without a number, and goes "
        "on from there, in all voices or in one (from 1). The state is in the bank, as `primed` or "
        "under the name. Knobs count as they are.",
        answer="/done /slot/N/prime file seconds name",
    ),
    "prime/input": Command(
        prime_input,
        (number, integer, kept_name, integer),
        1,
        afar=Afar.REFUSED,
        arguments=("seconds", "channel", "name", "voice"),
        about="Listens to the input of the sound card for so long (its first channel without a "
        "number), feeds that to the network, and goes on from there, as after `prime`.",
        answer="/done /slot/N/prime/input seconds name",
    ),
}
