"""Running the window: the application object, Ctrl-C, and the end."""

import atexit
import signal
import sys

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from rtsynth.common.errors import EngineError
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.settings.kept import kept_or_default
from rtsynth_gui.settings.language import install_translations
from rtsynth_gui.settings.scaling import apply, reopen
from rtsynth_gui.widgets.theme import SYSTEM, set_up_style
from rtsynth_gui.window import Window


def application() -> QApplication:
    """The one QApplication of this process, in the size and theme that are kept, in the language of
    the desktop.

    Raises:
        InputError: `RTSYNTH_LANGUAGE` names a language that there is not.
    """
    existing = QCoreApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    kept, _problem = kept_or_default()  # the window says it
    apply(kept.scale, "" if kept.shown_language == SYSTEM else kept.shown_language)
    created = QApplication(sys.argv[:1])
    created.setApplicationName("rtsynth")
    created.setDesktopFileName("rtsynth")
    set_up_style(created, kept.theme)
    install_translations(created)
    return created


def run(host: str, port: int) -> None:
    """Show the window until it is closed. SIGTERM closes it too.

    One that is to be opened again is so at the end of the process, when its threads have ended.

    Raises:
        InputError: the host cannot be resolved.
        EngineError: the display is gone: the window was not closed.
        KeyboardInterrupt: it was closed by Ctrl-C.
    """
    qt = application()
    window = Window(EngineLink(host, port))
    received: list[int] = []

    def end(number: int, frame: object) -> None:
        received.append(number)
        # Later: Python may be in the middle of painting.
        QTimer.singleShot(0, window.close)

    # The frame timer runs Python sixty times a second, so no wake-up socket is needed for these.
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        window.show()
        window.start()
        status = qt.exec()
    finally:
        KEPT.settle()
        for number, handler in before.items():
            signal.signal(number, handler)
    if window.watch.reopens and not received:
        atexit.register(reopen, window.link.endpoint)
    if signal.SIGINT in received:
        raise KeyboardInterrupt
    if status:  # of Qt, when it has lost the display
        raise EngineError("the window has lost its display")
