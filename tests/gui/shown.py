"""Run as a program: a window on HOST:PORT; for every line of input, a line of JSON about what it
shows. A window and its values are then compared with those of another one."""

import json
import sys

from PySide6.QtCore import QSocketNotifier

from rtsynth_gui.app import application
from rtsynth_gui.link.link import EngineLink, parse_connect
from rtsynth_gui.window import Window

SILENT_DB = -55.0


def shown(window: Window) -> dict[str, object]:
    """What a performer sees: the slots, every value, what is in front, what is said."""
    values = {
        address: view.entry.text()
        for panel in window.panels.values()
        for address, view in panel.rows.items()
    }
    for strip in window.rack.every_strip:
        values |= {
            f"{part.control.address} {number}": f"{part.shown_value:g}"
            for number, part in enumerate(strip.parts)
            if part.control is not None
        }
    return {
        "answering": window.link.answering,
        "slots": {number: panel.slot.plugin for number, panel in window.panels.items()},
        "values": values,
        "front": window.current.slot.number if window.current is not None else 0,
        "page": window.side.page,
        "message": window.transport.message.toolTip(),
        "sounding": {
            number: strip.meter.ballistics.level_db > SILENT_DB
            for number, strip in window.rack.strips.items()
        },
        "level_db": window.deck.level.ballistics.level_db,
    }


def main(connect: str) -> int:
    qt = application()
    window = Window(EngineLink(*parse_connect(connect)))

    def asked() -> None:
        line = sys.stdin.readline()
        if not line:
            window.close()
            return
        words = line.split()
        match words:
            case ["front", number]:
                window.deck.show_slot(int(number))
            case ["page", name]:
                window.side.turn_to(name)
        print(json.dumps(shown(window)), flush=True)

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, window)
    notifier.activated.connect(asked)
    window.show()
    window.start()
    return qt.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
