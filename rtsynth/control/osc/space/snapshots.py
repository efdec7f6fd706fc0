"""Snapshots: what a client keeps in the engine's memory, to undo what it does next."""

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.arguments import integer, name_text, text, token
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.presets import done

MOST_PARTS = 17

KEEP, RECALL = "/snapshot/keep", "/snapshot/recall"
EMPTY = ""  # in place of a name
LOST = "/snapshot/lost"  # why is in the /fail behind it
SNAPSHOT_REPLIES = (LOST,)


def keep(call: Call) -> None:
    name, *parts = call.arguments
    call.session.engine.snapshots.keep(
        str(name),
        [integer(part) for part in parts if not isinstance(part, str)],
        [part for part in parts if isinstance(part, str)],
        owner=call.session.client,
    )
    done(call)


def recall(call: Call) -> None:
    try:
        problems = call.session.engine.snapshots.recall(*map(str, call.arguments))
    except ControlError:
        call.session.reply(LOST, *call.arguments)
        raise
    done(call, problems)


SNAPSHOT_COMMANDS = {
    KEEP: Command(
        keep,
        (text, *(token,) * MOST_PARTS),
        1,
        When.SLOW,
        Afar.CONFIRMED,
        arguments=("name", *(f"part{n or ''}" for n in (0, *range(2, MOST_PARTS + 1)))),
        about="Keeps slots (by number; an empty one, too) and sections of a set (by name, such as "
        "mappings) in memory under a name; everything, if none is named. For undo: the latest 128 "
        "of a client are kept, until the engine ends.",
        answer="/done /snapshot/keep name ...",
    ),
    RECALL: Command(
        recall,
        (name_text, name_text),
        1,
        When.SLOW,
        Afar.CONFIRMED,
        arguments=("name", "after"),
        about="Goes back to what was kept: plugins that play already play on, others are loaded, "
        "and slots that were empty are emptied. With the name of a snapshot that was taken "
        "afterwards, only what is still as it was then goes back; what has been moved or loaded "
        'since stays. "" stands for the slots of the other snapshot, empty.',
        answer="/done /snapshot/recall name after, or /snapshot/lost name after, where nothing "
        "could be gone back to",
    ),
}
