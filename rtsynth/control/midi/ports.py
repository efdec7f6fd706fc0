"""Live MIDI input: every port (or those with a name) is opened, found again, and read.

The ports are polled once a millisecond by one thread instead of calling back. On JACK, RtMidi
calls back from the realtime thread of its client; a Python callback there would wait for the GIL
and hold up the whole JACK graph, our own audio with it. (Elsewhere RtMidi joins its thread while
Python holds the GIL when a port is closed.) Between polls RtMidi queues the messages without
Python. Polling costs about 2 % of one core.

RtMidi does not report that a device came or went, so the list of ports is compared as well, and a
port that comes back under its name is opened again.
"""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import mido

from rtsynth.common.errors import RtsynthError
from rtsynth.common.log import RateLimitedLog
from rtsynth.control.midi.map import MidiMap
from rtsynth.control.midi.router import MidiRouter
from rtsynth.control.midi.rtmidi import MidiSystem, MidiUnavailableError, Port, PortError
from rtsynth.host.protocol import Controls

POLL_S = 0.001
LOOK_FOR_PORTS_S = 0.25

logger = logging.getLogger(__name__)


class MidiInputs:
    """Lets MIDI devices play an engine. Use as a context manager, or `start` and `stop`.

    Without MIDI on this machine `start` logs one warning, and nothing else happens.

    Args:
        engine: what the messages move.
        name: part of the names of the ports to open, in any case; None opens every port, "none"
            opens none.
        midi_map: which controller moves what.
        jack: read the MIDI of a JACK server; for when the sound goes there too.
        check_map: refuse a map that names a control that no loaded plugin has.

    Raises:
        InputError: the map names a control that no loaded plugin has.
    """

    def __init__(
        self,
        engine: Controls,
        name: str | None = None,
        midi_map: MidiMap | None = None,
        *,
        jack: bool = False,
        check_map: bool = True,
    ) -> None:
        if midi_map is not None and check_map:
            midi_map.check(engine.describe())
        self._engine, self._map = engine, midi_map
        self._name = name or ""
        self._jack = jack
        self._log = RateLimitedLog(logger)
        self._system: MidiSystem | None = None
        self._open: dict[str, Port] = {}  # by name
        self._routers: dict[str, MidiRouter] = {}  # of the open ports: each has 16 channels
        self._refused: set[str] = set()  # ports that did not open, until they go away
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def ports(self) -> list[str]:
        """Names of the ports that are open."""
        return list(self._open)

    def summary(self) -> str:
        """What is open, for a line on the terminal."""
        if self._system is None:
            return "off"
        return ", ".join(self._open) or "waiting for a device"

    def start(self) -> None:
        """Open the ports there are, and keep looking for others."""
        if self._name == "none":
            return
        try:
            system = self._system = MidiSystem(jack=self._jack)
        except MidiUnavailableError as error:
            logger.warning("%s; playing without MIDI", error)
            return
        self._compare_ports(system)
        if self._name and not self._open:
            present = ", ".join(system.names()) or "none"
            logger.warning(
                "--midi %s: no such input yet (inputs: %s); waiting for it", self._name, present
            )
        self._thread = threading.Thread(target=self._run, args=(system,), name="midi", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the ports."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for port in self._open.values():
            port.close()
        self._open.clear()
        if self._system is not None:
            self._system.close()
            self._system = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # ------------------------------------------------------------------------------ the thread

    def _run(self, system: MidiSystem) -> None:
        look_at_s = time.monotonic() + LOOK_FOR_PORTS_S
        while not self._stopping.is_set():
            for name, port in self._open.items():
                while (data := port.read()) is not None:
                    self._handle(name, data)
            if time.monotonic() >= look_at_s:
                look_at_s = time.monotonic() + LOOK_FOR_PORTS_S
                self._compare_ports(system)
            time.sleep(POLL_S)

    def _handle(self, port: str, data: list[int]) -> None:
        self._try(port, lambda: self._routers[port].handle(mido.Message.from_bytes(data)))

    def _try(self, port: str, action: Callable[[], None]) -> None:
        try:
            action()
        except (RtsynthError, ValueError) as error:  # ValueError: bytes that are no MIDI message
            self._log.warning(f"midi: {port}: {error}")
        except Exception as error:  # a bug of ours: log it and keep playing
            self._log.warning(f"midi: {port}: internal error", error)

    def _router_of(self, port: str) -> MidiRouter:
        def clamped(kind: str, asked: float, applied: float) -> None:
            text = f"{kind}: {asked:.5g} is out of range: clamped to {applied:g}"
            self._log.warning(f"midi: {port}: {text}")

        return MidiRouter(self._engine, self._map, port=port, clamped=clamped)

    def _compare_ports(self, system: MidiSystem) -> None:
        present = system.names()
        wanted = [name for name in present if self._name.casefold() in name.casefold()]
        for name in set(self._open) - set(wanted):
            self._open.pop(name).close()
            self._try(name, self._routers.pop(name).let_go)  # no one holds its keys any more
            logger.info("midi: %s is gone", name)
        self._refused &= set(wanted)
        for name in wanted:
            if name in self._open or name in self._refused:
                continue
            try:
                port = system.open(name)
            except (MidiUnavailableError, PortError) as error:
                self._refused.add(name)
                logger.warning("midi: %s cannot be opened: %s", name, error)
                continue
            self._open[name] = port
            self._routers[name] = self._router_of(name)
            logger.info("midi: %s", name)
