"""MIDI mappings over OSC: learned, forgotten, listed; what arrives."""

import itertools
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.errors import ControlError
from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.mapping.binding import CC, Binding, Physical
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.mapping.monitor import Arrival
from rtsynth.host.mapping.table import MidiMap
from tests.rtsynth.control.midi.messages import cc, play
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.fixture
def engine(tmp_path: Path) -> RecordingEngine:
    engine = RecordingEngine(slots=2)
    engine.mappings = Mappings(engine.notices, tmp_path / "learned.toml")
    return engine


@pytest.fixture
def router(engine: RecordingEngine) -> MidiRouter:
    return MidiRouter(engine, mappings=engine.mappings, port="keys")


def mapped(client: OscClient) -> list[tuple[object, ...]]:
    client.send("/midi/map")
    rows: list[tuple[object, ...]] = []
    for message in client.messages(20):
        if message.address == "/done":
            assert message.arguments == ("/midi/map", len(rows))
            return rows
        if message.address == "/midi/mapped":  # levels may still be under way
            rows.append(message.arguments)
    raise AssertionError(rows)


@pytest.mark.parametrize(
    ("address", "slot", "target"),
    [("/slot/2/param/pitch", 2, "pitch"), ("/slot/1/gain", 1, "gain"),
     ("/slot/1/sampling/top_p", 1, "top_p"), ("/slot/2/pan", 2, "mixer.pan"),
     ("/master/gain", 0, "gain")],
)  # fmt: skip
def test_learning_takes_a_message_and_a_move(
    client: OscClient,
    engine: RecordingEngine,
    router: MidiRouter,
    address: str,
    slot: int,
    target: str,
) -> None:
    client.send("/notify", 1)
    client.sync()
    client.send("/midi/learn", address)
    wanted = ("/done", "/midi/learning")  # in whatever order: they come from two threads
    answers = (each for each in client.messages(20) if each.address in wanted)
    assert {each.address: each.arguments for each in itertools.islice(answers, 2)} == {
        "/done": ("/midi/learn", address),
        "/midi/learning": (address,),
    }
    play(router, cc(21, 127))
    assert client.expect("/midi/learned") == (address, "CC 21, channel 1, keys")
    control = engine.describe().places[slot].find(target)
    assert control is not None
    assert engine.get(slot, target) == control.maximum
    client.send("/notify", 0)
    client.sync()
    assert (address, "CC 21, channel 1, keys", "learned") in mapped(client)
    assert client.ask("/midi/forget", address, reply="/done") == ("/midi/forget", address)
    assert "learned" not in {row[2] for row in mapped(client)}


def test_commands_of_a_bank_are_learned_listed_and_forgotten(
    client: OscClient, engine: RecordingEngine, router: MidiRouter
) -> None:
    address, pad = "/slot/2/bank/recall here", ("kind", "note", "channel", "any")
    client.ask("/midi/learn", '/slot/2/bank/recall   "here"', *pad, reply="/done")
    with pytest.raises(ControlError, match="there is no slot 2"):  # it has no networks
        router.handle(mido.Message("note_on", note=36, velocity=90))
    (binding,) = engine.mappings.learned
    assert (binding.slot, binding.target) == (2, "bank/recall here")
    assert (address, "note 36, keys", "learned") in mapped(client)
    client.send("/midi/mappings")
    row = client.expect("/midi/mapping")
    assert row[:6] == (address, "learned", "kind", "note", "number", 36)
    assert "action" not in row
    assert client.expect("/done")[0] == "/midi/mappings"
    client.ask("/midi/assign", "/slot/1/bank/loop a 0.5", "kind", "program", "number", 3,
               "mode", "toggle", reply="/done")  # fmt: skip
    assert ("/slot/1/bank/loop a 0.5", "program 3", "learned") in mapped(client)
    for each in (address, "/slot/1/bank/loop a 0.5"):
        client.ask("/midi/forget", each, reply="/done")
    assert engine.mappings.learned == ()


def test_an_action_of_a_file_is_listed_in_every_slot(
    client: OscClient, engine: RecordingEngine
) -> None:
    engine.mappings.use_file(MidiMap((Binding("bank/back 2", Physical(CC, 20)),)))
    found = [row for row in mapped(client) if row[2] == "file"]
    assert found == [(f"/slot/{slot}/bank/back 2", "CC 20", "file") for slot in (1, 2)]


def test_settings_follow_in_pairs(client: OscClient, engine: RecordingEngine) -> None:
    words = ("takeover", "pickup", "minimum", 64, "maximum", 70.0)
    client.ask("/midi/learn", "/slot/1/param/pitch", *words, reply="/done")
    play(MidiRouter(engine, mappings=engine.mappings), cc(21, 127))
    (binding,) = engine.mappings.learned
    assert (binding.takeover, binding.span) == ("pickup", (64.0, 70.0))


def test_cancel(client: OscClient, engine: RecordingEngine) -> None:
    client.ask("/midi/learn", "/slot/1/gain", reply="/done")
    client.ask("/midi/learn/cancel", reply="/done")
    assert engine.mappings.learning is None


