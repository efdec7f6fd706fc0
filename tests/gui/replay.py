"""What a frame costs, whatever else the machine does: `python -m tests.gui.replay`.

What a playing engine (`tests.gui.playing_engine`) sends to a window is taken down. Then it is given
to a window again, frame by frame, and the CPU time of each frame is measured: handling what
arrived, and painting. On a busy machine `tests.gui.frames` measures frames that come late and have
more to handle; here each has what it would have on a quiet one.
"""

import argparse
import socket
import sys
import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from rtsynth_gui.app import application
from rtsynth_gui.link.link import WANTED, EngineLink
from rtsynth_gui.link.message import message
from rtsynth_gui.widgets.sound_view import BOTH
from rtsynth_gui.window import FRAME_MS, Window
from tests.gui.frames import PAGE, PLUGINS, SIZES, PlayingEngine
from tests.gui.own_folders import own_folders

RENEW_S = 3.0  # as a window does
TURN_S = 0.1
SETTLE_S = 3.0  # at the beginning of a replay: what is shown is built
PERCENTILES = (50.0, 99.0, 100.0)
MESSAGES = (
    ("/notify", 1, *WANTED, "network/1"),
    ("/describe",),
    ("/slot/1/network/get",),
    ("/status",),
)


class Sent(NamedTuple):
    """A datagram, and when it came, counted from the first one."""

    at_s: float
    datagram: bytes


def taken_down(port: int, seconds: float) -> list[Sent]:
    """What an engine on this machine sends to a window."""
    kept: list[Sent] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        client.connect(("127.0.0.1", port))
        client.settimeout(TURN_S)
        began_s = time.perf_counter()
        renewed_s = float("-inf")
        while (now_s := time.perf_counter() - began_s) < seconds:
            if now_s - renewed_s > RENEW_S:
                renewed_s = now_s
                for address, *arguments in MESSAGES:
                    client.send(message(str(address), *arguments))
            try:
                kept.append(Sent(now_s, client.recv(1 << 16)))
            except TimeoutError:
                continue
        client.send(message("/notify", 0))
    return kept


class PlayedBack(EngineLink):
    """Sends nothing, and receives what it is given."""

    def _transmit(self, datagram: bytes) -> None:
        pass

    def begin(self) -> None:
        """The engine answers."""
        self.answering = True
        self.answering_changed.emit(True)


def replay(
    sent: list[Sent], size: tuple[int, int], page: str, frame_s: float = FRAME_MS / 1000
) -> NDArray[np.float64]:
    """CPU seconds [frames] of a window of that size, from `SETTLE_S` on."""
    link = PlayedBack("127.0.0.1", 1)
    window = Window(link, QSize(*size))
    window.show()
    link.begin()
    costs: list[float] = []
    waiting = list(reversed(sent))
    began_s = time.perf_counter()
    for frame in range(1, int(sent[-1].at_s / frame_s)):
        at_s = frame * frame_s
        time.sleep(max(began_s + at_s - time.perf_counter(), 0.0))
        busy_s = time.thread_time()
        while waiting and waiting[-1].at_s <= at_s:
            link.inbox.file(waiting.pop().datagram)
        window.draw_frame()
        QApplication.processEvents()
        costs.append(time.thread_time() - busy_s)
        if frame == int(SETTLE_S / frame_s / 2):
            window.deck.sound.switches[BOTH].setChecked(True)
            window.side.turn_to(page)
    window.close()
    window.deleteLater()
    return np.array(costs[int(SETTLE_S / frame_s) :])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gui.replay", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="that are played")
    parser.add_argument("--page", default=PAGE, help="of the side panel")
    parser.add_argument("--frame-ms", type=float, default=FRAME_MS)
    parser.add_argument("--plugins", nargs="*", default=list(PLUGINS))
    options = parser.parse_args()
    with own_folders():
        application()
        with PlayingEngine(plugins=tuple(options.plugins)) as engine:
            sent = taken_down(engine.playing["port"], options.seconds)
        print(f"{', '.join(engine.playing['plugins'])}: CPU time of a frame in ms")
        print("| window | p50 | p99 | max | of a core |\n|---|---|---|---|---|")
        for size in SIZES:
            costs_ms = replay(sent, size, options.page, options.frame_ms / 1000) * 1000
            cells = " | ".join(f"{p:.1f}" for p in np.percentile(costs_ms, PERCENTILES))
            share = costs_ms.mean() / options.frame_ms
            print(f"| {size[0]} x {size[1]} | {cells} | {share:.0%} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
