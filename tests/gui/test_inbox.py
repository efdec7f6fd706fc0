import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth.control.osc_packet import encode
from rtsynth_gui.inbox import FAILURES, SCOPE_BLOCKS, Inbox
from tests.gui.peer import description, tiered


@pytest.fixture
def inbox() -> Inbox:
    described = Inbox()
    described.file(encode("/describe.reply", json.dumps(description())))
    described.take()
    return described


def test_the_newest_of_each_address_is_kept(inbox: Inbox) -> None:
    for pitch in range(64, 77):
        inbox.file(encode("/slot/1/param/pitch", float(pitch)))
    inbox.file(encode("/slot/1/gain", -6))
    inbox.file(encode("/meter", 1, -3.0, -9.0))
    inbox.file(encode("/meter", 2, -4.0, -8.0))
    inbox.file(encode("/load", 0.5, 3))
    batch = inbox.take()
    assert batch.values == {"/slot/1/param/pitch": 76.0, "/slot/1/gain": -6.0}
    assert batch.meters == {1: (-3.0, -9.0), 2: (-4.0, -8.0)}
    assert batch.load == (0.5, 3)
    assert inbox.take().values == {}


def test_a_description_overrides_values_filed_before_it(inbox: Inbox) -> None:
    inbox.file(encode("/slot/1/param/pitch", 70.0))
    inbox.file(encode("/describe.reply", json.dumps(description())))
    inbox.file(encode("/slot/1/param/amplitude", 0.25))
    batch = inbox.take()
    assert batch.values["/slot/1/param/pitch"] == 69.0
    assert batch.values["/slot/1/param/amplitude"] == 0.25


def test_a_flood_is_bounded(inbox: Inbox) -> None:
    for index in range(5000):
        inbox.file(encode(f"/slot/1/param/x{index}", 1.0))
        inbox.file(encode("/scope", bytes(4000)))
        inbox.file(encode("/fail", "/a", str(index)))
        inbox.file(encode("/meter", index, 0.0, 0.0))
    batch = inbox.take()
    assert batch.values == {}
    assert len(batch.scope) == SCOPE_BLOCKS
    assert batch.failures[-1] == "/a: 4999"
    assert len(batch.failures) == FAILURES
    assert len(batch.meters) == 64


def test_what_tiers_make_is_kept_by_address() -> None:
    inbox = Inbox()
    inbox.file(encode("/slot/1/followed", "pitch", 60.0))  # not described yet
    inbox.file(encode("/describe.reply", json.dumps(tiered())))
    assert inbox.take().followed["/slot/1/param/pitch"] == 66.0
    for pitch in (61.0, 62.0):
        inbox.file(encode("/slot/1/followed", "rmse", 0.1, "pitch", pitch))
    inbox.file(encode("/slot/2/followed", "pitch", 63.0))
    assert inbox.take().followed == {
        "/slot/1/param/rmse": pytest.approx(0.1),
        "/slot/1/param/pitch": 62.0,
    }


@pytest.mark.parametrize("arguments", [("pitch",), ("pitch", "high"), ("pitch", float("nan"))])
def test_malformed_values_of_tiers_become_a_line(arguments: tuple[str | float, ...]) -> None:
    inbox = Inbox()
    inbox.file(encode("/describe.reply", json.dumps(tiered())))
    inbox.take()
    inbox.file(encode("/slot/1/followed", *arguments))
    batch = inbox.take()
    assert len(batch.failures) == 1
    assert "/slot/1/followed" in batch.failures[0]


def test_waveforms_are_finite(inbox: Inbox) -> None:
    inbox.file(encode("/scope", struct.pack("<4f", 0.5, float("nan"), float("inf"), -0.5)))
    (block,) = inbox.take().scope
    np.testing.assert_array_equal(block, np.array([0.5, 0, 0, -0.5], np.float32))


@pytest.mark.parametrize(
    "datagram",
    [
        encode("/slot/1/param/pitch", float("nan")),
        encode("/slot/1/param/pitch", "high"),
        encode("/slot/1/param/pitch"),
        encode("/scope", b"abc"),
        encode("/scope", 1.0),
        encode("/load", 0.5),
        encode("/describe.reply", "{"),
        b"/load\0\0\0,ff\0\0",
    ],
)
def test_malformed_messages_become_a_line(inbox: Inbox, datagram: bytes) -> None:
    inbox.file(datagram)
    batch = inbox.take()
    assert len(batch.failures) == 1
    assert "unreadable" in batch.failures[0]
    assert batch.values == {}
    assert batch.load is None


@given(st.binary(max_size=80))
def test_any_bytes_are_survived(datagram: bytes) -> None:
    inbox = Inbox()
    for head in (b"", b"/meter\0\0", b"/load\0\0\0", b"/scope\0\0", b"/describe.reply\0"):
        inbox.file(head + datagram)
    inbox.take()
