"""Commands that keep something: states and recordings."""

from rtsynth.control.osc.arguments import kept_name, text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released


def save_state(call: Call) -> None:
    call.session.engine.save_state(str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def recall_state(call: Call) -> None:
    call.session.engine.recall_state(str(call.arguments[0]))
    call.session.reply("/done", call.address, *call.arguments)


def record_start(call: Call) -> None:
    asked = str(call.arguments[0])
    written = call.session.engine.record_start(asked)
    call.session.reply("/done", call.address, asked, *([written] if written != asked else []))


def record_stop(call: Call) -> None:
    if not released(call):
        call.session.engine.record_stop()
        call.session.reply("/done", call.address)


KEPT_COMMANDS = {
    "/state/save": Command(
        save_state,
        (kept_name,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name",),
        about="Stores the values of all controls of all slots under a name.",
        answer="/done /state/save name",
    ),
    "/state/recall": Command(
        recall_state,
        (kept_name,),
        1,
        When.SLOW,
        arguments=("name",),
        about="Moves all controls to stored values. Loads no plugin; a value without a matching "
        "control is reported by /fail.",
        answer="/done /state/recall name",
    ),
    "/record/start": Command(
        record_start,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("path",),
        about="Records the output to a file, named relative to the engine's working folder. "
        "Overwrites nothing: where take.wav exists, take-2.wav is written.",
        answer="/done /record/start path [the file written, where path existed]",
    ),
    "/record/stop": Command(
        record_stop,
        BUTTON,
        0,
        When.SLOW,
        Afar.REFUSED,
        arguments=PRESSED,
        about="Finishes the recording.",
        answer="/done /record/stop",
    ),
}
