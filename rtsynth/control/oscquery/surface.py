"""OSCQuery as a surface of the engine process: `--oscquery on|announce|off`, at OSC's port + 1."""

import importlib.util
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from rtsynth.common.errors import InputError
from rtsynth.control.osc.admission import read_admission
from rtsynth.control.osc.endpoint import (
    bind_tcp,
    format_endpoint,
    host_from_here,
    is_loopback_name,
    parse_endpoint,
)
from rtsynth.control.surface import SurfaceOptions
from rtsynth.host.protocol import Engine

if TYPE_CHECKING:
    from rtsynth.control.oscquery.announce import Announcement
    from rtsynth.control.oscquery.server import OscQueryServer

ON, ANNOUNCE, OFF = MODES = ("on", "announce", "off")
LIBRARIES = ("websockets", "zeroconf")

log = logging.getLogger("rtsynth")


class OscQuerySurface:
    """Implements `rtsynth.control.surface.Surface`. Where its port is busy, it stays away.

    It is announced by zeroconf where it listens beyond this machine, or when that is asked for.
    """

    def __init__(self, options: SurfaceOptions) -> None:
        self._mode = options.texts.get("oscquery", ON)
        if self._mode not in MODES:
            raise InputError(f"--oscquery {self._mode}: it is {ON}, {ANNOUNCE} or {OFF}")
        self._host, self._osc_port = parse_endpoint(options.texts.get("osc", ""))
        self._admission = read_admission(options.texts.get("osc-allow", ""))
        self._absent = self._why_absent()
        self._server: OscQueryServer | None = None
        self._announcement: Announcement | None = None

    def _why_absent(self) -> str:
        if self._mode == OFF:
            return "off"
        missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
        if missing:
            return f"off, {' and '.join(missing)} not installed"
        return "" if 0 < self._osc_port < 65_535 else "off, OSC has no port of its own choice"

    def start(self, engine: Engine, end: Callable[[], None]) -> None:
        """Listen, and announce it."""
        if self._absent:
            return
        port = self._osc_port + 1
        try:
            listener = bind_tcp(self._host, port, flag="OSCQuery at")
        except InputError as error:
            self._absent = f"off, port {port} is busy"
            log.warning("%s; playing without it", error)
            return
        from rtsynth.control.oscquery.server import OscQueryServer

        self._server = OscQueryServer(engine, listener, self._osc_port, end, self._admission)
        self._server.start()
        if self._mode == ANNOUNCE or not is_loopback_name(self._host):
            from rtsynth.control.oscquery.announce import Announcement

            self._announcement = Announcement(self._host, self._osc_port, port)
            self._announcement.start()

    def stop(self) -> None:
        """Close everything."""
        if self._announcement is not None:
            self._announcement.stop()
        if self._server is not None:
            self._server.stop()

    def summary(self) -> str:
        """Where it is."""
        if self._absent:
            return f"OSCQuery {self._absent}"
        where = format_endpoint(host_from_here(self._host), self._osc_port + 1)
        return f"OSCQuery http://{where}/"
