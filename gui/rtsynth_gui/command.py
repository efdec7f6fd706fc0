"""`rtsynth gui`."""

import importlib
from typing import Annotated

import typer

from rtsynth.common.errors import InputError
from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT
from rtsynth_gui.display import display_problem

LIBRARIES = "libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libfontconfig1 libdbus-1-3"


def require_window() -> None:
    """
    Raises:
        InputError: there is no display, PySide6 or pyqtgraph is not installed, or Qt lacks a
            system library.
    """
    problem = display_problem()
    if problem is not None:
        raise InputError(problem)
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        raise InputError(
            f"the window needs a system library ({error}); on Debian: apt install {LIBRARIES}"
        ) from error


def gui(
    connect: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Where the engine listens for OSC; by default where this machine's settings say, "
            f"or {DEFAULT_OSC_HOST}:{DEFAULT_OSC_PORT}.",
        ),
    ] = None,
) -> None:
    """Open the window of an engine that is already running (rtsynth serve), here or elsewhere."""
    require_window()
    from rtsynth_gui.app import run
    from rtsynth_gui.link.link import parse_connect
    from rtsynth_gui.settings.listening import usual_place

    run(*parse_connect(usual_place() if connect is None else connect))
