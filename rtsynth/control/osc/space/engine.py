"""Commands to the engine as a whole."""

import json
from collections.abc import Sequence

from rtsynth.control.osc.arguments import integer, text, token
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.choice import KINDS, Choice, Word, read_choice
from rtsynth.control.osc.describe import description_messages
from rtsynth.control.osc.guests import CONFIRM, Afar
from rtsynth.control.osc.space.shared import (
    BUTTON,
    PRESSED,
    port_number,
    released,
    report_clamped,
)


def ping(call: Call) -> None:
    call.session.keep_alive()
    call.session.reply("/pong")


def status(call: Call) -> None:
    if not call.session.first(call.address):
        return
    status = {**call.session.engine.status(), "osc": call.session.osc_status()}
    call.session.reply("/status.reply", json.dumps(status))


def describe(call: Call) -> None:
    if not call.session.first(call.address):
        return
    for address, arguments in description_messages(call.session.engine.describe()):
        call.session.reply(address, *arguments)


def sync(call: Call) -> None:
    call.session.reply("/synced", *call.arguments)


def notify(call: Call) -> None:
    if call.arguments[0] == 0:
        call.session.unsubscribe()
        return
    words = call.arguments[1:]
    port = None
    if words and not isinstance(words[0], str):
        port, words = port_number(integer(words[0])), words[1:]
    call.session.subscribe(port, _chosen(call, words))


def notify_confirm(call: Call) -> None:
    token, port, *words = call.arguments
    call.session.confirm(str(token), port_number(int(port)), _chosen(call, words))


def _chosen(call: Call, words: Sequence[Word]) -> Choice:
    choice, asked_hz = read_choice(words)
    if asked_hz is not None and choice.rate_hz is not None:
        report_clamped(call, asked_hz, choice.rate_hz)
    return choice


def panic(call: Call) -> None:
    if not released(call):
        call.session.engine.panic()


def quit_engine(call: Call) -> None:
    call.session.reply("/done", call.address)
    call.session.quit()


ENGINE_COMMANDS = {
    "/ping": Command(
        ping,
        BUTTON,
        arguments=PRESSED,
        about="Checks that the engine is there; also keeps a subscription alive.",
        answer="/pong",
    ),
    "/status": Command(
        status,
        BUTTON,
        arguments=PRESSED,
        about="The audio device, its rate and block, load, xruns, and counts of OSC traffic: also "
        "what was lost of it, by us (dropped) and by the system before (socket_drops).",
        answer="/status.reply json",
    ),
    "/describe": Command(
        describe,
        BUTTON,
        afar=Afar.CONFIRMED,
        arguments=PRESSED,
        about="Every slot, its plugin and all of its controls with their ranges and values.",
        answer="/describe.reply json; above 8,000 bytes several "
        "/describe.part index count text serial, whose texts are joined in order",
    ),
    "/sync": Command(
        sync,
        (token,),
        1,
        When.SYNC,
        arguments=("token",),
        about="Answered once everything that was sent before it is done.",
        answer="/synced token",
    ),
    "/notify": Command(
        notify,
        (integer, *(token,) * (2 + len(KINDS))),
        1,
        arguments=("on", "port", *KINDS, "rate"),
        about="1 subscribes, 0 unsubscribes. The words choose what is sent; without them it is "
        "values and meters. `network` is of every slot, network/N of slot N alone. The rate, in "
        "Hz, is for all of them. Repeat 1 (or /ping) at least "
        "every 10 s. They go to the port that sent this, unless another one is named.",
    ),
    CONFIRM: Command(
        notify_confirm,
        (text, integer, *(token,) * (1 + len(KINDS))),
        2,
        arguments=("token", "port", *KINDS, "rate"),
        about="What a client on another machine receives after /notify 1 and sends back unchanged: "
        "then it is subscribed.",
    ),
    "/panic": Command(
        panic,
        BUTTON,
        arguments=PRESSED,
        about="Silences every slot at once and drops all changes scheduled for later.",
    ),
    "/quit": Command(
        quit_engine,
        BUTTON,
        afar=Afar.REFUSED,
        arguments=PRESSED,
        about="Ends the engine.",
        answer="/done /quit",
    ),
}
