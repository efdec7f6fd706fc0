"""What an engine says of a network is checked before anything is built from it."""

import json
import struct
from typing import Any

import numpy as np
import pytest

from rtsynth.control.osc.packet import encode
from rtsynth_gui.link.description import MAXIMUM_SLOTS
from rtsynth_gui.link.inbox import NETWORK_STATES, Inbox
from rtsynth_gui.link.network import MIDDLE, parse_state, parse_structure

LAYER = {"tier": "audio", "name": "GRU 1", "units": 512, "shown": 3, "rate_hz": 16_000.0}
DRAW = {"tier": "audio", "kind": "codes", "most_bits": 8.0, "rate_hz": 16_000.0}
SAID: dict[str, Any] = {
    "voices": 2, "voice": 0, "layers": [LAYER], "draws": [DRAW], "values": ["rmse"],
}  # fmt: skip
STATE = (1, bytes([129, 0, 127]), struct.pack("<f", 5.5), struct.pack("<f", 0.25))


def test_a_state_fits_its_structure() -> None:
    structure = parse_structure(json.dumps(SAID))
    state = parse_state(STATE)
    assert state.hidden.tolist() == [MIDDLE - 127, MIDDLE, MIDDLE + 127]
    assert (state.voice, state.bits.tolist(), state.values.tolist()) == (1, [5.5], [0.25])
    assert structure.fits(state)
    assert not structure.fits(parse_state((1, b"ab", *STATE[2:])))
    assert not structure.fits(parse_state((*STATE[:3], b"")))
    more = parse_structure(json.dumps(SAID | {"voices": 8, "voice": 3}))
    assert structure.looks_like(more)
    assert not structure.looks_like(parse_structure(json.dumps(SAID | {"values": []})))


def test_what_is_no_number_is_zero() -> None:
    state = parse_state((*STATE[:2], struct.pack("<2f", float("nan"), float("inf")), b""))
    assert state.bits.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "arguments",
    [(), (1,), (1, b""), (1, "text", b"", b""), (1, b"", b"abc", b""), (1.5, b"", b"", b""),
     (1, b"", 2.0, b""), (1, bytes(1 << 20), b"", b"")],
)  # fmt: skip
def test_other_states_are_refused(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_state(arguments)


@pytest.mark.parametrize(
    "changed",
    [{"layers": [LAYER | {"shown": 0}]}, {"layers": [LAYER | {"shown": 513}]},
     {"layers": [LAYER | {"units": 10**9, "shown": 10**9}]}, {"layers": [LAYER] * 1000},
     {"draws": [DRAW | {"rate_hz": 0}]}, {"draws": [DRAW | {"most_bits": float("inf")}]},
     {"draws": 5}, {"values": ["x"] * 10_000}, {"voices": "many"}, {"layers": [{}]}],
)  # fmt: skip
def test_other_structures_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_structure(json.dumps(SAID | changed))
    with pytest.raises(ValueError, match="unreadable"):
        parse_structure("[" * 100_000)


def test_the_inbox_keeps_the_newest_of_each_slot() -> None:
    inbox = Inbox()
    for number in range(1, 200):
        inbox.file(encode(f"/slot/{number}/network/state", *STATE))
    inbox.file(encode("/slot/1/network/state", 2, *STATE[1:]))
    inbox.file(encode("/slot/1/network", json.dumps(SAID)))
    batch = inbox.take()
    assert len(batch.networks) == MAXIMUM_SLOTS
    assert [state.voice for state in batch.networks[1]] == [1, 2]
    assert np.array_equal(batch.networks[2][0].hidden, parse_state(STATE).hidden)
    for voice in range(1, 2 * NETWORK_STATES + 1):
        inbox.file(encode("/slot/1/network/state", voice, *STATE[1:]))
    kept = [state.voice for state in inbox.take().networks[1]]
    assert kept == list(range(NETWORK_STATES + 1, 2 * NETWORK_STATES + 1))
    assert [answer.address for answer in batch.answers] == ["/slot/1/network"]
    inbox.file(encode("/slot/1/network/state", 1))
    again = inbox.take()
    assert again.networks == {}
    assert "unreadable" in again.failures[0]
