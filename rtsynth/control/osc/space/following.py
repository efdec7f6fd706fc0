"""Slots that follow training runs: what stands behind /slot/N/follow."""

from rtsynth.control.osc.arguments import integer, number, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released

SECONDS = 10.0  # of sound that is added, if nothing else is said


def follow(call: Call) -> None:
    call.session.engine.following.follow(call.slot, str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def back(call: Call) -> None:
    if not released(call):
        step = call.session.engine.following.back(call.slot)
        call.session.reply("/done", call.address, step)


def stop(call: Call) -> None:
    if not released(call):
        call.session.engine.following.stop(call.slot)
        call.session.reply("/done", call.address)


def more(call: Call) -> None:
    seconds = float(call.arguments[0]) if call.arguments else SECONDS
    found = call.session.engine.following.more(call.slot, seconds)
    call.session.reply("/done", call.address, len(found))


def add(call: Call) -> None:
    call.session.engine.following.add(call.slot, str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def listen(call: Call) -> None:
    channel = int(call.arguments[0]) if call.arguments else 1
    call.session.engine.following.listen(call.slot, channel)
    call.session.reply("/done", call.address, channel)


def add_input(call: Call) -> None:
    seconds = float(call.arguments[0]) if call.arguments else SECONDS
    found = call.session.engine.following.add_input(call.slot, seconds)
    call.session.reply("/done", call.address, len(found))


def answer_run(call: Call) -> None:
    if released(call):
        return
    found = call.session.engine.following.status().get(call.slot)
    answer = ("", "", 0) if found is None else (str(found.run), found.state, found.step)
    call.session.reply(f"/slot/{call.slot}/follow/state", *answer)


FOLLOW_COMMANDS = {
    "follow": Command(
        follow,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("run",),
        about="Plays the newest network of a training run, given by its folder, and goes on with "
        "each that the run writes from then on: from what the one before is at that sample, faded "
        "over, with all values, notes and modulation. The same run again, after going back: it "
        "follows on. Subscribers to events get /slot/N/follow/adopted step file for each.",
        answer="/done /slot/N/follow run",
    ),
    "follow/back": Command(
        back,
        BUTTON,
        0,
        When.SLOW,
        arguments=PRESSED,
        about="Goes back to the network before, up to 32 times, and stays with it until "
        "/slot/N/follow is sent again.",
        answer="/done /slot/N/follow/back step",
    ),
    "follow/stop": Command(
        stop,
        BUTTON,
        0,
        When.SLOW,
        arguments=PRESSED,
        about="Follows the run no longer; what plays goes on.",
        answer="/done /slot/N/follow/stop",
    ),
    "follow/more": Command(
        more,
        (number,),
        0,
        When.SLOW,
        Afar.REFUSED,
        arguments=("seconds",),
        about="More of this: adds what the slot put out in the last seconds (10, at most 60) to "
        "the data of the run that it follows, with the values of then, wherever they stood still "
        "for a quarter of a second. The training takes it up at its next checkpoint. For slots "
        "with one voice, and trainings of notes (GRUs).",
        answer="/done /slot/N/follow/more count",
    ),
    "follow/add": Command(
        add,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("recording",),
        about="Adds a recording to the data of the run that the slot follows, with the values that "
        "the slot has now.",
        answer="/done /slot/N/follow/add recording",
    ),
    "follow/listen": Command(
        listen,
        (integer,),
        0,
        When.SLOW,
        Afar.REFUSED,
        arguments=("channel",),
        about="Listens to a channel of the sound card's input (1 without a number, 0 to stop) for "
        "the run that the slot follows: the last minute is kept, until it follows none any more.",
        answer="/done /slot/N/follow/listen channel",
    ),
    "follow/add/input": Command(
        add_input,
        (number,),
        0,
        When.SLOW,
        Afar.REFUSED,
        arguments=("seconds",),
        about="Adds what came into the sound card in the last seconds (10, at most 60) to the data "
        "of the run, with the values that the slot had then, as `follow/more` does with what it "
        "put out. It has to listen: `follow/listen`.",
        answer="/done /slot/N/follow/add/input count",
    ),
    "follow/get": Command(
        answer_run,
        BUTTON,
        0,
        afar=Afar.REFUSED,
        arguments=PRESSED,
        about="Asks what the slot follows, and whether it waits (for the first network), follows, "
        "or holds one it has gone back to.",
        answer="/slot/N/follow/state run state step; empty texts if it follows none",
    ),
}
