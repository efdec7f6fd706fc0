"""The ports of an engine under JACK: named after slots, and connected as they were the last time.

The output of a slot is slot_1 and so on, whatever is loaded there, until the slot is given a name.
Connections are kept in the user's data folder (`rtsynth/jack.json`). One is made again when both
ports are there: at the start, and when the other program comes back. One that was taken apart while
both were there is forgotten.
"""

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rtsynth.common.errors import RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.user_folders import data_folder
from rtsynth.host.audio.jack import CLIENT, jack_client, playing_client

log = logging.getLogger("rtsynth")

Connections = dict[str, set[str]]  # {output without its client: inputs}

FORMAT = 1
SLOT = "slot_"
EVERY_S = 0.5
_GLANCES = 10  # between two looks: a program that starts again is away for a tenth of a second
_LARGEST_BYTES = 1 << 20
_END_S = 1.0  # a server that has died may never let a client go: it is not waited for


class Server(Protocol):
    """What is asked of JACK, see `rtsynth.host.audio.jack.Jack`."""

    def outputs(self, client: str) -> list[str]: ...
    def inputs(self) -> list[str]: ...
    def connections(self, output: str) -> list[str]: ...
    def rename(self, port: str, name: str) -> None: ...
    def connect(self, output: str, to: str) -> None: ...
    def disconnect(self, output: str, to: str) -> None: ...


def port_names(channels: int, own_outputs: int) -> list[str]:
    """Of the ports of an engine, in order."""
    mix = ["mix"] if channels == 1 else ["mix_left", "mix_right"]
    own = [f"{SLOT}{number}" for number in range(1, own_outputs + 1)]
    names = mix + own
    return names + [f"out_{number}" for number in range(len(names) + 1, channels + 1)]


def shown_names(names: list[str], given: Mapping[int, str]) -> list[str]:
    """The same with the names that slots were given; no two are alike."""
    shown: list[str] = []
    for name in names:
        number = name.removeprefix(SLOT)
        wanted = given.get(int(number), "") if number.isdecimal() else ""
        wanted = wanted.replace(":", "-")
        text, count = wanted or name, 1
        while wanted and (text in shown or text in names):
            count += 1
            text = f"{wanted} {count}"
        shown.append(text)
    return shown


def name_ports(jack: Server, client: str, names: list[str], shown: list[str]) -> None:
    """Call a client's outputs as `shown`; by way of `names`, as another may still be called so."""
    ports = jack.outputs(client)
    wrong = [
        place
        for place, name in enumerate(shown[: len(ports)])
        if ports[place] != _port(client, name)
    ]
    for wanted in (names, shown):
        ports = jack.outputs(client)
        for place in wrong:
            if ports[place] != _port(client, wanted[place]):
                jack.rename(ports[place], wanted[place])


def _port(client: str, name: str) -> str:
    return f"{client}:{name}"


