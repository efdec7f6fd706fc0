"""Descriptions that do not fit into a datagram: sent in parts, and joined again."""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from rtsynth.common.control_info import (
    ControlInfo,
    Description,
    FollowedRun,
    Generation,
    Owner,
    Place,
    SlotInfo,
)
from rtsynth.compiler.compile import compile_plugin
from rtsynth.control.osc.describe import (
    MAX_INCOMPLETE,
    MAX_PARTS,
    PART,
    PART_BYTES,
    REPLY,
    Addressed,
    DescriptionParts,
    description_json,
    text_messages,
)
from rtsynth.control.osc.packet import Argument, OscError, OscMessage, encode
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.host import Host
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.plugins import tiers_plugin

MACOS_DATAGRAM_BYTES = 9216
SLOTS = 5


def described(characters: int, fill: str = "x") -> dict[str, Any]:
    """A document whose JSON has a number of bytes."""
    return {"slots": fill * (characters - len(text_of({"slots": ""})))}


def text_of(document: dict[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))


def messages_of(document: dict[str, Any]) -> list[OscMessage]:
    return [OscMessage(*addressed) for addressed in text_messages(text_of(document))]


def joined(parts: DescriptionParts, messages: list[OscMessage]) -> list[Any]:
    """The descriptions that come out."""
    found = [parts.join(message) for message in messages]
    assert all(whole is None or whole.address == REPLY for whole in found)
    return [json.loads(str(whole.arguments[0])) for whole in found if whole is not None]


@pytest.mark.parametrize(
    ("size", "count"),
    [(PART_BYTES, 1), (PART_BYTES + 1, 2), (2 * PART_BYTES, 2), (64_000, 8)],
)
def test_as_many_messages_as_needed(size: int, count: int) -> None:
    description = described(size)
    messages = text_messages(text_of(description))
    addresses = [PART] * count if count > 1 else [REPLY]
    assert [address for address, _ in messages] == addresses
    assert all(len(encode(a, *args)) < MACOS_DATAGRAM_BYTES for a, args in messages)
    assert joined(DescriptionParts(), [OscMessage(*m) for m in messages]) == [description]


def test_texts_of_all_kinds_stay_within_a_datagram() -> None:
    description = {"slots": "Geräusch ☃ 𝄞 \0" * 2000}
    messages: list[Addressed] = text_messages(text_of(description))
    assert max(len(encode(a, *args)) for a, args in messages) < MACOS_DATAGRAM_BYTES
    assert joined(DescriptionParts(), [OscMessage(*m) for m in messages]) == [description]


def test_too_large_a_description_is_refused() -> None:
    assert len(text_messages(text_of(described(MAX_PARTS * PART_BYTES)))) == MAX_PARTS
    with pytest.raises(OscError, match="a description of 2048001 bytes, at most 2048000"):
        text_messages(text_of(described(MAX_PARTS * PART_BYTES + 1)))


def test_parts_of_several_descriptions_never_mix() -> None:
    descriptions = [described(30_000, fill) for fill in "abc"]
    messages = [message for each in descriptions for message in messages_of(each)]
    for seed in range(20):
        shuffled = random.Random(seed).sample(messages, len(messages))
        found = joined(DescriptionParts(), shuffled)
        assert sorted(found, key=lambda each: each["slots"]) == descriptions


def test_a_lost_part_costs_its_description_only() -> None:
    parts = DescriptionParts()
    one, two = messages_of(described(30_000, "a")), messages_of(described(30_000, "b"))
    assert joined(parts, one[:-1]) == []
    assert joined(parts, two) == [described(30_000, "b")]


def test_incomplete_descriptions_are_forgotten() -> None:
    parts = DescriptionParts()
    first = messages_of(described(20_000))
    assert joined(parts, first[:2]) == []
    for _ in range(MAX_INCOMPLETE):
        assert joined(parts, messages_of(described(20_000))[:1]) == []
    assert joined(parts, first[2:]) == []


def test_other_messages_pass() -> None:
    message = OscMessage("/status.reply", ("{}",))
    assert DescriptionParts().join(message) is message


@pytest.mark.parametrize(
    "arguments",
    [
        (), (1, 2, "a"), (0, 2, "a", 1), (3, 2, "a", 1), (1, MAX_PARTS + 1, "a", 1),
        (1.0, 2, "a", 1), (1, 2, b"a", 1), (1, 2, "a", "b"), (1, 2, "a" * (PART_BYTES + 1), 1),
    ],
)  # fmt: skip
def test_malformed_parts_are_refused(arguments: tuple[Argument, ...]) -> None:
    with pytest.raises(OscError, match="expects index, count, text and serial"):
        DescriptionParts().join(OscMessage(PART, arguments))


