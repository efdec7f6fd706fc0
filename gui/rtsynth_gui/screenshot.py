"""A picture of the window: `python -m rtsynth_gui.screenshot OUT.png --connect HOST:PORT`."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rtsynth.common.errors import EngineError, InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.plain_text import plain
from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT
from rtsynth_gui.command import require_window

PATIENCE_S = 10.0
DEFAULT_THEME = "dark"


def take(
    path: Path,
    connect: str,
    *,
    seconds: float,
    size: tuple[int, int] | None,
    page: str = "",
    theme: str = DEFAULT_THEME,
) -> None:
    """Show the window for `seconds` after the engine answered and save what it looks like.

    `size`: (width, height); None as it opens. `page`: of the side panel; "" for none.
    `theme`: dark, light or system.

    Raises:
        InputError: the picture cannot be written there, or no such host, page or theme.
        EngineError: no engine answers.
    """
    from PySide6.QtCore import QSize

    from rtsynth_gui.app import application
    from rtsynth_gui.link.link import EngineLink, parse_connect
    from rtsynth_gui.widgets.theme import THEMES, apply_theme
    from rtsynth_gui.window import Window

    qt = application()
    if theme not in THEMES:
        raise InputError(f"--theme {theme}: there are {', '.join(THEMES)}")
    apply_theme(qt, theme)
    window = Window(EngineLink(*parse_connect(connect)), QSize(*size) if size else None)
    if page not in ("", *window.side.pages):
        raise InputError(f"--page {page}: there are {', '.join(window.side.pages)}")
    window.side.turn_to(page)
    window.show()
    window.start()

    def draw_until(end_s: float, done: Callable[[], bool]) -> None:
        while time.monotonic() < end_s and not done():
            qt.processEvents()
            time.sleep(0.002)

    try:
        draw_until(time.monotonic() + PATIENCE_S, lambda: window.description is not None)
        if window.description is None:
            raise EngineError(f"no engine answers at {window.link.endpoint}; start rtsynth serve")
        draw_until(time.monotonic() + seconds, lambda: False)
        with atomic_write(path) as temporary:
            if not window.grab().save(str(temporary)):
                raise EngineError(f"{path}: Qt cannot write such a picture; use .png")
    finally:
        window.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m rtsynth_gui.screenshot", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--connect", default=f"{DEFAULT_OSC_HOST}:{DEFAULT_OSC_PORT}")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long to watch first")
    parser.add_argument("--size", metavar="WxH", help="of the window; else as it opens")
    parser.add_argument("--page", default="", help="of the side panel, such as Browser")
    parser.add_argument("--theme", default=DEFAULT_THEME, help="dark, light or system")
    parser.add_argument("--scale", default="2", help="device pixels per pixel")
    options = parser.parse_args()
    width, _, height = (options.size or "0x0").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        parser.error(f"--size {options.size}: give WIDTHxHEIGHT, as in 1040x640")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_SCALE_FACTOR", options.scale)
    try:
        require_window()
        take(
            options.out,
            options.connect,
            seconds=options.seconds,
            page=options.page,
            theme=options.theme,
            size=(int(width), int(height)) if options.size else None,
        )
    except RtsynthError as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