class Patch:
    """The connections of one client, kept up with what the server has.

    Args:
        wanted: as they were the last time.
        names: what the client's ports are called here, in order, whatever they are called now.
    """

    def __init__(self, wanted: Connections, names: Sequence[str] = ()) -> None:
        self.wanted = wanted
        self._names = names
        self._first = True
        self._had: Connections = {}  # inputs that were connected, and have been there since
        self._missing: Connections = {}  # of those, and wanted, but not connected
        # What PortAudio chose at the start, until something that is wanted is there.
        self._chosen: Connections = {}

    def glance(self, jack: Server) -> None:
        """Notice inputs that have gone, though they may be back at the next look."""
        there = set(jack.inputs())
        self._had = {name: inputs & there for name, inputs in self._had.items()}

    def look(self, jack: Server, client: str) -> bool:
        """Make connections that have come back, note what is new; whether anything is.

        A program's inputs are there before it takes connections: until it does, each look tries.
        """
        there = set(jack.inputs())
        ports = self._named(jack, client)
        connected = {name: set(jack.connections(port)) for name, port in ports.items()}
        if self._first and any(self.wanted.values()):
            self._chosen = {name: connected[name] for name in self.wanted if name in ports}
        self._first = False
        self._had = {name: self._had.get(name, set()) & there for name in ports}
        made = False
        for name, port in ports.items():
            wanted = self.wanted.get(name, set())
            for to in (wanted & there) - connected[name] - self._had[name]:
                jack.connect(port, to)
            now = set(jack.connections(port))
            made = made or bool((now - connected[name]) & wanted)
            connected[name] = now
        if made or any(connected[name] & self.wanted.get(name, set()) for name in ports):
            self._leave_chosen(jack, ports, connected)
        changed = not made and self._note(connected)
        for name, inputs in connected.items():
            self._had[name] |= inputs
        return changed

    def _named(self, jack: Server, client: str) -> dict[str, str]:
        """The client's outputs, by the names that connections are kept under."""
        ports = jack.outputs(client)
        own = [port.removeprefix(_port(client, "")) for port in ports]
        names = [*self._names[: len(ports)], *own[len(self._names) :]]
        return dict(zip(names, ports, strict=True))

    def _leave_chosen(self, jack: Server, ports: dict[str, str], connected: Connections) -> None:
        """Something that is wanted is there: what PortAudio chose is not needed any more."""
        for name, inputs in self._chosen.items():
            for to in inputs & connected.get(name, set()) - self.wanted.get(name, set()):
                jack.disconnect(ports[name], to)
                connected[name].discard(to)
        self._chosen = {}

    def _note(self, connected: Connections) -> bool:
        """Want what is connected, and no longer what was taken apart: missing at two looks."""
        changed = False
        for name, inputs in connected.items():
            wanted = self.wanted.get(name, set())
            missing = (wanted & self._had[name]) - inputs
            gone = missing & self._missing.get(name, set())
            now = (wanted | (inputs - self._chosen.get(name, set()))) - gone
            changed = changed or now != self.wanted.get(name)
            self.wanted[name], self._missing[name] = now, missing
        return changed


class Patching:
    """Keeps the ports of the engine in this process, from `start` to `stop`, in a thread."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._shown = list(names)
        self._quit = threading.Event()
        self._thread: threading.Thread | None = None

    def show(self, given: Mapping[int, str]) -> None:
        """Call the outputs of these slots so, soon."""
        self._shown = shown_names(self._names, given)

    def start(self) -> None:
        """Begin, when the stream has started."""
        self._quit.clear()
        self._thread = threading.Thread(target=self._run, name="jack-patching", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, before the stream does."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._quit.set()
            thread.join(_END_S)

    def _run(self) -> None:
        with jack_client() as jack:
            if jack is None:
                log.warning("JACK's library is missing: ports keep PortAudio's names")
                return
            client = playing_client() or CLIENT
            is_first = client == CLIENT  # otherwise connections are those of another engine
            patch = Patch(read_connections(), self._names) if is_first else None
            while True:
                name_ports(jack, client, self._names, self._shown)
                if patch is not None and patch.look(jack, client):
                    self._keep(patch.wanted)
                for _ in range(_GLANCES):
                    if self._quit.wait(EVERY_S / _GLANCES):
                        return
                    if patch is not None:
                        patch.glance(jack)

    def _keep(self, wanted: Connections) -> None:
        try:
            write_connections(wanted)
        except RtsynthError as error:
            log.warning("%s; JACK's connections are not kept", error)


def connections_file() -> Path:
    """Where connections are kept."""
    return data_folder() / "jack.json"


def write_connections(connections: Connections) -> None:
    """Keep connections for the next start.

    Raises:
        InputError, WriteError: the file cannot be written.
    """
    path = connections_file()
    kept = {name: sorted(inputs) for name, inputs in sorted(connections.items())}
    make_folder(path.parent)
    with atomic_write(path) as temporary:
        text = json.dumps({"format": FORMAT, "connections": kept}, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")


def read_connections() -> Connections:
    """The connections that were kept; none, with a warning, where the file is damaged."""
    path = connections_file()
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
        return _connections_of(data)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.warning("%s: damaged (%s); connect JACK's ports anew, or remove it", path, error)
        return {}


def _connections_of(data: bytes) -> Connections:
    if len(data) > _LARGEST_BYTES:
        raise ValueError("too large")
    document = json.loads(data.decode("utf-8"))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    connections = document.get("connections")
    if not isinstance(connections, dict):
        raise ValueError("no connections")
    for name, inputs in connections.items():
        if not (isinstance(inputs, list) and all(isinstance(port, str) for port in inputs)):
            raise ValueError(f"connections of {name[:40]!r}")
    return {name: set(inputs) for name, inputs in connections.items()}
