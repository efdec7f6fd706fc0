"""Opening the device with what this machine keeps, or without what does not work of it today."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rtsynth.common.errors import EngineError, InputError
from rtsynth.host.restart import GivenUp
from rtsynth.processes.kept import OF_DEVICE
from rtsynth.processes.option_texts import kept_names, without
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.wish import given_up_of, leave_given_up

log = logging.getLogger("rtsynth")

Opened = TypeVar("Opened")


def opened(
    options: EngineOptions, open_with: Callable[[EngineOptions], Opened], folder: Path | None
) -> tuple[Opened, GivenUp]:
    """What `open_with` opens, and the options it had to be opened without.

    Options that are kept are no reason not to play: a device that is not plugged in today, or one
    that lacks the rate. What an engine of the same supervisor has given up is not tried again;
    `folder` is what they share.

    Raises:
        InputError, EngineError: it does not open, and that is not for what is kept.
    """
    before = GivenUp() if folder is None else given_up_of(folder, options)
    tried = without(options, before.names)
    try:
        return open_with(tried), before
    except (InputError, EngineError) as error:
        names = tuple(name for name in kept_names(tried) if name in OF_DEVICE)
        if not names:
            raise
        given_up = GivenUp((*before.names, *names), str(error))
    found = open_with(without(tried, names))
    log.warning(
        "%s; playing without what is kept for this machine (%s)",
        given_up.problem,
        ", ".join(given_up.names),
    )
    if folder is not None:
        leave_given_up(folder, given_up)
    return found, given_up
