"""What has arrived from the engine since the window last looked.

A flood cannot grow it: of every address only the newest message is kept, waveform blocks and
failures are kept in short queues, and addresses the window does not show are dropped unread.
"""

import math
import re
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from rtsynth.common.control_names import GROUPS
from rtsynth.control.osc.addresses import followed_address, modulated_address, parameter_address
from rtsynth.control.osc.clamped import read_clamped_line
from rtsynth.control.osc.describe import PART, REPLY, DescriptionParts
from rtsynth.control.osc.packet import OscError, OscMessage, decode, encode
from rtsynth_gui.link.control import note_name
from rtsynth_gui.link.description import (
    MAXIMUM_SLOTS,
    Description,
    parse_description,
)
from rtsynth_gui.link.network import NetworkState, parse_state

SCOPE_BLOCKS = 64
FAILURES = 8
STATES = ("/load", "/meter/master", "/status.reply")
ANSWERS = 256
NETWORK_STATES = 16  # of a slot: half a second
NETWORK = re.compile(r"/slot/(\d{1,3})/network/state$")
UNKNOWN = "unknown address"  # what an engine says of what it does not have
# Addresses of what is said once, in order: answers to questions, MIDI, notes and presets.
ANSWER = re.compile(
    r"/done$|/midi/|/osc/|/plugins/|/devices\.reply$|/engine/(options\.reply|moves)$|"
    r"/set/names$|/(pre)?sets/changed$|/snapshot/(lost|file)$|/slot/\d{1,3}/"
    r"(network$|note/|preset/|bank/(names|start|loop|changed)$|silence$|sound_off$|reset$|"
    r"modulate$|modulate/clear$|rescued$)"
)
# What the window asks of a slot by itself: it may be gone by then, and nobody need know of that.
# Why an engine does not start again the settings say, in their words.
OWN_QUESTION = re.compile(
    r"/slot/\d{1,3}/(preset/list|bank/list|modulation)$|/engine/(restart|forget)$"
)


