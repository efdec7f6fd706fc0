"""Commands to the engine as a whole."""

import json

from rtsynth.control.osc.arguments import integer, text, token
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.describe import description_messages
from rtsynth.control.osc.guests import CONFIRM, Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, port_number, released


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
    port = int(call.arguments[1]) if len(call.arguments) > 1 else None
    call.session.subscribe(None if port is None else port_number(port))


def notify_confirm(call: Call) -> None:
    call.session.confirm(str(call.arguments[0]), port_number(int(call.arguments[1])))


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
        about="The audio device, its rate and block, load, xruns, and counts of OSC traffic.",
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
        (integer, integer),
        1,
        arguments=("on", "port"),
        about="1 subscribes to changes, meters and the scope, 0 unsubscribes. Repeat 1 (or /ping) "
        "at least every 10 s. They go to the port that sent this, unless another one is named.",
    ),
    CONFIRM: Command(
        notify_confirm,
        (text, integer),
        2,
        arguments=("token", "port"),
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
