"""Opening the device and loading plugins with what this machine keeps, or without what does not
work of it today."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rtsynth.common.errors import EngineError, InputError, PluginError
from rtsynth.host.restart import GivenUp
from rtsynth.processes.kept import OF_DEVICE, OF_PLUGINS
from rtsynth.processes.option_texts import kept_names, without
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.wish import given_up_of, leave_given_up

log = logging.getLogger("rtsynth")

Opened = TypeVar("Opened")


def opened(
    options: EngineOptions, open_with: Callable[[EngineOptions], Opened], folder: Path | None
) -> tuple[Opened, GivenUp]:
    """What `open_with` opens, and the options it had to be opened without.

    Options that are kept are no reason not to play: a device that is not plugged in today, one that
    lacks the rate, more voices than this plugin has time for. What an engine of the same supervisor
    has given up is not tried again; `folder` is what they share.

    Raises:
        InputError, EngineError: it does not open, and that is not for what is kept.
    """
    before = GivenUp() if folder is None else given_up_of(folder, options)
    tried = without(options, before.names)
    try:
        return open_with(tried), before
    except PluginError:
        raise
    except (InputError, EngineError) as error:
        problem = error
    for names in _fewer_and_fewer(tried):
        try:
            found = open_with(without(tried, names))
        except (InputError, EngineError):
            continue
        given_up = GivenUp((*before.names, *names), str(problem))
        left_out = ", ".join(given_up.names)
        log.warning("%s; playing without what is kept for this machine (%s)", problem, left_out)
        if folder is not None:
            leave_given_up(folder, given_up)
        return found, given_up
    raise problem


def _fewer_and_fewer(options: EngineOptions) -> list[tuple[str, ...]]:
    """What to leave out: as little as may help first."""
    kept = kept_names(options)
    groups = (OF_PLUGINS, OF_DEVICE, OF_PLUGINS + OF_DEVICE)
    left_out = [tuple(name for name in kept if name in group) for group in groups]
    return list(dict.fromkeys(names for names in left_out if names))
