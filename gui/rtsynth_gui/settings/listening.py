"""Where OSC listens, as people see it: a port, and the other machines that are let in.

Nobody is let in who is not named: without a name the engine listens to its own machine alone.
"""

import re
from collections.abc import Mapping

from rtsynth.common.errors import InputError
from rtsynth.common.kept_options import read_kept_options
from rtsynth.control.osc.endpoint import format_endpoint, host_from_here, parse_endpoint
from rtsynth_gui.settings.engine import AUTO

PLACE, ALLOWED = "osc", "osc-allow"
HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"
LOOPBACK = (HERE, "::1", "localhost")


def shown(options: Mapping[str, str]) -> dict[str, str]:
    """The port, and the machines with commas between them; of what an engine was started with."""
    allowed = options.get(ALLOWED, AUTO)
    return {PLACE: str(_place(options)[1]), ALLOWED: "" if allowed == AUTO else allowed}


def asked(changed: Mapping[str, str], options: Mapping[str, str]) -> dict[str, str]:
    """What an engine is asked for: a port and machines that were changed are a place to listen."""
    wish = dict(changed)
    host, port = _place(options)
    if ALLOWED in wish:
        machines = ",".join(re.split(r"[,;\s]+", wish[ALLOWED].strip(",; ")))
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
