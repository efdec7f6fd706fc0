"""Learning: what is mapped, announced and kept."""

import threading
from pathlib import Path

import pytest

from rtsynth.common.errors import ControlError, InputError
from rtsynth.host.changes import Action, Change
from rtsynth.host.mapping import learned_file, mappings
from rtsynth.host.mapping.binding import (
    BEND,
    CC,
    CC14,
    KEY_PRESSURE,
    NOTE,
    NRPN,
    PRESSURE,
    PROGRAM,
    Binding,
    Physical,
)
from rtsynth.host.mapping.file import load_midi_map, write_map
from rtsynth.host.mapping.mappings import MOST_LEARNED, Mappings
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.notices import Notices

KNOB = Physical(CC, 21, 3, "keys")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mappings" / "learned.toml"


def kept(path: Path) -> tuple[Binding, ...]:
    """What an engine that starts now would read."""
    return load_midi_map(path).bindings


def said(notices: Notices) -> list[tuple[str, ...]]:
    return [(notice.address, *notice.texts) for notice in notices.since(0)[1]]


def test_the_next_control_is_mapped_announced_and_there_after_a_restart(path: Path) -> None:
    notices = Notices()
    learner = Mappings(notices, path)
    learner.open()
    learner.offer([KNOB])
    assert learner.learned == ()
    learner.learn(1, "pitch", "/slot/1/param/pitch")
    assert learner.learning == "/slot/1/param/pitch"
    learner.offer([Physical(CC14, 21, 3, "keys"), KNOB])
    learner.offer([Physical(CC, 22, 3, "keys")])
    assert learner.learning is None
    assert learner.learned == (Binding("pitch", KNOB, 1),)
    assert said(notices) == [
        ("/midi/learning", "/slot/1/param/pitch"),
        ("/midi/learned", "/slot/1/param/pitch", "CC 21, channel 3, keys"),
    ]
    learner.settle()
    restarted = Mappings(Notices(), path)
    restarted.open()
    (found,) = restarted.tables[0].of(KNOB)
    assert (found.target, found.slot) == ("pitch", 1)


def test_another_control_takes_the_place_of_the_one_before(path: Path) -> None:
    learner = Mappings(Notices(), path)
    for number in (21, 22):
        learner.learn(1, "pitch", "a")
        learner.offer([KNOB._replace(number=number)])
    learner.learn(2, "pitch", "a")
    learner.offer([KNOB])
    assert [(each.slot, each.physical.number) for each in learner.learned] == [(1, 22), (2, 21)]
    learner.settle()
    assert [each.physical.number for each in kept(path)] == [22, 21]


def test_settings_come_with_it(path: Path) -> None:
    learner = Mappings(Notices(), path)
    settings = {"takeover": "pickup", "minimum": 64, "maximum": 70.5, "curve": "exponential"}
    learner.learn(1, "pitch", "a", settings)
    learner.offer([KNOB])
    (binding,) = learner.learned
    assert binding == Binding("pitch", KNOB, 1, (64.0, 70.5), "exponential", "pickup")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"takeover": "hold"}, "takeover: 'hold' is not one of"),
        ({"colour": "red"}, "'colour' is no setting"),
        ({"kind": "lever"}, "kind: 'lever' is not one of cc"),
        ({"minimum": 1}, "minimum and maximum together"),
        ({"kind": "nrpn", "relative": "offset"}, "encoders send cc"),
        ({"slot": 2}, "'slot' is no setting"),
        ({"channel": 2}, "channel: only 'any'"),
        ({"port": "keys"}, "port: only 'any'"),
    ],
)
def test_wrong_settings_are_refused_before_anything_moves(
    path: Path, settings: dict[str, object], message: str
) -> None:
    learner = Mappings(Notices(), path)
    with pytest.raises(InputError, match=message):
        learner.learn(1, "pitch", "a", settings)
    assert learner.learning is None


def test_a_control_may_be_learned_for_any_channel_and_port(path: Path) -> None:
    learner = Mappings(Notices(), path)
    learner.learn(1, "pitch", "a", {"channel": "any"})
    learner.offer([KNOB])
    assert learner.learned[0].physical == KNOB._replace(channel=None)
    learner.learn(1, "pitch", "a", {"channel": "any", "port": "any"})
    learner.offer([KNOB])
    assert learner.learned[0].physical == Physical(CC, 21)


