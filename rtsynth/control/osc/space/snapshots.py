"""Snapshots: what a client keeps in the engine's memory, to undo what it does next."""

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.arguments import integer, kept_name, name_text, token
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.presets import done
from rtsynth.host.presets.file_parts import is_file_part, is_network_part

MOST_PARTS = 17

KEEP, RECALL = "/snapshot/keep", "/snapshot/recall"
EMPTY = ""  # in place of a name
LOST = "/snapshot/lost"  # why is in the /fail behind it
FILE = "/snapshot/file"  # a file that was gone back to
SNAPSHOT_REPLIES = (LOST, FILE)


def keep(call: Call) -> None:
    name, *parts = call.arguments
    texts = [part for part in parts if isinstance(part, str)]
    files = [part for part in texts if is_file_part(part)]
    networks = [part for part in texts if is_network_part(part)]
    _check_place(call, files)
    call.session.engine.snapshots.keep(
        str(name),
        [integer(part) for part in parts if not isinstance(part, str)],
        [part for part in texts if part not in files + networks],
        owner=call.session.client,
        files=files,
        networks=networks,
    )
    done(call)


def recall(call: Call) -> None:
    snapshots, names = call.session.engine.snapshots, list(map(str, call.arguments))
    files = snapshots.files_of(*names)
    try:
        _check_place(call, files)
        problems = snapshots.recall(*names)
    except ControlError:
        call.session.reply(LOST, *call.arguments)
        raise
    for part in files:
        call.session.reply(FILE, part)
    done(call, problems)


def _check_place(call: Call, files: list[str]) -> None:
    """Files are written on behalf of this machine only, as by the commands that save them."""
    if files and not call.session.is_here:
        raise ControlError(f"files: {Afar.REFUSED.value}")


SNAPSHOT_COMMANDS = {
    KEEP: Command(
        keep,
        (kept_name, *(token,) * MOST_PARTS),
        1,
        When.SLOW,
        Afar.CONFIRMED,
        arguments=("name", *(f"part{n or ''}" for n in (0, *range(2, MOST_PARTS + 1)))),
        about="Keeps slots (by number; an empty one, too), sections of a set (by name, such as "
        "mappings), files (preset/SLOT/NAME, set/NAME, library/folders; only from the machine "
        "the engine runs on) and what networks are (network/SLOT) in memory under a name; all "
        "slots and sections, if none is named. "
        "For undo: the latest 128 of a client are kept, until the engine ends.",
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
        answer="/snapshot/file part for each file; /done /snapshot/recall name after, or "
        "/snapshot/lost name after, where nothing could be gone back to",
    ),
}
