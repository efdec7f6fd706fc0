"""Snapshots: what a client keeps in the engine's memory, to undo what it does next."""

from rtsynth.control.osc.arguments import integer, text, token
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.space.presets import done

MOST_PARTS = 17

KEEP, RECALL = "/snapshot/keep", "/snapshot/recall"


def keep(call: Call) -> None:
    name, *parts = call.arguments
    call.session.engine.snapshots.keep(
        str(name),
        [integer(part) for part in parts if not isinstance(part, str)],
        [part for part in parts if isinstance(part, str)],
    )
    done(call)


def recall(call: Call) -> None:
    done(call, call.session.engine.snapshots.recall(str(call.arguments[0])))


SNAPSHOT_COMMANDS = {
    KEEP: Command(
        keep,
        (text, *(token,) * MOST_PARTS),
        1,
        When.SLOW,
        arguments=("name", *(f"part{n or ''}" for n in (0, *range(2, MOST_PARTS + 1)))),
        about="Keeps slots (by number; an empty one, too) and sections of a set (by name, such as "
        "mappings) in memory under a name; everything, if none is named. For undo: the latest 128 "
        "are kept, until the engine ends.",
        answer="/done /snapshot/keep name ...",
    ),
    RECALL: Command(
        recall,
        (text,),
        1,
        When.SLOW,
        arguments=("name",),
        about="Goes back to what was kept: plugins that play already play on, others are loaded, "
        "and slots that were empty are emptied.",
        answer="/done /snapshot/recall name",
    ),
}
