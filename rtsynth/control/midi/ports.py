"""Live MIDI input: every port (or those with a name) is opened, found again, and read.

The ports are polled once a millisecond by one thread instead of calling back. On JACK, RtMidi
calls back from the realtime thread of its client; a Python callback there would wait for the GIL
and hold up the whole JACK graph, our own audio with it. (Elsewhere RtMidi joins its thread while
Python holds the GIL when a port is closed.) Between polls RtMidi queues the messages without
Python. Polling costs about 2 % of one core.

The list of ports is compared when there is news of them (`rtsynth.control.midi.news`), and every
now and then. A port that comes back under its name is opened again.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

import mido

from rtsynth.common.errors import RtsynthError
from rtsynth.common.log import RateLimitedLog
from rtsynth.control.midi.mpe import zone_bytes
from rtsynth.control.midi.open_ports import OpenPorts
from rtsynth.control.midi.router import MidiRouter
from rtsynth.control.midi.rtmidi import MidiSystem, MidiUnavailableError, PortError
from rtsynth.control.midi.texts import key_of, text_of
from rtsynth.host.mapping.monitor import Arrival
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.protocol import Engine
from rtsynth.host.transport.midi_clock import MESSAGES as CLOCK_MESSAGES

POLL_S = 0.001

logger = logging.getLogger(__name__)


class MidiInputs:
    """Lets MIDI devices play an engine. Use as a context manager, or `start` and `stop`.

    Without MIDI on this machine `start` logs one warning, and nothing else happens.

    Args:
        engine: what the messages move.
        name: part of the names of the ports to open, in any case; None opens every port, "none"
            opens none, "virtual" one that other programs connect to.
        midi_map: which controller moves what, below what is learned.
        jack: read the MIDI of a JACK server; for when the sound goes there too.
        check_map: refuse a map that names a control that no loaded plugin has.
        mpe: the zones that each port begins with; see `mpe.zone_bytes`.

    Raises:
        InputError: the map names a control that no loaded plugin has.
    """

    def __init__(
        self,
        engine: Engine,
        name: str | None = None,
        midi_map: MidiMap | None = None,
        *,
        jack: bool = False,
        check_map: bool = True,
        mpe: str | None = None,
    ) -> None:
        if midi_map is not None:
            if check_map:
                midi_map.check(engine.describe())
            engine.mappings.use_file(midi_map)
        self._engine = engine
        self._monitor = engine.mappings.monitor
        self._clock = engine.tempo.midi
        self._clock_port: str | None = None  # the one whose clock is followed
        self._name = name or ""
        self._jack = jack
        self._zones = zone_bytes(mpe)
        self._log = RateLimitedLog(logger)
        self._system: MidiSystem | None = None
        self._open: OpenPorts | None = None
        self._routers: dict[str, MidiRouter] = {}  # of the open ports: each has 16 channels
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def ports(self) -> list[str]:
        """Names of the ports that are open."""
        return [] if self._open is None else self._open.names

    def summary(self) -> str:
        """What is open, for a line on the terminal."""
        if self._open is None:
            return "off"
        return ", ".join(self.ports) or "waiting for a device"

    def start(self) -> None:
        """Open the ports there are, and keep looking for others."""
        if self._name == "none":
            return
        self._monitor.count_inputs = lambda: len(self.ports)
        try:
            system = self._system = MidiSystem(jack=self._jack)
            ports = self._open = OpenPorts(system, self._name)
        except (MidiUnavailableError, PortError) as error:
            self._monitor.problem = str(error)
            logger.warning("%s; playing without MIDI", error)
            return
        self._monitor.read_clock = self._clock.read
        self._engine.mappings.open()
        for name in ports.names:
            self._router(name)
        self._follow_ports(*ports.compare())
        if self._name and not self.ports:
            present = ", ".join(system.names()) or "none"
            logger.warning(
                "--midi %s: no such input yet (inputs: %s); waiting for it", self._name, present
            )
        self._thread = threading.Thread(target=self._run, args=(ports,), name="midi", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the ports."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for part in (self._open, self._system):
            if part is not None:
                part.close()
        self._open = self._system = None

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

    def _run(self, ports: OpenPorts) -> None:
        while not self._stopping.is_set():
            self._try("inputs", lambda: self._read(ports))
            self._try("inputs", lambda: self._look(ports))
            time.sleep(POLL_S)

    def _read(self, ports: OpenPorts) -> None:
        for name, data in ports.read():
            self._try(name, partial(self._handle, name, data))

    def _handle(self, port: str, data: list[int]) -> None:
        message = mido.Message.from_bytes(data)
        if message.type in CLOCK_MESSAGES:
            self._follow(port, message)
            return
        effect = ""
        try:
            effect = self._router(port).handle(message)
        except RtsynthError as error:
            effect = str(error)
            raise
        finally:
            self._monitor.put(key_of(message), Arrival(port, text_of(message), effect))

    def _follow(self, port: str, message: mido.Message) -> None:
        """The clock of one port; that of another one when the first is silent."""
        now_s = time.monotonic()
        if port != self._clock_port and self._clock.is_lost(now_s):
            self._clock_port = port
            self._clock.handle("stop", now_s)  # whatever the other one said
        if port == self._clock_port:
            position = message.pos if message.type == "songpos" else 0
            self._clock.handle(message.type, now_s, position)
        self._monitor.beat(port)

    def _try(self, port: str, action: Callable[[], None]) -> None:
        try:
            action()
        except (RtsynthError, ValueError) as error:  # ValueError: bytes that are no MIDI message
            self._log.warning(f"midi: {port}: {error}")
        except Exception as error:  # a bug of ours: log it and keep playing
            self._log.warning(f"midi: {port}: internal error", error)

    def _router(self, port: str) -> MidiRouter:
        if (known := self._routers.get(port)) is not None:
            return known

        def clamped(kind: str, asked: float, applied: float) -> None:
            text = f"{kind}: {asked:.5g} is out of range: clamped to {applied:g}"
            self._log.warning(f"midi: {port}: {text}")

        mappings = self._engine.mappings
        router = MidiRouter(self._engine, mappings=mappings, port=port, clamped=clamped)
        for data in self._zones:
            router.handle(mido.Message.from_bytes(data))
        self._routers[port] = router
        return router

    def _look(self, ports: OpenPorts) -> None:
        try:
            self._follow_ports(*ports.look(time.monotonic()))
        finally:
            ports.close_gone()

    def _follow_ports(self, came: list[str], gone: list[str]) -> None:
        for name in gone:
            if (router := self._routers.pop(name, None)) is not None:
                self._try(name, router.let_go)  # no one holds its keys any more
            logger.info("midi: %s is gone", name)
        for name in came:
            self._router(name)  # made before its first note
            logger.info("midi: %s", name)
