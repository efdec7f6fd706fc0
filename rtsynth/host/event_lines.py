"""The lines of an event log: one JSON object each, `docs/how-to/replay.md` describes them.

What is written here is read by `rtsynth.offline.replay`, which trusts no line.
"""

import base64
import json
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.computing import PRECISIONS
from rtsynth.common.seeds import LARGEST_SEED
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import MAX_VOICES, VOICE_TARGETS

FORMAT = 3
FORMATS = (2, FORMAT)  # that are read; 3 has states, and voices that go on as others
LARGEST_LINE = 1 << 21  # characters
LARGEST_STATE = LARGEST_LINE - 1024
LATEST_FRAME = 86_400 * 384_000  # a day at the highest rate
_LARGEST_INT = 2**63 - 1
_LARGEST_SERIAL = 2**53  # events carry it as a float64
_LONGEST_TEXT = 4096


class Head(NamedTuple):
    """The first line: which engine played, and at which rate."""

    format: int
    rtsynth: str
    engine: str
    rate_hz: int


class NewVoice(NamedTuple):
    """What a voice was made of. `start`: [target, value] where it differs from a fresh one.

    `weights`: as `event_start.rounded_weights` names those that were played. `opened`: whether it
    has controls that reach into its hidden layers.
    """

    voice: int
    plugin: str
    file: str
    hash: str
    precision: str
    weights: str
    voices: int
    seed: int
    start: list[list[Any]]
    opened: int = 0


class State(NamedTuple):
    """A voice's bank has a state under a serial, before any event that is written behind this.

    Serial 0: the voice, which has not played yet, begins from it. The state is float32, little
    endian, in base 64; see `rtsynth.compiler.network_state`.
    """

    voice: int
    serial: int
    state: str


class After(NamedTuple):
    """A voice that has not played yet goes on as another, with its own weights, when it does."""

    voice: int
    after: int


class Block(NamedTuple):
    """From `frame` on, blocks of so many frames are computed."""

    frame: int
    frames: int


class Play(NamedTuple):
    """The block at `frame` finds that a slot is to play a voice (0: none)."""

    frame: int
    slot: int
    voice: int


class Master(NamedTuple):
    """The block at `frame` finds that the output is to be faded in (1) or out (0)."""

    frame: int
    on: int


class Event(NamedTuple):
    """The block at `frame` takes an event of a voice, for frame `at` of the device (-1: now).

    Voice 0 is the mixer.
    """

    frame: int
    voice: int
    at: int
    target: int
    value: float


class Done(NamedTuple):
    """All blocks before `frame` are above; the CRC-32 of all they put out (None: not known)."""

    frame: int
    crc32: int | None


class Gap(NamedTuple):
    """From here on something is missing, and why."""

    why: str


Line = Head | NewVoice | State | After | Block | Play | Master | Event | Done | Gap
KINDS: dict[str, type[Any]] = {
    "log": Head,
    "voice": NewVoice,
    "state": State,
    "after": After,
    "block": Block,
    "play": Play,
    "master": Master,
    "event": Event,
    "done": Done,
    "gap": Gap,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
# Of nothing but numbers, and perhaps very many: quicker than an encoder.
_OF_NUMBERS: dict[type[Any], str] = {
    kind: f'{{"line":"{_NAMES[kind]}",' + ",".join(f'"{name}":%r' for name in kind._fields) + "}\n"
    for kind in (Block, Play, Master, Event)
}
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def state_to_text(state: NDArray[np.float32]) -> str:
    """The field of a `State`."""
    return base64.b64encode(state.astype("<f4").tobytes()).decode()


def state_from_text(text: str) -> NDArray[np.float32]:
    """The floats of a `State`'s field; it is not checked whether they are one.

    Raises:
        ValueError: it is not base 64, or no whole number of floats.
    """
    data = base64.b64decode(text, validate=True)
    return np.frombuffer(data, "<f4").astype(np.float32)


def to_text(line: Line) -> str:
    """A line, with its end."""
    template = _OF_NUMBERS.get(type(line))
    if template is not None:
        return template % line
    return _encode({"line": _NAMES[type(line)], **line._asdict()}) + "\n"


_Check = tuple[Callable[[Any], bool], str]


def _whole(low: int, high: int) -> _Check:
    what = f"a whole number {low}..{high}"
    return lambda value: type(value) is int and low <= value <= high, what


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _is_start(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list)
        and len(pair) == 2
        and type(pair[0]) is int
        and 0 <= pair[0] < (MAX_VOICES + 1) * VOICE_TARGETS
        and _is_number(pair[1])
        for pair in value
    )


_TEXT: _Check = (
    lambda value: isinstance(value, str) and len(value) <= _LONGEST_TEXT,
    f"a text of up to {_LONGEST_TEXT} characters",
)
_STATE: _Check = (
    lambda value: isinstance(value, str) and len(value) <= LARGEST_STATE,
    f"a text of up to {LARGEST_STATE} characters",
)
_FRAME = _whole(0, LATEST_FRAME)
_CHECKS: dict[str, _Check] = {
    "format": _whole(1, _LARGEST_INT),
    "rtsynth": _TEXT,
    "engine": _TEXT,
    "rate_hz": _whole(1000, 768_000),
    "voice": _whole(0, _LARGEST_INT),
    "after": _whole(1, _LARGEST_INT),
    "plugin": _TEXT,
    "file": _TEXT,
    "hash": _TEXT,
    "precision": (lambda value: value in PRECISIONS, f"one of {', '.join(PRECISIONS)}"),
    "weights": _TEXT,
    "voices": _whole(1, MAX_VOICES),
    "seed": _whole(0, LARGEST_SEED),
    "start": (_is_start, "a list of [target, value]"),
    "opened": _whole(0, 1),
    "serial": _whole(0, _LARGEST_SERIAL),
    "state": _STATE,
    "frame": _FRAME,
    "frames": _whole(1, sh.OUT_CAPACITY // 2),
    "slot": _whole(1, sh.MAX_SLOTS),
    "on": _whole(0, 1),
    "at": _whole(-1, LATEST_FRAME),
    "target": _whole(-VOICE_TARGETS, (MAX_VOICES + 1) * VOICE_TARGETS),
    "value": (_is_number, "a finite number"),
    "crc32": (lambda value: value is None or _whole(0, 2**32 - 1)[0](value), "a CRC-32 or null"),
    "why": _TEXT,
}


def from_text(text: str) -> Line:
    """What a line says.

    Raises:
        ValueError: what is wrong with it.
    """
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError("is no JSON") from error
    name = found.pop("line", None) if isinstance(found, dict) else None
    if not isinstance(name, str) or name not in KINDS:
        raise ValueError(f"is no line of an event log; there are {', '.join(KINDS)}")
    for field in KINDS[name]._fields:
        if field not in found and field in KINDS[name]._field_defaults:
            continue  # a log of before
        if field not in found:
            raise ValueError(f"{field}: is missing")
        check, what = _CHECKS[field]
        if not check(found[field]):
            raise ValueError(f"{field}: is not {what}")
    if unknown := set(found) - set(KINDS[name]._fields):
        raise ValueError(f"{min(unknown)}: is no field of a {name!r} line")
    line: Line = KINDS[name](**found)
    return line


def _refuse(text: str) -> float:
    raise ValueError(text)
