"""Run as a program: a window on 127.0.0.1:PORT, on the display that there is; prints a line of JSON
about its room once it shows the engine, and keeps a picture in a file that is named behind."""

import json
import sys
import time

from PySide6.QtCore import QPoint, Qt

from rtsynth_gui.app import application
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.fitting import SETTLED_FRAMES
from rtsynth_gui.panels.within_screen import WithinScreen
from rtsynth_gui.window import FRAME_MS, Window

PATIENCE_S = 60.0


def main(port: str, picture: str = "") -> int:
    qt = application()
    window = Window(EngineLink("127.0.0.1", int(port)))
    window.show()
    window.start()
    window.side.turn_to("Browser")
    end_s = time.monotonic() + PATIENCE_S
    settled_s = float("inf")
    while (now_s := time.monotonic()) < min(settled_s, end_s):
        qt.processEvents()
        time.sleep(0.005)
        if window.panels and settled_s > end_s:
            settled_s = now_s + 2 * SETTLED_FRAMES * FRAME_MS / 1000
    area = window.centralWidget()
    assert isinstance(area, WithinScreen)
    free, frame = window.screen().availableGeometry(), window.frameGeometry()
    last = window.transport.views["Train"]
    last.setFocus(Qt.FocusReason.TabFocusReason)  # as Tab does
    area.ensureWidgetVisible(last)
    qt.processEvents()
    least = area.widget().minimumSizeHint()
    place = last.mapTo(area.viewport(), QPoint(0, 0))
    found = {
        "screen": [free.width(), free.height()],
        "window": [frame.width(), frame.height()],
        "least": [least.width(), least.height()],
        "scrolls": area.horizontalScrollBar().maximum() > 0,
        "down": area.verticalScrollBar().maximum() > 0,
        "reached": area.viewport().rect().contains(last.rect().translated(place)),
    }
    print(json.dumps(found), flush=True)
    if picture:
        window.grab().save(picture)
    window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