PITCH = ControlInfo(
    "pitch", 48.0, 84.0, 69.0, "MIDI", role="pitch", reaction_ms=20.0625,
    generation=Generation("motion", 125, "hold", 0.0),
)  # fmt: skip
VOICE = ControlInfo(
    "voice", 0.0, 1.0, 0.0, role="class", labels=("a", "b"), reaction_ms=10.0, description="who"
)
TAKE = ControlInfo("pitch.take", 0.0, 1.0, 0.0, description="1 takes it", owner=Owner.PARAMETER)
BETA = ControlInfo("motion.beta", 0.05, 20.0, 1.0, curve="exponential", owner=Owner.TIER)
GAIN = ControlInfo("gain", -60.0, 12.0, 0.0, "dB", owner=Owner.ENGINE)
SLOT = SlotInfo(
    number=2, plugin="creek", description="", sample_rate_hz=16_000, path="/creek.safetensors",
    precision="int8", threads=2, voices=4, delay_ms=3.25,
    parameters=(PITCH, VOICE), controls=(TAKE, BETA, GAIN),
    name="Water", output=4, tiers=("motion", "audio"), opened=True, rescue="firm",
    follows=FollowedRun("/runs/song", "holds", 30, 2),
    values={"pitch": 70.0, "voice": 0.5, "pitch.take": 1.0, "motion.beta": 1.0, "gain": -6.0},
    followed={"pitch": 69.5}, taken=frozenset(["pitch"]),
)  # fmt: skip


MUTE = ControlInfo(
    "mixer.mute", 0.0, 1.0, 0.0, role="class", labels=("off", "on"), owner=Owner.MIXER
)
MASTER = Place(number=0, controls=(GAIN,), values={"gain": -3.0})


def test_the_json_to_the_letter() -> None:
    slot = replace(SLOT, mixer=(MUTE,), values={**SLOT.values, "mixer.mute": 1.0})
    assert description_json(Description("1.2", (slot,), MASTER, (2,))) == (
        '{"version":"1.2","slots":[{"slot":2,"name":"Water","plugin":"creek","description":"",'
        '"sample_rate_hz":16000,"path":"/creek.safetensors","precision":"int8","threads":2,'
        '"voices":4,"output":4,"sounds":true,'
        '"tiers":["motion","audio"],"opened":true,"rescue":"firm",'
        '"follows":{"run":"/runs/song","state":"holds","step":30,"listens":2},'
        '"parameters":[{"name":"pitch","minimum":48.0,"maximum":84.0,"default":69.0,'
        '"unit":"MIDI","curve":"linear","role":"pitch","description":"","generated":true,'
        '"reaction_ms":23.31,"tier":"motion","rate_hz":125,"upsampling":"hold","delay_ms":0.0,'
        '"value":70.0,"taken":true,"followed":69.5},{"name":"voice","minimum":0.0,"maximum":1.0,'
        '"default":0.0,"unit":"","curve":"linear","role":"class","labels":["a","b"],'
        '"description":"who","generated":false,"reaction_ms":13.25,"value":0.5}],"controls":['
        '{"name":"pitch.take","minimum":0.0,"maximum":1.0,"default":0.0,"description":"1 takes it",'
        '"value":1.0},{"name":"motion.beta","minimum":0.05,"maximum":20.0,"default":1.0,'
        '"curve":"exponential","value":1.0},{"name":"gain","minimum":-60.0,"maximum":12.0,'
        '"default":0.0,"unit":"dB","curve":"linear","role":"conditioning","description":"",'
        '"value":-6.0}],"mixer":[{"name":"mixer.mute","minimum":0.0,"maximum":1.0,"default":0.0,'
        '"unit":"","curve":"linear","role":"class","labels":["off","on"],"description":"",'
        '"value":1.0}]}],"master":[{"name":"gain","minimum":-60.0,"maximum":12.0,"default":0.0,'
        '"unit":"dB","curve":"linear","role":"conditioning","description":"","value":-3.0}],'
        '"order":[2]}'
    )


# --- the real engine -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """Five plugins of three tiers; nothing moves, so that descriptions can be compared."""
    compiled = compile_plugin(tiers_plugin())
    with Host(device="null", precision="float32", rate_hz=48_000, block_frames=128) as host:
        for _ in range(SLOTS):
            host.load(compiled)
        yield host


def test_five_tiered_plugins_reach_a_client_whole(host: Host) -> None:
    with OscServer(host, port=0) as server, OscClient(server.port) as client:
        client.send("/describe")
        parts = DescriptionParts()
        wholes = (parts.join(message) for message in client.messages(60.0))
        whole = next(w for w in wholes if w is not None and w.address == REPLY)
        assert json.loads(str(whole.arguments[0])) == json.loads(description_json(host.describe()))
        assert server.status()["unsent"] == 0


def test_subscribers_are_told_of_a_new_plugin_in_parts(host: Host) -> None:
    with OscServer(host, port=0) as server, OscClient(server.port) as client:
        client.send("/notify", 1)
        client.expect("/load")
        host.load(compile_plugin(tiers_plugin(seed=1)))
        parts = DescriptionParts()
        wholes = (parts.join(message) for message in client.messages(5.0))
        whole = next(w for w in wholes if w is not None and w.address == REPLY)
        assert len(json.loads(str(whole.arguments[0]))["slots"]) == SLOTS + 1


def test_the_engine_never_answers_parts(host: Host) -> None:
    with OscServer(host, port=0) as server, OscClient(server.port) as client:
        for address in (PART, REPLY):
            client.send(address, 1, 2, "a", 3)
        assert [m.address for m in itertools.islice(client.messages(0.2), 5)] == []
