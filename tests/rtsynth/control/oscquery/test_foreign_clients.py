"""Clients that know nothing of us read an engine with every plugin that ships.

python-oscquery takes a method without a value for a mistake, and a node that has both a value and
others below it as well. So it is asked for nodes that it knows, one by one: all plain controls.
A browser, by what it sends, reads all there is.
"""

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from pythonosc.udp_client import SimpleUDPClient
from zeroconf import ServiceInfo

from rtsynth.control.osc.admission import Admission
from rtsynth.control.osc.endpoint import bind_tcp
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.control.oscquery.announce import QUERY_TYPE, Announcement
from rtsynth.control.oscquery.server import OscQueryServer
from rtsynth.host.host import Host
from rtsynth.plugin.library import find_plugins
from tests.requirements import require_module
from tests.rtsynth.control.osc_client import PATIENCE_S
from tests.rtsynth.control.programs import wait_until

pytestmark = [pytest.mark.system, pytest.mark.measure]
READ_ONLY, READ_WRITE = 1, 3
# What a browser sends when an address is typed into it.
TYPED = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-GB,en;q=0.9",
    "Connection": "keep-alive",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Upgrade-Insecure-Requests": "1",
}
# And when a page of this machine fetches it.
FETCHED = TYPED | {"Accept": "*/*", "Sec-Fetch-Mode": "cors", "Origin": "http://localhost:8080"}


class Served(NamedTuple):
    host: Host
    osc_port: int
    query_port: int


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Host(device="null", precision="float32") as host:
        for path in find_plugins().values():
            host.load(path)
        with OscServer(host, port=0) as osc:
            listener = bind_tcp("127.0.0.1", 0)
            query = OscQueryServer(host, listener, osc.port, lambda: None, Admission())
            query.start()
            yield Served(host, osc.port, query.port)
            query.stop()


