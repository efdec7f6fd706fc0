"""Commands about what the engine was started with, and starting it again with something else."""

import json
from typing import Any

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.arguments import text, token
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.listening import check_allowed, check_place
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released
from rtsynth.host.audio.listing import DeviceLister
from rtsynth.host.restart import AUTO, OPTIONS, OSC, OSC_ALLOW

DEVICES_REPLY = "/devices.reply"
OPTIONS_REPLY = "/engine/options.reply"
MOST_PAIRS = len(OPTIONS) + 1  # and keep
STARTING_REPLIES = (DEVICES_REPLY, OPTIONS_REPLY)
LISTER = DeviceLister()  # the machine's devices, whichever engine is asked


def devices(call: Call) -> None:
    """In a thread of its own: it takes seconds, and loading a plugin is not to wait for it."""
    session, address = call.session, call.address

    def answer(found: dict[str, Any], problem: str) -> None:
        if problem:
            session.reply("/fail", address, problem)
        else:
            session.reply(DEVICES_REPLY, json.dumps(found))

    if not released(call):
        LISTER.ask(answer)


def options(call: Call) -> None:
    if call.session.first(call.address):
        call.session.reply(OPTIONS_REPLY, json.dumps(call.session.engine.restart.describe()))


def start_again(call: Call) -> None:
    words = [str(argument) for argument in call.arguments]
    if len(words) % 2:
        raise ControlError("give names and values, as in: device null rate 48000")
    restart = call.session.engine.restart
    asked = dict(zip(words[::2], words[1::2], strict=True))
    if asked.get(OSC, AUTO) != AUTO:
        asked[OSC] = check_place(asked[OSC], restart.options.get(OSC, ""))
    if asked.get(OSC_ALLOW, AUTO) != AUTO:
        asked[OSC_ALLOW] = check_allowed(asked[OSC_ALLOW])
    restart.ask(asked)
    call.session.reply("/done", call.address, *call.arguments)


def forget(call: Call) -> None:
    if not released(call):
        call.session.engine.restart.forget()
        call.session.reply("/done", call.address)


STARTING_COMMANDS = {
    "/devices": Command(
        devices,
        BUTTON,
        afar=Afar.REFUSED,
        arguments=PRESSED,
        about="Lists audio outputs and MIDI inputs as they are now, as `rtsynth devices --json`.",
        answer="/devices.reply json",
    ),
    "/engine/options": Command(
        options,
        BUTTON,
        afar=Afar.CONFIRMED,
        arguments=PRESSED,
        about="What the engine was started with (`options`), what `/engine/forget` goes back to "
        "(`defaults`), whether it can be started again with "
        "something else (`possible`: rtsynth play supervises it), why the start asked for last "
        "was `refused`, and which kept options were `given_up`, because of what `problem`.",
        answer="/engine/options.reply json",
    ),
    "/engine/restart": Command(
        start_again,
        (text, token) * MOST_PAIRS,
        2,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name", "value") * MOST_PAIRS,
        about="Starts the engine again with other options, names and values in turn: `device`, "
        "`rate`, `block`, `precision`, `ahead`, `midi`, `voices` (of plugins that are loaded from "
        "then on), `osc` (HOST:PORT), `osc-allow` (addresses and networks, commas between them); "
        "`auto` leaves one to the engine. Slots, gates, mappings and modulation stay. Where that "
        "does not work the engine is started as before. What works is kept on this machine for "
        "the starts to come, unless a pair is `keep no`. Where OSC moves, subscribers are sent "
        "`/engine/moves host port` first.",
        answer="/done /engine/restart name value ...",
    ),
    "/engine/forget": Command(
        forget,
        BUTTON,
        when=When.SLOW,
        afar=Afar.REFUSED,
        arguments=PRESSED,
        about="Forgets the options that are kept on this machine, and starts the engine again as "
        "its command line says.",
        answer="/done /engine/forget",
    ),
}
