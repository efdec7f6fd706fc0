"""News of a real JACK server."""

import statistics
import subprocess
import sys
import time
from typing import Any

import pytest

from rtsynth.control.midi import news
from rtsynth.control.midi.jack_news import _CALLS, JackNews, open_jack_news
from rtsynth.control.midi.ports import MidiInputs
from rtsynth.control.midi.rtmidi import MidiSystem
from rtsynth.control.midi.watch import Watch
from rtsynth.host.audio.jack import open_client
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = [pytest.mark.measure, pytest.mark.alone, pytest.mark.jack]

ROUNDS = 5
HOLDS_A_KEY = """
import time
from tests.rtsynth.control.midi.keyboard import Keyboard
keyboard = Keyboard("keys")
time.sleep(0.5)
while True:
    keyboard.send(0x90, 70, 100)
    time.sleep(3600)
"""


class TimedEngine(RecordingEngine):
    """Knows when a note was last released; whoever waits for it may get the GIL much later."""

    released_s = 0.0

    def note_off(self, *arguments: Any, **named: Any) -> None:
        self.released_s = time.monotonic()
        super().note_off(*arguments, **named)


class Witness(JackNews):
    """Knows when the server first said that a port went."""

    went_s: float | None = None

    def _note(self, port: int, came: int, _: int | None) -> None:
        if not came and self.went_s is None:
            self.went_s = time.monotonic()


@pytest.fixture
def only_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports are not looked for without news."""
    monkeypatch.setattr(news, "OFTEN_S", 3600.0)
    monkeypatch.setattr(news, "SELDOM_S", 3600.0)


def test_ports_that_come_and_go_are_news(jack: None) -> None:
    opened = open_jack_news()
    assert opened is not None
    assert opened.is_complete
    wait_until(lambda: not opened.came())
    for _ in range(3):
        keyboard = Keyboard("keys")
        assert wait_until(opened.came)
        keyboard.unplug()
        assert wait_until(opened.came)
    opened.close()


def test_a_key_that_is_held_is_released_when_its_device_goes(jack: None, only_news: None) -> None:
    """Within 50 ms of the server's word, in the median of several rounds."""
    engine = TimedEngine()
    opened = open_client("rtsynth-witness", _CALLS)
    assert opened is not None
    witness = Witness(*opened)
    took_s, from_end_s = [], []
    with MidiInputs(engine, jack=True) as inputs:
        for number in range(ROUNDS):
            with subprocess.Popen([sys.executable, "-c", HOLDS_A_KEY]) as process:
                try:
                    engine.wait_for(2 * number + 1)
                finally:
                    witness.went_s = None
                    process.kill()
                began_s = time.monotonic()
                calls = engine.wait_for(2 * number + 2)
            assert calls[-1] == ("note_off", 1, 70.0, None)
            assert wait_until(lambda: witness.went_s is not None and inputs.ports == [])
            from_end_s.append(engine.released_s - began_s)
            took_s.append(engine.released_s - witness.went_s)
    witness.close()
    for what, times_s in (("the server's word", took_s), ("the program's end", from_end_s)):
        print(f"released after {what}:", *(f"{each * 1000:.1f}" for each in times_s), "ms")
    assert statistics.median(took_s) < 0.05


def test_what_is_watched_comes_and_goes(jack: None, only_news: None) -> None:
    lines: list[str] = []
    system = MidiSystem(jack=True)
    watch = Watch([system], lambda port, text: lines.append(f"{port} {text}"))

    def shown(line: str) -> bool:
        watch.step()
        return line in lines

    keyboard = Keyboard("keys")
    assert wait_until(lambda: shown("keys:out is open"))
    keyboard.send(0xB0, 21, 64)
    assert wait_until(lambda: shown("keys:out CC 21 = 64, channel 1"))
    keyboard.unplug()
    assert wait_until(lambda: shown("keys:out is gone"))
    watch.close()
    system.close()
