"""Options that this machine keeps: they are below those of the command line, and never in the way.

What is kept is what an engine has played with. Where it does not work today (the device is not
plugged in, or has not that rate), the engine plays without it.
"""

import warnings
from collections.abc import Collection, Mapping

from rtsynth.common.errors import ControlError, InputError, RtsynthError, RtsynthWarning
from rtsynth.common.files.document import remedy
from rtsynth.common.files.kept_options import (
    kept_options_file,
    read_kept_options,
    write_kept_options,
)
from rtsynth.control.osc.endpoint import bind_udp, parse_endpoint
from rtsynth.control.osc.listening import check_allowed
from rtsynth.host.restart import (
    AHEAD,
    AUTO,
    BLOCK,
    DEVICE,
    FORGET,
    KEEP,
    NO,
    OSC,
    OSC_ALLOW,
    PRECISION,
    RATE,
    VOICES,
    check_option,
)
from rtsynth.processes.option_texts import field_of, with_kept_names, with_texts
from rtsynth.processes.options import EngineOptions

OF_DEVICE = (DEVICE, RATE, BLOCK, AHEAD)  # what may keep a device from opening
OF_PLUGINS = (VOICES, PRECISION)  # what may make a plugin too much for this machine
OF_OSC = (OSC, OSC_ALLOW)


def with_kept(options: EngineOptions, given: Collection[str]) -> EngineOptions:
    """The options, those that were not `given` (fields, on the command line) as they are kept.

    An engine that is supervised has them from its supervisor. What cannot be used is warned of.
    """
    if options.supervised is not None:
        return options
    try:
        kept = _read()
    except RtsynthError as error:
        warnings.warn(f"{error}; playing without", RtsynthWarning, stacklevel=1)
        return options
    left_out = {name for name in kept if field_of(name) in given}
    if DEVICE in given and options.device != kept.get(DEVICE):
        left_out |= {RATE, BLOCK}  # they were chosen for the other device
    if field_of(OSC) in given:
        left_out |= set(OF_OSC)
    if OSC in kept and OSC not in left_out and (problem := _busy(kept[OSC])):
        warnings.warn(f"{problem}; playing without", RtsynthWarning, stacklevel=1)
        left_out |= set(OF_OSC)
    used = {name: text for name, text in kept.items() if name not in left_out}
    return with_kept_names(with_texts(options, used), used)


def keep(wish: Mapping[str, str]) -> None:
    """Keep what an engine was asked for and plays with.

    Raises:
        RtsynthError: the file is damaged, or cannot be written.
    """
    if wish.get(KEEP) == NO:
        return
    if FORGET in wish:
        write_kept_options({})
        return
    changed = _read() | dict(wish)
    write_kept_options({name: text for name, text in changed.items() if text != AUTO})


def _read() -> dict[str, str]:
    """What is kept, checked.

    Raises:
        InputError: the file is damaged.
    """
    kept, path = read_kept_options(), kept_options_file()
    try:
        return {name: _checked(name, text) for name, text in kept.items()}
    except ControlError as error:
        assert path is not None
        raise InputError(f"{path}: {error}; {remedy(path)}") from error


def _checked(name: str, text: str) -> str:
    """The text of an option; whom OSC allows is looked at as when it was asked for."""
    checked = check_option(name, text)
    return check_allowed(checked) if name == OSC_ALLOW and checked != AUTO else checked


def _busy(place: str) -> str:
    """Why OSC cannot listen where it did; "" where it can."""
    try:
        bind_udp(*parse_endpoint(place)).close()
    except InputError as error:
        return str(error)
    return ""
