"""Sets: everything of a performance, kept and recalled."""

from rtsynth.control.osc.arguments import kept_name
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.presets import done, reply_names
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released

NAMES = "/set/names"


def save(call: Call) -> None:
    call.session.engine.sets.save(str(call.arguments[0]))
    done(call)


def recall(call: Call) -> None:
    done(call, call.session.engine.sets.recall(str(call.arguments[0])))


def rename(call: Call) -> None:
    call.session.engine.sets.rename(*map(str, call.arguments))
    done(call)


def delete(call: Call) -> None:
    call.session.engine.sets.delete(str(call.arguments[0]))
    done(call)


def list_sets(call: Call) -> None:
    if not released(call):
        reply_names(call, NAMES, call.session.engine.sets.list())


SET_COMMANDS = {
    "/set/save": Command(
        save,
        (kept_name,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name",),
        about="Stores everything under a name: the plugins of all slots, their values, seeds and "
        "presets, and what belongs to no slot.",
        answer="/done /set/save name",
    ),
    "/set/recall": Command(
        recall,
        (kept_name,),
        1,
        When.SLOW,
        arguments=("name",),
        about="Goes back to a set. Plugins that play already play on; the others are loaded, and "
        "slots that the set does not have are emptied. What cannot be had any more is reported by "
        "/fail.",
        answer="/done /set/recall name",
    ),
    "/set/rename": Command(
        rename,
        (kept_name, kept_name),
        2,
        When.SLOW,
        Afar.REFUSED,
        arguments=("old", "new"),
        about="Gives a set another name, which must be free.",
        answer="/done /set/rename old new",
    ),
    "/set/delete": Command(
        delete,
        (kept_name,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("name",),
        about="Deletes a set.",
        answer="/done /set/delete name",
    ),
    "/set/list": Command(
        list_sets,
        BUTTON,
        0,
        When.SLOW,
        Afar.CONFIRMED,
        arguments=PRESSED,
        about="Lists the sets, 64 in a message behind the number of the first (from 0) and how "
        "many there are.",
        answer="/set/names first count name ...",
    ),
}
