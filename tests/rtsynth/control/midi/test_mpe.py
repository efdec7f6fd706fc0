"""MPE zones: how they are configured, and what each message of one does to which notes."""

from typing import Any

import mido
import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.midi.channel import Channel
from rtsynth.control.midi.mpe import LOWER, UPPER, Zones, zone_bytes
from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.mapping.monitor import UNMAPPED
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        (None, 0, 0), ("lower", 15, 0), ("upper", 0, 15), ("lower,upper", 7, 7),
        ("lower:3", 3, 0), ("upper:4, lower:10", 10, 4), ("lower:1,upper", 1, 7),
    ],
)  # fmt: skip
def test_zones_that_are_asked_for(text: str | None, lower: int, upper: int) -> None:
    router = MidiRouter(RecordingEngine(slots=2))
    for data in zone_bytes(text):
        router.handle(mido.Message.from_bytes(data))
    zones = router._zones
    assert (len(zones.members(LOWER)), len(zones.members(UPPER))) == (lower, upper)


@pytest.mark.parametrize(
    "text", ["", "low", "lower:0", "lower:16", "lower:x", "lower:", "lower,lower", "lower:-1"]
)
def test_zones_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=f"--mpe {text}: "):
        zone_bytes(text)


def cc(channel: int, control: int, value: int) -> mido.Message:
    return mido.Message("control_change", channel=channel - 1, control=control, value=value)


def rpn(channel: int, number: int, value: int) -> list[mido.Message]:
    return [cc(channel, 101, 0), cc(channel, 100, number), cc(channel, 6, value)]


def bend(channel: int, pitch: int) -> mido.Message:
    return mido.Message("pitchwheel", channel=channel - 1, pitch=pitch)


def pressure(channel: int, value: int) -> mido.Message:
    return mido.Message("aftertouch", channel=channel - 1, value=value)


def on(channel: int, note: int) -> mido.Message:
    return mido.Message("note_on", channel=channel - 1, note=note, velocity=127)


def off(channel: int, note: int) -> mido.Message:
    return mido.Message("note_off", channel=channel - 1, note=note)


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine(slots=2)


@pytest.fixture
def router(engine: RecordingEngine) -> MidiRouter:
    made = MidiRouter(engine)
    play(made, *rpn(LOWER, 6, 3))
    return made


def play(router: MidiRouter, *messages: mido.Message) -> None:
    for message in messages:
        router.handle(message)


def calls(engine: RecordingEngine) -> list[tuple[Any, ...]]:
    """What was asked since the last call, without times; bends and shares to three places."""
    made = [
        (*call[:-2], round(call[-2], 3)) if isinstance(call[-2], float) else call[:-1]
        for call in engine.calls
    ]
    engine.calls.clear()
    return made


def zones() -> Zones:
    return Zones({number: Channel() for number in range(1, 17)})


@pytest.mark.parametrize(
    ("lower", "upper", "kept"),
    [(3, 4, (3, 4)), (7, 7, (7, 7)), (15, 0, (15, 0)), (5, 10, (4, 10)), (0, 15, (0, 15)),
     (9, 15, (0, 15)), (99, 0, (15, 0))],
)  # fmt: skip
def test_the_later_zone_takes_channels_from_the_other(
    lower: int, upper: int, kept: tuple[int, int]
) -> None:
    made = zones()
    made.configure(LOWER, lower)
    if upper:
        made.configure(UPPER, upper)
    assert (len(made.members(LOWER)), len(made.members(UPPER))) == kept
    used = [
        channel
        for master in (LOWER, UPPER)
        if made.members(master)
        for channel in (master, *made.members(master))
    ]
    assert len(used) == len(set(used))
    assert set(used) <= set(range(1, 17))


def test_who_is_in_a_zone() -> None:
    made = zones()
    assert made.configure(UPPER, 2) == [14, 15, 16]
    assert [made.master_of(channel) for channel in (1, 13, 14, 15, 16)] == [None, None, 16, 16, 16]
    assert [made.is_member(channel) for channel in (13, 14, 16)] == [False, True, False]
    assert made.all_for(16) == [16, 15, 14]
    assert made.all_for(15) == [15]
    assert made.configure(LOWER, 3) == [1, 2, 3, 4]  # the other zone is left alone
    assert made.configure(UPPER, 0) == [14, 15, 16]
    assert made.master_of(16) is None


def test_zones_play_slots_of_their_own() -> None:
    made = zones()
    made.configure(UPPER, 3)
    assert made.slot_of(15, (1, 2, 3)) == 1
    made.configure(LOWER, 3)
    assert [made.slot_of(channel, (1, 2, 3)) for channel in (1, 4, 5, 13, 16)] == [
        1, 1, None, 2, 2,
    ]  # fmt: skip
    assert made.slot_of(16, (4,)) == 4
    assert made.slot_of(1, ()) is None


