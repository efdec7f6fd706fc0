"""The OSCQuery server: HTTP and WebSockets on one port, on an event loop in a thread of its own."""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from rtsynth.common.errors import ControlError
from rtsynth.common.log import RateLimitedLog
from rtsynth.control.osc.addresses import control_address
from rtsynth.control.osc.admission import Admission, refusal
from rtsynth.control.osc.endpoint import is_this_machine
from rtsynth.control.osc.packet import MAX_DATAGRAM_BYTES, encode
from rtsynth.control.osc.surface.dispatcher import Dispatcher
from rtsynth.control.oscquery.client import Frame, Listening, WebSession, failure, path_change
from rtsynth.control.oscquery.requests import Answer, answer, forbidden_page, host_info
from rtsynth.control.oscquery.tree import Node, build_tree
from rtsynth.host.protocol import Engine

MAX_CONNECTIONS = 64
MAX_WAITING = 1000  # frames that a client has not taken
OPEN_S = 5.0  # in which a request has to be complete
TICK_S = 1 / 60

logger = logging.getLogger(__name__)


class _Client:
    """A WebSocket, and the frames that wait for it. For the thread of the loop."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.listening = Listening()
        self._waiting: asyncio.Queue[Frame] = asyncio.Queue(MAX_WAITING)

    def put(self, frame: Frame) -> None:
        """Send a frame soon; who takes none is dropped."""
        try:
            self._waiting.put_nowait(frame)
        except asyncio.QueueFull:
            self.connection.transport.abort()

    async def send_all(self) -> None:
        """Send what waits, until the connection is closed."""
        try:
            while True:
                await self.connection.send(await self._waiting.get())
        except ConnectionClosed:
            logger.debug("a client of OSCQuery took nothing more")


class OscQueryServer:
    """Answers OSCQuery clients of an engine.

    Args:
        listener: a TCP socket that listens; it is closed by `stop`.
        osc_port: of OSC, on the same addresses.
        on_quit: called by `/quit`.
    """

    def __init__(
        self,
        engine: Engine,
        listener: socket.socket,
        osc_port: int,
        on_quit: Callable[[], None],
        admission: Admission,
    ) -> None:
        self._engine, self._listener, self._osc_port = engine, listener, osc_port
        self._on_quit, self._admission = on_quit, admission
        self.port: int = listener.getsockname()[1]
        self._log = RateLimitedLog(logger)
        self._dispatcher = Dispatcher(engine, self._log)
        self._changes = engine.subscribe()
        self._clients: set[_Client] = set()
        self._connections = 0
        self._tree = Node("/", {})
        self._valued: dict[str, Node] = {}
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="oscquery", daemon=True)

    def start(self) -> None:
        """Start to answer."""
        self._grow_tree()
        self._dispatcher.start()
        self._thread.start()

    def stop(self) -> None:
        """Close all connections and the port."""
        self._dispatcher.stop()  # first: a command that runs still answers on the loop
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server: Server = await serve(
            self._talk,
            sock=self._listener,
            process_request=self._answer,
            create_connection=self._connection_type(),
            compression=None,
            open_timeout=OPEN_S,
            close_timeout=1.0,
            max_size=MAX_DATAGRAM_BYTES,
            max_queue=16,
            server_header=None,
            logger=_quiet_logger(),
        )
        ticking = asyncio.create_task(self._tick())
        await self._stopping.wait()
        ticking.cancel()
        for client in self._clients:
            client.connection.transport.abort()
        server.close()
        await server.wait_closed()

    def _connection_type(self) -> type[ServerConnection]:
        """Connections that are counted: more than `MAX_CONNECTIONS` are closed as they come."""
        owner = self

        class Counted(ServerConnection):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                owner._connections += 1
                super().connection_made(transport)
                if owner._connections > MAX_CONNECTIONS:
                    self.transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                owner._connections -= 1
                super().connection_lost(exc)

        return Counted

    # ----------------------------------------------------------------------------------- HTTP

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """The response to a request; None opens a WebSocket."""
        found = self._refused(connection, request)
        if found is None and request.headers.get("Upgrade", "").lower() == "websocket":
            return None
        if found is None:
            self._follow_plugins()
            here = connection.local_address[0]
            info = host_info((here, self._osc_port), (here, self.port))
            try:
                found = answer(request.path, self._tree, self._engine.get, info)
            except ControlError as problem:  # the slot was emptied just now
                found = Answer(HTTPStatus.NOT_FOUND, str(problem))
        body = found.text.encode()
        headers = Headers(
            {
                "Content-Type": f"{'application/json' if found.is_json else 'text/plain'}; "
                "charset=utf-8",
                "Content-Length": str(len(body)),
                "Cache-Control": "no-store",
                "Connection": "close",
            }
        )
        if found.is_json and (origin := request.headers.get("Origin")) is not None:
            headers["Access-Control-Allow-Origin"] = origin
        return Response(found.status.value, found.status.phrase, headers, body)

    def _refused(self, connection: ServerConnection, request: Request) -> Answer | None:
        peer = connection.remote_address
        if not self._admission.admits(peer):
            return Answer(HTTPStatus.FORBIDDEN, refusal(peer))
        page = forbidden_page(request.headers.get("Origin"), request.headers.get("Host"))
        if page:
            return Answer(HTTPStatus.FORBIDDEN, page)
        if request.method != "GET":
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED, "GET only")
        return None

    # ------------------------------------------------------------------------------ WebSocket

    async def _talk(self, connection: ServerConnection) -> None:
        client = _Client(connection)
        self._clients.add(client)
        sending = asyncio.create_task(client.send_all())
        try:
            async for frame in connection:
                if isinstance(frame, str):
                    self._listen(client, frame)
                else:
                    await self._obey(client, frame)
        except ConnectionClosed:
            logger.debug("a client of OSCQuery is gone")
        finally:
            self._clients.discard(client)
            sending.cancel()

    def _listen(self, client: _Client, frame: str) -> None:
        try:
            self._follow_plugins()
            path = client.listening.obey(frame, self._valued)
            if path is not None:
                client.put(encode(path, *self._valued[path].attribute("VALUE", self._engine.get)))
        except ControlError as problem:
            client.put(failure(problem))

    async def _obey(self, client: _Client, packet: bytes) -> None:
        peer = client.connection.remote_address
        session = WebSession(
            self._engine,
            peer,
            partial(self._reply, client),
            self._dispatcher.counts,
            self._on_quit,
            is_here=is_this_machine(peer),
        )
        for _ in self._dispatcher.begin(packet, session):
            await asyncio.sleep(0)  # the turn of others

    def _reply(self, client: _Client, datagram: bytes) -> None:
        """Send a client an answer, from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed, and every client gone
            self._loop.call_soon_threadsafe(client.put, datagram)

    # -------------------------------------------------------------------------------- changes

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if not self._clients:
                continue
            try:
                self._follow()
            except Exception as error:
                self._log.warning("OSCQuery: cannot say what has changed", error)

    def _follow_plugins(self) -> None:
        """Let the tree be that of the plugins that are loaded now."""
        if plugins := self._changes.take_plugins():
            self._grow_tree(plugins)

    def _follow(self) -> None:
        """Send the values that have changed to those who listen."""
        latest = self._changes.take()
        if latest.plugins:
            self._grow_tree(latest.plugins)
        for slot, control, value, _ in latest.values:
            path = control_address(slot, control)
            listeners = [client for client in self._clients if path in client.listening.paths]
            if listeners:
                datagram = encode(path, self._valued[path].shown(value))
                for client in listeners:
                    client.put(datagram)

    def _grow_tree(self, plugins: frozenset[int] = frozenset()) -> None:
        """Build the tree again; say what is new, gone or another one."""
        before, self._tree = self._tree, build_tree(self._engine.describe())
        self._valued = self._tree.valued()
        for slot in sorted(plugins):
            path = f"/slot/{slot}"
            was, there = (tree.find(path) is not None for tree in (before, self._tree))
            if was or there:
                command = "PATH_CHANGED" if was and there else f"PATH_{_NEWS[there]}"
                for client in self._clients:
                    client.listening.paths &= self._valued.keys()
                    client.put(path_change(command, path))


_NEWS = {True: "ADDED", False: "REMOVED"}


def _quiet_logger() -> logging.Logger:
    """What strangers send is no concern of the terminal."""
    quiet = logging.getLogger(f"{__name__}.connections")
    quiet.setLevel(logging.CRITICAL)
    return quiet
