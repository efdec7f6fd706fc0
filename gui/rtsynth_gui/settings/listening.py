"""Where OSC listens, as people see it: a port, and the other machines that are let in.

Nobody is let in who is not named: without a name the engine listens to its own machine alone.
"""

import ipaddress
import re
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.files.kept_options import read_kept_options
from rtsynth.control.osc.endpoint import format_endpoint, host_from_here, parse_endpoint
from rtsynth.control.osc.listening import LOWEST_PORT, check_allowed
from rtsynth_gui.settings.engine import AUTO

PLACE, ALLOWED = "osc", "osc-allow"
HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"
LOOPBACK = (HERE, "::1", "localhost")
MOST_PORT = 65_535
DIGITS = {PLACE: r"\d{0,5}"}  # what can be typed at all, where that is not anything


def shown(options: Mapping[str, str]) -> dict[str, str]:
    """The port, and the machines with commas between them; of what an engine was started with."""
    allowed = options.get(ALLOWED, AUTO)
    return {PLACE: str(_place(options)[1]), ALLOWED: "" if allowed == AUTO else allowed}


def asked(changed: Mapping[str, str], options: Mapping[str, str]) -> dict[str, str]:
    """What an engine is asked for: a port and machines that were changed are a place to listen."""
    wish = dict(changed)
    host, port = _place(options)
    if ALLOWED in wish:
        machines = ",".join(_machines(wish[ALLOWED]))
        wish[ALLOWED] = machines or AUTO
        if not machines:
            host = HERE
        elif host in LOOPBACK:
            host = EVERYWHERE
    if PLACE in wish or ALLOWED in wish:
        number = wish.get(PLACE, str(port))
        # What is no number is for the engine to refuse.
        wish[PLACE] = format_endpoint(host, int(number)) if number.isdecimal() else number
    return wish


def _machines(text: str) -> list[str]:
    return [each for each in re.split(r"[,;\s]+", text) if each]


def problem(name: str, text: str) -> str:
    """What is wrong with what is typed for an option, and the remedy; "" for nothing."""
    translate = QCoreApplication.translate
    if name == PLACE:
        if text.isdecimal() and LOWEST_PORT <= int(text) <= MOST_PORT:
            return ""
        return translate("EngineSection", "A port is a whole number from {} to {}").format(
            LOWEST_PORT, MOST_PORT
        )
    for machine in _machines(text):
        try:
            ipaddress.ip_network(machine, strict=False)
        except ValueError:
            return translate(
                "EngineSection", "{} is not an address; give one such as 192.168.1.20"
            ).format(machine)
        try:
            check_allowed(machine)
        except ControlError:
            return translate(
                "EngineSection", "{} would let in nearly every machine; give a smaller network"
            ).format(machine)
    return ""


def usual_place() -> str:
    """Where an engine of this machine listens that is started without a word about it."""
    try:
        kept = read_kept_options()
    except InputError:
        kept = {}  # the engine says what is wrong, and goes on so
    host, port = _place(kept)
    return format_endpoint(host_from_here(host), port)


def _place(options: Mapping[str, str]) -> tuple[str, int]:
    try:
        return parse_endpoint(options.get(PLACE, ""))
    except InputError:
        return parse_endpoint("")
