"""What the window costs: `python -m tests.gui.frames --all`; it needs a display (or Xvfb).

A real engine plays a full rack (the plugins that ship, as many as play in real time) in a process
of its own, with LFOs, moving gains and notes. The window shows all of it at 60 frames a second:
waveform and spectrogram, and beside the rack one of the pages (--page).

--frames     how long a frame takes, and how far frames are apart, at each of `SIZES`; and how much
             of a core the window's process takes
--callbacks  how long the engine's callbacks take with the window and without it, in turns
--memory     how much the window's memory grows in --minutes
--all        the three of them
--profile    where a frame's time goes

A frame: everything that is done on the window's thread between two ticks of its timer: reading
what the engine sent, handling it, and painting; in wall time, and in CPU time of that thread,
which a busy machine changes less.
"""

import argparse
import cProfile
import gc
import json
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QSize, QTimer

from rtsynth_gui.app import application
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets.sound_view import BOTH
from rtsynth_gui.window import Window
from tests.gui.own_folders import own_folders
from tests.places import ROOT

PLUGINS = ("clarinet-trumpet", "pops", "vessel", "voices")
SIZES = ((1280, 720), (1920, 1080))
FRAME_MS = 16  # 60 a second, as far as whole milliseconds go
PAGE = "Network"  # what moves most
PERCENTILES = (50.0, 99.0, 100.0)
SETTLE_S = 3.0
PATIENCE_S = 120.0
WARM_S = 300.0  # until memory is compared with itself
MIB = 1 << 20


@dataclass
class Clock:
    """Wall and CPU seconds that were spent since the last tick, and those of every frame."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.thread_time
    frames: list[tuple[float, float]] = field(default_factory=list)
    ticks_s: list[float] = field(default_factory=list)
    _wall_s: float = 0.0
    _cpu_s: float = 0.0
    _deep: bool = False

    @contextmanager
    def counted(self) -> Iterator[None]:
        """What is done inside belongs to the frame; what is done inside that is counted once."""
        if self._deep:
            yield
            return
        self._deep = True
        wall_s, cpu_s = self.wall(), self.cpu()
        try:
            yield
        finally:
            self._deep = False
            self._wall_s += self.wall() - wall_s
            self._cpu_s += self.cpu() - cpu_s

    def tick(self, now_s: float) -> None:
        """A frame begins: the one before it is over."""
        if self.ticks_s:
            self.frames.append((self._wall_s, self._cpu_s))
        self.ticks_s.append(now_s)
        self._wall_s = self._cpu_s = 0.0

    def forget(self) -> None:
        """Begin anew."""
        self.frames, self.ticks_s = [], []
        self._wall_s = self._cpu_s = 0.0

    def table(self) -> dict[str, list[float]]:
        """`PERCENTILES` in ms of the wall time, the CPU time, and the intervals of frames."""
        wall, cpu = np.array(self.frames).reshape(-1, 2).T
        rows = {"wall": wall, "cpu": cpu, "interval": np.diff(self.ticks_s)}
        return {
            name: [round(float(p) * 1000, 2) for p in np.percentile(seconds, PERCENTILES)]
            for name, seconds in rows.items()
        }


class MeasuredLink(EngineLink):
    """Counts what reading takes."""

    clock: Clock

    def _read(self) -> None:
        with self.clock.counted():
            super()._read()


class MeasuredWindow(Window):
    """Counts what frames and painting take."""

    clock: Clock

    def draw_frame(self) -> None:
        self.clock.tick(time.perf_counter())
        with self.clock.counted():
            super().draw_frame()

    def event(self, event: QEvent) -> bool:
        # All that is painted is painted by the window's update.
        if event.type() in (QEvent.Type.UpdateRequest, QEvent.Type.LayoutRequest):
            with self.clock.counted():
                return super().event(event)
        return super().event(event)


class PlayingEngine:
    """The process of `tests.gui.playing_engine`."""

    def __init__(self, port: int = 0, plugins: tuple[str, ...] = PLUGINS) -> None:
        words = [sys.executable, "-m", "tests.gui.playing_engine", str(port), *plugins]
        self._process = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.playing = self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line

    def __enter__(self) -> "PlayingEngine":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)

    def callbacks(self) -> dict[str, float]:
        """How long they took since this was asked last."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()