def test_what_is_waited_for_can_be_cancelled(path: Path) -> None:
    notices = Notices()
    learner = Mappings(notices, path)
    learner.learn(1, "pitch", "a")
    learner.cancel()
    learner.offer([KNOB])
    assert learner.learned == ()
    assert said(notices)[-1] == ("/midi/learning", "")


def test_forgetting(path: Path) -> None:
    changes: list[Change] = []
    learner = Mappings(Notices(), path, publish=changes.append)
    learner.learn(1, "pitch", "a")
    learner.offer([KNOB])
    with pytest.raises(ControlError, match="nothing was learned"):
        learner.forget(2, "pitch")
    learner.forget(1, "pitch")
    assert changes == 2 * [Action(0, "mappings")]
    assert learner.tables[0].of(KNOB) == []
    learner.settle()
    assert kept(path) == ()


@pytest.mark.parametrize("number", [0, 6, 11, 32, 38, 64, 66, 96, 98, 99, 100, 101])
def test_controllers_that_say_nothing_by_themselves_are_not_learned(
    path: Path, number: int
) -> None:
    learner = Mappings(Notices(), path)
    learner.learn(1, "pitch", "a")
    learner.offer([KNOB._replace(number=number)])
    assert learner.learned == ()
    learner.offer([Physical(NRPN, 300, 3, "keys"), KNOB._replace(number=number)])
    assert learner.learned[0].physical.kind == NRPN


@pytest.mark.parametrize("kind", [NOTE, PROGRAM, CC])
def test_an_action_is_learned_from_what_is_pressed(path: Path, kind: str) -> None:
    learner = Mappings(Notices(), path)
    learner.learn(1, "bank/recall a", "x")
    learner.offer([Physical(PRESSURE, 0, 3, "keys")])
    assert learner.learned == ()
    learner.offer([Physical(kind, 20, 3, "keys")])
    assert learner.learned[0].physical == Physical(kind, 20, 3, "keys")


def test_a_morph_is_learned_from_what_is_turned(path: Path) -> None:
    learner = Mappings(Notices(), path)
    learner.learn(1, "bank/morph a b", "x")
    learner.offer([Physical(NOTE, 20, 3, "keys")])
    assert learner.learned == ()
    learner.offer([Physical(CC, 20, 3, "keys")])
    assert learner.learned[0].physical.kind == CC


@pytest.mark.parametrize("kind", [PRESSURE, KEY_PRESSURE, BEND, NOTE])
def test_what_any_key_or_wheel_sends_is_learned_where_it_is_asked_for(
    path: Path, kind: str
) -> None:
    learner = Mappings(Notices(), path)
    learner.learn(1, "pitch", "a")
    learner.offer([Physical(kind, 0, 3, "keys")])
    assert learner.learning == "a"
    learner.learn(1, "pitch", "a", {"kind": kind})
    learner.offer([Physical(kind, 0, 3, "keys")])
    assert learner.learned[0].physical.kind == kind


def test_a_pad_and_the_master_are_kept_as_they_are_learned(path: Path) -> None:
    learner = Mappings(Notices(), path)
    learner.learn(1, "mixer.mute", "/slot/1/mute", {"kind": NOTE, "mode": "toggle"})
    learner.offer([Physical(NOTE, 36, 10, "pads")])
    learner.learn(0, "gain", "/master/gain")
    learner.offer([KNOB])
    learner.settle()
    again = Mappings(Notices(), path)
    again.open()
    assert [(each.slot, each.target, each.way) for each in again.learned] == [
        (1, "mixer.mute", "toggle"), (0, "gain", "position"),
    ]  # fmt: skip
    assert 'slot = "master"' in path.read_text()
    again.forget(0, "gain")
    assert [each.slot for each in again.learned] == [1]


def test_after_a_while_none_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notices = Notices()
    learner = Mappings(notices, path)
    learner.learn(1, "pitch", "a")  # its end is not that of the next one
    monkeypatch.setattr(mappings, "LEARN_S", 0.0)
    learner.learn(1, "pitch", "b")
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer) and thread.interval == 0.0:
            thread.join(10)
    assert learner.learning is None
    assert said(notices).count(("/midi/learning", "")) == 1


def test_a_kind_is_waited_for(path: Path) -> None:
    learner = Mappings(Notices(), path)
    learner.learn(1, "pitch", "a", {"kind": CC14})
    learner.offer([Physical(PRESSURE, 0, 3, "keys")])
    learner.offer([Physical(CC, 70, 3, "keys")])
    learner.offer([Physical(CC14, 21, 3, "keys"), KNOB])
    assert learner.learned[0].physical == Physical(CC14, 21, 3, "keys")


