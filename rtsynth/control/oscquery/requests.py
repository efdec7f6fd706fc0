"""HTTP requests of OSCQuery clients: what a path and its query are answered."""

import ipaddress
import json
import socket
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from rtsynth.control.oscquery.tree import ATTRIBUTES, Node, ReadValue

EXTENSIONS = ("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT", "CLIPMODE", "LISTEN",
              "PATH_ADDED", "PATH_REMOVED", "PATH_CHANGED")  # fmt: skip


class Answer(NamedTuple):
    """Of an HTTP request."""

    status: HTTPStatus
    text: str
    is_json: bool = False


def host_info(osc: tuple[str, int], query: tuple[str, int]) -> dict[str, Any]:
    """HOST_INFO of an engine whose OSC and OSCQuery ports are at these addresses."""
    return {
        "NAME": "rtsynth",
        "OSC_IP": osc[0],
        "OSC_PORT": osc[1],
        "OSC_TRANSPORT": "UDP",
        "WS_IP": query[0],
        "WS_PORT": query[1],
        "EXTENSIONS": dict.fromkeys(EXTENSIONS, True),
    }


def answer(target: str, tree: Node, read: ReadValue, info: dict[str, Any]) -> Answer:
    """Answer the target of a GET: a path, and behind a question mark an attribute or HOST_INFO."""
    path, _, query = target.partition("?")
    if query == "HOST_INFO":
        return _json(info)
    node = tree.find(unquote(path))
    if node is None:
        return Answer(HTTPStatus.NOT_FOUND, f"there is no {path[:160]}")
    if not query:
        return _json(node.json(read))
    if query not in ATTRIBUTES:
        known = ", ".join(sorted(ATTRIBUTES))
        return Answer(HTTPStatus.BAD_REQUEST, f"?{query[:80]} is none of HOST_INFO, {known}")
    value = node.attribute(query, read)
    if value is None:
        return Answer(HTTPStatus.NO_CONTENT, "")
    return _json({query: value})


def _json(document: dict[str, Any]) -> Answer:
    return Answer(HTTPStatus.OK, json.dumps(document, separators=(",", ":")), is_json=True)


def forbidden_page(origin: str | None, host: str | None) -> str:
    """Why the page that a browser sends from may not use the engine; nothing if it may.

    Any page can reach loopback. So one from elsewhere is refused, and a name that only pretends to
    be this machine (DNS rebinding) as well; programs, which send no origin, are not.
    """
    own = _hostname(f"//{host}") if host is not None else "localhost"
    if not _is_machine(own):
        return f"{own[:80]} is not a name of this machine; use its address"
    if origin is None:
        return ""
    page = _hostname(origin)
    if page == own or (_is_local(page) and _is_local(own)):
        return ""
    return f"a page from {origin[:80]} may not use this engine; open one from {own}"


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_local(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_machine(name: str) -> bool:
    if name in ("localhost", socket.gethostname().lower()) or name.endswith(".local"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
