"""A slot's network that is fed a recording: what stands behind /slot/N/prime."""

from rtsynth.control.osc.arguments import integer, number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.host.priming import NAME, PRIME_S


def prime(call: Call) -> None:
    path, seconds, name, voice = (*call.arguments, *(PRIME_S, NAME, 0)[len(call.arguments) - 1 :])
    priming = call.session.engine.priming
    fed_s = priming.prime_file(
        call.slot, str(path), str(name), int(voice), seconds=float(seconds)
    )
    call.session.reply("/done", call.address, path, fed_s, name)


PRIMING_COMMANDS = {
    "prime": Command(
        prime,
        (text, number, text, integer),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("file", "seconds", "name", "voice"),
        about="Feeds the end of a recording to the network, 2 seconds without a number, and goes "
        "on from there, in all voices or in one (from 1). The state is in the bank, as `primed` or "
        "under the name. Knobs count as they are.",
        answer="/done /slot/N/prime file seconds name",
    ),
}
