import json
import socket
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth import Host
from rtsynth.common.control_names import MODULATION_CONTROLS
from rtsynth.compiler.compile import compile_plugin
from rtsynth.control.osc.describe import PART, text_messages
from rtsynth.control.osc.packet import encode
from rtsynth.control.osc.surface.server import OscServer
from rtsynth_gui.link.inbox import ANSWERS, FAILURES, SCOPE_BLOCKS, Inbox, failure_text
from tests.gui.peer import description, tiered
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin


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


def test_answers_come_in_order_and_are_bounded(inbox: Inbox) -> None:
    said: list[tuple[str, tuple[str | int | float, ...]]] = [
        ("/slot/1/preset/names", (0, 2, "dark", "bright")),
        ("/slot/1/preset/current", ("dark",)),
        ("/slot/1/note/on", (60.0, 0.5)),
        ("/done", ("/set/save", "gig")),
        ("/midi/message", ("keys", "note 60", "")),
        ("/set/names", (0, 0)),
    ]
    for address, arguments in (*said, ("/slot/1/other", (1,)), ("/done.of/what", ())):
        inbox.file(encode(address, *arguments))
    assert [tuple(answer[:2]) for answer in inbox.take().answers] == said
    for count in range(ANSWERS + 1):
        inbox.file(encode("/done", "/sync", count))
    counted = [answer.arguments[1] for answer in inbox.take().answers]
    assert counted == list(range(1, ANSWERS + 1))


def test_what_an_engine_does_not_have_is_no_failure(inbox: Inbox) -> None:
    inbox.file(encode("/fail", "/slot/1/preset/list", "unknown address"))
    inbox.file(encode("/fail", "/slot/1/load", "no such file"))
    batch = inbox.take()
    assert batch.unknown == ["/slot/1/preset/list"]
    assert batch.failures == ["load: no such file"]


def test_what_the_window_asked_of_a_slot_that_is_gone_is_not_said(inbox: Inbox) -> None:
    for question in ("preset/list", "bank/list", "modulation"):
        inbox.file(encode("/fail", f"/slot/2/{question}", "slot 2 is empty; loaded: 1"))
    inbox.file(encode("/fail", "/slot/2/preset/save", "slot 2 is empty; loaded: 1"))
    batch = inbox.take()
    assert len(batch.refused) == 4
    assert len(batch.failures) == 1


def test_the_newest_levels_of_the_output(inbox: Inbox) -> None:
    for peak_db in (-9.0, -3.0):
        inbox.file(encode("/meter/master", peak_db, -12.0, -5.0, -14.0))
    assert inbox.take().master == (-3.0, -12.0, -5.0, -14.0)
    assert inbox.take().master == ()


def test_a_description_overrides_values_filed_before_it(inbox: Inbox) -> None:
    inbox.file(encode("/slot/1/param/pitch", 70.0))
    inbox.file(encode("/describe.reply", json.dumps(description())))
    inbox.file(encode("/slot/1/param/amplitude", 0.25))
    batch = inbox.take()
    assert batch.values["/slot/1/param/pitch"] == 69.0
    assert batch.values["/slot/1/param/amplitude"] == 0.25


def test_a_description_in_parts_counts_when_it_is_whole(inbox: Inbox) -> None:
    text = json.dumps(description(slots=8))
    *parts, last = (encode(a, *args) for a, args in text_messages(text))
    for part in parts:
        inbox.file(part)
    inbox.file(encode("/slot/1/param/pitch", 70.0))
    batch = inbox.take()
    assert batch.description is None
    assert batch.values == {"/slot/1/param/pitch": 70.0}
    inbox.file(encode("/slot/1/param/pitch", 71.0))
    inbox.file(last)
    batch = inbox.take()
    assert batch.description is not None
    assert len(batch.description.slots) == 8
    assert batch.values["/slot/1/param/pitch"] == 69.0
    assert batch.failures == []


def test_five_tiered_plugins_arrive_whole() -> None:
    compiled = compile_plugin(tiers_plugin())
    inbox = Inbox()
    with Host(device="null", precision="float32") as host:
        for _ in range(5):
            host.load(compiled)
        with (
            OscServer(host, port=0) as server,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line,
        ):
            line.connect(("127.0.0.1", server.port))
            line.settimeout(5.0)
            line.send(encode("/describe"))
            line.send(encode("/ping"))
            while (address := inbox.file(line.recv(65_536))) != "/pong":
                assert address == PART
    batch = inbox.take()
    assert batch.failures == []
    assert batch.description is not None
    assert [slot.number for slot in batch.description.slots] == [1, 2, 3, 4, 5]
    for slot in batch.description.slots:
        assert {p.name for p in slot.parameters} == {*MOTION, *TIMBRE, "fill"}
        modulators = len(MODULATION_CONTROLS) - 1  # the tempo is the engine's
        assert len(slot.controls) == 3 * (len(MOTION) + len(TIMBRE)) + 2 + 10 + modulators
        centroid = next(p for p in slot.parameters if p.name == "centroid")
        offset = slot.adjustment(centroid, "offset")
        assert offset is not None
        assert (offset.unit, offset.curve, offset.description) == (
            "Hz", "linear", "added to centroid",
        )  # fmt: skip


def test_a_flood_is_bounded(inbox: Inbox) -> None:
    for index in range(5000):
        inbox.file(encode(f"/slot/1/param/x{index}", 1.0))
        inbox.file(encode("/scope", bytes(4000)))
        inbox.file(encode("/fail", "/a", str(index)))
        inbox.file(encode("/meter", index, 0.0, 0.0))
    batch = inbox.take()
    assert batch.values == {}
    assert len(batch.scope) == SCOPE_BLOCKS
    assert batch.failures[-1] == "a: 4999"
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


def test_what_is_modulated_is_kept_by_address(inbox: Inbox) -> None:
    inbox.file(encode("/slot/1/modulated", "pitch", 70.0))
    inbox.file(encode("/slot/1/modulated", "pitch", 71.0, "top_p", 0.5, "unknown", 1.0))
    inbox.file(encode("/slot/2/modulated", "pitch", 72.0))
    batch = inbox.take()
    assert batch.modulated == {"/slot/1/param/pitch": 71.0, "/slot/1/sampling/top_p": 0.5}
    assert batch.values == {}


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
        encode("/describe.part", 1, 1, "{", 5),
        encode("/describe.part", 2, 1, "{}", 5),
        encode("/describe.part", "{}"),
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
    for head in (
        b"",
        b"/meter\0\0",
        b"/load\0\0\0",
        b"/scope\0\0",
        b"/describe.reply\0",
        b"/describe.part\0\0",
    ):
        inbox.file(head + datagram)
    inbox.take()


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/slot/1/load", "load: no"),
        ("/slot/2/param/motion/beta", "motion beta: no"),
        ("/slot/1/sampling/top_k/norm", "top_k norm: no"),
        ("/record/start", "record start: no"),
        ("/", "no"),
    ],
)
def test_failures_name_no_addresses(address: str, text: str) -> None:
    assert failure_text(address, "no") == text


def test_a_note_out_of_range_is_said_by_its_name() -> None:
    message = "83 is out of range: clamped to 76"
    text = "B5 is out of the plugin's range; E5 plays instead"
    assert failure_text("/slot/1/note/on", message) == text
    assert failure_text("/slot/1/note/on", "no pitch") == "note on: no pitch"
    assert failure_text("/slot/1/gain", message) == f"gain: {message}"