def test_every_note_has_its_own_wheels(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(2, 65), on(3, 70))
    assert calls(engine) == [("note_on", 1, 65.0, 1.0), ("note_on", 1, 70.0, 1.0)]
    engine.sources.clear()
    play(router, bend(3, 4096), pressure(2, 127), cc(3, 74, 0))
    assert calls(engine) == [
        ("bend", 1, 24.003), ("turn", 1, "pressure", 1.0), ("bend", 1, 24.003),
        ("turn", 1, "timbre", 0.0),
    ]  # fmt: skip
    assert engine.sources == [("", 3), ("", 2), ("", 3), ("", 3)]


def test_the_bend_of_the_zone_is_added(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(2, 65), on(3, 70), bend(3, 8191))
    calls(engine)
    engine.sources.clear()
    play(router, bend(1, -8192))
    made = dict(zip(engine.sources, calls(engine), strict=True))
    bends = {channel: call[2] for (_, channel), call in made.items()}
    assert bends == {1: -2.0, 2: -2.0, 3: 46.0, 4: -2.0}


def test_bend_ranges_are_those_of_master_and_members(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, *rpn(2, 0, 12), *rpn(1, 0, 7), bend(4, 8191), bend(1, 8191))
    assert [call[2] for call in calls(engine)][-4:] == [7.0, 7.0, 7.0, 19.0]
    play(router, bend(5, 8191))  # a channel beside the zone, where nobody has said it
    assert calls(engine) == []  # two slots, and it plays none of them
    engine.bend_ranges[2] = 5.0
    play(router, *rpn(LOWER, 6, 0), bend(2, 8191))
    assert calls(engine)[-1] == ("bend", 2, 5.0)


def test_expression_multiplies_and_the_member_s_own_timbre_comes_first(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, cc(1, 11, 64), cc(2, 11, 64), cc(1, 74, 127), cc(2, 74, 0))
    last = {}
    for source, call in zip(engine.sources, calls(engine), strict=True):
        last[source, call[2] if call[0] == "turn" else call[0]] = call[-1]
    assert last[("", 2), "express"] == pytest.approx((64 / 127) ** 2, abs=1e-3)
    assert last[("", 3), "express"] == pytest.approx(64 / 127, abs=1e-3)
    assert (last[("", 2), "timbre"], last[("", 3), "timbre"]) == (0.0, 1.0)


def test_the_master_s_pedal_holds_the_zone(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, cc(1, 64, 127), on(2, 65), off(2, 65), on(9, 70))
    assert calls(engine) == [("note_on", 1, 65.0, 1.0)]
    play(router, cc(1, 64, 0))
    assert calls(engine) == [("note_off", 1, 65.0)]
    play(router, on(2, 65), on(3, 70), cc(1, 123, 0))
    assert calls(engine)[2:] == [("note_off", 1, 65.0), ("note_off", 1, 70.0)]


def test_what_is_for_all_notes_is_on_the_master(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    assert router.handle(cc(2, 7, 0)) == UNMAPPED
    assert router.handle(cc(2, 16, 127)) == UNMAPPED
    assert calls(engine) == []
    router.handle(cc(1, 16, 127))
    assert calls(engine) == [("set", 1, "instrument", 1.0)]


def test_a_new_zone_ends_the_notes_of_its_channels(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, on(2, 65), pressure(2, 64), cc(1, 64, 127))
    calls(engine)
    play(router, *rpn(LOWER, 6, 5))
    assert calls(engine) == [("note_off", 1, 65.0), ("turn", 1, "pressure", None)]


def test_outside_of_zones_pressure_and_timbre_are_what_a_map_says(engine: RecordingEngine) -> None:
    router = MidiRouter(engine)
    assert router.handle(pressure(1, 127)) == UNMAPPED
    router.handle(cc(1, 74, 127))
    assert all(call[0] == "set" for call in calls(engine))


def test_a_configuration_on_another_channel_is_none(engine: RecordingEngine) -> None:
    router = MidiRouter(engine)
    play(router, *rpn(3, 6, 4), on(2, 70), bend(2, 8191))
    assert calls(engine) == [("note_on", 2, 70.0, 1.0), ("bend", 2, 2.0)]


def test_a_port_that_is_gone_leaves_nothing_touched(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, on(2, 65), cc(2, 74, 9), bend(2, 99))
    calls(engine)
    router.let_go()
    assert calls(engine) == [
        ("note_off", 1, 65.0), ("bend", 1, 0.0), ("turn", 1, "timbre", None),
    ]  # fmt: skip
