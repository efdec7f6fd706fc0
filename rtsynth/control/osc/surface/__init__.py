"""OSC as a surface of the engine process: `--osc HOST:PORT`, `--osc-allow ADDRESS|NETWORK`."""

from collections.abc import Callable

from rtsynth.control.osc.admission import read_admission
from rtsynth.control.osc.endpoint import bind_udp, format_endpoint, parse_endpoint
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.control.surface import SurfaceOptions
from rtsynth.host.protocol import Engine


class OscSurface:
    """Implements `rtsynth.control.surface.Surface`."""

    def __init__(self, options: SurfaceOptions) -> None:
        self._host, self._port = parse_endpoint(options.texts.get("osc", ""))
        self._admission = read_admission(options.texts.get("osc-allow", ""))
        bind_udp(self._host, self._port).close()
        self._server: OscServer | None = None

    def start(self, engine: Engine, end: Callable[[], None]) -> None:
        """Listen."""
        self._server = OscServer(
            engine, self._host, self._port, on_quit=end, admission=self._admission
        )
        self._host, self._port = self._server.host, self._server.port
        self._server.start()

    def stop(self) -> None:
        """Close the socket."""
        if self._server is not None:
            self._server.stop()

    def summary(self) -> str:
        """Where it listens."""
        return f"OSC {format_endpoint(self._host, self._port)}"
