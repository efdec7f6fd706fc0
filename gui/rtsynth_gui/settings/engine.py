"""What an engine says of its start and of the devices it can play to, as far as it can be read."""

import json
from dataclasses import dataclass, field
from typing import Any

from rtsynth_gui.link.description import MALFORMED

OPTIONS, OPTIONS_REPLY = "/engine/options", "/engine/options.reply"
DEVICES, DEVICES_REPLY = "/devices", "/devices.reply"
RESTART, FORGET = "/engine/restart", "/engine/forget"
MOVES = "/engine/moves"
KEEP, NO = "keep", "no"
AUTO = "auto"
NULL = "null"
LONGEST = 200
MOST = 64


@dataclass(frozen=True)
class Offered:
    """What the engine was started with, and what it goes back to by default; `possible`: it can be
    started again with other options; `refused`: why that did not work the last time; `given_up`:
    the options that are kept and did not work at this start, because of the `problem`."""

    options: dict[str, str] = field(default_factory=dict)
    possible: bool = False
    refused: str = ""
    given_up: tuple[str, ...] = ()
    problem: str = ""
    defaults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Devices:
    """Names of audio outputs and of MIDI inputs, and why there are none."""

    audio: tuple[str, ...] = ()
    midi: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except MALFORMED:
        return {}
    return found if isinstance(found, dict) else {}


def _texts(value: Any) -> list[str]:
    rows = value if isinstance(value, list) else []
    return [row[:LONGEST] for row in rows[:MOST] if isinstance(row, str)]


def _named(value: Any) -> dict[str, str]:
    named = value.items() if isinstance(value, dict) else ()
    return {str(name): text[:LONGEST] for name, text in named if isinstance(text, str)}


def _text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def parse_offered(text: str) -> Offered:
    """What the JSON says; what is of another type is left out."""
    document = _document(text)
    return Offered(
        _named(document.get("options")),
        document.get("possible") is True,
        _text(document.get("refused")),
        tuple(_texts(document.get("given_up"))),
        _text(document.get("problem")),
        _named(document.get("defaults")),
    )


def parse_devices(text: str) -> Devices:
    """What the JSON says; what is of another type is left out."""
    document = _document(text)
    rows = document.get("audio")
    names = [row.get("name") for row in (rows if isinstance(rows, list) else []) if _is_row(row)]
    return Devices(
        tuple(dict.fromkeys(_texts(names))),
        tuple(_texts(document.get("midi"))),
        tuple(_texts(document.get("problems"))),
    )


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("name"), str)
