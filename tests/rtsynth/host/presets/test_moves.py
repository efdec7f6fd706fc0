"""Many controls moved as one: at one sample, over a morph that is under way, beside held notes."""

import time
from collections.abc import Iterator

import pytest

from rtsynth import Host, Plugin
from rtsynth.host.changes import ValueChange
from rtsynth.host.presets.moves import Moves, free
from tests.rtsynth.host.live import until, value

pytestmark = pytest.mark.system

VALUES = {"pitch": 65.0, "amplitude": 0.9, "gain": -12.0, "temperature": 0.5}


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load(plugin)
        yield opened


def moves_of(host: Host) -> Moves:
    return Moves(host.stage, host._rack)


def infos_of(host: Host):
    return {info.name: info for info in host.slot(1).describe().every_control}


def test_before_the_sound_values_are_placed(host: Host) -> None:
    moves = moves_of(host)
    moves.together(host.slot(1), VALUES, 3, None)
    assert host.slot(1).values() | VALUES == host.slot(1).values()
    assert host.slot(1).seeded == 3
    moves.to(host.slot(1), infos_of(host), {"pitch": 70.0}, 5.0, None)
    assert host.get(1, "pitch") == value(host.slot(1), "pitch") == 70
    assert not moves.is_under_way(1)


def test_they_arrive_at_one_time(host: Host) -> None:
    host.start()
    journal, moves = host.journal(), moves_of(host)
    time_ns = moves.together(host.slot(1), VALUES, 3, None)
    until(lambda: time.monotonic_ns() > time_ns)
    changes = [change for change in journal.take() if isinstance(change, ValueChange)]
    assert {change.control.name: change.value for change in changes} == VALUES
    assert {change.at_ns for change in changes} == {time_ns}
    assert host.slot(1).seeded == 3
    until(lambda: value(host.slot(1), "pitch") == 65)


def test_what_comes_later_holds_over_a_morph(host: Host) -> None:
    host.start()
    moves = moves_of(host)
    for seconds in (0.0, 0.1):
        moves.to(host.slot(1), infos_of(host), {"pitch": 64.0}, 30.0, None)
        assert moves.is_under_way(1)
        until(lambda: host.get(1, "pitch") not in (69.0, 75.0))
        moves.to(host.slot(1), infos_of(host), {"pitch": 75.0}, seconds, None)
        until(lambda: not moves.is_under_way(1))
        until(lambda: host.get(1, "pitch") == 75)
        time.sleep(0.06)
        assert host.get(1, "pitch") == value(host.slot(1), "pitch") == 75
    moves.to(host.slot(1), infos_of(host), {"pitch": 64.0}, 30.0, None)
    until(lambda: host.get(1, "pitch") < 75)
    moves.together(host.slot(1), VALUES, None, None)
    assert not moves.is_under_way(1)
    until(lambda: host.get(1, "pitch") == 65)
    time.sleep(0.06)
    assert value(host.slot(1), "pitch") == 65


def test_held_notes_keep_pitch_and_amplitude(host: Host) -> None:
    slot = host.slot(1)
    assert free(slot, VALUES) == VALUES
    slot.note_on(70, 0.5)
    assert free(slot, VALUES) == {"gain": -12.0, "temperature": 0.5}
    slot.note_off(70)
    assert free(slot, VALUES) == VALUES