def test_a_damaged_file_is_left_alone_and_said(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_text("[[map]]\ncc = 200\n")
    notices = Notices()
    learner = Mappings(notices, path)
    assert caplog.text == ""  # nobody has asked yet
    learner.open()
    assert "cc: 200 is not a controller number" in caplog.text
    learner.learn(1, "pitch", "a")
    learner.offer([KNOB])
    assert learner.tables[0].of(KNOB)
    assert path.read_text() == "[[map]]\ncc = 200\n"
    fail = said(notices)[1]
    assert fail[:2] == ("/fail", "/midi/learn")
    assert "not kept for the next start" in fail[-1]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    notices = Notices()
    learner = Mappings(notices, tmp_path / "file" / "learned.toml")
    learner.learn(1, "pitch", "a")
    learner.offer([KNOB])
    learner.settle()
    assert learner.learned
    assert ("/fail", "/midi/learn") in [line[:2] for line in said(notices)]


def test_there_is_a_limit(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("".join(f'[[map]]\ncc = 1\ntarget = "p{n}"\n' for n in range(MOST_LEARNED)))
    notices = Notices()
    learner = Mappings(notices, path)
    learner.learn(1, "pitch", "a")
    learner.offer([KNOB])
    assert len(learner.learned) == MOST_LEARNED
    assert "forget some" in said(notices)[-1][-1]


def test_a_file_of_the_user_is_below_what_is_learned(path: Path) -> None:
    learner = Mappings(Notices(), path)
    given = Binding("gain", Physical(CC, 21))
    learner.use_file(MidiMap((given,), defaults=False))
    learner.learn(1, "pitch", "a")
    learner.offer([KNOB])
    assert [origin for origin, _ in learner.rows()] == ["learned", "file"]
    assert learner.tables[1].of(KNOB) == [given]
    assert learner.status()["learned"] == 1


def test_what_is_learned_is_read_where_it_is_asked_for(path: Path) -> None:
    first = Mappings(Notices(), path)
    first.learn(1, "pitch", "a")
    first.offer([KNOB])
    first.settle()
    for ask in (Mappings.open, lambda it: it.forget(1, "pitch")):
        engine = Mappings(Notices(), path)
        assert (engine.learned, engine.is_open) == ((), False)
        ask(engine)
        assert engine.is_open
    engine.settle()
    assert kept(path) == ()


def test_a_slow_disk_holds_nothing_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    written: list[tuple[str, ...]] = []

    def slow(path: Path, learned: MidiMap) -> None:
        begun.set()
        go_on.wait(10)
        written.append(tuple(each.target for each in learned.bindings))
        write_map(path, learned)

    monkeypatch.setattr(learned_file, "write_map", slow)
    learner = Mappings(Notices(), path)
    for number, target in enumerate(("pitch", "gain", "rate")):
        learner.learn(1, target, "a")
        learner.offer([KNOB._replace(number=21 + number)])  # returns while the disk is busy
        assert begun.wait(10)
    assert not path.exists()
    go_on.set()
    learner.settle()
    assert written == [("pitch",), ("pitch", "gain", "rate")]
    assert [each.target for each in kept(path)] == ["pitch", "gain", "rate"]


def test_what_is_assigned_is_kept_and_announced(path: Path) -> None:
    notices = Notices()
    learner = Mappings(notices, path)
    learner.assign(1, "pitch", {"kind": CC, "number": 21, "channel": 3, "port": "keys"})
    learner.assign(1, "pitch", {"kind": CC, "number": 22, "channel": "any", "takeover": "pickup"})
    assert learner.learned == (Binding("pitch", Physical(CC, 22), 1, takeover="pickup"),)
    learner.forget(1, "pitch")
    assert said(notices) == [("/midi/changed",)] * 3
    learner.settle()
    assert kept(path) == ()


def test_what_a_file_maps_in_every_slot_is_forgotten_as_a_whole(path: Path) -> None:
    learner = Mappings(Notices(), path)
    own = Binding("pan", KNOB, 2)
    learner.replace((own, Binding("pan", KNOB._replace(number=22)), Binding("gain", KNOB)))
    learner.forget(2, "pan")
    assert own not in learner.learned
    assert len(learner.learned) == 2, "its own goes first"
    learner.forget(2, "pan")
    assert [each.target for each in learner.learned] == ["gain"]