@pytest.mark.parametrize(
    ("address", "arguments", "message"),
    [
        ("/midi/learn", ("/slot/1/param/heat",), "'/slot/1/param/heat' is no control"),
        ("/midi/learn", ("/slot/9/gain",), "is no control"),
        ("/midi/learn", ("/slot/9/pan",), "is no control"),
        ("/midi/learn", ("/slot/1/gain/get",), "is no control"),
        ("/midi/learn", ("/master/pan",), "is no control"),
        ("/midi/learn", ("/slot/1/gain", "takeover"), "the setting 'takeover' has no value"),
        ("/midi/learn", ("/slot/1/gain", "takeover", "hold"), "takeover: 'hold' is not one of"),
        ("/midi/learn", ("/slot/1/bank/write x",), "is no action; there are bank/save"),
        ("/midi/learn", ("/slot/1/bank/recall",), "write bank/recall name [voice]"),
        ("/midi/learn", ("/slot/9/bank/recall a",), "is no control"),
        ("/midi/learn", ("/slot/1/bank/recall a", "mode", "toggle"), "mode: only bank/loop"),
        ("/midi/learn", (), "expects"),
        ("/midi/forget", ("/slot/1/gain",), "nothing was learned for it"),
        ("/midi/monitor", ("x",), "expects a number"),
    ],
)
def test_what_cannot_be_obeyed_is_said(
    client: OscClient, address: str, arguments: tuple[str, ...], message: str
) -> None:
    failed, text = client.ask(address, *arguments, reply="/fail")
    assert failed == address
    assert message in text


def test_what_is_only_shown_in_a_slot_is_not_learned(
    client: OscClient, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = engine.describe()
    first, *others = described.slots
    tempo = ControlInfo("tempo", 20, 400, 120, read_only=True)
    first = replace(first, controls=(*first.controls, tempo), values={**first.values, "tempo": 120})
    shown = replace(described, slots=(first, *others))
    monkeypatch.setattr(engine, "describe", lambda: shown)
    failed, text = client.ask("/midi/learn", "/slot/1/modulation/tempo", reply="/fail")
    assert failed == "/midi/learn"
    assert "in all slots: set it with /tempo" in text
    assert engine.mappings.learning is None


def test_what_is_mapped_by_default_is_listed(client: OscClient) -> None:
    rows = mapped(client)
    assert ("/slot/2/gain", "CC 7", "default") in rows
    assert ("/slot/1/pan", "CC 10", "default") in rows
    assert ("/slot/1/param/pitch", "CC 18", "default") in rows
    assert {row[2] for row in rows} == {"default"}


@pytest.mark.parametrize(
    "address", ["/slot/2/param/pitch", "/slot/2/gain", "/slot/2/sampling/top_p", "/slot/2/solo"]
)
def test_what_was_learned_for_a_plugin_that_is_gone_can_be_forgotten(
    client: OscClient, engine: RecordingEngine, address: str
) -> None:
    client.ask("/midi/learn", address, reply="/done")
    play(MidiRouter(engine, mappings=engine.mappings), cc(21, 127))
    engine.change_plugin(2, None)
    assert mapped(client)[0] == (address, "CC 21, channel 1", "learned")
    client.ask("/midi/forget", address, reply="/done")
    assert engine.mappings.learned == ()


def test_what_a_file_was_edited_to_is_listed_and_forgotten(
    client: OscClient, engine: RecordingEngine, router: MidiRouter
) -> None:
    """By the short name of a control of the mixer, as in any map."""
    learned = engine.mappings.learned
    engine.mappings.replace(
        (Binding("pan", Physical(CC, 21), 2), Binding("mute", Physical(CC, 22)))
    )
    assert mapped(client)[:3] == [
        ("/slot/2/pan", "CC 21", "learned"),
        ("/slot/1/mute", "CC 22", "learned"), ("/slot/2/mute", "CC 22", "learned"),
    ]  # fmt: skip
    assert learned == ()
    client.ask("/midi/forget", "/slot/2/pan", reply="/done")
    assert [each.target for each in engine.mappings.learned] == ["mute"]


def test_a_monitor_is_sent_what_arrives_until_it_ends(
    client: OscClient, engine: RecordingEngine
) -> None:
    monitor = engine.mappings.monitor
    client.send("/midi/monitor", 1)
    client.sync()
    monitor.put(1, Arrival("keys", "CC 3 = 5, channel 1", "unmapped"))
    assert client.expect("/midi/message") == ("keys", "CC 3 = 5, channel 1", "unmapped")
    assert client.expect("/midi/activity") == ("keys", 1)
    client.send("/midi/monitor", 0)
    client.sync()
    assert not monitor.tick()


def mappings(client: OscClient) -> list[tuple[object, ...]]:
    """What is mapped, with settings."""
    client.send("/midi/mappings")
    rows: list[tuple[object, ...]] = []
    for message in client.messages(100):
        if message.address == "/done":
            assert message.arguments == ("/midi/mappings", len(rows))
            return rows
        if message.address == "/midi/mapping":
            rows.append(message.arguments)
    raise AssertionError(rows)


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        ("/slot/2/param/pitch", {"kind": "cc", "number": 21, "channel": 3, "port": "keys",
                                 "minimum": 64.0, "maximum": 70.0, "curve": "linear",
                                 "takeover": "pickup"}),
        ("/slot/1/gain", {"kind": "cc", "number": 5, "takeover": "jump", "relative": "offset",
                          "step": 0.0625}),
        ("/slot/1/mute", {"kind": "note", "number": 36, "takeover": "jump", "mode": "toggle"}),
        ("/master/gain", {"kind": "nrpn", "number": 16_000, "takeover": "scaled"}),
        ("/slot/1/pan", {"kind": "bend", "number": 0, "takeover": "jump"}),
        ("/slot/1/solo", {"kind": "key-pressure", "number": 0, "takeover": "jump"}),
        ("/slot/2/gain", {"kind": "pressure", "number": 0, "takeover": "jump"}),
        ("/slot/2/pan", {"kind": "cc14", "number": 31, "takeover": "jump"}),
    ],
)  # fmt: skip
def test_what_is_assigned_is_listed_as_it_was_given(
    client: OscClient, engine: RecordingEngine, address: str, settings: dict[str, str | float]
) -> None:
    words = [part for pair in settings.items() for part in pair]
    assert client.ask("/midi/assign", address, *words, reply="/done") == ("/midi/assign", address)
    where, origin, *pairs = mappings(client)[0]
    assert (where, origin) == (address, "learned")
    assert dict(zip(pairs[::2], pairs[1::2], strict=True)) == settings
    (binding,) = engine.mappings.learned
    assert (binding.physical.kind, binding.physical.number) == tuple(settings.values())[:2]


