"""Live MIDI input: every port (or those with a name) is opened, found again, and read.

The ports are polled once a millisecond by one thread instead of calling back. On JACK, rtmidi
calls back from the realtime thread of its client; a Python callback there would wait for the GIL
and hold up the whole JACK graph, our own audio with it. (Elsewhere rtmidi joins its thread while
Python holds the GIL when a port is closed.) Between polls rtmidi queues the messages without
Python. Polling costs about 2 % of one core.

No backend reports that a device came or went, so the list of ports is compared as well, and a
port that comes back under its name is opened again.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import mido

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.log import RateLimitedLog
from rtsynth.control.midi.map import MidiMap, load_midi_map
from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.protocol import Controls

__all__ = ["MidiInputs", "MidiMap", "MidiUnavailableError", "input_names", "load_midi_map"]

POLL_S = 0.001
LOOK_FOR_PORTS_S = 0.25
QUEUE_MESSAGES = 4096
CLIENT_NAME = "rtsynth"
ALSA_SEQUENCER = Path("/dev/snd/seq")

logger = logging.getLogger(__name__)


class MidiUnavailableError(InputError):
    """There is no MIDI on this machine; the text says why and what would help."""


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
        self._watcher: Any = None
        self._open: dict[str, Any] = {}  # port name -> rtmidi.MidiIn
        self._routers: dict[str, MidiRouter] = {}  # of the open ports: each has 16 channels
        self._refused: set[str] = set()  # ports that did not open, until they go away
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="midi", daemon=True)

    @property
    def ports(self) -> list[str]:
        """Names of the ports that are open."""
        return list(self._open)

    def summary(self) -> str:
        """What is open, for a line on the terminal."""
        if self._watcher is None:
            return "off"
        return ", ".join(self._open) or "waiting for a device"

    def start(self) -> None:
        """Open the ports there are, and go on looking for others."""
        if self._name == "none":
            return
        try:
            self._watcher = _new_input(self._jack)
        except MidiUnavailableError as error:
            logger.warning("%s; playing without MIDI", error)
            return
        self._compare_ports()
        if self._name and not self._open:
            present = ", ".join(self._watcher.get_ports()) or "none"
            logger.warning(
                "--midi %s: no such input yet (inputs: %s); waiting for it", self._name, present
            )
        self._thread.start()

    def stop(self) -> None:
        """Close the ports."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        for port in self._open.values():
            port.delete()
        self._open.clear()
        if self._watcher is not None:
            self._watcher.delete()
            self._watcher = None

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

    def _run(self) -> None:
        look_at_s = time.monotonic() + LOOK_FOR_PORTS_S
        while not self._stopping.is_set():
            for name, port in self._open.items():
                while (received := port.get_message()) is not None:
                    self._handle(name, received[0])
            if time.monotonic() >= look_at_s:
                look_at_s = time.monotonic() + LOOK_FOR_PORTS_S
                self._compare_ports()
            time.sleep(POLL_S)

    def _handle(self, port: str, data: list[int]) -> None:
        self._try(port, lambda: self._routers[port].handle(mido.Message.from_bytes(data)))

    def _try(self, port: str, action: Callable[[], None]) -> None:
        try:
            action()
        except (RtsynthError, ValueError) as error:  # ValueError: bytes that are no MIDI message
            self._log.warning(f"midi: {port}: {error}")
        except Exception as error:  # a mistake of ours: it is shown and playing goes on
            self._log.warning(f"midi: {port}: internal error", error)

    def _router_of(self, port: str) -> MidiRouter:
        def clamped(kind: str, asked: float, applied: float) -> None:
            text = f"{kind}: {asked:.5g} is out of range: clamped to {applied:g}"
            self._log.warning(f"midi: {port}: {text}")

        return MidiRouter(self._engine, self._map, port=port, clamped=clamped)

    def _compare_ports(self) -> None:
        import rtmidi

        present = _unique(self._watcher.get_ports())
        wanted = [name for name in present if self._name.casefold() in name.casefold()]
        for name in set(self._open) - set(wanted):
            self._open.pop(name).delete()
            self._try(name, self._routers.pop(name).let_go)  # its keys are held by nobody
            logger.info("midi: %s is gone", name)
        self._refused &= set(wanted)
        for name in wanted:
            if name in self._open or name in self._refused:
                continue
            try:
                port = _new_input(self._jack)
                port.open_port(present.index(name), name="in")
            except (MidiUnavailableError, rtmidi.RtMidiError) as error:
                self._refused.add(name)
                logger.warning("midi: %s cannot be opened: %s", name, error)
                continue
            self._open[name] = port
            self._routers[name] = self._router_of(name)
            logger.info("midi: %s", name)


def input_names(*, jack: bool = False) -> list[str]:
    """Names of the MIDI inputs of this machine.

    Raises:
        MidiUnavailableError: there is no MIDI.
    """
    watcher = _new_input(jack)
    try:
        return _unique(watcher.get_ports())
    finally:
        watcher.delete()


def _new_input(jack: bool) -> Any:
    """A MIDI input that is not connected yet.

    Raises:
        MidiUnavailableError: no python-rtmidi, no ALSA sequencer, no JACK server.
    """
    try:
        import rtmidi
    except ImportError as error:
        raise MidiUnavailableError(
            "python-rtmidi is missing (pip install 'rtsynth[midi]')"
        ) from error
    if not jack and sys.platform == "linux" and not ALSA_SEQUENCER.exists():
        # asking ALSA would add lines of its own to the terminal
        raise MidiUnavailableError(f"no ALSA sequencer ({ALSA_SEQUENCER}) on this machine")
    api = rtmidi.API_UNIX_JACK if jack else rtmidi.API_UNSPECIFIED
    try:
        return rtmidi.MidiIn(api, name=CLIENT_NAME, queue_size_limit=QUEUE_MESSAGES)
    except (rtmidi.RtMidiError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MidiUnavailableError(f"no MIDI: {reason}") from error


def _unique(names: list[str]) -> list[str]:
    """Port names in order, equal ones numbered: two devices of one kind may share a name."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return unique