@dataclass
class Batch:
    """One look into the inbox: everything the window draws from, decoded and checked.

    `values`, `followed` (what tiers generate now) and `modulated` (where modulation moves them now)
    are by the address of the control. `master` is
    what is output: peak and RMS in dB, left, then right. `answers` are in the order they came.
    `unknown` are addresses that were sent to an engine that does not have them, `refused` those
    whose `failures` are lines for people, `reasons` what an engine said of each. `networks` is what
    the network of each slot was doing, the newest last.
    """

    description: Description | None = None
    values: dict[str, float] = field(default_factory=dict)
    followed: dict[str, float] = field(default_factory=dict)
    modulated: dict[str, float] = field(default_factory=dict)
    meters: dict[int, tuple[float, float]] = field(default_factory=dict)
    master: tuple[float, ...] = ()
    load: tuple[float, int] | None = None
    status: str | None = None
    scope: list[NDArray[np.float32]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    answers: list[OscMessage] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    networks: dict[int, list[NetworkState]] = field(default_factory=dict)


class Inbox:
    """Files datagrams as they come (cheap) and decodes the newest ones when looked at."""

    def __init__(self) -> None:
        self.known_addresses: frozenset[str] = frozenset()
        self._followed_slots: dict[str, int] = {}
        self._modulated: dict[str, dict[str, str]] = {}  # addresses by name, by where they come
        self._newest: dict[str, bytes] = {}
        self._meters: dict[bytes, bytes] = {}
        self._networks: dict[str, deque[bytes]] = {}
        self._scope: deque[bytes] = deque(maxlen=SCOPE_BLOCKS)
        self._failures: deque[bytes] = deque(maxlen=FAILURES)
        self._answers: deque[bytes] = deque(maxlen=ANSWERS)
        self._parts = DescriptionParts()

    def file(self, datagram: bytes) -> str:
        """Keep one datagram; return its address."""
        address = address_of(datagram)
        if address == "/scope":
            self._scope.append(datagram)
        elif address == "/fail":
            self._failures.append(datagram)
        elif address == "/meter":
            slot = datagram[16:20]  # behind '/meter' and ',iff', 8 bytes each
            if len(self._meters) < MAXIMUM_SLOTS or slot in self._meters:
                self._meters[slot] = datagram
        elif address in STATES or address in self.known_addresses or address in self._modulated:
            self._newest[address] = datagram
        elif NETWORK.match(address):
            if len(self._networks) < MAXIMUM_SLOTS or address in self._networks:
                states = self._networks.setdefault(address, deque(maxlen=NETWORK_STATES))
                states.append(datagram)
        elif ANSWER.match(address):
            self._answers.append(datagram)
        elif address == REPLY:
            self._file_description(datagram)
        elif address == PART:
            self._file_part(datagram)
        return address

    def _file_description(self, datagram: bytes) -> None:
        # It carries every value, newer than those filed before it.
        self._newest = {REPLY: datagram} | {a: d for a, d in self._newest.items() if a in STATES}

    def _file_part(self, datagram: bytes) -> None:
        try:
            whole = self._parts.join(decode(datagram)[0])
        except OscError as error:
            self._failures.append(encode("/fail", unreadable(PART, error)))
            return
        if whole is not None:
            self._file_description(encode(whole.address, *whole.arguments))

    def take(self) -> Batch:
        """Everything since the last call, decoded. A malformed message becomes a failure line."""
        batch = Batch()
        newest, self._newest = self._newest, {}
        meters, self._meters = self._meters, {}
        networks, self._networks = self._networks, {}
        queues = self._scope, self._failures, self._answers, *networks.values()
        queued = [datagram for queue in queues for datagram in queue]
        for queue in queues:
            queue.clear()
        for datagram in (*newest.values(), *meters.values(), *queued):
            address = address_of(datagram)
            try:
                self._decode_into(batch, decode(datagram)[0])
            except (ValueError, IndexError) as error:
                batch.failures.append(unreadable(address, error))
        return batch

    def _decode_into(self, batch: Batch, message: OscMessage) -> None:
        address, arguments = message.address, message.arguments
        match address:
            case "/scope":
                batch.scope.append(waveform(arguments[0]))
            case "/meter":
                slot, peak_db, rms_db = (number(a) for a in arguments[:3])
                batch.meters[int(slot)] = (peak_db, rms_db)
            case "/meter/master":
                batch.master = tuple(number(a) for a in arguments[:4])
            case "/load":
                load, xruns = (number(a) for a in arguments[:2])
                batch.load = (load, int(xruns))
            case "/status.reply":
                batch.status = str(arguments[0])
            case _ if address == REPLY:
                parsed = parse_description(str(arguments[0]))
                batch.description, batch.values, batch.followed = parsed
                self.known_addresses = parsed.description.addresses
                slots = parsed.description.slots
                self._followed_slots = {
                    followed_address(each.number): each.number for each in slots
                }
                self._modulated = {modulated_address(s.number): s.by_name for s in slots}
            case "/fail" if arguments[1:2] == (UNKNOWN,):
                batch.unknown.append(str(arguments[0]))
            case "/fail":
                batch.refused.append(str(arguments[0]))
                batch.reasons[batch.refused[-1]] = str(arguments[1]) if arguments[1:] else ""
                if not OWN_QUESTION.search(batch.refused[-1]):
                    batch.failures.append(failure_text(*(str(a) for a in arguments[:2])))
            case _ if found := NETWORK.match(address):
                state = parse_state(arguments)
                batch.networks.setdefault(int(found[1]), []).append(state)
            case _ if address in self._followed_slots:
                slot = self._followed_slots[address]
                for name, value in zip(arguments[::2], arguments[1::2], strict=True):
                    address = parameter_address(slot, str(name))
                    batch.followed[address] = number(value)
            case _ if address in self._modulated:
                named = self._modulated[address]
                for name, value in zip(arguments[::2], arguments[1::2], strict=True):
                    if str(name) in named:
                        batch.modulated[named[str(name)]] = number(value)
            case _ if address in self.known_addresses:
                batch.values[address] = number(arguments[0])
            case _:
                batch.answers.append(message)


def failure_text(address: str, message: str = "") -> str:
    """What could not be done, for people: "load: no such file" of "/slot/1/load" and the rest."""
    words = address.strip("/").split("/")
    if words[-2:] == ["note", "on"] and (found := read_clamped_line(message)):
        asked, sounds = (note_name(each) for each in found)
        text = QCoreApplication.translate(
            "Inbox", "{} is out of the plugin's range; {} plays instead"
        )
        return text.format(asked, sounds)
    if words[0] == "slot":
        words = [word for word in words[2:] if word not in ("param", *GROUPS)]
    return ": ".join(part for part in (" ".join(words), message) if part)


def unreadable(address: str, error: Exception) -> str:
    """The line about a malformed message."""
    return f"{address} from the engine is unreadable: {error}"


def address_of(datagram: bytes) -> str:
    """The address of a message, without decoding its arguments; '' if it has none."""
    end = datagram.find(b"\0")
    return datagram[:end].decode("ascii", "replace") if end > 0 else ""


def number(argument: object) -> float:
    """A finite number from an OSC argument (i, f, d, T and F alike)."""
    if not isinstance(argument, int | float) or not math.isfinite(argument):
        raise ValueError(f"{argument!r} is not a finite number")
    return float(argument)


def waveform(blob: object) -> NDArray[np.float32]:
    """Samples [N] from a blob of little-endian float32; non-finite ones read as silence."""
    if not isinstance(blob, bytes) or len(blob) % 4:
        raise ValueError("a waveform is a blob of 4-byte floats")
    samples = np.frombuffer(blob, dtype="<f4").astype(np.float32)
    if not np.isfinite(samples).all():
        samples[~np.isfinite(samples)] = 0.0
    return samples
