"""A real engine behind a real OSC server, and a window that talks to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from rtsynth import Host
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.plugin import Plugin
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin


class Live(NamedTuple):
    """An engine that plays to the null device, and the port of its OSC."""

    host: Host
    server: OscServer


@contextmanager
def live(*plugins: Plugin) -> Iterator[Live]:
    """An engine with these plugins."""
    with Host(device="null", precision="float32") as host:
        for plugin in plugins:
            host.load(plugin)
        host.start()
        with OscServer(host, port=0) as server:
            yield Live(host, server)


def opened(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Window:
    """A window on it that shows all of its slots."""
    window = open_window(engine.server.port)
    spin(lambda: engine.server.notifier.count())
    spin(lambda: window.description and len(window.panels) == len(engine.host.slots))
    return window
