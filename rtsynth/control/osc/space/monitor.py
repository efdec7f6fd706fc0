"""What arrives over OSC, for a client that wants to see it."""

from rtsynth.common.watchers import WATCH_S
from rtsynth.control.osc.arguments import integer
from rtsynth.control.osc.calls import Call, Command
from rtsynth.control.osc.guests import Afar

MONITOR_REPLIES = ("/osc/message", "/osc/activity")


def monitor(call: Call) -> None:
    call.session.watch(bool(call.arguments[0]))


MONITOR_COMMANDS = {
    "/osc/monitor": Command(
        monitor,
        (integer,),
        1,
        afar=Afar.CONFIRMED,
        arguments=("on",),
        about=f"1 shows what other clients send, for {WATCH_S:g} s each time; 0 ends that. Ten "
        "times a second the last message to each address is sent, of 32 addresses at most; what "
        "clients say all the time (/ping, /notify, /status) is left out. Other machines are shown "
        "neither texts, which may name files, nor why something was not obeyed. What is done later "
        "and fails is shown once more.",
        answer="/osc/message from address arguments problem (the arguments as one text; why it was "
        "not obeyed, or not quite, or empty); /osc/activity from messages",
    ),
}
