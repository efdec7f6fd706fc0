"""Shows what arrives from every MIDI input, as it arrives."""

import time
from collections.abc import Callable, Iterable

import mido

from rtsynth.control.midi.open_ports import OpenPorts, System
from rtsynth.control.midi.texts import text_of
from rtsynth.host.transport.midi_clock import MESSAGES as CLOCK_MESSAGES
from rtsynth.host.transport.midi_clock import MidiClock

POLL_S = 0.002
TEMPO_S = 2.0  # between two lines about a clock


class Watch:
    """Of the inputs of some systems; `show` is called with (port, text)."""

    def __init__(self, systems: Iterable[System], show: Callable[[str, str], None]) -> None:
        self._ports = [OpenPorts(system) for system in systems]
        self._show = show
        self._clocks: dict[str, MidiClock] = {}
        self._show_tempo_s: dict[str, float] = {}  # when the next line about it may come

    def step(self) -> None:
        """Show what has come since the last step."""
        now_s = time.monotonic()
        for ports in self._ports:
            came, gone = ports.look(now_s)
            for name in came:
                self._show(name, "is open")
            for name in gone:
                self._show(name, "is gone")
            ports.close_gone()
        for ports in self._ports:
            for name, data in ports.read():
                self.receive(name, data, now_s)

    def receive(self, port: str, data: list[int], now_s: float) -> None:
        """Show a message that came at a time."""
        try:
            message = mido.Message.from_bytes(data)
        except ValueError as error:
            self._show(port, f"{bytes(data).hex(' ')}: {error}")
            return
        if message.type in CLOCK_MESSAGES:
            self._clocks.setdefault(port, MidiClock()).handle(message.type, now_s)
        if message.type != "clock":
            self._show(port, text_of(message))
            return
        tempo = self._clocks[port].read(now_s).tempo_bpm
        if tempo is not None and now_s >= self._show_tempo_s.get(port, 0.0):
            self._show_tempo_s[port] = now_s + TEMPO_S
            self._show(port, f"clock, {tempo:g} bpm")

    def close(self) -> None:
        """Close the inputs."""
        for ports in self._ports:
            ports.close()

    def run(self) -> None:
        """Show for ever, until it is interrupted."""
        while True:
            self.step()
            time.sleep(POLL_S)