def rest(seconds: float) -> None:
    """The event loop as it runs for a performer: asleep while there is nothing to do."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


@contextmanager
def opened(
    port: int, size: tuple[int, int], page: str = PAGE, settle_s: float = SETTLE_S
) -> Iterator[MeasuredWindow]:
    """A window of that size which shows all there is, with a page of the side panel."""
    link = MeasuredLink("127.0.0.1", port)
    link.clock = Clock()
    window = MeasuredWindow(link, QSize(*size))
    window.clock = link.clock
    window.frame_timer.setInterval(FRAME_MS)
    window.show()
    window.start()
    end_s = time.monotonic() + PATIENCE_S
    while not window.panels:
        rest(0.1)
        if time.monotonic() > end_s:
            raise SystemExit("the engine does not answer")
    window.deck.sound.switches[BOTH].setChecked(True)
    window.side.turn_to(page)
    rest(settle_s)
    window.clock.forget()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        rest(0.1)


def measure_frames(
    port: int, size: tuple[int, int], page: str, seconds: float
) -> tuple[dict[str, list[float]], float]:
    """See `Clock.table`; and the CPU time of the process, all its threads, by wall time."""
    with opened(port, size, page) as window:
        began_s, busy_s = time.perf_counter(), time.process_time()
        rest(seconds)
        share = (time.process_time() - busy_s) / (time.perf_counter() - began_s)
        return window.clock.table(), share


def measure_callbacks(engine: PlayingEngine, seconds: float, rounds: int) -> dict[str, float]:
    """Each round's 99.9th percentile with the window over that of the seconds before without it;
    the medians of the rounds, and of the ratio, in wall and CPU time."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        engine.callbacks()
        rest(seconds)
        headless = engine.callbacks()
        with opened(engine.playing["port"], SIZES[0]):
            engine.callbacks()
            rest(seconds)
            shown = engine.callbacks()
        for name in ("p50", "p999", "cpu_p50", "cpu_p999", "xruns"):
            found.setdefault(f"{name} headless", []).append(headless[name])
            found.setdefault(f"{name} with the window", []).append(shown[name])
            if headless[name]:
                found.setdefault(f"{name} ratio", []).append(shown[name] / headless[name])
    return {name: round(float(np.median(each)), 3) for name, each in found.items()}


def resident_mib() -> float:
    """Memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def measure_memory(port: int, minutes: float, say: Callable[[str], None]) -> dict[str, float]:
    """MiB after a warm-up and at the end, and by how many objects the heap grew meanwhile."""
    with opened(port, SIZES[0]) as window:
        rest(min(WARM_S, minutes * 60 / 3))
        gc.collect()
        first, objects = resident_mib(), len(gc.get_objects())
        end_s = time.monotonic() + minutes * 60
        most = first
        while (left_s := end_s - time.monotonic()) > 0:
            rest(min(60.0, left_s))
            window.clock.forget()
            most = max(most, resident_mib())
            say(f"{resident_mib():.1f} MiB")
        gc.collect()
        return {
            "MiB after the warm-up": round(first, 1),
            "MiB at the end": round(resident_mib(), 1),
            "MiB at most": round(most, 1),
            "objects more": len(gc.get_objects()) - objects,
        }


def note(text: str) -> None:
    """Say how it is going."""
    print(text, file=sys.stderr, flush=True)


def profile(port: int, size: tuple[int, int], page: str, seconds: float) -> None:
    """Print what the window's thread did."""
    with opened(port, size, page):
        profiler = cProfile.Profile()
        profiler.runcall(rest, seconds)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gui.frames", description=__doc__)
    for name in ("frames", "callbacks", "memory", "all", "profile"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=6, help="with and without the window")
    parser.add_argument("--minutes", type=float, default=30.0, help="that memory is watched")
    parser.add_argument("--page", default=PAGE, help="of the side panel")
    parser.add_argument("--port", type=int, default=0, help="the engine's; any free one")
    parser.add_argument("--plugins", nargs="*", default=list(PLUGINS))
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "" if os.environ.get("DISPLAY") else "offscreen")
    with own_folders():
        measure(options)
    return 0


def measure(options: argparse.Namespace) -> None:
    """What the options ask for."""
    application()
    with PlayingEngine(options.port, tuple(options.plugins)) as engine:
        port = engine.playing["port"]
        playing = engine.playing
        print(
            f"plays {', '.join(playing['plugins'])}: load {playing['load']}, "
            f"{'realtime' if playing['realtime'] else 'ordinary'} priority"
        )
        if options.frames or options.all:
            print("| window | what | p50 | p99 | max (ms) |\n|---|---|---|---|---|", flush=True)
            for size in SIZES:
                table, share = measure_frames(port, size, options.page, options.seconds)
                for name, row in table.items():
                    cells = " | ".join(f"{value:.2f}" for value in row)
                    print(f"| {size[0]} x {size[1]} | {name} | {cells} |", flush=True)
                print(f"{size[0]} x {size[1]}: {share:.0%} of a core", flush=True)
        if options.callbacks or options.all:
            for name, value in measure_callbacks(engine, options.seconds, options.rounds).items():
                print(f"callbacks, {name}: {value}", flush=True)
        if options.memory or options.all:
            for name, value in measure_memory(port, options.minutes, note).items():
                print(f"memory, {name}: {value}", flush=True)
        if options.profile:
            profile(port, SIZES[-1], options.page, options.seconds)


if __name__ == "__main__":
    sys.exit(main())
