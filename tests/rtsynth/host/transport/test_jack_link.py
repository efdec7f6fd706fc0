"""Which client of JACK's is read, by the time it has; no server."""

import threading

from rtsynth.host.transport.jack_link import LOST_NS, RETRY_NS, JackLink
from rtsynth.host.transport.jack_transport import JackTransport
from rtsynth.host.transport.reading import Reading

TICK_NS = 33_000_000
READING = Reading(0, True, 4.0, 120.0)


class Transport(JackTransport):
    """A client of a server that may be alive; one that hangs does not get away from a dead one."""

    def __init__(self, hangs: threading.Event) -> None:
        super().__init__({}, 0)
        self.alive, self.closed, self._hangs = True, threading.Event(), hangs

    def read(self) -> Reading | None:
        return READING if self.alive else None

    def close(self) -> None:
        if not self.alive:
            self._hangs.wait(30)
        self._closer = threading.current_thread()
        self.closed.set()

    def wait_closed(self) -> None:
        """Until the thread has ended, too, that it is closed in: `run` takes next to no time."""
        assert self.closed.wait(30)
        self._closer.join(30)


class Server:
    def __init__(self) -> None:
        self.clients: list[Transport] = []
        self.alive, self.asked = True, 0
        self.hangs = threading.Event()

    def open(self) -> JackTransport | None:
        self.asked += 1
        if not self.alive:
            return None
        self.clients.append(Transport(self.hangs))
        return self.clients[-1]

    def die(self) -> None:
        self.alive = self.clients[-1].alive = False


def run(link: JackLink, now_ns: int, duration_ns: int) -> tuple[int, set[Reading | None]]:
    """Read as the thread does; the time then, and what was read."""
    found = set()
    for at_ns in range(now_ns, now_ns + duration_ns, TICK_NS):
        found.add(link.read(at_ns, wanted=True))
    return now_ns + duration_ns, found


def test_a_server_that_starts_again_is_followed_again() -> None:
    server = Server()
    link = JackLink(server.open)
    now_ns, found = run(link, RETRY_NS, 60 * RETRY_NS)
    assert found == {READING}
    assert len(server.clients) == 1
    server.die()
    server.hangs.set()
    now_ns, found = run(link, now_ns, LOST_NS + 2 * TICK_NS)
    assert found == {None}
    assert server.asked == 1
    server.clients[0].wait_closed()
    now_ns, found = run(link, now_ns, 3 * RETRY_NS)
    assert found == {None}
    assert 2 <= server.asked <= 4  # not again and again
    server.alive = True
    now_ns, found = run(link, now_ns, 2 * RETRY_NS)
    assert READING in found
    assert run(link, now_ns, RETRY_NS)[1] == {READING}
    assert len(server.clients) == 2
    link.close()
    assert server.clients[1].closed.is_set()


def test_a_client_that_cannot_get_away_holds_up_nobody() -> None:
    server = Server()
    link = JackLink(server.open)
    now_ns, _ = run(link, RETRY_NS, RETRY_NS)
    server.die()
    now_ns, found = run(link, now_ns, 10 * RETRY_NS)
    assert found == {None}
    assert server.asked == 1  # the library would wait
    assert not server.clients[0].closed.is_set()
    server.hangs.set()
    assert server.clients[0].closed.wait(30)


def test_a_short_pause_is_no_end() -> None:
    server = Server()
    link = JackLink(server.open)
    now_ns, _ = run(link, RETRY_NS, RETRY_NS)
    server.clients[0].alive = False
    now_ns, found = run(link, now_ns, LOST_NS // 2)
    assert found == {None}
    server.clients[0].alive = True
    assert run(link, now_ns, RETRY_NS)[1] == {READING}
    assert server.asked == 1


def test_nobody_is_looked_for_where_nobody_is_wanted() -> None:
    server = Server()
    link = JackLink(server.open)
    assert link.read(10 * RETRY_NS, wanted=False) is None
    assert server.asked == 0
    assert link.read(10 * RETRY_NS, wanted=True) == READING