def test_an_assigned_control_moves_and_takes_the_place_of_the_one_before(
    client: OscClient, engine: RecordingEngine, router: MidiRouter
) -> None:
    client.send("/notify", 1)
    for number in (21, 22):
        client.ask("/midi/assign", "/slot/1/gain", "kind", "cc", "number", number, reply="/done")
        assert client.expect("/midi/changed") == ()
    play(router, cc(21, 127))
    assert engine.get(1, "gain") == 0.0
    play(router, cc(22, 127))
    assert engine.get(1, "gain") == 12.0
    assert len(engine.mappings.learned) == 1
    client.ask("/midi/forget", "/slot/1/gain", reply="/done")
    assert client.expect("/midi/changed") == ()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (("number", 21), "kind: 'None' is not one of cc"),
        (("kind", "lever"), "kind: 'lever' is not one of cc"),
        (("kind", "cc", "number", 120), "cc: 120 is not a controller number 0..119"),
        (("kind", "cc", "number", "x"), "cc: 'x' is not a controller number"),
        (("kind", "cc", "channel", 17), "channel: 17 is not a channel"),
        (("kind", "cc", "slot", 2), "'slot' is no setting; there are number, "),
        (("kind", "cc", "minimum", 1), "give minimum and maximum together"),
        (("kind", "note", "relative", "offset"), "encoders send cc, not note"),
        (("kind",), "expects"),
    ],
)
def test_what_cannot_be_assigned_is_said(
    client: OscClient, engine: RecordingEngine, settings: tuple[str | int, ...], message: str
) -> None:
    failed, text = client.ask("/midi/assign", "/slot/1/gain", *settings, reply="/fail")
    assert failed == "/midi/assign"
    assert message in text
    assert engine.mappings.learned == ()


def test_where_mappings_are_from_and_for_which_slots(
    client: OscClient, engine: RecordingEngine
) -> None:
    engine.mappings.use_file(
        MidiMap((Binding("gain", Physical(CC, 9), origin="my.toml: map entry 1"),), False)
    )
    engine.mappings.replace((Binding("pan", Physical(CC, 21)),))
    plain = ("takeover", "jump")
    assert mappings(client) == [
        ("/slot/1/pan", "learned", "kind", "cc", "number", 21, *plain, "slot", "any"),
        ("/slot/2/pan", "learned", "kind", "cc", "number", 21, *plain, "slot", "any"),
        ("/slot/1/gain", "file", "kind", "cc", "number", 9, *plain, "slot", "any", "from",
         "my.toml: map entry 1"),
        ("/slot/2/gain", "file", "kind", "cc", "number", 9, *plain, "slot", "any", "from",
         "my.toml: map entry 1"),
    ]  # fmt: skip
    client.ask("/midi/forget", "/slot/2/pan", reply="/done")
    assert engine.mappings.learned == ()


def test_what_is_so_by_default_is_listed_with_its_settings(client: OscClient) -> None:
    assert (
        "/slot/2/gain", "default", "kind", "cc", "number", 7, "minimum", -60.0, "maximum", 0.0,
        "curve", "volume", "takeover", "jump",
    ) in mappings(client)  # fmt: skip
