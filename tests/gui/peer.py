"""The engine's side of the conversation, played by the test over a real UDP socket."""

import json
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rtsynth.control.osc.packet import Argument, OscMessage, decode, encode

POLL_S = 0.005


def control(name: str, low: float, high: float, value: float, **more: Any) -> dict[str, Any]:
    """One entry of a description."""
    fields = {"unit": "", "curve": "linear", "role": "conditioning", "description": ""} | more
    return {
        "name": name, "minimum": low, "maximum": high, "default": value, "value": value, **fields
    }  # fmt: skip


def description(slots: int = 1, **changed: Any) -> dict[str, Any]:
    """What an engine with the clarinet-trumpet plugin in every slot says."""
    slot = {
        "plugin": "clarinet-trumpet",
        "description": "A GRU of 4 x 48 units trained on a clarinet and a trumpet",
        "sample_rate_hz": 16_000,
        "path": "clarinet-trumpet.safetensors",
        "parameters": [
            control("instrument", 0.0, 1.0, 0.0, description="0 clarinet, 1 trumpet"),
            control("amplitude", 0.0, 1.0, 0.7, role="amplitude"),
            control("pitch", 64.0, 76.0, 69.0, unit="MIDI", role="pitch"),
        ],
        "controls": [
            control("gain", -60.0, 12.0, 0.0, unit="dB", description="output level"),
            control("temperature", 0.0, 2.0, 1.0, description="0 is the most probable"),
            control("top_k", 0.0, 256.0, 0.0, unit="codes", description="0 keeps every code"),
            control("top_p", 0.01, 1.0, 1.0, description="1 keeps every code"),
        ],
    } | changed
    return {"version": "0.1.0", "slots": [{"slot": 1 + n} | slot for n in range(slots)]}


def mixed(slots: int = 1) -> dict[str, Any]:
    """The same of an engine that describes its mixer."""
    described = description(slots)
    strip = [control("mixer.pan", -1.0, 1.0, 0.0)]
    strip += [control(f"mixer.{name}", 0.0, 1.0, 0.0) for name in ("mute", "solo")]
    for slot in described["slots"]:
        slot["mixer"] = strip
    master = [control("gain", -60.0, 12.0, 0.0, unit="dB"), control("dc_block", 0.0, 1.0, 0.0)]
    return described | {"master": master}


def generated(name: str, low: float, high: float, tier: str, rate_hz: int, **more: Any) -> Any:
    """One entry of a parameter that a tier makes."""
    fields = {
        "generated": True, "tier": tier, "rate_hz": rate_hz, "upsampling": "linear",
        "delay_ms": 1000 / rate_hz, "reaction_ms": 1000 / rate_hz + 3, "taken": False,
        "followed": (low + high) / 2,
    }  # fmt: skip
    return control(name, low, high, low, **(fields | more))


def adjustments(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The three controls that come with a generated parameter."""
    span = entry["maximum"] - entry["minimum"]
    name, unit = entry["name"], entry["unit"]
    return [
        control(f"{name}.take", 0.0, 1.0, 0.0),
        control(f"{name}.offset", -span, span, 0.0, unit=unit),
        control(f"{name}.scale", 0.0, 4.0, 1.0),
    ]


def tiered() -> dict[str, Any]:
    """What an engine with a plugin of three tiers says: one knob, 3 and 13 generated values."""
    motion = [
        generated("rmse", 0.0, 0.5, "motion", 125),
        generated("centroid", 200.0, 6000.0, "motion", 125, unit="Hz", curve="exponential"),
        generated("pitch", 48.0, 84.0, "motion", 125, unit="MIDI", role="pitch"),
    ]
    timbre = [generated(f"mfcc_{n}", -40.0, 40.0, "timbre", 500) for n in range(13)]
    described = description(
        plugin="creek",
        description="three tiers trained on a creek",
        # Not in the order of the tiers, as a manifest may have them.
        parameters=[*timbre, control("fill", 0.0, 1.0, 0.3, reaction_ms=26.2), *motion],
    )
    gain, temperature, *cuts = described["slots"][0]["controls"]
    betas = [control(f"{tier}.beta", 0.1, 10.0, 1.0) for tier in ("motion", "timbre")]
    described["slots"][0]["controls"] = [
        gain | {"reaction_ms": 3.0},
        temperature | {"reaction_ms": 3.0},
        *cuts,
        *[each for entry in (*timbre, *motion) for each in adjustments(entry)],
        *[each | {"reaction_ms": 26.0} for each in betas],
    ]
    return described


class Peer:
    """Answers like an engine and remembers what it was sent.

    With `tone`, it also sends a waveform, meters and load at the engine's pace.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        describes: dict[str, Any] | None = None,
        tone: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
        rate_hz: int = 48_000,
    ) -> None:
        self.describes = describes or description()
        self.status: dict[str, Any] = {
            "rate_hz": rate_hz, "block_frames": 128, "device": "Built-in Audio Analog Stereo",
            "recording": None,
        }  # fmt: skip
        self.options = ""  # what it says of its start; "": it does not know the question
        self.received: list[OscMessage] = []
        self.clients: set[tuple[Any, ...]] = set()
        self._tone = tone
        self._rate_hz = rate_hz
        self._frames = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(POLL_S)
        self.port: int = self._socket.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._socket.close()

    def tell(self, address: str, *arguments: Argument) -> None:
        """Send a message to every subscriber."""
        self.tell_raw(encode(address, *arguments))

    def tell_raw(self, datagram: bytes) -> None:
        for client in list(self.clients):
            self._socket.sendto(datagram, client)

    def values(self, address: str) -> list[float]:
        """The numbers that were sent to an address so far."""
        numbers = []
        for value in [m.arguments[0] for m in list(self.received) if m.address == address]:
            assert isinstance(value, int | float)
            numbers.append(float(value))
        return numbers

    def count(self, address: str) -> int:
        return sum(m.address == address for m in list(self.received))

    def _serve(self) -> None:
        next_s = time.monotonic()
        while not self._stopping.is_set():
            try:
                datagram, client = self._socket.recvfrom(65_536)
            except TimeoutError:
                pass
            else:
                for message in decode(datagram):
                    self.received.append(message)
                    self._answer(message, client)
            if self._tone is not None and time.monotonic() >= next_s:
                next_s += 1 / 30
                self._play()

    def _answer(self, message: OscMessage, client: tuple[Any, ...]) -> None:
        match message.address:
            case "/notify":
                (self.clients.add if message.arguments[0] else self.clients.discard)(client)
            case "/describe":
                reply = encode("/describe.reply", json.dumps(self.describes))
                self._socket.sendto(reply, client)
            case "/status":
                self._socket.sendto(encode("/status.reply", json.dumps(self.status)), client)
            case "/engine/options" if self.options:
                self._socket.sendto(encode("/engine/options.reply", self.options), client)
            case "/ping":
                self._socket.sendto(encode("/pong"), client)
            case "/record/start":
                self.status["recording"] = message.arguments[0]
            case "/record/stop":
                self.status["recording"] = None

    def _play(self) -> None:
        assert self._tone is not None
        count = self._rate_hz // 30
        time_s = (self._frames + np.arange(count)) / self._rate_hz
        self._frames += count
        samples = self._tone(time_s).astype("<f4")
        for start in range(0, count, 1000):
            self.tell("/scope", samples[start : start + 1000].tobytes())
        peak_db = 20 * float(np.log10(np.abs(samples).max() + 1e-6))
        rms_db = 10 * float(np.log10(np.mean(samples**2) + 1e-12))
        self.tell("/meter", 1, peak_db, rms_db)
        self.tell("/load", 0.21, 0)
