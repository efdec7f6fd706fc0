"""Engine processes that tests share: one for each configuration, as good as new for every test.

For what only talks to an engine. A test of its start, its end, its crash or its own recording
starts a process for itself.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

from tests.ports import free_port
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import Program, running, wait_for_engine


class SharedEngine:
    """A running `rtsynth serve` that plays one plugin to the null device."""

    def __init__(self, program: Program, port: int, plugin: Path) -> None:
        self.program, self.port, self.plugin = program, port, plugin

    def renew(self, client: OscClient) -> None:
        """As it was when it started: the plugin in slot 1, nothing else, nothing recorded."""
        if client.ask_json("/status")["recording"] is not None:
            client.ask("/record/stop", reply="/done")
        for slot in client.ask_json("/describe")["slots"]:
            client.ask(f"/slot/{slot['slot']}/unload", reply="/done")
        client.ask("/slot/1/load", str(self.plugin), reply="/done")


class SharedEngines:
    """Starts an engine for a configuration when it is first asked for; ends all of them."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, ...], SharedEngine] = {}
        self._stack = ExitStack()

    def get(self, plugin: Path, *flags: str) -> SharedEngine:
        """The engine of this configuration."""
        configuration = (str(plugin), *flags)
        if configuration not in self._running:
            port = free_port()
            command = [sys.executable, "-m", "rtsynth", "serve", *configuration, "--device", "null",
                       "--midi", "none", "--precision", "float32",
                       "--osc", f"127.0.0.1:{port}"]  # fmt: skip
            program = self._stack.enter_context(running(command))
            with OscClient(port) as client:
                wait_for_engine(program, client)
            self._running[configuration] = SharedEngine(program, port, plugin)
        return self._running[configuration]

    def close(self) -> None:
        """End them."""
        self._stack.close()
