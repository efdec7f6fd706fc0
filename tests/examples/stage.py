"""An engine that the examples play, as their heads say to start it, and what becomes of it."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth.engine.program.layout import BUILT_IN, VOICE_TARGETS
from tests.places import ROOT
from tests.rtsynth.control.osc_client import PATIENCE_S, OscClient
from tests.rtsynth.shared_engine import SharedEngine

EXAMPLES = ROOT / "examples"
PLUGIN = ROOT / "models" / "plugins" / "clarinet-trumpet.safetensors"
START = "rtsynth play clarinet-trumpet --voices 4"  # what the examples' heads say
FLAGS = ("--voices", "4")
PITCH_ROW = BUILT_IN + 2  # instrument, amplitude, pitch
SPECTRUM = 1 << 19
AUDIBLE = 0.01
LONGEST_S, RENEW_S = 60.0, 4.0

Where = Callable[[OscMessage], bool]


class Sound(NamedTuple):
    """Some of what an engine put out."""

    audio: NDArray[np.float64]
    rate_hz: int

    def since_it_began(self, start_s: float, end_s: float) -> "Sound":
        """A part, counted from where something begins to be heard for a while."""
        block = self.rate_hz // 50
        blocks = self.audio[: self.audio.size // block * block].reshape(-1, block)
        heard = np.abs(blocks).max(axis=1) > AUDIBLE
        begin = block * int(np.argmax(sliding_window_view(heard, 20).all(axis=1)))
        start, end = (begin + round(seconds * self.rate_hz) for seconds in (start_s, end_s))
        assert end <= self.audio.size
        return Sound(self.audio[start:end], self.rate_hz)

    def spectrum(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(MIDI pitches, magnitudes)."""
        magnitudes = np.abs(np.fft.rfft(self.audio * np.hanning(self.audio.size), SPECTRUM))
        frequencies = np.maximum(np.arange(magnitudes.size), 1) * self.rate_hz / SPECTRUM
        return 69 + 12 * np.log2(frequencies / 440), magnitudes / self.audio.size

    def pitches_near(self, asked: Sequence[float]) -> list[float]:
        """The strongest pitch within 1.5 semitones of each of those."""
        return [self._strongest(pitch)[0] for pitch in asked]

    def level_db(self, pitch: float) -> float:
        """Of the partial near a pitch."""
        return float(20 * np.log10(self._strongest(pitch)[1] + 1e-9))

    def pitch_track(self, asked: float) -> NDArray[np.float64]:
        """The strongest pitch near `asked` in each twelfth of a second, four times as often."""
        length = self.rate_hz // 12
        starts = range(0, self.audio.size - length, length // 4)
        parts = (Sound(self.audio[start : start + length], self.rate_hz) for start in starts)
        return np.array([part.pitches_near([asked])[0] for part in parts])

    def _strongest(self, asked: float) -> tuple[float, float]:
        pitches, magnitudes = self.spectrum()
        near = np.abs(pitches - asked) < 1.5
        best = np.argmax(magnitudes[near])
        return float(pitches[near][best]), float(magnitudes[near][best])


class Stage:
    """The engine, a client that gives it commands, and one that follows what happens."""

    def __init__(
        self, engine: SharedEngine, client: OscClient, follower: OscClient, folder: Path, log: Path
    ) -> None:
        self.port, self.client = engine.port, client
        self._follower, self._folder, self._log = follower, folder, log
        self._takes = 0

    def follow(self) -> None:
        """Subscribe to values and notes."""
        self._follower.send("/notify", 1, "values", "events")
        self._follower.sync()

    def renew(self) -> None:
        """Stay subscribed, which ends after 10 s."""
        self._follower.send("/ping")

    def sent(self, address: str, where: Where = lambda message: True) -> tuple[Any, ...]:
        """Arguments of the next message with that address; others are passed over."""
        end_s = time.monotonic() + LONGEST_S
        while True:
            self.renew()
            try:
                return self._follower.expect(address, RENEW_S, where)
            except AssertionError:
                if time.monotonic() > end_s:
                    raise

    def record(self, seconds: float) -> Sound:
        """What sounds in the next seconds."""
        return self.recorded(lambda: time.sleep(seconds))

    def recorded(self, happens: Callable[[], object]) -> Sound:
        """What sounds while something happens."""
        self._takes += 1
        path = self._folder / f"take-{self._takes}.wav"
        self.client.ask("/record/start", str(path), reply="/done")
        happens()
        self.client.ask("/record/stop", reply="/done")
        audio, rate_hz = soundfile.read(path, always_2d=True)
        return Sound(audio.mean(axis=1), rate_hz)

    def notes(self, count: int) -> list[tuple[float, float]]:
        """(pitch, velocity) of the next so many notes."""
        played = [self.sent("/slot/1/note/on") for _ in range(count)]
        return [(pitch, round(velocity, 3)) for pitch, velocity in played]

    def value(self, address: str, wanted: float) -> None:
        """Wait until a control has been moved to a value."""
        self.sent(address, lambda message: abs(message.arguments[0] - wanted) < 1e-4)

    def refusals(self, messages: Iterable[tuple[str, tuple[Argument, ...]]]) -> list[OscMessage]:
        """Send these messages; the answers that say that one cannot be obeyed.

        A port that they name for answers is replaced by our own.
        """
        for address, arguments in messages:
            if address == "/notify" and len(arguments) > 1:
                arguments = (arguments[0], self.client.port, *arguments[2:])
            self.client.send(address, *arguments)
        self.client.send("/sync", 77)
        found = []
        for message in self.client.messages(PATIENCE_S):
            if message == OscMessage("/synced", (77,)):
                return found
            if message.address == "/fail":
                found.append(message)
        raise AssertionError("no answer to /sync")

    def assignments(self) -> list[tuple[Any, ...]]:
        """What modulates what in slot 1: source, parameter, depth of each."""
        self.client.send("/slot/1/modulation")
        found = []
        for message in self.client.messages(PATIENCE_S):
            if message == OscMessage("/done", ("/slot/1/modulation",)):
                return found
            if message.address == "/slot/1/modulate":
                found.append(message.arguments)
        raise AssertionError("no end of the list of assignments")

    def states(self) -> tuple[list[str], str]:
        """The names of the states of slot 1, and the one that notes begin from."""
        _, _, *names = self.client.ask("/slot/1/bank/list", reply="/slot/1/bank/names")
        (start,) = self.client.expect("/slot/1/bank/start")
        self.client.expect("/slot/1/bank/loop")
        return names, start

    def onsets(self) -> NDArray[np.int64]:
        """Frames for which notes were asked, in order, since the engine started."""
        lines: list[dict[str, Any]] = [
            json.loads(line) for line in self._log.read_text().splitlines() if line.endswith("}")
        ]
        return np.array(
            [
                line["at"]
                for line in lines
                if line["line"] == "event" and line["target"] % VOICE_TARGETS == PITCH_ROW
            ]
        )
