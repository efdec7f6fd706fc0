"""Folders of the library, and presets of its plugins, on the engine's machine."""

from pathlib import Path

from rtsynth.control.osc.arguments import text
from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released
from rtsynth.host.presets.importing import import_presets
from rtsynth.host.presets.preset import preset_files
from rtsynth.plugin.catalogue import catalogue
from rtsynth.plugin.places import add_place, read_places, remove_place

FOLDER = "/plugins/folder"
PRESETS = "/plugins/presets"
PROBLEM = "/plugins/problem"
PLACE_REPLIES = (FOLDER, f"{PRESETS}/names", PROBLEM)
NAMES_PER_MESSAGE = 64
MOST_PROBLEMS = 64  # that one import answers


def list_folders(call: Call) -> None:
    if released(call):
        return
    places = read_places()
    for index, place in enumerate(places, start=1):
        call.session.reply(FOLDER, index, len(places), str(place))
    call.session.reply("/done", call.address, len(places))


def add_folder(call: Call) -> None:
    add_place(Path(str(call.arguments[0])))
    call.session.reply("/done", call.address, *call.arguments)


def remove_folder(call: Call) -> None:
    remove_place(Path(str(call.arguments[0])))
    call.session.reply("/done", call.address, *call.arguments)


def list_presets(call: Call) -> None:
    if released(call):
        return
    count = 0
    for entry in catalogue():
        names = preset_files(entry.plugin).names() if entry.plugin else []
        count += len(names)
        for first in range(0, len(names), NAMES_PER_MESSAGE):
            some = names[first : first + NAMES_PER_MESSAGE]
            call.session.reply(f"{PRESETS}/names", entry.name, first, len(names), *some)
    call.session.reply("/done", call.address, count)


def take_in(call: Call) -> None:
    count, problems = import_presets(Path(str(call.arguments[0])))
    for problem in problems[:MOST_PROBLEMS]:
        call.session.reply(PROBLEM, *call.arguments, problem)
    call.session.reply("/done", call.address, *call.arguments, count)


PLACE_COMMANDS = {
    "/plugins/folders": Command(
        list_folders,
        BUTTON,
        0,
        When.SLOW,
        Afar.REFUSED,
        arguments=PRESSED,
        about="Lists the folders that were added to the library, with their number (from 1) and "
        "how many there are.",
        answer="/plugins/folder index count path for each; /done /plugins/folders count",
    ),
    "/plugins/folder/add": Command(
        add_folder,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("path",),
        about="Adds a folder to the library: plugins in it, and in folders directly in it, are "
        "listed and loaded by their names, from now on and at the next start.",
        answer="/done /plugins/folder/add path",
    ),
    "/plugins/folder/remove": Command(
        remove_folder,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("path",),
        about="Takes a folder out of the library; nothing in it is touched.",
        answer="/done /plugins/folder/remove path",
    ),
    PRESETS: Command(
        list_presets,
        BUTTON,
        0,
        When.SLOW,
        Afar.CONFIRMED,
        arguments=PRESSED,
        about="Lists the presets of every plugin of the library, 64 in a message behind the "
        "plugin's name in the library, the number of the first (from 0) and how many it has.",
        answer="/plugins/presets/names plugin first count name ...; /done /plugins/presets count",
    ),
    f"{PRESETS}/import": Command(
        take_in,
        (text,),
        1,
        When.SLOW,
        Afar.REFUSED,
        arguments=("path",),
        about="Copies a preset file, or the presets of a folder and of those directly in it, to "
        "where presets are kept. One that exists already with another content stays. Answers with "
        "how many are kept now, and a line about each that is not.",
        answer="/plugins/problem path text for each; /done /plugins/presets/import path count",
    ),
}
