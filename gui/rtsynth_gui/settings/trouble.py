"""What is wrong, what that means, and what helps: one line of a table for each case."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

import rtsynth
from rtsynth.common.outputs import ANY_DEVICE
from rtsynth_gui.link.status import Status
from rtsynth_gui.settings.engine import AUTO, NULL, Offered
from rtsynth_gui.settings.options import labels
from rtsynth_gui.settings.wording import in_the_window

translate = QCoreApplication.translate

SETTINGS, HIDE, SILENT = "settings", "hide", "silent"
LONGEST_DEVICE = 60
LONGEST_REASON = 200
ABSENT = re.compile(r"--device .* is not there")
FOR_GOOD = ("midi", "no_midi")  # what is no trouble for everybody: hidden once, it stays hidden
CALM = (*FOR_GOOD, "starting")


@dataclass(frozen=True)
class Situation:
    """What is known. `answered`: an engine has answered since the window opened. `restarting`: it
    was asked to start again. `supervised`: an rtsynth play started it; `returns`: the one that
    started this window, too, which starts it again. `dismissed`: keys of cases that are not to be
    said on this machine any more."""

    answering: bool
    answered: bool
    restarting: bool
    supervised: bool
    is_local: bool
    endpoint: str
    status: Status
    offered: Offered
    version: str = ""
    dismissed: tuple[str, ...] = ()
    returns: bool = False


@dataclass(frozen=True)
class Trouble:
    """`key` names the case; `actions` are the buttons: SETTINGS, HIDE, SILENT."""

    key: str
    text: str
    actions: tuple[str, ...]

    @property
    def is_calm(self) -> bool:
        """Whether it is no trouble for everybody, or no trouble yet."""
        return self.key in CALM


def texts() -> Mapping[str, str]:
    """What is said in each case."""
    return {
        "gone": translate(
            "Trouble",
            "The engine at {endpoint} has stopped answering. Nothing starts it "
            "again by itself; start it with: rtsynth play PLUGIN. The window is "
            "waiting.",
        ),
        "starting": translate(
            "Trouble",
            "The engine is starting with the new settings; slots, mappings and "
            "modulation come back with it. That takes seconds. What has never "
            "been used on this machine is compiled first, which can take a few "
            "minutes. The window is waiting.",
        ),
        "returning": translate(
            "Trouble",
            "The engine stopped. Starting it again, with its slots, mappings and "
            "modulation; that takes seconds.",
        ),
        "supervised": translate(
            "Trouble",
            "The engine at {endpoint} has stopped answering. If it crashed, the "
            "rtsynth play that started it starts it again. The window is waiting.",
        ),
        "nobody": translate(
            "Trouble",
            "No engine answers at {endpoint}. Start one with: rtsynth play "
            "PLUGIN. To reach one on another port: rtsynth gui --connect "
            "HOST:PORT",
        ),
        "elsewhere": translate(
            "Trouble",
            "No engine answers at {endpoint}. On that machine, start it so that "
            "this one may connect: rtsynth serve PLUGIN --osc 0.0.0.0:{port} "
            "--osc-allow ADDRESS, where ADDRESS is the address of this machine. "
            "A firewall may also block it.",
        ),
        "waits": translate(
            "Trouble",
            "{device} is gone, so there is no sound. The engine keeps playing "
            "silently and returns to it as soon as it is back.",
        ),
        "stalled": translate(
            "Trouble",
            "{device} no longer accepts audio, so there is no sound. If that lasts, rtsynth play "
            "starts the engine again, with its slots, mappings and modulation.",
        ),
        "stalled_alone": translate(
            "Trouble",
            "{device} no longer accepts audio, so there is no sound. If that lasts, quit the "
            "engine and start it again; rtsynth play does that by itself.",
        ),
        "silent": translate(
            "Trouble",
            "No audio device was found, so there is no sound. Connect one "
            "(rtsynth play continues on it) or choose one in the settings. On "
            "Linux, libportaudio2 must be installed.",
        ),
        "refused": translate(
            "Trouble",
            "The engine could not start with the new settings, so it "
            "has the previous ones: {reason}",
        ),
        "kept": translate(
            "Trouble",
            "{what} could not be used, so the engine started without it: "
            "{reason}. Restart the engine in the settings once it is available, "
            "or choose another.",
        ),
        "absent": translate(
            "Trouble",
            "{what} was not found, so the engine started without it. Connect it "
            "and restart the engine in the settings, or choose another device "
            "there.",
        ),
        "midi": translate(
            "Trouble",
            "No MIDI input was found. A MIDI keyboard plays as soon as it is "
            "connected; so do the letters of the computer keyboard, and the "
            "mouse.",
        ),
        "no_midi": translate(
            "Trouble",
            "There is no MIDI: {reason}. The letters of the computer keyboard "
            "and the mouse still play.",
        ),
        "version": translate(
            "Trouble",
            "The engine is rtsynth {theirs}, this window is {ours}: some things "
            "may not work. Start both from the same installation.",
        ),
    }


def find_trouble(now: Situation) -> Trouble | None:
    """The worst that is wrong; None where all is well."""
    said = texts()
    port = now.endpoint.rpartition(":")[2]
    if not now.answering:
        key = _absence(now)
        return Trouble(key, said[key].format(endpoint=now.endpoint, port=port), ())
    change = (SETTINGS,) if now.is_local else ()
    # Only a client on its own machine may start it again.
    silent = (SILENT,) if now.is_local and now.offered.possible else ()
    actions = (*change, *silent, HIDE)
    device = now.status.text("waits_for")
    if device and device != ANY_DEVICE:
        return Trouble("waits", said["waits"].format(device=device[:LONGEST_DEVICE]), actions)
    if now.status.stalled:
        key = "stalled" if now.supervised else "stalled_alone"
        name = now.status.text("device")[:LONGEST_DEVICE]
        return Trouble(key, said[key].format(device=name), (*change, HIDE))
    if now.offered.refused:
        text = said["refused"].format(reason=in_the_window(now.offered.refused))
        return Trouble("refused", text, (*change, HIDE))
    if now.offered.given_up:
        key = "absent" if ABSENT.match(now.offered.problem) else "kept"
        reason = in_the_window(now.offered.problem)
        text = said[key].format(what=_given_up(now.offered), reason=reason)
        return Trouble(key, text, (*change, HIDE))
    unwanted = device == ANY_DEVICE or now.offered.options.get("device") == AUTO
    if now.status.text("device") == NULL and unwanted:
        return Trouble("silent", said["silent"], actions)
    if now.version and now.version != rtsynth.__version__:
        text = said["version"].format(theirs=now.version[:20], ours=rtsynth.__version__)
        return Trouble("version", text, (HIDE,))
    if now.status.number("midi", "inputs") == 0:
        problem = now.status.text("midi", "problem").removeprefix("no MIDI: ")
        reason = in_the_window(problem[:LONGEST_REASON])
        key = "no_midi" if reason else "midi"
        if key not in now.dismissed:
            return Trouble(key, said[key].format(reason=reason), (HIDE,))
    return None


def _absence(now: Situation) -> str:
    """Why nobody answers, as far as that is known."""
    if now.restarting:
        return "starting"
    if now.returns:
        return "returning"
    if now.answered:
        return "supervised" if now.supervised else "gone"
    return "nobody" if now.is_local else "elsewhere"


def _given_up(offered: Offered) -> str:
    """The device by its name, or what else is kept and was left out."""
    if "device" in offered.given_up:
        return offered.options.get("device", "")[:LONGEST_DEVICE]
    names = {name: label for name, (label, _unit, _tip) in labels().items()}
    return ", ".join(names[name] for name in offered.given_up if name in names)
