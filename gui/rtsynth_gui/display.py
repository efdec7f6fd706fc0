"""Is there a screen to open a window on? Asked before Qt starts: without one Qt aborts."""

import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

REMEDY = (
    "use --headless (rtsynth play) or rtsynth serve here and rtsynth gui --connect HOST:PORT "
    "on a machine with a screen"
)
PACKAGES = ("PySide6", "pyqtgraph")
CONNECT_TIMEOUT_S = 2.0
SCREENLESS_PLATFORMS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs", "vkkhrdisplay")


def display_problem() -> str | None:
    """Why no window can be opened here, in one line with the remedy; None if one can be.

    Linux and the BSDs: $WAYLAND_DISPLAY or $DISPLAY must name a display that answers. A
    QT_QPA_PLATFORM that needs no display (such as offscreen) is taken at its word. macOS and
    Windows always have one. Looks for Qt, but does not import it.
    """
    problem = _screen_problem()
    if problem is None and any(find_spec(name) is None for name in PACKAGES):
        problem = "rtsynth gui needs the GUI: pip install 'rtsynth[gui]'"
    return problem


def _screen_problem() -> str | None:
    if sys.platform in ("darwin", "win32"):
        return None
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in SCREENLESS_PLATFORMS:
        return None
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if not wayland and not x11:
        return f"no display: neither DISPLAY nor WAYLAND_DISPLAY is set; {REMEDY}"
    if (wayland and _wayland_answers(wayland)) or (x11 and _x11_answers(x11)):
        return None
    if x11:
        return f"no display: the X server of DISPLAY={x11} does not answer; {REMEDY}"
    return f"no display: the compositor of WAYLAND_DISPLAY={wayland} does not answer; {REMEDY}"


def _answers(family: int, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(CONNECT_TIMEOUT_S)
        try:
            probe.connect(address)
        except OSError:
            return False
        return True


def _wayland_answers(name: str) -> bool:
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "")) / name
    return _answers(socket.AF_UNIX, str(path))


def _x11_answers(display: str) -> bool:
    """`display` is [HOST]:NUMBER[.SCREEN]; a path before the colon is a socket (macOS style)."""
    host, _, number = display.rpartition(":")
    number = number.split(".")[0]
    if not number.isdecimal():
        return False
    if host.startswith("/"):
        return _answers(socket.AF_UNIX, display) or _answers(socket.AF_UNIX, host)
    host = host.removeprefix("unix/").removeprefix("unix")
    if host:
        return _answers(socket.AF_INET, (host, 6000 + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    # The abstract name (leading NUL) is what an X server without a writable /tmp offers.
    abstract = sys.platform == "linux" and _answers(socket.AF_UNIX, "\0" + path)
    return abstract or _answers(socket.AF_UNIX, path)
