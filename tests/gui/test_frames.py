"""The program that measures the window: what it counts, and that it runs."""

import subprocess
import sys

import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.frames import Clock, MeasuredLink, MeasuredWindow, opened
from tests.gui.peer import Peer
from tests.places import ROOT


def test_a_frame_is_what_was_done_between_two_ticks() -> None:
    now_s = [10.0]

    def works(seconds: float) -> None:
        now_s[0] += seconds

    clock = Clock(wall=lambda: now_s[0], cpu=lambda: now_s[0] / 2)
    clock.tick(0.0)
    with clock.counted():
        works(0.25)
        with clock.counted():
            works(0.5)
    works(1.0)  # which is not the window's
    clock.tick(0.5)
    clock.tick(2.0)
    assert clock.frames == [(0.75, 0.375), (0.0, 0.0)]
    assert clock.table() == {
        "wall": [375.0, 742.5, 750.0],
        "cpu": [187.5, 371.25, 375.0],
        "interval": [1000.0, 1490.0, 1500.0],
    }
    clock.forget()
    assert clock.frames == []


def test_reading_handling_and_painting_are_counted(qt: QApplication, peer: Peer) -> None:
    with opened(peer.port, (1280, 720), settle_s=0.2) as window:
        assert isinstance(window, MeasuredWindow)
        assert isinstance(window.link, MeasuredLink)
        assert (window.width(), window.height()) == (1280, 720)
        before = len(window.clock.frames)
        window.clock.forget()
        window.repaint()
        window.draw_frame()
        window.draw_frame()
        assert before or window.clock.frames
        assert max(wall_s for wall_s, _ in window.clock.frames) > 0


@pytest.mark.measure
@pytest.mark.system
def test_the_program_prints_a_table() -> None:
    words = ["--frames", "--seconds", "1", "--plugins", "clarinet-trumpet"]
    command = [sys.executable, "-m", "tests.gui.frames", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| 1280 x 720")]
    assert [row.split("|")[2].strip() for row in rows] == ["wall", "cpu", "interval"]
    wall_ms, cpu_ms, interval_ms = (float(row.split("|")[3]) for row in rows)
    assert 0 < cpu_ms <= wall_ms * 1.1
    assert interval_ms >= 15.0, "a frame waits for its time"