class Page(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


def get(served: Served, target: str, headers: dict[str, str]) -> Page:
    connection = http.client.HTTPConnection("127.0.0.1", served.query_port, timeout=PATIENCE_S)
    connection.request("GET", target, headers=headers)
    response = connection.getresponse()
    page = Page(response.status, dict(response.headers), response.read().decode())
    connection.close()
    return page


def below(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a tree, and all below it."""
    yield node
    for child in node.get("CONTENTS", {}).values():
        yield from below(child)


def described(served: Served) -> int:
    """How many controls there are."""
    description = served.host.describe()
    return sum(len(place.every_control) for place in (*description.slots, description.master))


def test_a_browser_reads_every_page(served: Served) -> None:
    """The whole tree, then each node by its own path, as typed and as fetched."""
    page = get(served, "/", TYPED)
    assert (page.status, page.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert page.headers["Cache-Control"] == "no-store"
    assert int(page.headers["Content-Length"]) == len(page.text.encode())
    nodes = list(below(json.loads(page.text)))
    assert sum("VALUE" in node for node in nodes) == described(served) > 100
    for number, node in enumerate(nodes):
        path = node["FULL_PATH"]
        alone = get(served, path + "/" * (number % 2), (TYPED, FETCHED)[number % 2])
        assert alone.status == 200, path
        found = json.loads(alone.text)
        assert found.keys() == node.keys()
        assert found["FULL_PATH"] == path
        for name in ("TYPE", "ACCESS", "RANGE", "UNIT", "DESCRIPTION"):
            asked = get(served, f"{path}?{name}", FETCHED)
            assert (asked.status, name in node) in ((200, True), (204, False))
            assert asked.status == 204 or json.loads(asked.text) == {name: node[name]}
        status = get(served, f"{path}?VALUE", FETCHED).status
        assert status == (200 if "VALUE" in node else 204)


def test_a_browser_asks_for_what_there_is_not(served: Served) -> None:
    for target in ("/favicon.ico", "/slot/99", "/index.html", "/slot/1/param/pitch/norm"):
        page = get(served, target, TYPED)
        assert (page.status, page.headers["Content-Type"][:10]) == (404, "text/plain")
        assert page.text == f"there is no {target}"


def test_a_page_of_this_machine_may_fetch(served: Served) -> None:
    page = get(served, "/?HOST_INFO", FETCHED)
    assert page.headers["Access-Control-Allow-Origin"] == FETCHED["Origin"]
    info = json.loads(page.text)
    assert (info["OSC_PORT"], info["WS_PORT"]) == (served.osc_port, served.query_port)


def library() -> Any:
    """python-oscquery's module of clients."""
    require_module("pythonoscquery", "pip install python-oscquery")
    from pythonoscquery import osc_query_client

    return osc_query_client


def query_client(served: Served) -> Any:
    address = socket.inet_aton("127.0.0.1")
    name = f"rtsynth.{QUERY_TYPE}"
    return library().OSCQueryClient(
        ServiceInfo(QUERY_TYPE, name, port=served.query_port, addresses=[address])
    )


def test_a_library_reads_every_plain_control(served: Served) -> None:
    """Path, access, value and range of each; and those of a whole container at once."""
    client = query_client(served)
    info = client.get_host_info()
    assert (info.name, info.osc_ip, info.osc_port) == ("rtsynth", "127.0.0.1", served.osc_port)
    tree = json.loads(get(served, "/", TYPED).text)
    plain = [node for node in below(tree) if "VALUE" in node and "CONTENTS" not in node]
    assert len(plain) > 80
    for node in plain:
        found = client.query_node(node["FULL_PATH"])
        assert found.full_path == node["FULL_PATH"]
        is_tempo = node["FULL_PATH"].endswith("/modulation/tempo")  # that is set for all slots
        assert found.access == (READ_ONLY if is_tempo else READ_WRITE)
        assert found.description == node["DESCRIPTION"]
        if node["TYPE"] == "T":
            assert (found.type, found.value) == ([bool], [False])
            continue
        assert found.type == [float]
        (limits,) = client.last_json["RANGE"]
        assert limits["MIN"] <= found.value[0] <= limits["MAX"]
    assert client.query_node("/slot/99") is None
    clarinet = client.query_node("/slot/1/param")
    assert [node.full_path.rpartition("/")[2] for node in clarinet.contents] == [
        "instrument", "amplitude", "pitch"
    ]  # fmt: skip
    assert clarinet.find_subnode("/slot/1/param/pitch").value == [served.host.get(1, "pitch")]


def test_a_library_sets_what_it_found(served: Served) -> None:
    """By OSC, at the address and the port that it was told."""
    client = query_client(served)
    info = client.get_host_info()
    pitch = client.query_node("/slot/1/param/pitch")
    with SimpleUDPClient(info.osc_ip, info.osc_port) as osc:
        osc.send_message(pitch.full_path, pitch.value[0] + 1.5)
    asked = [pitch.value[0] + 1.5]
    assert wait_until(lambda: client.query_node(pitch.full_path).value == asked)
    assert served.host.get(1, "pitch") == asked[0]


@pytest.mark.measure
@pytest.mark.alone
def test_a_library_finds_the_engine(served: Served) -> None:
    """By zeroconf, as what is on this machine."""
    library()
    from pythonoscquery.osc_query_browser import OSCQueryBrowser

    browser = OSCQueryBrowser()
    announcement = Announcement("127.0.0.1", served.osc_port, served.query_port)
    announcement.start()
    try:
        ports = {served.osc_port, served.query_port}

        def found() -> set[int]:
            services = browser.get_discovered_osc() + browser.get_discovered_oscquery()
            return {service.port for service in services if service is not None}

        assert wait_until(lambda: ports <= found())
        (service,) = (
            each
            for each in browser.get_discovered_oscquery()
            if each is not None and each.port == served.query_port
        )
        client = library().OSCQueryClient(service)
        assert client.get_host_info().osc_port == served.osc_port
        assert client.query_node("/slot/1/param/pitch").full_path == "/slot/1/param/pitch"
    finally:
        announcement.stop()
        browser.zc.close()
